"""The model's record of one account, and of one unknown name: the same thing, which nobody passes.

As `engine/tests/sequences/rows.rs`, with what a policy of the defaults says.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from pinbolt import Authenticator, Channel, Lane

from .tokens import Recovery, Token

SECOND: Final = 1_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR

LIFETIME: Final = 300 * SECOND
TRIES: Final = 5
BURST: Final = 10
REFILL: Final = DAY // 2
CAPS: Final[dict[Lane, int]] = {"stranger": 50, "first-factor": 20, "known-device": 30}
KEPT: Final = 4
"""The open challenge and the three before it."""
MEMORY: Final = 5 * DAY
"""After so long a handle names nothing, and nobody's record forgets."""
TOLERANCE: Final = 120 * SECOND
"""A clock that is behind by no more than this stands still."""


class Said(NamedTuple):
    """An answer, and its detail: tries left, until when, the newest challenge, who."""

    name: str
    detail: object = None


class Refusal(Exception):
    """A refusal, which leaves what was written."""

    def __init__(self, name: str, detail: object = None) -> None:
        super().__init__(name, detail)
        self.said = Said(name, detail)


class Asked(NamedTuple):
    """What a code was asked for, and the PIN on which it rests."""

    session: bytes
    context: bytes
    channel: Channel
    lane: Lane
    generation: int | None


@dataclass
class Challenge:
    asked: Asked
    issued: int
    phantom: bool
    place: str
    """The address whose budget it spends."""
    tries_left: int = TRIES
    progress: Literal["open", "consumed", "ended"] = "open"
    code: str | None = None
    """As it arrived."""
    reference: str | None = None
    """As it was shown."""

    @property
    def expires(self) -> int:
        return self.issued + LIFETIME

    def is_live(self, now: int) -> bool:
        return self.progress == "open" and now < self.expires


@dataclass
class Series:
    challenges: list[Challenge] = field(default_factory=list)
    sends: int = 0
    sent_at: int = 0

    @property
    def resend_at(self) -> int:
        """30 s after the first message, 60 after the second, then 120."""
        if self.sends == 0:
            return 0
        return self.sent_at + (30 << min(self.sends - 1, 2)) * SECOND

    def issue(self, challenge: Challenge) -> None:
        if not self.challenges or not self.challenges[-1].is_live(challenge.issued):
            self.sends = 0
        self.challenges.append(challenge)
        self.send(challenge.issued)

    def send(self, now: int) -> None:
        self.sends, self.sent_at = self.sends + 1, now


@dataclass
class Ledger:
    lane: Lane
    count: int = 0
    wait: tuple[int, int] | None = None
    empty_at: int = 0
    """When the stranger's throttle will have forgotten everything."""

    def is_disabled(self, guesses: int = 1) -> bool:
        """Whether it can't count so many more."""
        return self.count + guesses > CAPS[self.lane]

    def gate(self, now: int, guesses: int = 1) -> None:
        """Refuse who is throttled, or waits. That it is disabled is never told."""
        opens = self.opens(now, guesses)
        if self.lane == "stranger" and opens > now:
            raise Refusal("Throttled", opens)
        until = sum(self.wait) if self.wait else 0
        if now < until:
            raise Refusal("Waiting", until)

    def opens(self, now: int, guesses: int) -> int:
        """When a stranger's throttle takes so many more: all fit in, or it rests."""
        after = max(self.empty_at, now) + guesses * REFILL
        return min(after - BURST * REFILL, self.empty_at)

    def reserve(self, now: int, guesses: int = 1) -> int:
        """So many failures: strangers spend their throttle; the others wait 30 s after the tenth,
        and twice as long after each more, up to an hour. Gives what a refund takes back: beyond
        the cap nothing."""
        rise = 0 if self.is_disabled(guesses) else guesses
        self.count = min(self.count + guesses, CAPS[self.lane])
        if self.lane == "stranger":
            self.empty_at = max(self.empty_at, now) + guesses * REFILL
        elif self.count < 10:
            self.wait = None
        else:
            self.wait = (now, min(30 * SECOND << min(self.count - 10, 7), HOUR))
        return rise

    def succeed(self, guesses: int = 1) -> None:
        """The reserved failures are given back and the count starts over; the throttle doesn't."""
        self.reset()
        if self.lane == "stranger":
            self.empty_at -= guesses * REFILL

    def refund(self, rise: int, guesses: int) -> None:
        """The reserved failures are taken back."""
        self.count -= rise
        if self.lane == "stranger":
            self.empty_at -= guesses * REFILL

    def reset(self) -> None:
        self.count, self.wait = 0, None


@dataclass
class Row:
    account: str | None
    """None is nobody's."""
    addresses: dict[Channel, str] = field(default_factory=dict)
    pin: str = ""
    state: Literal["active", "blocked", "cancelled"] = "active"
    generation: int = 0
    ledgers: dict[tuple[Authenticator, Lane], Ledger] = field(default_factory=dict)
    series: defaultdict[str, Series] = field(default_factory=lambda: defaultdict(Series))
    seen: int = 0
    refills: list[int] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    added: int = 0
    """Tokens that there ever were."""
    recovery: Recovery | None = None
    life: int = 0
    """Counts the times that everything was forgotten."""

    @property
    def passes(self) -> bool:
        return self.account is not None and self.state == "active"

    def at(self, now: int) -> Row:
        """The record as it reads now: by its own clock, which goes back only in a jump."""
        if self.account is None and now > self.seen + MEMORY:
            return Row(None, seen=now, life=self.life + 1)
        row = copy.deepcopy(self)
        if now + TOLERANCE >= row.seen:
            row.seen = max(row.seen, now)
        else:
            row.set_back(now)
        return row

    def set_back(self, now: int) -> None:
        """Nothing is over earlier for it, and what was outstanding ends."""
        self.end(lambda _: True)
        for ledger in self.ledgers.values():
            if ledger.wait is not None:
                start, length = ledger.wait
                running = self.seen < start + length
                ledger.wait = (min(now, start), length) if running else None
            if ledger.lane == "stranger":
                ledger.empty_at = min(ledger.empty_at, now + BURST * REFILL)
        for series in self.series.values():
            series.sent_at = min(series.sent_at, now)
        self.refills = [min(now, at) for at in self.refills]
        self.seen = now

    def end(self, which: Callable[[Challenge], bool]) -> None:
        for series in self.series.values():
            for challenge in series.challenges:
                if challenge.progress == "open" and which(challenge):
                    challenge.progress = "ended"

    def ledger(self, authenticator: Authenticator, lane: Lane) -> Ledger:
        return self.ledgers.setdefault((authenticator, lane), Ledger(lane))
