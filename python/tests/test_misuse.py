"""Mistakes of the calling program: raised, told apart, and nothing lost by them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import DESK, PHONE, PIN, SESSION, Desk, granted, installed, refused

import pinbolt


def misused(name: str, act: Callable[[], object]) -> pinbolt.Misuse:
    with pytest.raises(pinbolt.Misuse) as raised:
        act()
    assert raised.value.name == name
    row = next(row for row in pinbolt.MISUSES if row.name == name)
    assert (raised.value.code, str(raised.value)) == (row.code, row.sentence)
    return raised.value


def test_calls_that_do_not_fit() -> None:
    desk = Desk()
    engine = desk.engine
    begin: dict[str, Any] = {"name": "a-1", "channel": "sms", "session": SESSION}
    handle = desk.sent().handle
    finish: dict[str, Any] = {"handle": handle, "code": desk.phone.code}

    def add(**arguments: Any) -> object:
        return engine.add_token(**{"account": "a-1", "label": "app", **arguments}, authority=DESK)

    long = "x" * 257
    calls: list[tuple[str, Callable[[], object]]] = [
        ("UnknownPurpose", lambda: engine.begin(**begin, purpose="fly", pin=PIN)),
        ("UnknownPurpose", lambda: engine.begin(**begin, purpose="\ud800", pin=PIN)),
        ("PinMissing", lambda: engine.begin(**begin, purpose="sign-in")),
        ("PinUnasked", lambda: engine.begin(**begin, purpose="visit", pin=PIN)),
        ("WrongVerb", lambda: engine.begin(**begin, purpose="pay", pin=PIN)),
        ("AccountId", lambda: engine.enroll(account="a@b")),
        ("AccountId", lambda: engine.enroll(account="\ud800")),
        ("Tenant", lambda: pinbolt.Engine(**installed(), url="memory:", tenant="x" * 65)),
        (
            "Context",
            lambda: engine.begin(**begin, purpose="visit", context=b"x" * 4097),
        ),
        ("Session", lambda: engine.finish(**finish, purpose="sign-in", session=b"")),
        (
            "Caller",
            lambda: engine.finish(**finish, purpose="sign-in", session=SESSION, source=long),
        ),
        ("Operator", lambda: pinbolt.Operator("desk@7", "seen")),
        ("Operator", lambda: pinbolt.Operator("desk-7", "\ud800")),
        ("Document", lambda: pinbolt.Document("Card", "PT", "1")),
        ("Document", lambda: pinbolt.Document("card", "PRT", "1")),
        ("Document", lambda: pinbolt.Document("card", "PT", "\ud800")),
        (
            "WrongChannel",
            lambda: engine.begin(name="a-1", purpose="visit", channel="email", session=SESSION),
        ),
        ("Addresses", lambda: engine.enroll(account="a-2", addresses=[PHONE, PHONE])),
        (
            "WrongChannel",
            lambda: engine.resend(handle=handle, channel="pigeon", session=SESSION),
        ),
        ("Channel", lambda: engine.resend(handle=handle, channel="Pigeon!", session=SESSION)),
        ("Channel", lambda: engine.resend(handle=handle, channel="\ud800", session=SESSION)),
        (
            "Value",
            lambda: engine.unlock(
                account="a-1",
                authenticator="face",  # type: ignore[arg-type]
                authority=DESK,
            ),
        ),
        ("EvidenceMissing", lambda: desk.verify("otp")),
        ("EvidenceMissing", lambda: desk.verify("pin-otp", pin=PIN)),
        ("EvidenceMissing", lambda: desk.verify("recover")),
        ("EvidenceUnasked", lambda: desk.verify("pay", pin=PIN, otp="123456")),
        ("EvidenceUnasked", lambda: desk.verify("otp", otp="123456", recovery_code="x")),
        ("EvidenceUnasked", lambda: desk.verify("pin-otp", pin=PIN, pin_then_otp="802714123456")),
        ("PinMissing", lambda: desk.verify("pay")),
        ("PinMissing", lambda: desk.verify("pin-otp", otp="123456")),
        ("PinUnasked", lambda: desk.verify("otp", pin=PIN, otp="123456")),
        ("PinUnasked", lambda: desk.verify("otp", pin_then_otp="802714123456")),
        ("WrongVerb", lambda: desk.verify("sign-in", pin=PIN)),
        ("UnknownPurpose", lambda: desk.verify("fly", otp="123456")),
        ("Value", lambda: add(kind="totps")),
        ("Value", lambda: add(kind="\ud800")),
        ("Value", lambda: add(algorithm="sha1")),
        ("Value", lambda: add(kind="hotp", period=60)),
        ("Value", lambda: add(kind="hotp", start=1)),
        ("Value", lambda: add(counter=1)),
        ("Value", lambda: add(kind="steam", digits=5, period=60)),
        ("Value", lambda: add(kind="steam", digits=5, start=1)),
        ("Value", lambda: add(kind="steam", digits=5, counter=1)),
        ("Token", lambda: add(kind="steam")),
        ("Token", lambda: add(kind="steam", digits=5, algorithm="SHA256")),
        ("Value", lambda: add(counter=-1)),
        ("Token", lambda: add(label="")),
        ("Token", lambda: add(label="x" * 65)),
        ("Token", lambda: add(label="\ud800")),
        ("Token", lambda: add(digits=5)),
        ("Token", lambda: add(digits=11)),
        ("Token", lambda: add(digits=-1)),
        ("Token", lambda: add(digits=262)),
        ("Token", lambda: add(period=0)),
        ("Token", lambda: add(period=-30)),
        ("Token", lambda: add(period=2**32 + 30)),
        ("Token", lambda: add(start=-1)),
        ("Token", lambda: add(start=2**64)),
        ("Token", lambda: add(kind="hotp", counter=-1)),
        ("Token", lambda: add(kind="hotp", counter=2**64)),
        ("Token", lambda: add(secret=b"x" * 129)),
        ("Token", lambda: add(dangerously_short_secret=b"x" * 129)),
        ("ShortSecret", lambda: add(secret=b"x" * 15)),
        ("ShortSecret", lambda: add(secret=b"")),
        ("ShortSecret", lambda: add(dangerously_short_secret=b"")),
        (
            "Session",
            lambda: engine.confirm_token(account="a-1", token=1, code="123456", session=b""),
        ),
        (
            "Caller",
            lambda: engine.resync_token(
                account="a-1",
                token=1,
                first="123456",
                second="123456",
                session=SESSION,
                source=long,
            ),
        ),
        ("Length", lambda: pinbolt.Snapshot(b"short", b"")),
        ("Length", lambda: pinbolt.Snapshot(b"v" * 16, b"x" * 65_537)),
    ]
    for name, act in calls:
        misused(name, act)
    assert not granted(engine.describe(account="a-1"), pinbolt.Description).tokens
    done = engine.finish(**finish, purpose="sign-in", session=SESSION)
    granted(done, pinbolt.Accepted)


def test_a_proof_is_used_up_by_its_act() -> None:
    desk = Desk()
    proof = desk.accepted()
    granted(
        desk.engine.unlock(account="a-1", authenticator="pin", authority=proof), pinbolt.Unlocked
    )
    for again in (
        lambda: desk.engine.cancel_account(account="a-1", authority=proof),
        lambda: desk.engine.reset_pin(account="a-1", new="904173", authority=proof),
        lambda: desk.engine.unlock(account="a-1", authenticator="pin", authority=proof),
        lambda: desk.engine.confirm(
            account="a-1", address="b@example.com", authority=proof, session=SESSION
        ),
    ):
        misused("UsedUp", again)
    assert proof.account == "a-1"


def test_a_call_that_does_not_fit_leaves_the_proof() -> None:
    desk = Desk()
    proof, unlock = desk.accepted(), desk.engine.unlock
    misused("Value", lambda: unlock(account="a-1", authenticator="x", authority=proof))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        unlock(account=1, authenticator="pin", authority=proof)  # type: ignore[arg-type]
    granted(unlock(account="a-1", authenticator="pin", authority=proof), pinbolt.Unlocked)


def test_a_dispatch_is_good_once() -> None:
    desk = Desk()
    begun = granted(desk.begin(), pinbolt.Begun)
    desk.engine.deliver(begun.dispatch)
    misused("UsedUp", lambda: desk.engine.deliver(begun.dispatch))
    assert len(desk.phone.messages) == 1


def test_wrong_types_name_no_value() -> None:
    desk = Desk()
    engine = desk.engine

    def add(**arguments: Any) -> object:
        usual = {"account": "a-1", "label": "app", "authority": DESK}
        return engine.add_token(**{**usual, **arguments})

    wrong: list[Callable[[], object]] = [
        lambda: desk.begin(802714),  # type: ignore[arg-type]
        lambda: desk.begin(b"802714"),  # type: ignore[arg-type]
        lambda: engine.enroll(account="a-2", addresses="+351912000417"),
        lambda: engine.enroll(account="a-2", addresses=[351912000417]),  # type: ignore[list-item]
        lambda: desk.begin(session="802714"),  # type: ignore[arg-type]
        lambda: engine.block(account="a-1", operator="802714"),  # type: ignore[arg-type]
        lambda: engine.cancel_account(account="a-1", authority="802714"),  # type: ignore[arg-type]
        lambda: engine.describe("802714"),  # type: ignore[call-arg]
        lambda: desk.verify("otp", otp=802714),  # type: ignore[arg-type]
        lambda: desk.verify("otp", otp=b"802714"),  # type: ignore[arg-type]
        lambda: desk.verify("recover", recovery_code=b"802714"),  # type: ignore[arg-type]
        lambda: add(secret="802714802714802714"),
        lambda: add(secret=b"802714" * 3, dangerously_short_secret=b"802714"),
        lambda: add(digits="802714"),
        lambda: add(digits=6.0),
        lambda: add(counter=None),
        lambda: add(confirmed=1),
        lambda: add(authority="802714"),
        lambda: engine.confirm_token(
            account="a-1",
            token="802714",  # type: ignore[arg-type]
            code="123456",
            session=SESSION,
        ),
        lambda: pinbolt.Policy.parse(b"802714"),  # type: ignore[arg-type]
        lambda: pinbolt.Keys.parse(b"802714"),  # type: ignore[arg-type]
    ]
    for act in wrong:
        with pytest.raises(TypeError) as raised:
            act()
        assert not {"802714", "912000417"} & set(str(raised.value).split("'"))
        assert "802714" not in str(raised.value)


def test_an_engine_that_cannot_be_opened() -> None:
    class NoStore:
        load = 1

    class Coroutines:
        async def load(self, row: str) -> None: ...

        async def swap(self, write: object) -> None: ...

        async def deliver(self, message: object) -> None: ...

    async def told(event: pinbolt.AuditEvent) -> None: ...

    class Auditor:
        async def __call__(self, event: pinbolt.AuditEvent) -> None: ...

    plugged: list[dict[str, Any]] = [
        {},
        {"url": "memory:", "store": pinbolt.open_store("memory:")},
        {"store": NoStore()},
        {"store": Coroutines()},
        {"url": "memory:", "delivery": object()},
        {"url": "memory:", "delivery": Coroutines()},
        {"url": "memory:", "clock": 7},
        {"url": "memory:", "audit": 7},
        {"url": "memory:", "audit": told},
        {"url": "memory:", "audit": Auditor()},
        {"url": "memory:", "hash_slots": "two"},
    ]
    for arguments in plugged:
        with pytest.raises(TypeError):
            pinbolt.Engine(**installed(), **arguments)
        if not any(isinstance(value, Coroutines) for value in arguments.values()):
            with pytest.raises(TypeError):
                pinbolt.AsyncEngine(**installed(), **arguments)
    with pytest.raises(ValueError, match="1 or more"):
        pinbolt.Engine(**installed(), url="memory:", hash_slots=0)
    with pytest.raises(ValueError, match="greater than 0"):
        pinbolt.AsyncEngine(**installed(), url="memory:", hash_slots=0)


def test_no_two_tenants_are_one() -> None:
    for face in (pinbolt.Engine, pinbolt.AsyncEngine):
        with pytest.raises(UnicodeEncodeError):
            face(**installed(), url="memory:", tenant="\ud800")


def test_another_interpreter_of_the_process_is_told(tmp_path: Path) -> None:
    """It would be handed the classes of this one."""
    program = """
try:
    import _interpreters as interpreters
    other = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    other = interpreters.create(isolated=False)
import pinbolt
interpreters.run_string(other, '''
try:
    import pinbolt
except ImportError as error:
    print(error, flush=True)
''')
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,  # Where no folder is called pinbolt.
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("pinbolt is in use by another interpreter")


def test_exceptions_travel() -> None:
    misuse = misused("Operator", lambda: pinbolt.Operator("", ""))
    again = pickle.loads(pickle.dumps(misuse))
    assert (again.code, again.name, str(again)) == (misuse.code, misuse.name, str(misuse))
    assert isinstance(misuse, pinbolt.Error)


def test_the_store_of_an_engine_may_be_shared() -> None:
    store = pinbolt.open_store("memory:")
    first = pinbolt.Engine(**installed(), store=store)
    granted(first.enroll(account="a-1"), pinbolt.Enrolled)
    second = pinbolt.Engine(**installed(), store=store)
    refused(second.enroll(account="a-1"), "AccountExists")


@pytest.mark.parametrize("verb", ["load", "swap", "deliver"])
def test_one_coroutine_among_the_verbs_is_told_at_opening(verb: str) -> None:
    async def awaited(_: object) -> None:
        """For AsyncEngine."""

    class Plugged:
        def load(self, row: str, /) -> pinbolt.Snapshot | None:
            raise NotImplementedError

        def swap(self, write: pinbolt.Write, /) -> pinbolt.Swapped:
            raise NotImplementedError

        def deliver(self, message: pinbolt.Message, /) -> pinbolt.Handover:
            raise NotImplementedError

    plugged = Plugged()
    setattr(plugged, verb, awaited)
    with pytest.raises(TypeError, match=f"{verb} is a coroutine function"):
        pinbolt.Engine(**installed(), store=plugged, delivery=plugged)
