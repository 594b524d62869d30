"""The conformance kit over Python's stores: the good pass, the racy are found."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import AsyncRows, Rows

import pinbolt
from pinbolt.testing import Broken, check_async_store, check_store


class CheckThenWrite(Rows):
    """Looks first and writes then, with a moment between."""

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        standing = self.rows.get(write.row)
        if (None if standing is None else standing.version) != write.expected:
            return "conflict"
        time.sleep(0.0005)
        if write.body is None:
            self.rows.pop(write.row, None)
        else:
            self.rows[write.row] = pinbolt.Snapshot(write.version, write.body)
        return "applied"


class Hasty(Rows):
    """Looks under a lock and writes under it again: the gap is some bytecodes."""

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        with self.lock:
            standing = self.rows.get(write.row)
        if (None if standing is None else standing.version) != write.expected:
            return "conflict"
        with self.lock:
            if write.body is None:
                self.rows.pop(write.row, None)
            else:
                self.rows[write.row] = pinbolt.Snapshot(write.version, write.body)
        return "applied"


class Forgetful(Rows):
    """Takes a write for applied whatever happened."""

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        super().swap(write)
        return "applied"


class Truthful(Rows):
    """Answers with a bool, as one may by habit."""

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        return super().swap(write) == "applied"  # type: ignore[return-value]


class Sqlite:
    """A store by the standard library: fifteen lines."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self.base.execute(
            "CREATE TABLE IF NOT EXISTS rows (name TEXT PRIMARY KEY, version BLOB, body BLOB)"
        )

    def __del__(self) -> None:
        self.base.close()

    def load(self, row: str) -> pinbolt.Snapshot | None:
        with (
            self.lock,
            closing(
                self.base.execute("SELECT version, body FROM rows WHERE name = ?", (row,))
            ) as found,
        ):
            kept = found.fetchone()
        return None if kept is None else pinbolt.Snapshot(*kept)

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        row, expected, version, body = write.row, write.expected, write.version, write.body
        statement: tuple[str, tuple[object, ...]]
        if expected is None:
            statement = "INSERT OR IGNORE INTO rows VALUES (?, ?, ?)", (row, version, body)
        elif body is None:
            statement = "DELETE FROM rows WHERE name = ? AND version = ?", (row, expected)
        else:
            statement = (
                "UPDATE rows SET version = ?, body = ? WHERE name = ? AND version = ?",
                (version, body, row, expected),
            )
        with self.lock:
            changed = self.base.execute(*statement).rowcount
        return "applied" if changed == 1 else "conflict"


def test_good_stores_pass(tmp_path: Path) -> None:
    rows = Rows()
    assert check_store(lambda: rows) > 0
    assert check_store(lambda: pinbolt.open_store(f"sqlite://{tmp_path}/opened.db")) > 0
    assert check_store(lambda: Sqlite(tmp_path / "own.db")) > 0


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (CheckThenWrite, "Of several writes over one version"),
        (Forgetful, "A write that was answered Applied stands"),
        (Truthful, "A healthy store answers every call"),
    ],
)
def test_broken_stores_are_found(kind: Callable[[], Rows], promise: str) -> None:
    rows = kind()
    with pytest.raises(Broken) as raised:
        check_store(lambda: rows)
    found = raised.value.findings
    assert found
    assert any(promise in finding.promise for finding in found)
    assert str(raised.value).startswith("this store must not carry pinbolt:\n- ")
    assert all(finding.cost in str(raised.value) for finding in found)


def test_a_gap_of_some_bytecodes_is_found() -> None:
    before = sys.getswitchinterval()
    rows = Hasty()
    with pytest.raises(Broken):
        check_store(lambda: rows)
    assert sys.getswitchinterval() == before


def test_what_connect_raises_is_raised() -> None:
    def connect() -> pinbolt.Store:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        check_store(connect)
    with pytest.raises(TypeError, match="method load"):
        check_store(object)  # type: ignore[arg-type]


def test_asynchronous_stores_too() -> None:
    good, closed = Rows(), []

    class Closed(AsyncRows):
        async def aclose(self) -> None:
            await asyncio.sleep(0)
            closed.append(self)

    async def connect() -> pinbolt.AsyncStore:
        return Closed(good)

    assert check_async_store(connect) > 0
    assert len(closed) > 8

    class Racy(AsyncRows):
        async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
            standing = await self.load(write.row)
            if (None if standing is None else standing.version) != write.expected:
                return "conflict"
            await asyncio.sleep(0.0005)
            return overwrite(self.rows, write)

    def overwrite(rows: Rows, write: pinbolt.Write) -> pinbolt.Swapped:
        if write.body is None:
            rows.rows.pop(write.row, None)
        else:
            rows.rows[write.row] = pinbolt.Snapshot(write.version, write.body)
        return "applied"

    async def racy() -> pinbolt.AsyncStore:
        return Racy(good)

    with pytest.raises(Broken):
        check_async_store(racy)

    async def refused() -> pinbolt.AsyncStore:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        check_async_store(refused)
