"""The SQLite file under another copy of SQLite in the same process: Python's own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support import DESK, PHONE, PIN, SESSION, installed

import pinbolt

if TYPE_CHECKING:
    from pathlib import Path


def test_a_look_by_another_copy_of_sqlite_loses_no_write(tmp_path: Path) -> None:
    """When it closes the file it takes our locks away, and may take the log; then writes fail."""
    url = f"sqlite://{tmp_path}/auth.db"
    engine = pinbolt.Engine(**installed(), url=url)
    engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    with closing(sqlite3.connect(tmp_path / "auth.db")) as other:
        assert other.execute("SELECT count(*) FROM rows").fetchone() > (0,)
    accepted = 0
    try:
        for _ in range(3):
            answer = engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION)
            accepted += isinstance(answer, pinbolt.Accepted)
    except pinbolt.Failure as failure:
        assert failure.name in {"Store", "Unresolved"}  # noqa: PT017
    del engine
    again = pinbolt.Engine(**installed(), url=url)
    shown = again.describe(account="a-1")
    assert isinstance(shown, pinbolt.Description)
    kept = sum(event.kind == "PinAccepted" for event in shown.events)
    assert kept == accepted, "what was accepted was written where others see it"


def test_what_was_answered_applied_is_there(tmp_path: Path) -> None:
    url, row = f"sqlite://{tmp_path}/auth.db", "a-row"
    store = pinbolt.open_store(url)

    def write(expected: bytes | None, to: int) -> pinbolt.Write:
        version = bytes([to]) * 16
        return pinbolt.Write(
            row=row, expected=expected, version=version, body=b"x", keep_until=None
        )

    assert store.swap(write(None, 1)) == "applied"
    with closing(sqlite3.connect(tmp_path / "auth.db")) as other:
        other.execute("SELECT count(*) FROM rows").fetchone()
    last, answer = 1, "applied"
    for to in (2, 3):
        answer = store.swap(write(bytes([last]) * 16, to))
        last = to if answer == "applied" else last
    assert answer in {"applied", "failed"}
    del store
    seen = pinbolt.open_store(url).load(row)
    assert seen is not None
    assert seen.version == bytes([last]) * 16 or (answer, seen.version[0]) == ("failed", 2)


def test_a_file_that_was_moved_away_takes_no_more_writes(tmp_path: Path) -> None:
    engine = pinbolt.Engine(**installed(), url=f"sqlite://{tmp_path}/auth.db")
    engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    (tmp_path / "auth.db").rename(tmp_path / "old.db")
    for _ in range(2):
        with pytest.raises(pinbolt.Failure, match="open the store again"):
            engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION)
