"""Whatever is done in whatever order, the engine answers as the model says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, Literal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from model.rows import DAY, HOUR, SECOND
from model.rules import Rules
from model.verbs import REDELIVERS
from model.world import ACCOUNTS, NAMES, PINS, SESSIONS, Clock, Typed, World

import pinbolt

ANSWERS: Final = {
    "Accepted",
    "AccountExists",
    "AddressTaken",
    "AlreadyUsed",
    "Done",
    "Ended",
    "Enrolled",
    "Expired",
    "Issued",
    "Issued before",
    "Malformed",
    "Superseded",
    "Throttled",
    "TriesUsedUp",
    "UnknownAccount",
    "KeyMissing",
    "UnknownChallenge",
    "Unlocked",
    "Waiting",
    "WrongCode",
    "WrongCredentials",
    "WrongSession",
}
"""What a run must have reached to be worth something."""

SPANS: Final = (
    SECOND,
    29_999,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    120_001,
    299_999,
    300 * SECOND,
    HOUR,
    DAY // 2,
    DAY,
    5 * DAY + 1,
)
"""To the edge of every span, and over it."""

accounts = st.sampled_from(sorted(ACCOUNTS))
names = st.sampled_from(NAMES)
purposes = st.sampled_from(sorted(REDELIVERS))
pins = st.sampled_from(PINS)
channels: st.SearchStrategy[pinbolt.Channel] = st.sampled_from(["sms", "sms", "email"])
sessions = st.sampled_from(SESSIONS)
pauses = st.sampled_from([0, 30 * SECOND, 60 * SECOND, 120 * SECOND, 300 * SECOND])
backs = st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 3, 5])
mostly = st.sampled_from([True] * 7 + [False])
seldom = st.sampled_from([False] * 15 + [True])


class Sequences(Rules):
    """Verbs in any order; some say "the right one", whatever that is by then."""

    def has_handles(self) -> bool:
        return bool(self.world.handles)

    @rule(account=accounts)
    def enroll(self, account: str) -> None:
        self.world.enroll(account)

    @rule(name=names, purpose=purposes, channel=channels, session=sessions, right=mostly)
    def begin(
        self, name: str, purpose: str, channel: pinbolt.Channel, session: bytes, *, right: bool
    ) -> None:
        self.world.begin(name, purpose, channel, session, right=right)

    @rule(
        name=names,
        purpose=purposes,
        times=st.integers(2, 11),
        pause=st.sampled_from([0, 120 * SECOND, HOUR]),
        before=st.integers(1, 6),
    )
    def keep_asking(self, name: str, purpose: str, times: int, pause: int, before: int) -> None:
        """Then type what came earlier."""
        for _ in range(times):
            self.world.begin(name, purpose, "sms", SESSIONS[0], right=True)
            self.world.later(pause)
        self.guess("before", before)
        self.guess("own", back=before)

    @rule(name=names, purpose=purposes, channel=channels, wrong=st.integers(0, 5))
    def come_back(self, name: str, purpose: str, channel: pinbolt.Channel, wrong: int) -> None:
        """A few wrong codes, and the right one twice."""
        self.world.later(120 * SECOND)
        self.world.begin(name, purpose, channel, SESSIONS[0], right=True)
        for _ in range(wrong):
            self.guess("wrong")
        for _ in range(2):
            self.guess("own")

    @rule(name=names, rounds=st.integers(1, 4), first=pauses, then=pauses, back=st.booleans())
    def persist(self, name: str, rounds: int, first: int, then: int, *, back: bool) -> None:
        """Who knows the PIN and not the codes, and may wind the clock."""
        for _ in range(rounds):
            self.world.begin(name, "sign-in", "sms", SESSIONS[0], right=True)
            self.world.later(first)
            for _ in range(5):
                self.guess("wrong")
            if back:
                self.world.later(-HOUR)
            self.world.later(then)

    @rule(name=names, wrong=st.integers(0, 10), then=st.integers(0, 10))
    def mistype(self, name: str, wrong: int, then: int) -> None:
        """Wrong PINs before the right one, and after it."""
        for right in [False] * wrong + [True] + [False] * then:
            self.world.verify(name, right=right)

    @rule(name=names, really=seldom)
    def guess_for_a_month(self, name: str, *, really: bool) -> None:
        """As many wrong PINs as disable it; then the right one."""
        for _ in range(60 if really else 0):
            self.world.later(DAY // 2)
            self.world.verify(name, right=False)
        self.world.verify(name, right=True)

    @rule(name=names, purpose=purposes, account=accounts)
    def blocked_for_a_while(self, name: str, purpose: str, account: str) -> None:
        for on in (True, False):
            self.world.begin(name, purpose, "sms", SESSIONS[0], right=True)
            self.world.block(account, on=on)
            self.world.verify(account, right=True)
            self.guess("own")
            self.world.later(120 * SECOND)
        if self.world.handles:
            self.world.resend(0, "sms", other=False)
            self.guess("own")

    @rule(name=names, wrong=st.integers(4, 5), pause=pauses)
    def use_up(self, name: str, wrong: int, pause: int) -> None:
        """A code that is then asked for again."""
        self.world.later(120 * SECOND)
        self.world.begin(name, "redelivered", "sms", SESSIONS[0], right=True)
        for _ in range(wrong):
            self.guess("wrong")
        self.world.later(pause)
        if self.world.handles:
            self.world.resend(0, "sms", other=False)
            self.guess("own")

    @rule(account=accounts, purpose=purposes, asks=st.booleans())
    def anew(self, account: str, purpose: str, *, asks: bool) -> None:
        """A registration ends and begins again; a code asked for in the first is typed."""
        self.world.begin(account, purpose, "sms", SESSIONS[0], right=True)
        self.world.cancel_account(account)
        self.world.enroll(account)
        if asks:
            self.world.begin(account, purpose, "sms", SESSIONS[0], right=True)
        self.guess("own", back=int(asks))

    def guess(self, typed: Typed, before: int = 0, back: int = 0) -> None:
        if self.world.handles:
            self.world.finish(back, typed, before, other=False)

    @precondition(has_handles)
    @rule(back=backs, other=seldom)
    def finish(self, back: int, *, other: bool) -> None:
        self.world.finish(back, "own", 0, other=other)

    @precondition(has_handles)
    @rule(back=backs, before=st.integers(1, 4))
    def finish_with_an_older_code(self, back: int, before: int) -> None:
        self.world.finish(back, "before", before, other=False)

    @precondition(has_handles)
    @rule(back=backs, times=st.integers(1, 6), other=seldom)
    def finish_wrong(self, back: int, times: int, *, other: bool) -> None:
        for _ in range(times):
            self.world.finish(back, "wrong", 0, other=other)

    @precondition(has_handles)
    @rule(back=backs)
    def finish_another_act(self, back: int) -> None:
        self.world.finish(back, "own", 0, other=False, elsewhere=True)

    @precondition(has_handles)
    @rule(back=backs)
    def finish_malformed(self, back: int) -> None:
        self.world.finish(back, "malformed", 0, other=False)

    @precondition(has_handles)
    @rule(back=backs, channel=channels, other=seldom)
    def resend(self, back: int, channel: pinbolt.Channel, *, other: bool) -> None:
        self.world.resend(back, channel, other=other)

    @precondition(has_handles)
    @rule(back=backs, other=seldom)
    def cancel(self, back: int, *, other: bool) -> None:
        self.world.cancel(back, other=other)

    @rule(name=names, times=st.integers(1, 4), right=st.booleans())
    def verify(self, name: str, times: int, *, right: bool) -> None:
        for _ in range(times):
            self.world.verify(name, right=right)

    @rule(account=accounts, new=pins, right=mostly)
    def change_pin(self, account: str, new: str, *, right: bool) -> None:
        self.world.change_pin(account, new, right=right)

    @rule(account=accounts, new=pins)
    def reset_pin(self, account: str, new: str) -> None:
        self.world.reset_pin(account, new)

    @rule(account=accounts, authenticator=st.sampled_from(["pin", "code"]))
    def unlock(self, account: str, authenticator: pinbolt.Authenticator) -> None:
        self.world.unlock(account, authenticator)

    @rule(account=accounts, on=seldom)
    def block(self, account: str, *, on: bool) -> None:
        self.world.block(account, on=on)

    @rule(account=accounts, really=seldom)
    def cancel_account(self, account: str, *, really: bool) -> None:
        if really:
            self.world.cancel_account(account)

    @rule(span=st.sampled_from(SPANS))
    def later(self, span: int) -> None:
        self.world.later(span)

    @rule(span=st.sampled_from(SPANS[:-1]), really=st.sampled_from([False, False, True]))
    def set_back(self, span: int, *, really: bool) -> None:
        if really:
            self.world.later(-span)

    @rule(says=st.sampled_from(["sent", "refused", "unknown"]))
    def gateway(self, says: pinbolt.Handover) -> None:
        self.world.gateway.says = says


def play(
    worlds: Callable[[], World],
    *,
    examples: int,
    shrink: bool = True,
    rules: type[Rules] = Sequences,
) -> Counter[str]:
    """The same sequences in each run; a failure is printed shrunk, and no file remembers it."""
    heard: Counter[str] = Counter()
    run_state_machine_as_test(
        lambda: rules(worlds(), heard),  # type: ignore[arg-type]  # What makes one will do.
        settings=settings(
            max_examples=examples,
            stateful_step_count=100,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return heard


def test_every_sequence_of_verbs_is_answered_as_the_model_says() -> None:
    heard = play(lambda: World(pinbolt.open_store("memory:")), examples=50)
    assert heard.keys() >= ANSWERS, ANSWERS - heard.keys()


def test_and_so_it_is_on_a_file(tmp_path: Path) -> None:
    numbers = count()
    play(lambda: World(pinbolt.open_store(f"sqlite://{tmp_path}/{next(numbers)}.db")), examples=20)


def test_the_edges_that_chance_seldom_meets() -> None:
    """The waits of who knows the PIN, windows of a day, codes of long ago, phantoms."""
    for play_one in (waits, days, long_ago, phantoms, reset_pins):
        world = World(pinbolt.open_store("memory:"))
        world.enroll("ana")
        play_one(world)


def waits(world: World) -> None:
    for _ in range(2):
        world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
        world.later(60 * SECOND)
        for _ in range(6):
            world.finish(0, "wrong", 0, other=False)
    world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
    for pause in (0, 30, 60, 120):
        world.later(pause * SECOND)
        for _ in range(2):
            world.finish(0, "wrong", 0, other=False)
    for _ in range(3):
        world.later(240 * SECOND)
        world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
        world.finish(0, "wrong", 0, other=False)
        # It begins anew, and is no longer for it.
        world.later(-HOUR)
    for _ in range(4):
        world.later(240 * SECOND)
        world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
        world.finish(0, "own", 0, other=False)


def days(world: World) -> None:
    for name, purpose, pause in (("ana", "sign-in", HOUR), ("nobody", "look-up", HOUR)):
        for _ in range(30):
            world.begin(name, purpose, "sms", SESSIONS[0], right=True)
            world.later(pause)


def long_ago(world: World) -> None:
    for _ in range(7):
        world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
        world.later(HOUR)
    world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
    for before in range(1, 6):
        world.finish(0, "before", before, other=False)
    world.finish(0, "own", 0, other=False)
    for back in range(8):
        world.finish(back, "own", 0, other=False)


def phantoms(world: World) -> None:
    """Who asked while the account was blocked gets nothing by it later."""
    world.block("ana", on=True)
    for purpose in ("look-up", "redelivered"):
        world.begin("ana", purpose, "sms", SESSIONS[0], right=True)
        world.block("ana", on=False)
        for channel in ("sms", "sms", "email"):
            world.later(120 * SECOND)
            world.resend(0, channel, other=False)
            world.finish(0, "own", 0, other=False)
        world.block("ana", on=True)


def reset_pins(world: World) -> None:
    """A new PIN ends what rested on the old one, and the next message's wait is the first."""
    for change in (world.reset_pin, partial(world.change_pin, right=True)):
        for pin in PINS[1:]:
            world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
            world.later(60 * SECOND)
            change("ana", pin)
            world.finish(0, "own", 0, other=False)
            world.begin("ana", "sign-in", "sms", SESSIONS[0], right=True)
            world.later(120 * SECOND)


class Liar:
    """Says of one write in 97 that it was applied, and writes nothing; or writes it, and says that
    another came first."""

    def __init__(self, lie: Literal["applied", "conflict"]) -> None:
        self.store = pinbolt.open_store("memory:")
        self.lie, self.swaps = lie, 0

    def load(self, row: str) -> pinbolt.Snapshot | None:
        return self.store.load(row)

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        self.swaps += 1
        if self.swaps % 97:
            return self.store.swap(write)
        if self.lie == "conflict":
            self.store.swap(write)
        return self.lie


class Hasty(Clock):
    """Goes on by a millisecond whenever it is asked."""

    def __call__(self) -> int:
        self.now += 1
        return self.now


@pytest.mark.parametrize(
    "world",
    [
        lambda: World(Liar("applied")),
        lambda: World(Liar("conflict")),
        lambda: World(pinbolt.open_store("memory:"), Hasty()),
    ],
    ids=["a store that forgets", "a store that denies", "a clock in haste"],
)
def test_a_world_that_lies_is_found_out(world: Callable[[], World]) -> None:
    with pytest.raises(AssertionError, match="and the model says"):
        play(world, examples=20, shrink=False)
