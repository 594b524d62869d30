"""Accounts that come from another system, and what a second run does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from support import DESK, HOTP, PIN, SECRET, SESSION, Desk, granted, installed, refused

import pinbolt
from pinbolt import ImportedToken
from pinbolt.oath import Hotp

FOB = b"the fob's own secret"
CODES = ["k3pqz-w7mnt-x2a", "h9dfr-c4vjb-y6e"]


def verify(desk: Desk, **evidence: Any) -> object:
    purpose = "otp" if "otp" in evidence else "recover"
    return desk.engine.verify(name="zoe", purpose=purpose, session=SESSION, **evidence)


def imported(desk: Desk, **arguments: Any) -> pinbolt.Imported:
    done = desk.engine.import_account(account="zoe", operator=DESK, **arguments)
    return granted(done, pinbolt.Imported)


def test_an_account_moves_in_and_its_next_code_signs_in() -> None:
    desk = Desk()
    step = desk.clock.now // 30_000
    tokens = [
        ImportedToken("phone", SECRET, last_step=step - 1),
        ImportedToken("fob", FOB, kind="hotp", counter=7),
    ]
    arguments: dict[str, Any] = {"tokens": tokens, "recovery_codes": CODES, "pin": PIN}
    arguments |= {"failures": 2, "last_failure_ms": desk.clock.now - 1}
    first = imported(desk, **arguments)
    assert first.created
    assert first.tokens == (("Added", 1), ("Added", 2))
    assert (first.recovery_codes, first.pin) == ("Added", "Added")
    assert repr(first) == "Imported(created=True, tokens=2)"
    refused(verify(desk, otp=HOTP.code(step - 1)), "AlreadyUsed")
    granted(verify(desk, otp=HOTP.code(step)), pinbolt.Accepted)
    granted(verify(desk, otp=Hotp(FOB).code(7)), pinbolt.Accepted)
    granted(verify(desk, recovery_code="K3PQZ W7MNT X2A"), pinbolt.Accepted)
    granted(desk.engine.remove_token(account="zoe", token=2, authority=DESK), pinbolt.Done)

    arguments["recovery_codes"] = None
    again = imported(desk, **arguments)
    assert (again.created, again.tokens) == (False, (("Kept", 1), ("Gone", None)))
    assert (again.recovery_codes, again.pin) == (None, "Kept")
    granted(verify(desk, recovery_code=CODES[1]), pinbolt.Accepted)
    assert imported(desk, recovery_codes=[]).recovery_codes == "Kept"
    match again:
        case pinbolt.Imported(created, told):
            assert (created, len(told)) == (False, 2)
    seen = granted(desk.engine.describe(account="zoe"), pinbolt.Description)
    assert [event.kind for event in seen.events].count("Imported") == 3
    assert again == again  # noqa: PLR0124
    assert again != first


def test_asyncio_moves_accounts_in_too() -> None:
    async def moves() -> pinbolt.Imported | pinbolt.Refused:
        engine = pinbolt.AsyncEngine(**installed(), url="memory:")
        token = ImportedToken("fob", FOB, kind="hotp", counter=7, algorithm="SHA256", digits=8)
        return await engine.import_account(account="zoe", tokens=[token], operator=DESK)

    assert granted(asyncio.run(moves()), pinbolt.Imported).tokens == (("Added", 1),)


def test_what_is_out_of_bounds_and_where_the_danger_is_named() -> None:
    desk = Desk()
    step = desk.clock.now // 30_000

    def one(*args: Any, **arguments: Any) -> Callable[[], object]:
        return lambda: imported(desk, tokens=[ImportedToken(*args, **arguments)])

    calls: list[tuple[str, Callable[[], object]]] = [
        ("ShortSecret", one("old", SECRET[:15])),
        ("Token", one("", SECRET)),
        ("Token", one("old", SECRET, digits=99)),
        ("Token", one("old", SECRET, digits=2**80)),
        ("Token", one("old", SECRET, period=0)),
        ("Watermark", one("old", SECRET, last_step=step + 51)),
        ("Watermark", one("old", SECRET, last_step=2**80)),
        ("Watermark", one("old", SECRET, clock_ahead=51)),
        ("Watermark", one("old", SECRET, clock_ahead=-(2**80))),
        ("Watermark", one("old", SECRET, kind="hotp", counter=2**33)),
        ("Value", one("old", SECRET, kind="totp", counter=1)),
        ("Value", one("old", SECRET, kind="abacus")),
        ("Value", lambda: imported(desk, dangerously_accept=["everything"])),
        ("Value", lambda: imported(desk, last_failure_ms=1)),
        ("ShortRecoveryCode", lambda: imported(desk, recovery_codes=["12345678"])),
        ("RecoveryCode", lambda: imported(desk, recovery_codes=["\ud800"])),
        ("RecoveryCode", lambda: imported(desk, recovery_codes=["k3pqzw7mntx2a"] * 17)),
    ]
    for name, act in calls:
        with pytest.raises(pinbolt.Misuse) as raised:
            act()
        assert raised.value.name == name
    refused(desk.engine.describe(account="zoe"), "UnknownAccount")
    weak = imported(
        desk,
        tokens=[ImportedToken("old", SECRET[:10], clock_ahead=-3)],
        recovery_codes=["12345678"],
        pin="1234",
        failures=2**80,
        last_failure_ms=2**80,
        dangerously_accept=["short-secrets", "recovery-codes", "pins"],
    )
    assert weak.created


def test_refusals_are_values() -> None:
    desk = Desk()

    def refusal(name: str, **arguments: Any) -> None:
        refused(desk.engine.import_account(account="zoe", operator=DESK, **arguments), name)

    phone = ImportedToken("phone", SECRET)
    refusal("TokenExists", tokens=[phone, ImportedToken("again", SECRET, digits=8)])
    refusal("TooManyTokens", tokens=[phone] * 9)
    refusal("WeakPin", pin="1234")
    imported(desk, tokens=[phone])
    refusal("TokenExists", tokens=[ImportedToken("again", SECRET, digits=8)])
    granted(desk.engine.block(account="zoe", operator=DESK), pinbolt.Done)
    refusal("Blocked", pin=PIN)
    granted(desk.engine.cancel_account(account="zoe", authority=DESK), pinbolt.Done)
    refusal("Ended")


def test_no_text_shows_what_was_imported() -> None:
    token = ImportedToken("phone", SECRET)
    assert repr(token) == str(token) == "ImportedToken(..)"
    with pytest.raises(AttributeError):
        token.secret  # type: ignore[attr-defined]  # noqa: B018
    desk = Desk()
    for wrong in ({"tokens": ["12345678"]}, {"recovery_codes": "12345678"}, {"pin": 12345678}):
        with pytest.raises(TypeError) as raised:
            imported(desk, **wrong)
        assert "12345678" not in str(raised.value)
