"""Stores, deliveries, clocks and auditors that raise, answer rubbish or lie: told apart, and
nothing accepted."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from support import DESK, PHONE, PIN, SESSION, Clock, Desk, Phone, Rows, granted, installed, refused

import pinbolt


class Whim(Rows):
    """A store that does something else when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.at_load: Callable[[], Any] | None = None
        self.at_swap: Callable[[], Any] | None = None
        self.writes_first = False

    def load(self, row: str) -> pinbolt.Snapshot | None:
        if self.at_load is not None:
            answer: pinbolt.Snapshot | None = self.at_load()
            return answer
        return super().load(row)

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        if self.at_swap is None:
            return super().swap(write)
        if self.writes_first:
            super().swap(write)
        else:
            self.swaps += 1
        answer: pinbolt.Swapped = self.at_swap()
        return answer


class Broke(RuntimeError):
    """A database's own exception."""


def broke() -> Any:
    raise Broke("the cable is out")


def same(answer: object) -> Any:
    return answer


def interrupted() -> Any:
    raise KeyboardInterrupt


def failed(name: str, act: Callable[[], object]) -> pinbolt.Failure:
    with pytest.raises(pinbolt.Failure) as raised:
        act()
    row = next(row for row in pinbolt.FAILURES if row.name == name)
    assert (raised.value.code, raised.value.name) == (row.code, row.name)
    assert str(raised.value) == row.sentence
    return raised.value


@pytest.fixture
def store() -> Whim:
    return Whim()


@pytest.fixture
def desk(store: Whim) -> Desk:
    return Desk(store=store)


def test_a_load_that_raises_is_a_failure_of_the_store(desk: Desk, store: Whim) -> None:
    challenge = desk.sent()
    store.at_load = broke
    cause = failed("Store", lambda: desk.finish(challenge, desk.phone.code)).__cause__
    assert isinstance(cause, Broke)
    assert cause.__traceback__ is not None
    store.at_load = None
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)


@pytest.mark.parametrize("rubbish", [7, b"", "none", False, (b"v" * 16, b"body"), object()])
def test_a_load_of_rubbish_is_a_failure_of_the_store(
    desk: Desk, store: Whim, rubbish: object
) -> None:
    challenge = desk.sent()
    store.at_load = lambda: rubbish
    cause = failed("Store", lambda: desk.finish(challenge, desk.phone.code)).__cause__
    assert isinstance(cause, TypeError)
    assert type(rubbish).__qualname__ in str(cause)


def test_a_load_that_lies_lets_nobody_in(desk: Desk, store: Whim) -> None:
    challenge = desk.sent()
    lies = [b"made up", b"", *(row.body for row in store.rows.values())]
    for lie in lies:
        made_up = pinbolt.Snapshot(b"w" * 16, lie)
        store.at_load = lambda: made_up  # noqa: B023
        with pytest.raises(pinbolt.Failure) as raised:
            desk.finish(challenge, desk.phone.code)
        assert raised.value.name in {"Corrupt", "UnknownVersion"}
    store.at_load = lambda: None
    refused(desk.finish(challenge, desk.phone.code), "Ended")


@pytest.mark.parametrize("rubbish", [None, True, 1, "Applied", b"applied", ("applied",)])
def test_a_swap_of_rubbish_is_in_doubt(desk: Desk, store: Whim, rubbish: object) -> None:
    challenge = desk.sent()
    store.at_swap, swaps = lambda: rubbish, store.swaps
    failure = failed("Unresolved", lambda: desk.finish(challenge, desk.phone.code))
    assert isinstance(failure.__cause__, TypeError)
    assert store.swaps > swaps + 1


def test_a_swap_that_raises_before_it_writes(desk: Desk, store: Whim) -> None:
    challenge = desk.sent()
    store.at_swap = broke
    failure = failed("Unresolved", lambda: desk.finish(challenge, desk.phone.code))
    assert isinstance(failure.__cause__, Broke)
    store.at_swap = None
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)


def test_a_swap_that_raises_after_it_wrote_is_resolved_from_the_record(
    desk: Desk, store: Whim
) -> None:
    challenge = desk.sent()
    store.at_swap, store.writes_first = broke, True
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)
    store.at_swap = None
    refused(desk.finish(challenge, desk.phone.code), "AlreadyUsed")


def test_a_swap_that_surely_failed(desk: Desk, store: Whim) -> None:
    challenge = desk.sent()
    store.at_swap = lambda: "failed"
    with pytest.raises(pinbolt.Failure) as raised:
        desk.finish(challenge, desk.phone.code)
    assert (raised.value.name, raised.value.__cause__) == ("Store", None)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_reaches_the_caller(
    desk: Desk, store: Whim, kind: type[BaseException]
) -> None:
    def interrupt() -> Any:
        raise kind

    challenge = desk.sent()
    loads = 0

    def counted() -> Any:
        nonlocal loads
        loads += 1
        raise kind

    store.at_load = counted
    with pytest.raises(kind):
        desk.finish(challenge, desk.phone.code)
    assert loads == 1
    store.at_load, store.at_swap, swaps = None, interrupt, store.swaps
    with pytest.raises(kind):
        desk.finish(challenge, desk.phone.code)
    assert store.swaps == swaps + 1
    store.at_swap = None
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)


def test_an_interrupt_after_the_write_accepts_nothing(desk: Desk, store: Whim) -> None:
    challenge = desk.sent()
    store.at_swap, store.writes_first = interrupted, True
    with pytest.raises(KeyboardInterrupt):
        desk.finish(challenge, desk.phone.code)
    store.at_swap = None
    refused(desk.finish(challenge, desk.phone.code), "AlreadyUsed")


def test_engines_nest_in_one_thread(store: Whim) -> None:
    """A store may stand on another engine, whose interrupt is its own."""
    inner = Desk()
    outer = Desk(store=store)
    challenge = outer.sent()

    def asks_the_other() -> Any:
        store.at_load = None
        refused(inner.begin("314159"), "WrongCredentials")
        raise KeyboardInterrupt

    store.at_load = asks_the_other
    with pytest.raises(KeyboardInterrupt):
        outer.finish(challenge, outer.phone.code)
    granted(outer.finish(challenge, outer.phone.code), pinbolt.Accepted)


class WhimPhone(Phone):
    def __init__(self) -> None:
        super().__init__()
        self.does: Callable[[], Any] = broke

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        super().deliver(message)
        answer: pinbolt.Handover = self.does()
        return answer


def test_a_delivery_that_raises_is_unknown() -> None:
    phone = WhimPhone()
    desk = Desk(delivery=phone)

    def delivered(does: Callable[[], Any]) -> pinbolt.Delivered:
        phone.does = does
        return desk.engine.deliver(granted(desk.begin(), pinbolt.Begun).dispatch)

    unknown = delivered(broke)
    assert (unknown.outcome, type(unknown.cause)) == ("unknown", Broke)
    for rubbish in (None, True, "Sent", 7):
        unknown = delivered(partial(same, rubbish))
        assert (unknown.outcome, type(unknown.cause)) == ("unknown", TypeError)
    for said in ("sent", "refused", "unknown"):
        done = delivered(partial(same, said))
        assert (done.outcome, done.cause) == (said, None)
    with pytest.raises(KeyboardInterrupt):
        delivered(interrupted)
    assert len(phone.messages) == 9


def test_without_a_delivery_nothing_is_sent() -> None:
    engine = pinbolt.Engine(**installed(), url="memory:")
    engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    begun = engine.begin(name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION)
    assert engine.deliver(granted(begun, pinbolt.Begun).dispatch).outcome == "refused"


class WhimClock(Clock):
    def __init__(self) -> None:
        super().__init__()
        self.left: int | None = None
        self.does: Callable[[], Any] = broke

    def __call__(self) -> int:
        if self.left is not None:
            if self.left == 0:
                answer: int = self.does()
                return answer
            self.left -= 1
        return super().__call__()


@pytest.mark.parametrize("does", [broke, partial(same, 1.5), partial(same, -1), interrupted])
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(("left", "then"), [(0, "accepted"), (1, "accepted"), (2, "AlreadyUsed")])
def test_a_clock_that_fails_reaches_the_caller(
    does: Callable[[], Any],
    left: int,
    then: str,
    own: bool,  # noqa: FBT001
) -> None:
    """At the start, after the load, after the write that used the code up."""
    clock, phone = WhimClock(), Phone()
    store = Rows() if own else pinbolt.open_store("memory:")
    engine = pinbolt.Engine(**installed(), store=store, clock=clock, delivery=phone)
    engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    begun = granted(
        engine.begin(name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION),
        pinbolt.Begun,
    )
    engine.deliver(begun.dispatch)

    def finish() -> pinbolt.Accepted | pinbolt.Refused:
        return engine.finish(
            purpose="sign-in", handle=begun.challenge.handle, code=phone.code, session=SESSION
        )

    clock.left, clock.does = left, does
    with pytest.raises((Broke, TypeError, KeyboardInterrupt)):
        finish()
    clock.left = None
    shown = granted(engine.describe(account="a-1"), pinbolt.Description)
    assert "ClockSetBack" not in [event.kind for event in shown.events]
    if then == "accepted":
        granted(finish(), pinbolt.Accepted)
    else:
        refused(finish(), then)


def test_what_the_auditor_raises_accepts_nothing() -> None:
    desk = Desk()
    challenge = desk.sent()

    def audit(event: pinbolt.AuditEvent) -> None:
        if event.event.kind == "CodeAccepted":
            raise Broke

    store = pinbolt.open_store("memory:")
    phone = Phone()
    engine = pinbolt.Engine(**installed(), store=store, delivery=phone, audit=audit)
    engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    begun = granted(
        engine.begin(name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION),
        pinbolt.Begun,
    )
    engine.deliver(begun.dispatch)
    with pytest.raises(Broke):
        engine.finish(
            purpose="sign-in", handle=begun.challenge.handle, code=phone.code, session=SESSION
        )
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)


def test_another_key_is_a_failure_and_no_wrong_pin() -> None:
    store = pinbolt.open_store("memory:")
    arguments = installed()
    pinbolt.Engine(**arguments, store=store).enroll(account="a-1", pin=PIN)
    other = pinbolt.Keys.parse(
        'index = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="\nactive = 1\n'
        '[secrets]\n1 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="\n'
    )
    engine = pinbolt.Engine(keys=other, policy=arguments["policy"], store=store)
    failed("WrongKey", lambda: engine.describe(account="a-1"))


def test_an_engine_in_a_cycle_is_collected() -> None:
    """A service that is its own store and delivery doesn't outlive its last name."""

    class App(Phone, Rows):
        def __init__(self) -> None:
            Phone.__init__(self)
            Rows.__init__(self)
            self.engine = pinbolt.Engine(**installed(), store=self, delivery=self, audit=self.told)

        def told(self, event: pinbolt.AuditEvent) -> None:
            del event

    app = App()
    granted(app.engine.enroll(account="a-1"), pinbolt.Enrolled)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("face", [pinbolt.Engine, pinbolt.AsyncEngine])
def test_a_clock_in_a_cycle_is_collected(
    face: type[pinbolt.Engine | pinbolt.AsyncEngine],
) -> None:
    """Not while an operation of it goes on: that one reads the clock at each answer."""

    class App:
        def __init__(self) -> None:
            self.milliseconds = 1_800_000_000_000
            self.engine = face(**installed(), url="memory:", clock=self.now)

        def now(self) -> int:
            return self.milliseconds

    app = App()
    operation = app.engine.pinbolt.describe(account="a-1")
    gone = weakref.ref(app)
    del app
    gc.collect()
    while operation.question is not None:
        operation.answer_found(None)
    refused(operation.end(), "UnknownAccount")
    assert gone() is not None
    del operation
    gc.collect()
    assert gone() is None


def test_a_cause_in_a_cycle_is_collected() -> None:
    class Lost(Exception):
        operation: pinbolt.Operation[object]

    installation = pinbolt.Pinbolt(**installed())
    lost = Lost()
    lost.operation = installation.describe(account="a-1")
    lost.operation.answer_load_failed(lost)
    gone = weakref.ref(lost)
    del lost
    gc.collect()
    assert gone() is None
