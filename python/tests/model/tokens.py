"""The model's tokens and recovery codes; by the protocols, with what a policy of the defaults says.

Which codes a token has is told by Python's own HMAC (RFC 4226, 5.3).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final, Literal

from pinbolt import TokenKind

PERIOD: Final = 30_000
DIGITS: Final = 6
BACK: Final = 1
DRIFT: Final = 2
LOOK_AHEAD: Final = 5
FAR: Final = 50
MOST_TOKENS: Final = 8
CONFIRM_TRIES: Final = 10

Fit = Literal["fresh", "used", "none"]


def code_of(secret: bytes, counter: int) -> str:
    mac = hmac.digest(secret, counter.to_bytes(8, "big"), "sha1")
    place = mac[-1] & 15
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


@dataclass
class Token:
    """Its `next` is the lowest step or counter that may still be accepted, and only rises."""

    number: int
    kind: TokenKind
    secret: bytes
    confirmed: bool
    next: int = 0
    offset: int = 0
    """Steps by which its clock is ahead, as two codes showed."""
    drift: int = 0
    """The same beyond that, as the last code showed."""
    tries_left: int = CONFIRM_TRIES

    def step(self, now: int) -> int:
        return now // PERIOD + self.offset

    def window(self, now: int) -> range:
        """Toward the side on which its clock was last seen it is wider; a candidate's to both."""
        if self.kind == "hotp":
            return range(self.next, self.next + LOOK_AHEAD + 1)
        slow = DRIFT if not self.confirmed else max(-self.drift, 0)
        fast = DRIFT if not self.confirmed else max(self.drift, 0)
        step = self.step(now)
        return range(max(step - BACK - slow, 0), step + fast + 1)

    def compare(self, code: str, now: int) -> tuple[Fit, int]:
        """What a code is to it, and at which step or counter it is fresh."""
        window = self.window(now)
        past = {at for at in window if at < self.next} | ({self.next - 1} - {-1})
        if any(code_of(self.secret, at) == code for at in past):
            return "used", 0
        same = (at for at in window if at >= self.next and code_of(self.secret, at) == code)
        found = next(same, None)
        return ("none", 0) if found is None else ("fresh", found)

    def accept(self, at: int, now: int) -> None:
        if self.kind == "totp":
            self.drift = min(max(at - self.step(now), -DRIFT), DRIFT)
        self.next = at + 1

    def resynchronize(self, first: str, second: str, now: int) -> bool:
        """Two codes that follow each other, neither before `next`, are both used up."""
        plain = now // PERIOD
        window = range(self.next, self.next + FAR)
        if self.kind == "totp":
            window = range(max(self.next, plain - FAR, 0), plain + FAR + 1)
        for at in window[1:]:
            if (code_of(self.secret, at - 1), code_of(self.secret, at)) == (first, second):
                self.next = at + 1
                if self.kind == "totp":
                    self.offset, self.drift = at - plain, 0
                return True
        return False


@dataclass
class Recovery:
    """The codes of a set, as soon as they were shown, and those of them that were used."""

    codes: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()

    @property
    def left(self) -> int:
        return len(self.codes) - len(self.used)

    def compare(self, code: str) -> Fit:
        if code not in self.codes:
            return "none"
        return "used" if code in self.used else "fresh"
