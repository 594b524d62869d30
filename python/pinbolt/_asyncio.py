"""The asyncio engine: the loop in Python, over the native operation."""

import asyncio
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from pinbolt import _native
from pinbolt._async_verbs import AsyncVerbs
from pinbolt._engine import refuse_async_audit
from pinbolt._native import (
    AuditEvent,
    Commit,
    Deliver,
    Digest,
    Hash,
    Keys,
    Load,
    OpenedStore,
    Operation,
    Pinbolt,
    Policy,
    Snapshot,
    Work,
)
from pinbolt._stores import AsyncDelivery, AsyncStore
from pinbolt._words import Handover, Swapped

_T = TypeVar("_T")

_PATIENCE: Final = 5.0
"""How long an operation waits for a free hash slot, in seconds."""

_LONGEST_PAUSE: Final = 64
"""The longest pause after a lost race, in milliseconds."""


class AsyncEngine(AsyncVerbs):
    """Runs verbs on an asynchronous store and delivery. Share it between tasks.

    Its verbs are those of `Engine`, and give and raise the same. PINs are hashed on threads of its
    own, at most `hash_slots` at once over all tasks and loops; a fork has none of them, so open it
    after one. A store by URL is run on the loop's worker threads. Cancelling a task
    at any point is safe: a write that was under way may stand, a counted guess stays counted, and
    nothing is accepted.

    Example:
        >>> async def sign_in() -> None:
        ...     engine = pinbolt.AsyncEngine(url="memory:", keys=keys, policy=policy)
        ...     print(await engine.enroll(account="a-1", pin="802714"))
        ...     accepted = await engine.verify(
        ...         name="a-1", purpose="pay", pin="802714", session=b"the web session"
        ...     )
        ...     print(accepted)
        >>> asyncio.run(sign_in())
        Enrolled(bound=0, candidates=0)
        Accepted(account='a-1', purpose='pay', lane='stranger')
    """

    def __init__(
        self,
        *,
        keys: Keys,
        policy: Policy,
        url: str | None = None,
        store: AsyncStore | OpenedStore | None = None,
        tenant: str = "",
        delivery: AsyncDelivery | None = None,
        clock: Callable[[], int] | None = None,
        audit: Callable[[AuditEvent], object] | None = None,
        hash_slots: int | None = None,
    ) -> None:
        """Open an engine: the arguments are those of `Engine`.

        Raises:
            ConfigurationError: The URL was refused.
            Misuse: The tenant is too long.
            TypeError: Not one of `url` and `store`, or a store, delivery or clock that is none.
            ValueError: No hash slot.
        """
        if (url is None) == (store is None):
            raise TypeError("give one of url and store")
        for plugged, verbs in ((store, ("load", "swap")), (delivery, ("deliver",))):
            for verb in verbs if plugged is not None else ():
                if not callable(getattr(plugged, verb, None)):
                    raise TypeError(f"{type(plugged).__qualname__} needs a method {verb}")
        if audit is not None and not callable(audit):
            raise TypeError("audit is a callable that takes an AuditEvent")
        refuse_async_audit(audit)
        self._pinbolt = Pinbolt(keys=keys, policy=policy, tenant=tenant, clock=clock)
        self._store = store if store is not None else _native.open_store(str(url))
        self._delivery = delivery
        self._audit = audit
        # As many threads as there are slots: the pool's own queue is where later hashes wait.
        self._hashes = ThreadPoolExecutor(
            hash_slots if hash_slots is not None else os.cpu_count() or 1, "pinbolt-hash"
        )

    @property
    def pinbolt(self) -> Pinbolt:
        """The installation, to start operations of your own on."""
        return self._pinbolt

    def __repr__(self) -> str:
        """Show the tenant alone."""
        return f"AsyncEngine(tenant={self._pinbolt.tenant!r})"

    async def run(self, operation: Operation[_T]) -> _T:
        """Run an operation, started elsewhere, to its end, as `Engine.run`."""
        operation._drive()  # noqa: SLF001
        try:
            await self._answer(operation)
        finally:
            operation._leave()  # noqa: SLF001
        try:
            return operation.end()
        finally:
            if self._audit is not None:
                for event in operation.events:
                    self._audit(event)

    async def _answer(self, operation: Operation[object]) -> None:
        losses = 0
        while (question := operation.question) is not None:
            lost = False
            if isinstance(question, Hash):
                await self._hash(operation, question.work)
            elif isinstance(question, Deliver):
                await self._deliver(operation, question)
            elif isinstance(self._store, OpenedStore):
                lost = await asyncio.to_thread(self._store._serve, operation)  # noqa: SLF001
            elif isinstance(question, Load):
                await _load(operation, self._store, question.row)
            else:
                lost = await _swap(operation, self._store, question)
            if lost:
                losses += 1
                await asyncio.sleep(random.uniform(0, _most(losses)) / 1000)  # noqa: S311

    async def _hash(self, operation: Operation[object], work: Work) -> None:
        digest = await self._hashed(work)
        if digest is None:
            operation.answer_not_hashed()
        else:
            operation.answer_hashed(digest)

    async def _hashed(self, work: Work) -> Digest | None:
        """Run on the pool; None where no thread was free in time."""
        future = self._hashes.submit(work.run)
        try:
            done, _ = await asyncio.wait([asyncio.wrap_future(future)], timeout=_PATIENCE)
            if not done and future.cancel():
                return None
            return await asyncio.wrap_future(future)
        finally:
            # One that waits in the queue is never run; one that runs keeps its thread to its end.
            future.cancel()

    async def _deliver(self, operation: Operation[object], question: Deliver) -> None:
        if self._delivery is None:
            operation.answer_not_sent()
            return
        try:
            handover = _handover(await self._delivery.deliver(question.message))
        except Exception as error:  # noqa: BLE001
            operation.answer_unknown(error)
            return
        if handover == "sent":
            operation.answer_sent()
        elif handover == "refused":
            operation.answer_not_sent()
        else:
            operation.answer_unknown()


async def _load(operation: Operation[object], store: AsyncStore, row: str) -> None:
    try:
        snapshot = _snapshot(await store.load(row))
    except Exception as error:  # noqa: BLE001
        operation.answer_load_failed(error)
    else:
        operation.answer_found(snapshot)


async def _swap(operation: Operation[object], store: AsyncStore, commit: Commit) -> bool:
    """Answer a write; whether a race was lost."""
    try:
        swapped = _swapped(await store.swap(commit.write))
    except Exception as error:  # noqa: BLE001
        operation.answer_in_doubt(error)
        return False
    if swapped == "applied":
        operation.answer_applied()
    elif swapped == "conflict":
        operation.answer_conflict()
    elif swapped == "in_doubt":
        operation.answer_in_doubt()
    else:
        operation.answer_not_applied()
    return swapped == "conflict"


def _most(losses: int) -> int:
    """As in the engine's own drivers: doubling, so that those who lost a race don't meet again."""
    return min(1 << min(losses, _LONGEST_PAUSE), _LONGEST_PAUSE)


def _snapshot(answer: object) -> Snapshot | None:
    if answer is None or isinstance(answer, Snapshot):
        return answer
    raise _odd("load", "a Snapshot or None", answer)


def _swapped(answer: object) -> Swapped:
    match answer:
        case str("applied" | "conflict" | "in_doubt" | "failed"):
            return answer
        case _:
            raise _odd("swap", "'applied', 'conflict', 'in_doubt' or 'failed'", answer)


def _handover(answer: object) -> Handover:
    match answer:
        case str("sent" | "refused" | "unknown"):
            return answer
        case _:
            raise _odd("deliver", "'sent', 'refused' or 'unknown'", answer)


def _odd(verb: str, wanted: str, answer: object) -> TypeError:
    """Name the type alone: a value may hold anything."""
    gave = type(answer).__qualname__
    return TypeError(f"{verb} answers {wanted}, and gave something else: {gave}")
