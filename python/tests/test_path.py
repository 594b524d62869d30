"""The whole path, blocking and asynchronous, on every kind of store."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import (
    DESK,
    EMAIL,
    PHONE,
    PIN,
    SESSION,
    AsyncPhone,
    AsyncRows,
    Desk,
    Rows,
    granted,
    installed,
    refused,
    wrong,
)

import pinbolt

STORES = ["memory", "sqlite", "python"]


@pytest.fixture(params=STORES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    match request.param:
        case "memory":
            return Desk()
        case "sqlite":
            return Desk(url=f"sqlite://{tmp_path}/auth.db")
        case _:
            return Desk(store=Rows())


def test_a_person_signs_in(desk: Desk) -> None:
    challenge = desk.sent()
    message = desk.phone.messages[0]
    assert (message.channel, message.to, message.purpose) == ("sms", PHONE, "sign-in")
    assert message.reference == challenge.reference
    assert message.expires == challenge.expires
    code = desk.phone.code
    no = refused(desk.finish(challenge, wrong(code)), "WrongCode")
    assert (no.code, no.tries_left) == (102, 4)
    yes = granted(desk.finish(challenge, f" {code[:3]}-{code[3:]} "), pinbolt.Accepted)
    assert (yes.account, yes.purpose, yes.session) == ("a-1", "sign-in", SESSION)
    assert (yes.assurance, yes.lane) == ("two-factors", "first-factor")
    assert yes.factors == {"pin", "code"}
    assert int(yes.at.timestamp() * 1000) == desk.clock.now
    refused(desk.finish(challenge, code), "AlreadyUsed")


def test_a_candidate_is_confirmed(desk: Desk) -> None:
    engine = desk.engine
    made = granted(engine.enroll(account="a-2", addresses=["+351963000258"]), pinbolt.Enrolled)
    assert (made.bound, made.candidates) == (0, 1)
    begun = granted(
        engine.confirm(account="a-2", address="+351963000258", authority=DESK, session=SESSION),
        pinbolt.Begun,
    )
    engine.deliver(begun.dispatch)
    done = engine.finish(
        purpose=pinbolt.CONFIRM,
        handle=begun.challenge.handle,
        code=desk.phone.code,
        session=SESSION,
    )
    assert granted(done, pinbolt.Accepted).purpose == "pinbolt:confirm-phone"
    shown = granted(engine.describe(account="a-2"), pinbolt.Description)
    assert [(a.channel, a.bound is None) for a in shown.addresses] == [("sms", False)]


def test_the_acts_on_an_account(desk: Desk) -> None:
    engine, done = desk.engine, pinbolt.Done
    first = desk.sent()
    again = granted(
        engine.resend(handle=first.handle, channel="email", session=SESSION), pinbolt.Begun
    )
    assert engine.deliver(again.dispatch).outcome == "sent"
    assert desk.phone.messages[-1].to == EMAIL
    assert refused(desk.finish(first, "000000"), "Superseded").newest == again.challenge.reference
    granted(engine.cancel(handle=again.challenge.handle, session=SESSION), done)
    granted(engine.change_pin(account="a-1", old=PIN, new="904173", session=SESSION), done)
    granted(engine.reset_pin(account="a-1", new=PIN, authority=DESK), done)
    checked = engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION, context=b"42")
    assert granted(checked, pinbolt.Accepted).factors == {"pin"}
    opened = engine.unlock(account="a-1", authenticator="code", authority=desk.accepted())
    assert granted(opened, pinbolt.Unlocked).refilled is False
    granted(engine.block(account="a-1", operator=DESK), done)
    assert granted(engine.describe(account="a-1"), pinbolt.Description).blocked
    granted(engine.unblock(account="a-1", operator=DESK), done)
    granted(engine.cancel_account(account="a-1", authority=desk.accepted()), done)
    refused(engine.describe(account="a-1"), "UnknownAccount")
    kinds = [event.event.kind for event in desk.events]
    assert kinds[0] == "Enrolled"
    assert kinds[-1] == "AccountCancelled"
    assert desk.events[0].event.operator == DESK


def test_what_is_described() -> None:
    desk = Desk()
    refused(desk.begin("314159"), "WrongCredentials")
    shown = granted(desk.engine.describe(account="a-1"), pinbolt.Description)
    assert (shown.account, shown.blocked) == ("a-1", False)
    assert shown.pin_set == shown.enrolled
    ledger = shown.ledgers[0]
    assert (ledger.authenticator, ledger.lane, ledger.failures) == ("pin", "stranger", 1)
    assert (ledger.opens, ledger.disabled) == (None, False)
    kinds = [event.kind for event in shown.events]
    assert kinds == ["Enrolled", "AddressBound", "AddressBound", "PinTried"]
    assert {address.channel for address in shown.addresses} == {"sms", "email"}
    assert all(PHONE not in a.masked and EMAIL not in a.masked for a in shown.addresses)


@pytest.mark.parametrize("kind", STORES)
def test_the_same_by_asyncio(kind: str, tmp_path: Path) -> None:
    async def sign_in() -> None:
        phone = AsyncPhone()
        urls = {"memory": "memory:", "sqlite": f"sqlite://{tmp_path}/auth.db"}
        engine = pinbolt.AsyncEngine(
            **installed(),
            url=urls.get(kind),
            store=None if kind in urls else AsyncRows(),
            delivery=phone,
        )
        await engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
        begun = granted(
            await engine.begin(
                name=PHONE, purpose="sign-in", pin=PIN, channel="sms", session=SESSION
            ),
            pinbolt.Begun,
        )
        assert (await engine.deliver(begun.dispatch)).outcome == "sent"
        handle, code = begun.challenge.handle, phone.phone.code
        no = await engine.finish(
            purpose="sign-in", handle=handle, code=wrong(code), session=SESSION
        )
        refused(no, "WrongCode")
        yes = await engine.finish(purpose="sign-in", handle=handle, code=code, session=SESSION)
        assert granted(yes, pinbolt.Accepted).account == "a-1"
        refused(await engine.describe(account="a-2"), "UnknownAccount")

    asyncio.run(sign_in())


def test_both_engines_share_a_file(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/auth.db"
    desk = Desk(url=url)

    async def signed_in() -> str:
        engine = pinbolt.AsyncEngine(**installed(), url=url, clock=desk.clock)
        yes = await engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION)
        return granted(yes, pinbolt.Accepted).account

    assert asyncio.run(signed_in()) == "a-1"
