"""Activations, tickets and links: from their making to their end."""

import asyncio
import datetime as dt
import pickle
from typing import NamedTuple

import pytest
from support import (
    DESK,
    EMAIL,
    PIN,
    SESSION,
    AsyncPhone,
    AsyncRows,
    Desk,
    granted,
    installed,
    refused,
)

import pinbolt

OTHER = b"another session"


class Held(NamedTuple):
    """A ticket in two hands: the code told, the link received."""

    code: str
    link: str


def inactive() -> Desk:
    """A desk with an account that is still to be activated."""
    desk = Desk(enrolled=False)
    done = desk.engine.enroll_inactive(account="a-1", pin=PIN, addresses=[EMAIL])
    assert granted(done, pinbolt.Enrolled).candidates == 1
    return desk


def issued(desk: Desk, purpose: str) -> Held:
    """A ticket whose link has arrived."""
    result = desk.engine.issue_ticket(account="a-1", purpose=purpose, address=EMAIL, operator=DESK)
    ticket = granted(result, pinbolt.IssuedTicket)
    assert ticket.link is None
    assert ticket.expires - dt.timedelta(days=14) == dt.datetime.fromtimestamp(
        desk.clock.now / 1000, dt.timezone.utc
    )
    assert desk.engine.deliver(ticket.dispatch).outcome == "sent"
    message = desk.phone.messages[-1]
    assert (message.to, message.code, message.channel) == (EMAIL, None, "email")
    assert (message.purpose, message.reference) == (purpose, ticket.reference)
    assert message.link is not None
    return Held(ticket.code, message.link)


def redeem(
    desk: Desk, purpose: str, held: Held, *, session: bytes = SESSION
) -> pinbolt.Accepted | pinbolt.Refused:
    return desk.engine.redeem(purpose=purpose, link=held.link, code=held.code, session=session)


def peek(desk: Desk, link: str, *, session: bytes = SESSION) -> pinbolt.PeekedLink:
    return granted(desk.engine.peek_link(link=link, session=session), pinbolt.PeekedLink)


def test_link_and_code_together_activate_once() -> None:
    desk = inactive()
    assert granted(desk.engine.describe(account="a-1"), pinbolt.Description).inactive
    refused(desk.verify("pay", pin=PIN), "WrongCredentials")
    held = issued(desk, "activate")
    seen = peek(desk, held.link)
    for _ in range(50):
        assert peek(desk, held.link) == seen
        assert (seen.purpose, seen.same_session, seen.needs_code) == ("activate", True, True)
        assert seen.refusal is None
    assert repr(seen) == "PeekedLink('activate', same_session=True, needs_code=True)"
    needed = desk.engine.redeem(purpose="activate", link=held.link, session=SESSION)
    refused(needed, "CodeNeeded")
    other = Held(("8" if held.code[0] == "7" else "7") + held.code[1:], held.link)
    assert refused(redeem(desk, "activate", other), "WrongCode").tries_left == 4
    spelt = Held(held.code.lower().replace("-", " "), held.link)
    proof = granted(redeem(desk, "activate", spelt, session=OTHER), pinbolt.Accepted)
    assert (proof.account, proof.purpose, proof.lane) == ("a-1", "activate", "first-factor")
    assert proof.factors == {"link", "issued-code"}
    assert (proof.assurance, proof.session) == ("one-factor", OTHER)
    refused(redeem(desk, "activate", held), "AlreadyUsed")
    granted(desk.engine.reset_pin(account="a-1", new="590381", authority=proof), pinbolt.Done)
    granted(desk.verify("pay", pin="590381"), pinbolt.Accepted)
    shown = granted(desk.engine.describe(account="a-1"), pinbolt.Description)
    assert not shown.inactive
    assert shown.addresses[0].bound is not None
    kinds = [event.kind for event in shown.events]
    for kind in ("TicketIssued", "TicketRefused", "TicketRedeemed", "Activated"):
        assert kind in kinds


def test_a_ticket_stays_open_until_it_is_closed() -> None:
    desk = Desk()
    older, held = issued(desk, "dossier"), issued(desk, "dossier")
    newest = refused(redeem(desk, "dossier", older), "Superseded").newest
    seen = peek(desk, older.link)
    assert seen.refusal is not None
    assert (seen.refusal.name, seen.refusal.newest) == ("Superseded", newest)
    for _ in range(3):
        granted(redeem(desk, "dossier", held), pinbolt.Accepted)
    refused(redeem(desk, "activate", held), "UnknownLink")
    close = desk.engine.close_ticket
    granted(close(account="a-1", purpose="dossier", authority=DESK), pinbolt.Done)
    refused(redeem(desk, "dossier", held), "Ended")
    granted(close(account="a-1", purpose="dossier", authority=DESK), pinbolt.Done)
    with pytest.raises(pinbolt.Misuse) as raised:
        close(account="a-1", purpose="sign-in", authority=DESK)
    assert raised.value.name == "NotATicket"
    proof = desk.accepted()
    assert isinstance(close(account="a-1", purpose="dossier", authority=proof), pinbolt.Done)
    with pytest.raises(pinbolt.Misuse, match="used before"):
        close(account="a-1", purpose="dossier", authority=proof)


def test_a_ticket_of_no_address_is_handed_out() -> None:
    desk = Desk()
    result = desk.engine.issue_ticket(
        account="a-1", purpose="dossier", context=b"dossier 5", operator=DESK
    )
    ticket = granted(result, pinbolt.IssuedTicket)
    assert ticket.link is not None
    assert ticket.code not in repr(ticket) + str(ticket)
    assert repr(ticket) == f"IssuedTicket(reference='{ticket.reference}')"
    with pytest.raises(TypeError):
        bool(ticket)
    with pytest.raises(TypeError):
        pickle.dumps(ticket)
    assert desk.engine.deliver(ticket.dispatch).outcome == "nothing"
    with pytest.raises(pinbolt.Misuse, match="used before"):
        desk.engine.deliver(ticket.dispatch)
    held = Held(ticket.code, ticket.link)
    refused(redeem(desk, "dossier", held), "WrongSession")
    proof = desk.engine.redeem(
        purpose="dossier",
        link=held.link,
        code=held.code,
        session=SESSION,
        context=b"dossier 5",
    )
    granted(proof, pinbolt.Accepted)


def test_the_link_beside_a_code_is_good_where_it_was_asked_for() -> None:
    desk = Desk()
    begun = desk.engine.begin(name="a-1", purpose="by-link", channel="email", session=SESSION)
    challenge = granted(begun, pinbolt.Begun).challenge
    desk.engine.deliver(granted(begun, pinbolt.Begun).dispatch)
    message = desk.phone.messages[-1]
    link = message.link
    assert link is not None
    assert message.code is not None
    assert link[3:] not in repr(message)
    for session, same in ((SESSION, True), (OTHER, False)):
        seen = peek(desk, link, session=session)
        assert (seen.expires, seen.same_session) == (challenge.expires, same)
        assert seen.needs_code is not same
    refused(desk.engine.peek_link(link=challenge.handle, session=SESSION), "UnknownLink")
    redeem = desk.engine.redeem
    refused(redeem(purpose="by-link", link=link, session=OTHER), "WrongSession")
    refused(redeem(purpose="by-link", link=challenge.handle, session=SESSION), "UnknownLink")
    proof = granted(redeem(purpose="by-link", link=link, session=SESSION), pinbolt.Accepted)
    assert proof.factors == {"code"}
    refused(redeem(purpose="by-link", link=link, session=SESSION), "AlreadyUsed")
    with pytest.raises(pinbolt.Misuse) as raised:
        redeem(purpose="by-link", link=link, code="7K3D-9QWX", session=SESSION)
    assert raised.value.name == "EvidenceUnasked"


def test_the_same_awaited() -> None:
    async def visit() -> None:
        phone = AsyncPhone()
        engine = pinbolt.AsyncEngine(**installed(), store=AsyncRows(), delivery=phone)
        await engine.enroll_inactive(account="a-1", addresses=[EMAIL])
        result = await engine.issue_ticket(
            account="a-1", purpose="activate", address=EMAIL, operator=DESK
        )
        ticket = granted(result, pinbolt.IssuedTicket)
        await engine.deliver(ticket.dispatch)
        link = phone.phone.messages[-1].link
        assert link is not None
        seen = await engine.peek_link(link=link, session=SESSION)
        assert granted(seen, pinbolt.PeekedLink).needs_code
        proof = await engine.redeem(
            purpose="activate", link=link, code=ticket.code, session=SESSION
        )
        granted(proof, pinbolt.Accepted)
        closed = await engine.close_ticket(account="a-1", purpose="activate", authority=DESK)
        granted(closed, pinbolt.Done)

    asyncio.run(visit())


def test_a_policy_says_what_its_tickets_are() -> None:
    for text in (
        'purposes.a = { ticket = "twice" }',
        'purposes.a = { ticket = "once", pin = true }',
        "purposes.a = { pin = true, link = true }",
    ):
        with pytest.raises(pinbolt.ConfigurationError, match="purposes"):
            pinbolt.Policy.parse(text)
