"""For the tests of an integrator: the conformance kit over a store of his own.

Everything that pinbolt says of counting and replay rests on one conditional write, and an adapter
that checks in one statement and writes in the next looks right in every test that runs alone. So
no store is done before the kit passes it.
"""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from pinbolt import _native
from pinbolt._native import Snapshot, Write
from pinbolt._stores import AsyncStore, Store
from pinbolt._words import Swapped

_T = TypeVar("_T")

__all__ = ["Broken", "Finding", "check_async_store", "check_store"]


class Finding(NamedTuple):
    """One promise that was not kept."""

    promise: str
    """What a store must keep."""
    cost: str
    """What it would cost if it didn't."""
    seen: str
    """What the kit saw."""


class Broken(AssertionError):
    """A store that must not carry pinbolt.

    Attributes:
        findings: The promises that were not kept, each once; never empty.
    """

    findings: tuple[Finding, ...]

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Made by the kit."""
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        """One line for each promise."""
        told = (f"\n- {promise}, but {seen}; {cost}." for promise, cost, seen in self.findings)
        return "this store must not carry pinbolt:" + "".join(told)


def check_store(connect: Callable[[], Store]) -> int:
    """Try every promise of a store.

    The storage may be shared and need not be empty: rows are named `kit-`, a number drawn for the
    run, and so on. They are left behind, to be kept for an hour, but for one that says never.

    Args:
        connect: Opens one more connection to one and the same storage, as another process would;
            up to nine are open at once, on as many threads, and at one point none is.

    Returns:
        How many races were run: a slow store has fewer of them in the same time.

    Raises:
        Broken: Each promise that was not kept, with what it would cost.
        Exception: What `connect` raised.

    Example:
        >>> from pinbolt.testing import check_store
        >>> races = check_store(lambda: pinbolt.open_store(url))
        >>> races > 0
        True
    """
    before = sys.getswitchinterval()
    # Else a thread that checks and then writes is hardly ever interrupted in between.
    sys.setswitchinterval(1e-5)
    try:
        races, findings = _native.check(connect)
    finally:
        sys.setswitchinterval(before)
    if findings:
        raise Broken(tuple(map(Finding._make, findings)))
    return races


def check_async_store(connect: Callable[[], Awaitable[AsyncStore]]) -> int:
    """Try every promise of an asynchronous store, each connection on an event loop of its own.

    Args:
        connect: As for `check_store`, awaited. A connection with a method `aclose` has it awaited
            when the kit lets it go.

    Returns:
        How many races were run.

    Raises:
        Broken: Each promise that was not kept, with what it would cost.
        Exception: What `connect` raised.

    Example:
        >>> class Slow:
        ...     def __init__(self, store: pinbolt.Store) -> None:
        ...         self.store = store
        ...
        ...     async def load(self, row: str) -> pinbolt.Snapshot | None:
        ...         return await asyncio.to_thread(self.store.load, row)
        ...
        ...     async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        ...         return await asyncio.to_thread(self.store.swap, write)
        >>> async def connect() -> Slow:
        ...     return Slow(pinbolt.open_store(url))
        >>> from pinbolt.testing import check_async_store
        >>> check_async_store(connect) > 0
        True
    """
    return check_store(lambda: _OnItsLoop(connect))


class _OnItsLoop:
    """An asynchronous store as a blocking one, on a loop that runs in a thread."""

    def __init__(self, connect: Callable[[], Awaitable[AsyncStore]]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._store = self._run(connect())
        except BaseException:
            self._end()
            raise

    def load(self, row: str) -> Snapshot | None:
        return self._run(self._store.load(row))

    def swap(self, write: Write) -> Swapped:
        return self._run(self._store.swap(write))

    def __del__(self) -> None:
        close = getattr(getattr(self, "_store", None), "aclose", None)
        if close is not None:
            self._run(close())
        self._end()

    def _run(self, awaitable: Awaitable[_T]) -> _T:
        async def awaited() -> _T:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result()

    def _end(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
