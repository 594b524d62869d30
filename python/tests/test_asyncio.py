"""The asyncio engine: hashes off the loop and within their slots, cancellation, odd stores."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from support import (
    DESK,
    PHONE,
    PIN,
    SESSION,
    AsyncPhone,
    AsyncRows,
    Rows,
    granted,
    installed,
    refused,
    wrong,
)

import pinbolt
from pinbolt import _asyncio


class Whim(AsyncRows):
    """A store that does something else, or waits, when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.at_load: Callable[[], Awaitable[Any]] | None = None
        self.at_swap: Callable[[], Awaitable[Any]] | None = None
        self.writes_first = False

    async def load(self, row: str) -> pinbolt.Snapshot | None:
        if self.at_load is not None:
            answer: pinbolt.Snapshot | None = await self.at_load()
            return answer
        return await super().load(row)

    async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        if self.at_swap is None:
            return await super().swap(write)
        if self.writes_first:
            self.rows.swap(write)
        answer: pinbolt.Swapped = await self.at_swap()
        return answer


class Desk:
    def __init__(self, **arguments: Any) -> None:
        self.store, self.phone = Whim(), AsyncPhone()
        arguments = {"store": self.store, "delivery": self.phone, **arguments}
        self.engine = pinbolt.AsyncEngine(**installed(), **arguments)

    async def sent(self) -> pinbolt.Challenge:
        await self.engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
        begun = granted(
            await self.engine.begin(
                name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION
            ),
            pinbolt.Begun,
        )
        await self.engine.deliver(begun.dispatch)
        return begun.challenge

    async def finish(
        self, challenge: pinbolt.Challenge, code: str | None = None
    ) -> pinbolt.Accepted | pinbolt.Refused:
        return await self.engine.finish(
            purpose="sign-in",
            handle=challenge.handle,
            code=self.phone.phone.code if code is None else code,
            session=SESSION,
        )

    async def verify(self, pin: str = PIN) -> pinbolt.Accepted | pinbolt.Refused:
        return await self.engine.verify(name="a-1", purpose="pay", pin=pin, session=SESSION)


class Broke(RuntimeError):
    """A database's own exception."""


async def broke() -> Any:
    raise Broke


async def failed(name: str, awaited: Awaitable[object]) -> pinbolt.Failure:
    with pytest.raises(pinbolt.Failure) as raised:
        await awaited
    assert raised.value.name == name
    return raised.value


async def until(true: Callable[[], bool]) -> None:
    """Turns the loop until it is true; who waits for ever has found something."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0)


class Watched:
    """Counts the hashes that run at once, and where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lock = threading.Lock()
        self.running, self.most, self.runs = 0, 0, 0
        self.threads: set[int] = set()
        self.may_end = threading.Event()
        self.may_end.set()
        watched = self

        class Work:
            def __init__(self, work: pinbolt.Work) -> None:
                self.work = work

            def run(self) -> pinbolt.Digest:
                with watched.lock:
                    watched.running += 1
                    watched.runs += 1
                    watched.most = max(watched.most, watched.running)
                    watched.threads.add(threading.get_ident())
                watched.may_end.wait(10)
                digest = self.work.run()
                with watched.lock:
                    watched.running -= 1
                return digest

        real = _asyncio.AsyncEngine._hashed

        async def hashed(engine: pinbolt.AsyncEngine, work: pinbolt.Work) -> pinbolt.Digest | None:
            return await real(engine, Work(work))  # type: ignore[arg-type]

        monkeypatch.setattr(_asyncio.AsyncEngine, "_hashed", hashed)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


@pytest.mark.parametrize("slots", [1, 3])
def test_hashes_keep_to_their_slots_and_off_the_loop(watched: Watched, slots: int) -> None:
    desk = Desk(hash_slots=slots, store=None, url="memory:")

    async def many() -> None:
        await desk.sent()
        watched.may_end.clear()
        tasks = [asyncio.create_task(desk.verify()) for _ in range(8)]
        await until(lambda: watched.running == slots)
        await asyncio.sleep(0.05)
        assert watched.running == slots
        watched.may_end.set()
        for result in await asyncio.gather(*tasks):
            granted(result, pinbolt.Accepted)

    for _ in range(2):  # Slots are the engine's, not one loop's.
        asyncio.run(many())
    assert watched.runs >= 10
    assert watched.most == slots
    assert threading.get_ident() not in watched.threads
    assert len(watched.threads) <= slots


def test_a_hash_that_waits_too_long_is_overload_and_no_guess(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(hash_slots=1)

    async def crowd() -> None:
        await desk.sent()
        ran = watched.runs
        watched.may_end.clear()
        first = asyncio.create_task(desk.verify())
        await until(lambda: watched.running == 1)
        monkeypatch.setattr(_asyncio, "_PATIENCE", 0.01)
        for _ in range(20):
            await failed("Overload", desk.verify("314159"))
        assert watched.runs == ran + 1
        watched.may_end.set()
        granted(await first, pinbolt.Accepted)

    asyncio.run(crowd())
    assert watched.most == 1


def test_a_cancelled_hash_keeps_its_slot_to_its_end(watched: Watched) -> None:
    desk = Desk(hash_slots=1)

    async def cancelled() -> None:
        await desk.sent()
        watched.may_end.clear()
        tasks = [asyncio.create_task(desk.verify()) for _ in range(5)]
        await until(lambda: watched.running == 1)
        for task in tasks[:4]:
            task.cancel()
        done = await asyncio.gather(*tasks[:4], return_exceptions=True)
        assert [type(result) for result in done] == [asyncio.CancelledError] * 4
        assert watched.running == 1
        watched.may_end.set()
        granted(await tasks[4], pinbolt.Accepted)
        granted(await desk.verify(), pinbolt.Accepted)

    asyncio.run(cancelled())
    assert watched.most == 1


@pytest.mark.parametrize("url", [None, "memory:"])
def test_a_task_cancelled_at_any_step_loses_nothing(url: str | None) -> None:
    """Cancelled after so many turns of the loop; then the code is good, or was used up unseen."""

    async def cancelled_after(turns: int) -> bool:
        desk = Desk(url=url, store=None) if url else Desk()
        challenge = await desk.sent()
        task = asyncio.create_task(desk.finish(challenge))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        try:
            granted(await task, pinbolt.Accepted)
        except asyncio.CancelledError:
            pass
        else:
            refused(await desk.finish(challenge), "AlreadyUsed")
            return True
        result = await desk.finish(challenge)
        if not isinstance(result, pinbolt.Accepted):
            refused(result, "AlreadyUsed")
        refused(await desk.finish(challenge), "AlreadyUsed")
        return False

    assert not asyncio.run(cancelled_after(0))
    turns = 1
    while not asyncio.run(cancelled_after(turns)):
        turns = turns + 1 if turns < 16 else turns * 2
    assert turns > 2


def test_a_task_cancelled_in_a_swap_may_have_written() -> None:
    async def cancelled() -> None:
        desk = Desk()
        challenge = await desk.sent()
        written = asyncio.Event()

        async def forever() -> Any:
            written.set()
            await asyncio.sleep(3600)

        desk.store.at_swap, desk.store.writes_first = forever, True
        task = asyncio.create_task(desk.finish(challenge))
        await written.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        desk.store.at_swap = None
        refused(await desk.finish(challenge), "AlreadyUsed")

    asyncio.run(cancelled())


def test_a_wrong_pin_that_was_cancelled_stays_counted() -> None:
    async def cancelled() -> None:
        desk = Desk()
        await desk.sent()
        for _ in range(10):
            swaps = desk.store.rows.swaps
            task = asyncio.create_task(desk.verify("314159"))
            await until(lambda: desk.store.rows.swaps > swaps)  # noqa: B023
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        refused(await desk.verify(), "Throttled")

    asyncio.run(cancelled())


def test_a_store_that_raises_answers_rubbish_or_lies() -> None:
    async def odd() -> None:
        desk = Desk()
        challenge = await desk.sent()
        store = desk.store
        store.at_load = broke
        assert isinstance((await failed("Store", desk.finish(challenge))).__cause__, Broke)
        for answer in (7, b"", False, "none"):
            store.at_load = partial(asyncio.sleep, 0, answer)
            failure = await failed("Store", desk.finish(challenge))
            assert isinstance(failure.__cause__, TypeError)
        store.at_load, store.at_swap = None, broke
        assert isinstance((await failed("Unresolved", desk.finish(challenge))).__cause__, Broke)
        for rubbish in (None, True, "Applied", 1, ["applied"], mock.ANY):
            store.at_swap = partial(asyncio.sleep, 0, rubbish)
            failure = await failed("Unresolved", desk.finish(challenge))
            assert isinstance(failure.__cause__, TypeError)
        store.at_swap = partial(asyncio.sleep, 0, "failed")
        assert (await failed("Store", desk.finish(challenge))).__cause__ is None
        store.at_swap, store.writes_first = partial(asyncio.sleep, 0, "in_doubt"), True
        granted(await desk.finish(challenge), pinbolt.Accepted)

    asyncio.run(odd())


def test_two_tasks_do_not_drive_one_operation() -> None:
    """The late answer to one's question would be taken for that to the other's."""

    async def driven() -> None:
        engine = pinbolt.AsyncEngine(**installed(), store=AsyncRows())
        operation = engine.pinbolt.enroll(account="a-1", pin=PIN)
        first, second = await asyncio.gather(
            engine.run(operation), engine.run(operation), return_exceptions=True
        )
        assert isinstance(first, pinbolt.Enrolled)
        assert isinstance(second, pinbolt.Misuse)
        assert second.name == "Busy"
        # One that was cancelled goes on with the next.
        operation = engine.pinbolt.enroll(account="a-2", pin=PIN)
        task = asyncio.create_task(engine.run(operation))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        granted(await engine.run(operation), pinbolt.Enrolled)

    asyncio.run(driven())


def test_a_blocking_store_by_mistake_is_a_failure() -> None:
    async def mistaken() -> None:
        engine = pinbolt.AsyncEngine(**installed(), store=Rows())  # type: ignore[arg-type]
        failure = await failed("Store", engine.describe(account="a-1"))
        assert isinstance(failure.__cause__, TypeError)

    asyncio.run(mistaken())


def test_a_delivery_that_raises_is_unknown() -> None:
    class Odd:
        does: Callable[[], Awaitable[Any]] = staticmethod(broke)

        async def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
            answer: pinbolt.Handover = await self.does()
            return answer

    async def delivered(does: Callable[[], Awaitable[Any]] | None) -> pinbolt.Delivered:
        odd = Odd()
        if does is not None:
            odd.does = does
        desk = Desk(delivery=odd)
        engine = desk.engine
        await engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
        begun = await engine.begin(
            name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION
        )
        return await engine.deliver(granted(begun, pinbolt.Begun).dispatch)

    async def all_of_them() -> None:
        unknown = await delivered(None)
        assert (unknown.outcome, type(unknown.cause)) == ("unknown", Broke)
        unknown = await delivered(partial(asyncio.sleep, 0, "Sent"))
        assert (unknown.outcome, type(unknown.cause)) == ("unknown", TypeError)
        for said in ("sent", "refused", "unknown"):
            done = await delivered(partial(asyncio.sleep, 0, said))
            assert (done.outcome, done.cause) == (said, None)

    asyncio.run(all_of_them())


def test_two_hundred_tasks_race_one_code() -> None:
    async def race() -> None:
        desk = Desk()
        challenge = await desk.sent()
        results = await asyncio.gather(
            *(desk.finish(challenge) for _ in range(200)), return_exceptions=True
        )
        accepted = [r for r in results if isinstance(r, pinbolt.Accepted)]
        assert len(accepted) == 1
        rest = {r.name for r in results if isinstance(r, (pinbolt.Refused, pinbolt.Failure))}
        assert rest <= {"AlreadyUsed", "Contended"}

    asyncio.run(race())


def test_the_auditor_is_told_and_may_refuse() -> None:
    events: list[str] = []

    def audit(event: pinbolt.AuditEvent) -> None:
        events.append(event.event.kind)
        if event.event.kind == "CodeAccepted":
            raise Broke

    async def audited() -> None:
        desk = Desk(audit=audit)
        challenge = await desk.sent()
        refused(await desk.finish(challenge, wrong(desk.phone.phone.code)), "WrongCode")
        with pytest.raises(Broke):
            await desk.finish(challenge)
        refused(await desk.finish(challenge), "AlreadyUsed")

    asyncio.run(audited())
    assert {"Enrolled", "CodeIssued", "CodeRefused", "CodeAccepted"} <= set(events)


@pytest.mark.parametrize("raised", [Broke, StopIteration, StopAsyncIteration])
@pytest.mark.parametrize("kind", ["sqlite", "python"])
def test_a_failing_clock_reaches_the_caller(
    tmp_path: Path, kind: str, raised: type[Exception]
) -> None:
    times = [1_800_000_000_000]

    def clock() -> int:
        if not times:
            raise raised
        return times.pop()

    async def timeless() -> None:
        engine = pinbolt.AsyncEngine(
            **installed(),
            url=f"sqlite://{tmp_path}/auth.db" if kind == "sqlite" else None,
            store=None if kind == "sqlite" else AsyncRows(),
            clock=clock,
        )
        with pytest.raises((raised, RuntimeError)):
            await engine.describe(account="a-1")

    asyncio.run(timeless())
