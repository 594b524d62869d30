"""Files of other systems, imported from Python."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from support import DESK, KEYS, PURPOSES, QUICK

import pinbolt
from pinbolt.provision import Importer, LineReport, import_file, import_file_async

HEX = "3132333435363738393031323334353637383930"
HOTP = pinbolt.oath.Hotp(b"12345678901234567890")


@pytest.fixture
def opened() -> dict[str, Any]:
    return {"keys": pinbolt.Keys.parse(KEYS), "policy": pinbolt.Policy.parse(QUICK + PURPOSES)}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "users.oath"
    lines = [f"HOTP ana - {HEX} 7", "# between", f"HOTP ben - {HEX}x", f"HOTP ben - {HEX} 1", "?"]
    path.write_text("\n".join([*lines, f"HOTP eve@home - {HEX[::-1]}\n"]))
    return path


def told(reports: list[LineReport]) -> list[tuple[int, str | None, str, str | None]]:
    return [(report.line, report.name, report.fate, report.why) for report in reports]


EXPECTED = [
    (1, "ana", "Added", None),
    (3, "ben", "Refused", "Secret"),
    (4, "ben", "HeldBack", "Beside"),
    (5, None, "Refused", "Line"),
    (6, "eve@home", "HeldBack", "Beside"),
]


def test_what_makes_no_sense_is_told_at_the_call(opened: dict[str, Any], rows: Path) -> None:
    engine = pinbolt.Engine(url="memory:", **opened)
    with pytest.raises(pinbolt.Misuse):
        import_file(engine, rows, format="nonsense", operator=DESK)  # type: ignore[arg-type]
    waits: Any = pinbolt.AsyncEngine(url="memory:", **opened)
    with pytest.raises(TypeError, match="import_file_async"):
        import_file(waits, rows, format="oath-users", operator=DESK)


def test_a_file_moves_in_line_by_line_and_again(opened: dict[str, Any], rows: Path) -> None:
    engine = pinbolt.Engine(url="memory:", **opened)

    def run(*, dry_run: bool = False) -> list[LineReport]:
        given = import_file(engine, rows, format="oath-users", operator=DESK, dry_run=dry_run)
        return list(given)

    ready = run(dry_run=True)
    assert told(ready) == [(1, "ana", "Ready", None), *EXPECTED[1:]]
    assert isinstance(engine.describe(account="ana"), pinbolt.Refused)
    moved = run()
    assert told(moved) == EXPECTED
    assert str(moved[1]) == "line 3: Refused: The secret is empty, too long, or not well-formed."
    assert "ana" not in repr(moved[0]) + str(moved[0])
    with pytest.raises(TypeError):
        bool(moved[0])
    assert told(run()) == [(1, "ana", "Kept", None), *EXPECTED[1:]]
    signed = engine.verify(name="ana", purpose="otp", otp=HOTP.code(7), session=b"s")
    assert isinstance(signed, pinbolt.Accepted)


def test_an_asyncio_engine_tells_the_same(opened: dict[str, Any], rows: Path) -> None:
    async def run() -> list[LineReport]:
        engine = pinbolt.AsyncEngine(url="memory:", **opened)
        given = import_file_async(engine, rows, format="oath-users", operator=DESK)
        return [report async for report in given]

    assert told(asyncio.run(run())) == EXPECTED


def test_names_are_looked_up_and_what_that_raises_is_raised(
    opened: dict[str, Any], tmp_path: Path
) -> None:
    engine = pinbolt.Engine(url="memory:", **opened)
    path = tmp_path / "users.oath"
    path.write_text(f"HOTP ana@home - {HEX}\nHOTP eve@home - {HEX}\n")
    ids = {"ana@home": "a-1"}
    given = import_file(engine, path, format="oath-users", operator=DESK, account=ids.get)
    assert told(list(given)) == [
        (1, "ana@home", "Added", None),
        (2, "eve@home", "HeldBack", "Account"),
    ]
    given = import_file(engine, path, format="oath-users", operator=DESK, account=ids.__getitem__)
    with pytest.raises(KeyError):
        list(given)


def test_a_failure_and_a_misuse_are_told_and_a_changed_file_is_raised(
    opened: dict[str, Any], rows: Path
) -> None:
    class Down:
        def load(self, row: str) -> None:
            raise OSError(row)

        def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
            raise NotImplementedError(write)

    down = pinbolt.Engine(store=Down(), **opened)
    given = list(import_file(down, rows, format="oath-users", operator=DESK))
    assert told(given)[0] == (1, "ana", "Failed", "Store")
    engine = pinbolt.Engine(url="memory:", **opened)
    rows.write_text("HOTP ana - 00\n")
    given = list(import_file(engine, rows, format="oath-users", operator=DESK))
    assert told(given) == [(1, "ana", "Refused", "ShortSecret")]
    given = list(
        import_file(
            engine,
            rows,
            format="oath-users",
            operator=DESK,
            dangerously_accept=["short-secrets"],
        )
    )
    assert told(given) == [(1, "ana", "Added", None)]
    rows.write_text(f"HOTP ben - {HEX}\nHOTP cid - {HEX}\n")
    reports = import_file(engine, rows, format="oath-users", operator=DESK)
    next(reports)
    rows.write_text(f"HOTP dan - {HEX}\n" * 3000)
    with pytest.raises(OSError, match="changed"):
        list(reports)


def test_what_is_no_format_is_misuse_and_an_importer_is_collected(opened: dict[str, Any]) -> None:
    app = pinbolt.Pinbolt(**opened)
    wrong: list[tuple[Any, Any]] = [
        ("csv", None),
        ("google-authenticator", None),
        ("google-authenticator", 7),
        ("django-otp", "ana"),
    ]
    for form, account in wrong:
        with pytest.raises((pinbolt.Misuse, TypeError)):
            Importer(form, pinbolt=app, account=account)

    class Ids:
        importer: Importer

        def __call__(self, name: str) -> str | None:
            assert self.importer.stage  # Busy: it is asked while it reads.
            return name

    ids = Ids()
    ids.importer = Importer("oath-users", pinbolt=app, account=ids)
    with pytest.raises(pinbolt.Misuse, match="Another call"):
        ids.importer.line(f"HOTP ana - {HEX}".encode())
    gone = weakref.ref(ids)
    del ids
    gc.collect()
    assert gone() is None


def test_an_account_is_an_operation_as_any_other(opened: dict[str, Any]) -> None:
    app = pinbolt.Pinbolt(**opened)
    importer = Importer("google-authenticator", pinbolt=app, account="ana")
    lines = None
    for _ in range(2):
        assert importer.line(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n") is None
        assert importer.line(b'" HOTP_COUNTER 7\n') is None
        lines = importer.end()
    assert lines is not None
    assert (importer.stage, importer.changed) == ("over", False)
    assert (lines.name, lines.account, lines.complete) == ("ana", "ana", True)
    operation = lines.start(app, operator=DESK)
    assert operation is not None
    engine = pinbolt.Engine(url="memory:", **opened)
    assert told(lines.reports(engine.run(operation))) == [(1, "ana", "Added", None)]
    assert told(lines.reports(None)) == [(1, "ana", "Ready", None)]
