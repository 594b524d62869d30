"""Stores, gateways and clocks that raise, lie, answer rubbish or are cancelled, at every call of
every verb: nothing is accepted that wasn't written, and nothing that was counted is lost."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pytest
from support import DESK, PHONE, PIN, SESSION, Desk, Phone, Rows, granted, installed, refused

import pinbolt
from pinbolt.testing import Broken, check_store

Face: TypeAlias = Literal["Engine", "AsyncEngine"]
Call: TypeAlias = Literal["load", "swap", "deliver", "clock"]

NOW: Final = 1_800_000_000_000
NEW_PIN: Final = "904173"
WRONG_PIN: Final = "314159"
ALWAYS: Final = 1_000

faces = pytest.mark.parametrize("face", ["Engine", "AsyncEngine"])


class Broke(RuntimeError):
    """A database's own exception."""


class Whim(NamedTuple):
    """What goes wrong: a raised error or a returned answer, once it was done or instead of it."""

    call: Call
    does: Callable[[], Any]
    after: bool = False
    times: int = 1

    def __str__(self) -> str:
        name = getattr(self.does, "__name__", "") or repr(self.does.__reduce__())
        when = "after" if self.after else "at"
        return f"{name} {when} {self.call}{' always' if self.times > 1 else ''}"


def broke() -> Any:
    raise Broke("the cable is out")


def interrupted() -> Any:
    raise KeyboardInterrupt


def exited() -> Any:
    raise SystemExit


def cancelled() -> Any:
    raise asyncio.CancelledError


def none() -> Any:
    return None


def seven() -> Any:
    return 7


def look_alike() -> Any:
    return SimpleNamespace(version=b"v" * 16, body=b"")


def a_short_version() -> Any:
    return pinbolt.Snapshot(b"v" * 15, b"")


def too_long_a_body() -> Any:
    return pinbolt.Snapshot(b"v" * 16, bytes(65_537))


def a_text_for_bytes() -> Any:
    return pinbolt.Snapshot("v" * 16, b"")  # type: ignore[arg-type]


def failed() -> Any:
    return "failed"


def in_doubt() -> Any:
    return "in_doubt"


def conflict() -> Any:
    return "conflict"


def a_spent_coroutine() -> Any:
    spent = asyncio.sleep(0)
    spent.close()
    return spent


def negative() -> Any:
    return -1


def a_fraction() -> Any:
    return NOW + 0.5


def beyond_64_bits() -> Any:
    return 1 << 64


def a_text() -> Any:
    return str(NOW)


LIE: Final = Whim("swap", conflict, after=True)
"""What was written is taken for somebody else's write."""


class Prepared(NamedTuple):
    """Rows of somebody whose code has arrived."""

    rows: dict[str, pinbolt.Snapshot]
    handle: str
    code: str


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    store = Rows()
    desk = Desk(store=store)
    challenge = desk.sent()
    return Prepared(store.rows, challenge.handle, desk.phone.code)


class World(Rows):
    """A store, a gateway and a clock, of which one has a whim, and engines of either face."""

    def __init__(
        self, face: Face, prepared: Prepared, whim: Whim | None = None, at: int = 0
    ) -> None:
        super().__init__()
        self.face, self.prepared, self.whim, self.at = face, prepared, whim, at
        self.rows = dict(prepared.rows)
        self.phone, self.calls, self.now = Phone(), 0, NOW

    def load(self, row: str) -> pinbolt.Snapshot | None:
        loaded: pinbolt.Snapshot | None = self.call("load", partial(super().load, row))
        return loaded

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        swapped: pinbolt.Swapped = self.call("swap", partial(super().swap, write))
        return swapped

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        handed: pinbolt.Handover = self.call("deliver", partial(self.phone.deliver, message))
        return handed

    def clock(self) -> int:
        now: int = self.call("clock", lambda: self.now)
        return now

    def call(self, call: Call, really: Callable[[], Any]) -> Any:
        if self.whim is None or call != self.whim.call:
            return really()
        number, self.calls = self.calls, self.calls + 1
        if not self.at <= number < self.at + self.whim.times:
            return really()
        if self.whim.after:
            really()
        return self.whim.does()

    @property
    def was_met(self) -> bool:
        """Whether the verb came as far as the whim."""
        return self.calls > self.at

    def recovered(self) -> World:
        """The same rows in a world without a whim, after the longest cooldown."""
        world = World(self.face, self.prepared._replace(rows=self.rows))
        world.now += 120_000
        return world

    def run(self, verb: str, *arguments: object, **named: object) -> Any:
        """Run a verb on an engine of its own, as another process would."""
        if self.face == "AsyncEngine":
            return asyncio.run(self.awaited(verb, *arguments, **named))
        engine = pinbolt.Engine(**installed(), store=self, delivery=self, clock=self.clock)
        return getattr(engine, verb)(*arguments, **named)

    async def awaited(self, verb: str, *arguments: object, **named: object) -> Any:
        return await getattr(self.async_engine(), verb)(*arguments, **named)

    def async_engine(self) -> pinbolt.AsyncEngine:
        awaited = Awaited(self)
        return pinbolt.AsyncEngine(
            **installed(), store=awaited, delivery=awaited, clock=self.clock, hash_slots=1
        )

    async def point(self) -> None:
        """Give way, at each point where a store or gateway is awaited."""
        await asyncio.sleep(0)

    def finish(self, code: str, handle: str | None = None, purpose: str = "sign-in") -> Any:
        handle = handle or self.prepared.handle
        return self.run("finish", purpose=purpose, handle=handle, code=code, session=SESSION)

    def verify(self, pin: str) -> Any:
        return self.run("verify", name="a-1", purpose="pay", pin=pin, session=SESSION)

    def begin(self) -> Any:
        return self.run("begin", name=PHONE, purpose="visit", channel="sms", session=SESSION)

    def enroll(self) -> Any:
        number = "+351912000433"
        return self.run("enroll", account="a-2", pin=PIN, addresses=[number], asserted_by=DESK)

    def change_pin(self) -> Any:
        return self.run("change_pin", account="a-1", old=PIN, new=NEW_PIN, session=SESSION)

    def failures(self, authenticator: pinbolt.Authenticator) -> int:
        described = granted(self.run("describe", account="a-1"), pinbolt.Description)
        ledgers = [one for one in described.ledgers if one.authenticator == authenticator]
        return sum(ledger.failures for ledger in ledgers)


class Awaited:
    """A world's store and gateway, awaited before each call and after it."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def load(self, row: str) -> pinbolt.Snapshot | None:
        await self.world.point()
        loaded = self.world.load(row)
        await self.world.point()
        return loaded

    async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        await self.world.point()
        swapped = self.world.swap(write)
        await self.world.point()
        return swapped

    async def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        await self.world.point()
        handed = self.world.deliver(message)
        await self.world.point()
        return handed


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


# What a verb may have done by its end, `result` being an answer or what was raised.


def finished(world: World, result: object) -> None:
    """A right code is good once: accepted unless its use was written before."""
    then = world.recovered().finish(world.prepared.code)
    if isinstance(result, pinbolt.Accepted) or world.rows != world.prepared.rows:
        refused(then, "AlreadyUsed")
    else:
        granted(then, pinbolt.Accepted)


def guessed(world: World, result: object) -> None:
    """A wrong code that was judged was counted, and stays so."""
    assert not isinstance(result, pinbolt.Accepted)
    counted = world.recovered().failures("code")
    assert (counted > 0) == (world.rows != world.prepared.rows)
    if isinstance(result, pinbolt.Refused):
        assert (result.name, counted) == ("WrongCode", 5 - (result.tries_left or 0))
    again = refused(world.recovered().finish(wrong(world.prepared.code)), "WrongCode")
    assert again.tries_left == 4 - counted
    assert world.recovered().failures("code") == counted


def verified(world: World, result: object) -> None:
    """A right PIN that was accepted is no failure; else it is one at most."""
    counted = world.recovered().failures("pin")
    assert counted <= (0 if isinstance(result, pinbolt.Accepted) else 1)
    granted(world.recovered().verify(PIN), pinbolt.Accepted)


def mistyped(world: World, result: object) -> None:
    """A wrong PIN was counted before it was hashed."""
    assert not isinstance(result, pinbolt.Accepted)
    counted = world.recovered().failures("pin")
    assert (counted > 0) == (world.rows != world.prepared.rows)
    if isinstance(result, pinbolt.Refused):
        assert result.name == "WrongCredentials"


def begun(world: World, result: object) -> None:
    """What was issued can be delivered and is good; what wasn't can be issued."""
    recovered = world.recovered()
    issued = result if isinstance(result, pinbolt.Begun) else recovered.begin()
    issued = granted(issued, pinbolt.Begun)
    assert recovered.run("deliver", issued.dispatch).outcome == "sent"
    code, handle = recovered.phone.code, issued.challenge.handle
    granted(recovered.finish(code, handle, "visit"), pinbolt.Accepted)


def enrolled(world: World, result: object) -> None:
    """An account that is there can be cancelled, and its address is free again."""
    recovered = world.recovered()
    if isinstance(result, pinbolt.Enrolled) and world.whim != LIE:
        assert result.bound == 1
    then = recovered.enroll()
    if isinstance(then, pinbolt.Refused):
        refused(then, "AccountExists")
        recovered.run("cancel_account", account="a-2", authority=DESK)
        then = recovered.enroll()
    assert granted(then, pinbolt.Enrolled).bound == 1


def changed(world: World, result: object) -> None:
    """One of the two PINs is good, and the new one if it was said so."""
    good = [
        pin for pin in (PIN, NEW_PIN) if isinstance(world.recovered().verify(pin), pinbolt.Accepted)
    ]
    assert len(good) == 1
    assert not isinstance(result, pinbolt.Done) or good == [NEW_PIN]


ACTS: Final[dict[str, tuple[Callable[[World], Any], Callable[[World, object], None]]]] = {
    "finish": (lambda world: world.finish(world.prepared.code), finished),
    "finish wrong": (lambda world: world.finish(wrong(world.prepared.code)), guessed),
    "verify": (lambda world: world.verify(PIN), verified),
    "verify wrong": (lambda world: world.verify(WRONG_PIN), mistyped),
    "begin": (World.begin, begun),
    "enroll": (World.enroll, enrolled),
    "change_pin": (World.change_pin, changed),
}

LOADS: Final = (
    broke,
    seven,
    look_alike,
    a_short_version,
    too_long_a_body,
    a_text_for_bytes,
    a_spent_coroutine,
)
CLOCKS: Final = (broke, none, negative, a_fraction, beyond_64_bits, a_text)
INTERRUPTS: Final = {
    interrupted: KeyboardInterrupt,
    exited: SystemExit,
    cancelled: asyncio.CancelledError,
}
WHIMS: Final = (
    *(Whim("load", does) for does in (*LOADS, *INTERRUPTS)),
    *(
        Whim("swap", does, after)
        for does in (broke, none, seven, a_spent_coroutine, in_doubt, *INTERRUPTS)
        for after in (False, True)
    ),
    # After the write these two are lies; nobody gets in by them.
    *(Whim("swap", does, after) for does in (failed, conflict) for after in (False, True)),
    *(Whim("swap", does, after, ALWAYS) for does in (broke, none) for after in (False, True)),
    Whim("load", broke, times=ALWAYS),
    Whim("swap", failed, times=ALWAYS),
    *(Whim("clock", does) for does in (*CLOCKS, *INTERRUPTS)),
)


CAUSES: Final[dict[Callable[[], Any], type[BaseException | None]]] = {
    broke: Broke,
    a_short_version: pinbolt.Misuse,
    too_long_a_body: pinbolt.Misuse,
    failed: type(None),
    in_doubt: type(None),
}
"""Of failures; rubbish is a TypeError."""


def attempt(act: Callable[[], Any]) -> Any:
    """Give what an act gives, or what it raises."""
    try:
        return act()
    except BaseException as raised:
        return raised


def must_fit(whim: Whim, result: BaseException) -> None:
    """The right kind of exception, and why."""
    if whim.does in INTERRUPTS:
        assert type(result) is INTERRUPTS[whim.does]
    elif whim.call == "clock":
        assert type(result) is (Broke if whim.does is broke else TypeError)
    else:
        assert isinstance(result, pinbolt.Failure), repr(result)
        assert type(result.__cause__) is CAUSES.get(whim.does, TypeError)
        # A claim in doubt is tried again, as often as one that is contended.
        doubt = {"Unresolved", "Contended"} if whim.times > 1 else {"Unresolved"}
        surely = whim.call == "load" or whim.does is failed
        assert result.name in ({"Store"} if surely else doubt)


@faces
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("whim", WHIMS, ids=str)
def test_a_whim_at_each_call_of_each_verb(
    face: Face, act: str, whim: Whim, prepared: Prepared
) -> None:
    does, holds = ACTS[act]
    for at in range(100):
        world = World(face, prepared, whim, at)
        result = attempt(partial(does, world))
        if isinstance(result, BaseException):
            must_fit(whim, result)
        elif world.was_met:
            assert whim.does not in INTERRUPTS
            assert whim.call != "clock"
        holds(world, result)
        if not world.was_met:
            return
    pytest.fail("there is no end to the calls")


@faces
@pytest.mark.parametrize("does", [broke, none, a_spent_coroutine])
def test_a_lost_answer_is_resolved_from_the_record(
    face: Face, does: Callable[[], Any], prepared: Prepared
) -> None:
    """Written, and the answer lost each time: accepted, and once."""
    world = World(face, prepared, Whim("swap", does, after=True, times=ALWAYS))
    accepted = granted(world.finish(prepared.code), pinbolt.Accepted)
    assert (accepted.account, accepted.purpose) == ("a-1", "sign-in")
    refused(world.recovered().finish(prepared.code), "AlreadyUsed")
    granted(World(face, prepared).finish(prepared.code), pinbolt.Accepted)


@faces
def test_a_stale_load_costs_a_retry(face: Face, prepared: Prepared) -> None:
    world = World(face, prepared)
    granted(world.finish(prepared.code), pinbolt.Accepted)
    used = world.rows
    ((row, stale),) = prepared.rows.items() - used.items()
    world = World(face, prepared._replace(rows=used), Whim("load", lambda: stale))
    refused(world.finish(prepared.code), "AlreadyUsed")
    assert (world.rows, world.calls) == (used, 2)
    assert row in used


@faces
def test_a_load_that_finds_nobody_lets_nobody_in(face: Face, prepared: Prepared) -> None:
    world = World(face, prepared, Whim("load", none, times=ALWAYS))
    refused(world.finish(prepared.code), "Ended")
    refused(world.verify(PIN), "WrongCredentials")
    granted(world.recovered().finish(prepared.code), pinbolt.Accepted)


@faces
def test_a_store_that_lies_of_what_it_wrote_lets_in_twice(face: Face, prepared: Prepared) -> None:
    """The one lie that does, for `applied` is a store's promise; the kit finds it."""
    lie = Whim("swap", lambda: "applied", times=ALWAYS)
    world = World(face, prepared, lie)
    for _ in range(2):
        granted(world.finish(prepared.code), pinbolt.Accepted)
    assert world.rows == prepared.rows
    with pytest.raises(Broken):
        check_store(lambda: World(face, prepared, lie))


def delivered(world: World) -> tuple[pinbolt.Begun, Any]:
    """What `begin` gave, and what became of its dispatch."""
    begun = granted(world.begin(), pinbolt.Begun)
    return begun, attempt(lambda: world.run("deliver", begun.dispatch))


@faces
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "does", [broke, none, seven, a_spent_coroutine, *INTERRUPTS], ids=lambda does: does.__name__
)
def test_a_gateway_with_a_whim(
    face: Face, does: Callable[[], Any], prepared: Prepared, *, after: bool
) -> None:
    world = World(face, prepared, Whim("deliver", does, after))
    begun, result = delivered(world)
    if does in INTERRUPTS:
        assert type(result) is INTERRUPTS[does]
    else:
        assert (result.outcome, type(result.cause)) == ("unknown", CAUSES.get(does, TypeError))
    with pytest.raises(pinbolt.Misuse) as misuse:
        world.run("deliver", begun.dispatch)
    assert misuse.value.name == "UsedUp"
    assert len(world.phone.messages) == int(after)
    if after:
        handle, code = begun.challenge.handle, world.phone.code
        granted(world.recovered().finish(code, handle, "visit"), pinbolt.Accepted)


@faces
@pytest.mark.parametrize("says", ["sent", "refused", "unknown"])
def test_a_gateway_that_says(face: Face, says: str, prepared: Prepared) -> None:
    _, result = delivered(World(face, prepared, Whim("deliver", lambda: says)))
    assert (result.outcome, result.cause) == (says, None)


@faces
@pytest.mark.parametrize("does", [broke, none])
def test_a_store_that_fails_behind_a_gateway(
    face: Face, does: Callable[[], Any], prepared: Prepared
) -> None:
    """Giving back the cooldown of a message that the gateway refused."""

    class Refusing(World):
        def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
            self.whim = Whim("swap", does, times=ALWAYS)
            return "refused"

    world = Refusing(face, prepared)
    begun = granted(
        world.run("begin", name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION),
        pinbolt.Begun,
    )
    with pytest.raises(pinbolt.Failure) as failure:
        world.run("deliver", begun.dispatch)
    assert type(failure.value.__cause__) is CAUSES.get(does, TypeError)
    then = world.recovered().finish("000000", begun.challenge.handle)
    assert refused(then, "WrongCode").tries_left == 4


@faces
def test_a_clock_that_ran_away_and_comes_back(face: Face, prepared: Prepared) -> None:
    """To the last millisecond that a clock may give: no wait is shorter for it."""
    world = World(face, prepared)
    world.now = 100_000_000_000_000 - 1
    refused(world.finish(prepared.code), "UnknownChallenge")
    for _ in range(10):
        refused(world.verify(WRONG_PIN), "WrongCredentials")
    refused(world.verify(PIN), "Throttled")
    world.now = NOW
    refused(world.verify(PIN), "Throttled")
    refused(world.finish(prepared.code), "Ended")
    world.now += 24 * 3_600_000
    granted(world.verify(PIN), pinbolt.Accepted)


def test_what_answers_nothing_to_await_is_a_failure(prepared: Prepared) -> None:
    """A blocking store, given to the asyncio engine by mistake."""
    world = World("AsyncEngine", prepared)

    async def mistaken() -> None:
        engine = pinbolt.AsyncEngine(**installed(), store=world, delivery=world)  # type: ignore[arg-type]
        with pytest.raises(pinbolt.Failure) as failure:
            await engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION)
        assert (failure.value.name, type(failure.value.__cause__)) == ("Store", TypeError)

    asyncio.run(mistaken())


def test_a_write_that_nobody_awaited_is_resolved_from_the_record(prepared: Prepared) -> None:
    """Its swap writes before anything can be awaited, and answers what can't be."""
    world = World("AsyncEngine", prepared)

    class Half(Awaited):
        swap: Any = world.swap

    async def finish() -> None:
        engine = pinbolt.AsyncEngine(**installed(), store=Half(world), clock=world.clock)
        for name in (None, "AlreadyUsed"):
            result = await engine.finish(
                purpose="sign-in", handle=prepared.handle, code=prepared.code, session=SESSION
            )
            assert (result.name if isinstance(result, pinbolt.Refused) else None) == name

    asyncio.run(finish())


class Parked(World):
    """One whose k-th awaited point is never passed: there the task is cancelled."""

    def __init__(self, prepared: Prepared, at: int) -> None:
        super().__init__("AsyncEngine", prepared)
        self.at, self.points, self.parked = at, 0, asyncio.Event()

    async def point(self) -> None:
        self.points += 1
        if self.points - 1 == self.at:
            self.parked.set()
            await asyncio.Event().wait()

    async def awaited(self, verb: str, *arguments: object, **named: object) -> Any:
        engine = self.async_engine()
        task = asyncio.ensure_future(getattr(engine, verb)(*arguments, **named))
        parked = asyncio.ensure_future(self.parked.wait())
        await asyncio.wait([task, parked], return_when=asyncio.FIRST_COMPLETED)
        for unfinished in (task, parked):
            unfinished.cancel()
        await asyncio.wait([task, parked])
        # The same engine goes on, on the same loop, and nothing more is held up.
        self.at = ALWAYS
        granted(await engine.describe(account="a-1"), pinbolt.Description)
        return await task


@pytest.mark.parametrize("act", ACTS)
def test_cancelled_at_each_awaited_point_of_each_verb(act: str, prepared: Prepared) -> None:
    does, holds = ACTS[act]
    for at in range(100):
        world = Parked(prepared, at)
        result = attempt(partial(does, world))
        met = isinstance(result, asyncio.CancelledError)
        holds(world, result)
        if not met:
            assert at >= 2
            return
    pytest.fail("there is no end to the points")


@pytest.mark.parametrize("at", [0, 1])
def test_cancelled_in_a_delivery(at: int, prepared: Prepared) -> None:
    """Before the message went out, or after: its code is good if it did."""
    world = World("AsyncEngine", prepared)
    begun = granted(world.begin(), pinbolt.Begun)
    parked = Parked(prepared._replace(rows=world.rows), at)
    result = attempt(lambda: parked.run("deliver", begun.dispatch))
    assert isinstance(result, asyncio.CancelledError)
    assert len(parked.phone.messages) == at
    if at == 1:
        handle, code = begun.challenge.handle, parked.phone.code
        granted(parked.recovered().finish(code, handle, "visit"), pinbolt.Accepted)


@pytest.mark.parametrize("pin", [PIN, WRONG_PIN])
def test_cancelled_while_its_hash_waits(pin: str, prepared: Prepared) -> None:
    """The guess was counted before; the hash is never run, and its slot is free again."""
    world, gate = World("AsyncEngine", prepared), threading.Event()

    async def cancelled() -> None:
        engine = world.async_engine()
        busy = asyncio.wrap_future(engine._hashes.submit(gate.wait, 30))
        task = asyncio.ensure_future(
            engine.verify(name="a-1", purpose="pay", pin=pin, session=SESSION)
        )
        for _ in range(30):
            await asyncio.sleep(0)
        assert engine._hashes._work_queue.qsize() == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        assert await busy

    asyncio.run(cancelled())
    assert world.recovered().failures("pin") == 1
    granted(world.recovered().verify(PIN), pinbolt.Accepted)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Nor a coroutine that nobody awaited, which pytest makes an error of."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive(), thread.name
