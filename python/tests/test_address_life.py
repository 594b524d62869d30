"""The life of an address, and civil documents."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from support import DESK, EMAIL, PHONE, SESSION, Desk, granted, installed, refused

import pinbolt

NEW = "+351912000369"
CARD = pinbolt.Document("identity-card", "PT", "12345678 9 ZZ4")


def confirm(
    desk: Desk,
    address: str,
    *,
    replaces: str | None = None,
    authority: pinbolt.Operator | pinbolt.Accepted = DESK,
) -> pinbolt.Begun | pinbolt.Refused:
    return desk.engine.confirm(
        account="a-1", address=address, replaces=replaces, authority=authority, session=SESSION
    )


def typed(desk: Desk, begun: pinbolt.Begun | pinbolt.Refused) -> None:
    """Delivers, and types the code."""
    begun = granted(begun, pinbolt.Begun)
    assert desk.engine.deliver(begun.dispatch).outcome == "sent"
    done = desk.engine.finish(
        purpose=pinbolt.CONFIRM,
        handle=begun.challenge.handle,
        code=desk.phone.code,
        session=SESSION,
    )
    granted(done, pinbolt.Accepted)


def addresses(desk: Desk) -> tuple[pinbolt.AddressState, ...]:
    return granted(desk.engine.describe(account="a-1"), pinbolt.Description).addresses


def now(desk: Desk) -> datetime:
    at = granted(desk.begin(), pinbolt.Begun).challenge.expires - timedelta(minutes=5)
    assert int(at.timestamp() * 1000) == desk.clock.now
    return at


def test_a_change_waits_and_the_old_are_told_first() -> None:
    desk = Desk()
    refused(confirm(desk, NEW), "TooManyPhones")
    refused(confirm(desk, NEW, replaces="+351912000951"), "UnknownAddress")
    proof = desk.accepted()
    before = len(desk.phone.messages)
    typed(desk, confirm(desk, NEW, replaces=PHONE, authority=proof))
    sent = desk.phone.messages[before:]
    assert [message.to for message in sent] == [PHONE, EMAIL, NEW]
    assert [message.code is None for message in sent] == [True, True, False]
    assert all(message.link is None for message in sent)
    assert len({message.id for message in sent}) == 3

    started, (old, _, new) = now(desk), addresses(desk)
    tomorrow = started + timedelta(hours=24)
    assert (old.from_, old.until) == (None, tomorrow)
    assert (new.from_, new.until) == (tomorrow, None)
    assert (new.bound, new.proven, new.stale, new.suspended) == (started, started, False, None)
    assert refused(confirm(desk, NEW), "AddressWaits").until == tomorrow

    released = desk.engine.release_address(account="a-1", address=NEW, authority=DESK)
    granted(released, pinbolt.Released)
    assert [state.until for state in addresses(desk)] == [None, None]
    kinds = [event.event.kind for event in desk.events]
    assert {"AddressChangeAsked", "AddressReplaced", "AddressReleased"} <= set(kinds)


def test_a_suspended_address_delivers_nothing_until_it_is_confirmed_anew() -> None:
    desk = Desk()
    found = granted(desk.engine.suspend_address(address=PHONE, operator=DESK), pinbolt.Accounts)
    assert found.ids == ("a-1",)
    assert repr(found) == "Accounts('a-1')"
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(found)
    refused(desk.begin(), "KeyMissing")
    phone, email = addresses(desk)
    assert phone.suspended is not None
    assert email.suspended is None
    refused(desk.engine.suspend_address(address=NEW, operator=DESK), "UnknownAddress")
    again = desk.engine.suspend_address(address=PHONE, account="a-2", operator=DESK)
    refused(again, "UnknownAccount")
    typed(desk, confirm(desk, PHONE))
    assert addresses(desk)[0].suspended is None
    assert granted(
        desk.engine.suspend_address(address=PHONE, account="a-1", operator=DESK), pinbolt.Accounts
    ).ids == ("a-1",)


def test_an_address_goes_stale() -> None:
    desk = Desk()
    desk.clock.now += 180 * 86_400_000
    assert [state.stale for state in addresses(desk)] == [True, True]
    alone = desk.engine.begin(name="a-1", purpose="visit", channel="sms", session=SESSION)
    assert desk.engine.deliver(granted(alone, pinbolt.Begun).dispatch).outcome == "nothing"
    desk.accepted()
    assert [state.stale for state in addresses(desk)] == [False, True]


def test_an_address_is_given_up_by_proof() -> None:
    desk = Desk()
    proof = desk.accepted()
    given = desk.engine.release_address(account="a-1", address=EMAIL, authority=proof)
    released = granted(given, pinbolt.Released)
    before = len(desk.phone.messages)
    assert desk.engine.deliver(released.dispatch).outcome == "sent"
    told = desk.phone.messages[before:]
    assert [message.to for message in told] == [PHONE, EMAIL]
    assert {message.purpose for message in told} == {pinbolt.RELEASE}
    assert all(message.code is None and message.link is None for message in told)
    assert addresses(desk)[1].until == released.leaves == now(desk) + timedelta(hours=24)
    typed(desk, confirm(desk, EMAIL))
    assert addresses(desk)[1].until is None
    desk.clock.now += 600_000
    given = desk.engine.release_address(account="a-1", address=EMAIL, authority=desk.accepted())
    granted(given, pinbolt.Released)
    early = desk.engine.enroll(account="a-2", addresses=[EMAIL], asserted_by=DESK)
    refused(early, "AddressTaken")
    desk.clock.now += 86_400_000
    taken = desk.engine.enroll(account="a-2", addresses=[EMAIL], asserted_by=DESK)
    assert granted(taken, pinbolt.Enrolled).bound == 1
    again = desk.engine.release_address(account="a-1", address=EMAIL, authority=DESK)
    refused(again, "UnknownAddress")


def test_a_document_is_one_account_s() -> None:
    desk = Desk()
    engine = desk.engine
    engine.enroll(account="a-2")
    assert granted(engine.registrations(document=CARD, operator=DESK), pinbolt.Accounts).ids == ()
    refused(engine.untie_identity(account="a-1", operator=DESK), "UnknownIdentity")
    granted(engine.tie_identity(account="a-1", document=CARD, operator=DESK), pinbolt.Done)
    same = pinbolt.Document("identity-card", "pt", "123456789zz4")
    assert same == CARD
    assert repr(same) == "Document(..)"
    refused(engine.tie_identity(account="a-2", document=same, operator=DESK), "IdentityTaken")
    match engine.registrations(document=same, operator=DESK):
        case pinbolt.Accounts(ids):
            assert ids == ("a-1",)
        case pinbolt.Refused() as no:
            pytest.fail(str(no))
    shown = granted(engine.describe(account="a-1"), pinbolt.Description)
    assert shown.tied == shown.enrolled
    tied = next(event for event in shown.events if event.kind == "IdentityTied")
    assert tied.operator == DESK
    granted(engine.untie_identity(account="a-1", operator=DESK), pinbolt.Done)
    assert granted(engine.describe(account="a-1"), pinbolt.Description).tied is None
    granted(engine.tie_identity(account="a-2", document=same, operator=DESK), pinbolt.Done)


def test_the_same_awaited() -> None:
    async def visit() -> None:
        desk = Desk()
        engine = pinbolt.AsyncEngine(
            **installed(), url="memory:", clock=desk.clock, delivery=AsyncPhone(desk)
        )
        await engine.enroll(account="a-1", addresses=[PHONE], asserted_by=DESK)
        begun = await engine.confirm(
            account="a-1", address=NEW, replaces=PHONE, authority=DESK, session=SESSION
        )
        assert (await engine.deliver(granted(begun, pinbolt.Begun).dispatch)).outcome == "sent"
        assert [message.to for message in desk.phone.messages] == [PHONE, NEW]
        found = await engine.suspend_address(address=PHONE, operator=DESK)
        assert granted(found, pinbolt.Accounts).ids == ("a-1",)
        granted(
            await engine.tie_identity(account="a-1", document=CARD, operator=DESK), pinbolt.Done
        )
        found = await engine.registrations(document=CARD, operator=DESK)
        assert granted(found, pinbolt.Accounts).ids == ("a-1",)
        granted(await engine.untie_identity(account="a-1", operator=DESK), pinbolt.Done)
        released = await engine.release_address(account="a-1", address=PHONE, authority=DESK)
        granted(released, pinbolt.Released)

    asyncio.run(visit())


class AsyncPhone:
    """The desk's phone, awaited."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        await asyncio.sleep(0)
        return self.desk.phone.deliver(message)
