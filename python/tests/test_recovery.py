"""What a person may pick, and recovery by two proofs."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from support import DESK, EMAIL, MANY, PHONE, PIN, SESSION, Desk, granted, installed, refused

import pinbolt

HELP = (
    MANY
    + """
[purposes.help]
code = ["sms", "email", "@push"]
authorizes = true

[purposes.paper]
recovery_code = true
authorizes = true
"""
)


def by_code(
    desk: Desk, channel: pinbolt.Channel, *, session: bytes = SESSION, device: str | None = None
) -> pinbolt.Accepted:
    """A proof by one delivered code."""
    begun = granted(
        desk.engine.begin(
            name="a-1", purpose="help", channel=channel, session=session, device=device
        ),
        pinbolt.Begun,
    )
    desk.engine.deliver(begun.dispatch)
    done = desk.engine.finish(
        purpose="help",
        handle=begun.challenge.handle,
        code=desk.phone.code,
        session=session,
        device=device,
    )
    return granted(done, pinbolt.Accepted)


def reset(desk: Desk, authority: pinbolt.Authority) -> pinbolt.Done | pinbolt.Refused:
    return desk.engine.reset_pin(account="a-1", new="604281", authority=authority)


def test_before_a_first_factor_every_name_is_offered_the_same() -> None:
    desk = Desk(HELP)
    for name in ("a-1", "nobody", PHONE, "+351912000999", EMAIL):
        begun = desk.engine.begin(name=name, purpose="help", channel="email", session=SESSION)
        offers = granted(begun, pinbolt.Begun).challenge.offers
        assert [offer.channel for offer in offers] == ["sms", "email", "push"]
        masked = [offer.channel for offer in offers if offer.masked is not None]
        assert masked == {"+": ["sms"], "@": ["email"]}.get("@" if "@" in name else name[0], [])
        assert name not in repr(offers)
        assert repr(offers[0]) == "Offer('sms')"


def test_after_the_pin_the_accounts_own_are_offered_and_one_is_picked() -> None:
    desk = Desk(HELP)
    challenge = desk.sent()
    match challenge.offers:
        case (pinbolt.Offer("sms", str(phone)), pinbolt.Offer("email", str(mail))):
            assert phone.startswith("+")
            assert "@" in mail
            assert phone != PHONE
            assert mail != EMAIL
        case other:
            pytest.fail(repr(other))
    again = desk.engine.resend(handle=challenge.handle, channel="email", session=SESSION)
    picked = granted(again, pinbolt.Begun)
    assert picked.challenge.offers == challenge.offers
    desk.engine.deliver(picked.dispatch)
    assert desk.phone.messages[-1].to == EMAIL
    yes = granted(desk.finish(picked.challenge, desk.phone.code), pinbolt.Accepted)
    assert yes.keys == {"pin", "email"}
    assert yes.assurance == "two-with-email"


def test_two_ways_recover_and_one_does_not() -> None:
    desk = Desk(HELP)
    mail = by_code(desk, "email")
    assert mail.keys == {"email"}
    assert mail.assurance == "one-factor"
    refused(reset(desk, mail), "NotAuthorized")
    refused(reset(desk, (by_code(desk, "sms"), by_code(desk, "sms"))), "NotAuthorized")
    other = by_code(desk, "email", session=b"another")
    refused(reset(desk, (by_code(desk, "sms"), other)), "NotAuthorized")
    granted(reset(desk, (by_code(desk, "sms"), by_code(desk, "email"))), pinbolt.Done)
    (told,) = [told.event for told in desk.events if told.event.kind == "PinReset"]
    assert (told.purpose, told.beside, told.operator) == ("help", "help", None)

    paper = desk.recovery_codes()[0]
    beside = granted(desk.verify("paper", recovery_code=paper), pinbolt.Accepted)
    assert beside.keys == {"recovery-codes"}
    device = desk.engine.remember_device(account="a-1", proof=(by_code(desk, "email"), beside))
    token = granted(device, pinbolt.RememberedDevice).token
    # The device chooses the lane, and is no factor.
    alone = by_code(desk, "email", device=token)
    assert alone.lane == "known-device"
    refused(reset(desk, alone), "NotAuthorized")


def test_a_pair_is_used_up_as_a_whole_or_not_at_all() -> None:
    desk = Desk(HELP)
    first, second = by_code(desk, "sms"), by_code(desk, "email")
    for odd in [(first,), (first, second, DESK), (first, DESK), [first, second], (first, None)]:
        with pytest.raises(TypeError, match="two Accepted"):
            reset(desk, cast(Any, odd))
    with pytest.raises(pinbolt.Misuse, match="used"):
        reset(desk, (first, first))
    used = by_code(desk, "sms")
    refused(reset(desk, used), "NotAuthorized")
    for pair in [(first, used), (used, first)]:
        with pytest.raises(pinbolt.Misuse, match="used"):
            reset(desk, pair)
    granted(reset(desk, (first, second)), pinbolt.Done)
    for spent in (first, second):
        with pytest.raises(pinbolt.Misuse, match="used"):
            reset(desk, spent)


def test_a_policy_that_promises_more_than_it_has_is_refused() -> None:
    purpose = "[purposes.a]\npin = true\ncode = {}\nneeds = '{}'"
    for channels, needs in [("['email']", "two-factors"), ("['sms', 'email']", "two-factors")]:
        with pytest.raises(pinbolt.ConfigurationError, match="two-with-email"):
            pinbolt.Policy.parse(purpose.format(channels, needs))
    pinbolt.Policy.parse(purpose.format("['sms', '@push']", "two-factors"))
    pinbolt.Policy.parse(purpose.format("['email']", "two-with-email"))


def test_the_same_awaited() -> None:
    async def visit() -> None:
        desk = Desk(HELP)
        engine = pinbolt.AsyncEngine(
            **installed(HELP), url="memory:", delivery=None, clock=desk.clock
        )
        await engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
        # Of another installation's store, where the account has other addresses.
        pair = (by_code(desk, "sms"), by_code(desk, "email"))
        no = await engine.reset_pin(account="a-1", new="604281", authority=pair)
        refused(no, "NotAuthorized")

    asyncio.run(visit())
