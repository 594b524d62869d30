"""Every refusal of the table, as a value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support import (
    DESK,
    EMAIL,
    MANY,
    PHONE,
    PIN,
    SECRET,
    SESSION,
    Desk,
    granted,
    installed,
    refused,
    wrong,
)

import pinbolt

CARD = pinbolt.Document("card", "PT", "1")
OPEN = MANY + "accounts.hide = false\n"
WAITS = OPEN + "throttle.on = false\nwait = { after = 1 }\n"


def wrong_credentials() -> object:
    return Desk().begin("314159")


def wrong_code() -> object:
    desk = Desk()
    return desk.finish(desk.sent(), wrong(desk.phone.code))


def unknown_device() -> object:
    return Desk().engine.outstanding(account="a-1", session=SESSION)


def superseded() -> object:
    desk = Desk()
    first = desk.sent()
    code = desk.phone.code
    desk.sent()
    return desk.finish(first, code)


def already_used() -> object:
    desk = Desk()
    challenge = desk.sent()
    desk.finish(challenge, desk.phone.code)
    return desk.finish(challenge, desk.phone.code)


def expired() -> object:
    desk = Desk()
    challenge = desk.sent()
    desk.clock.now += 300_000
    return desk.finish(challenge, desk.phone.code)


def tries_used_up() -> object:
    desk = Desk()
    challenge = desk.sent()
    for _ in range(5):
        desk.finish(challenge, wrong(desk.phone.code))
    return desk.finish(challenge, desk.phone.code)


def waiting() -> object:
    desk = Desk(WAITS)
    desk.begin("314159")
    no = refused(desk.begin(), "Waiting")
    assert no.until is not None
    return no


def throttled() -> object:
    desk = Desk()
    for _ in range(10):
        desk.begin("314159")
    return desk.begin()


def disabled() -> object:
    desk = Desk(WAITS + "cap = { stranger = 2 }\n")
    for _ in range(2):
        desk.begin("314159")
        desk.clock.now += 3_600_000
    return desk.begin()


def blocked() -> object:
    desk = Desk(OPEN)
    desk.engine.block(account="a-1", operator=DESK)
    return desk.begin()


def malformed() -> object:
    desk = Desk()
    return desk.finish(desk.sent(), "12345x")


def wrong_session() -> object:
    desk = Desk()
    return desk.finish(desk.sent(), desk.phone.code, session=b"another")


def unknown_challenge() -> object:
    return Desk().engine.finish(purpose="sign-in", handle="v1.x", code="123456", session=SESSION)


def ended() -> object:
    desk = Desk()
    challenge = desk.sent()
    desk.engine.cancel(handle=challenge.handle, session=SESSION)
    return desk.finish(challenge, desk.phone.code)


def address_taken() -> object:
    return Desk().engine.enroll(account="a-2", addresses=[PHONE], asserted_by=DESK)


def unknown_address() -> object:
    release = Desk().engine.release_address
    return release(account="a-1", address="another@example.com", authority=DESK)


def key_missing() -> object:
    desk = Desk(enrolled=False)
    desk.engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    no = refused(desk.begin(channel="email"), "KeyMissing")
    assert no.key == "email"
    return no


def account_exists() -> object:
    return Desk().engine.enroll(account="a-1")


def unknown_account() -> object:
    return Desk().engine.describe(account="a-2")


def weak_pin() -> object:
    no = refused(Desk().engine.enroll(account="a-2", pin="123456"), "WeakPin")
    assert no.detail is not None
    return no


def not_authorized() -> object:
    desk = Desk()
    desk.engine.enroll(account="a-2", pin="590381")
    return desk.engine.cancel_account(account="a-2", authority=desk.accepted())


def no_pin() -> object:
    desk = Desk(OPEN, enrolled=False)
    desk.engine.enroll(account="a-1", addresses=[EMAIL], asserted_by=DESK)
    return desk.begin()


def too_many_addresses() -> object:
    desk = Desk(enrolled=False)
    addresses = [f"a-{n}@example.com" for n in range(8)]
    granted(
        desk.engine.enroll(account="a-1", addresses=addresses, asserted_by=DESK), pinbolt.Enrolled
    )
    return desk.engine.confirm(account="a-1", address=PHONE, authority=DESK, session=SESSION)


def no_token() -> object:
    return Desk(OPEN).verify("otp", otp="123456")


def unknown_token() -> object:
    return Desk().engine.remove_token(account="a-1", token=1, authority=DESK)


def token_exists() -> object:
    desk = Desk()
    desk.token()
    return desk.engine.add_token(
        account="a-1", label="another", kind="hotp", secret=SECRET, authority=DESK
    )


def too_many_tokens() -> object:
    desk = Desk()
    for n in range(8):
        desk.token(secret=SECRET + bytes([n]))
    return desk.engine.add_token(account="a-1", label="the ninth", authority=DESK)


def no_recovery_codes() -> object:
    return Desk(OPEN).verify("recover", recovery_code="0000-0000-0000-0000")


def dossier(desk: Desk) -> str:
    """The link of a ticket."""
    issued = desk.engine.issue_ticket(account="a-1", purpose="dossier", operator=DESK)
    link = granted(issued, pinbolt.IssuedTicket).link
    assert link is not None
    return link


def unknown_link() -> object:
    return Desk().engine.peek_link(link="l1.", session=SESSION)


def code_needed() -> object:
    desk = Desk()
    return desk.engine.redeem(purpose="dossier", link=dossier(desk), session=SESSION)


def inactive() -> object:
    desk = Desk(enrolled=False)
    desk.engine.enroll_inactive(account="a-1")
    link = dossier(desk)
    return desk.engine.redeem(purpose="dossier", link=link, code="7K3D9QWX", session=SESSION)


def tied_twice() -> object:
    desk = Desk()
    desk.engine.enroll(account="a-2")
    desk.engine.tie_identity(account="a-1", document=CARD, operator=DESK)
    return desk.engine.tie_identity(account="a-2", document=CARD, operator=DESK)


def unknown_identity() -> object:
    return Desk().engine.untie_identity(account="a-1", operator=DESK)


def address_waits() -> object:
    desk = Desk()
    asked = granted(another(desk, replaces=PHONE), pinbolt.Begun)
    desk.engine.deliver(asked.dispatch)
    desk.engine.finish(
        purpose=pinbolt.CONFIRM,
        handle=asked.challenge.handle,
        code=desk.phone.code,
        session=SESSION,
    )
    no = refused(another(desk, replaces=None), "AddressWaits")
    assert no.until is not None
    return no


def too_many_phones() -> object:
    return another(Desk(), replaces=None)


def another(desk: Desk, *, replaces: str | None) -> pinbolt.Begun | pinbolt.Refused:
    """Asks for a second phone number."""
    return desk.engine.confirm(
        account="a-1", address="+351912000369", replaces=replaces, authority=DESK, session=SESSION
    )


SCENES: dict[str, Callable[[], object]] = {
    "WrongCredentials": wrong_credentials,
    "WrongCode": wrong_code,
    "Superseded": superseded,
    "AlreadyUsed": already_used,
    "Expired": expired,
    "TriesUsedUp": tries_used_up,
    "Waiting": waiting,
    "Throttled": throttled,
    "Disabled": disabled,
    "Blocked": blocked,
    "Malformed": malformed,
    "WrongSession": wrong_session,
    "UnknownChallenge": unknown_challenge,
    "Ended": ended,
    "AddressTaken": address_taken,
    "UnknownAddress": unknown_address,
    "KeyMissing": key_missing,
    "AccountExists": account_exists,
    "UnknownAccount": unknown_account,
    "WeakPin": weak_pin,
    "NotAuthorized": not_authorized,
    "NoPin": no_pin,
    "TooManyAddresses": too_many_addresses,
    "NoToken": no_token,
    "UnknownToken": unknown_token,
    "TokenExists": token_exists,
    "TooManyTokens": too_many_tokens,
    "NoRecoveryCodes": no_recovery_codes,
    "UnknownDevice": unknown_device,
    "UnknownLink": unknown_link,
    "CodeNeeded": code_needed,
    "Inactive": inactive,
    "IdentityTaken": tied_twice,
    "UnknownIdentity": unknown_identity,
    "AddressWaits": address_waits,
    "TooManyPhones": too_many_phones,
}


@pytest.mark.parametrize("row", pinbolt.REFUSALS, ids=lambda row: row.name)
def test_it_is_a_value(row: pinbolt.Row) -> None:
    no = refused(SCENES[row.name](), row.name)
    assert (no.code, no.name, no.sentence, str(no)) == (*row, row.sentence)
    assert repr(no) == f"Refused({row.code}, '{row.name}')"


NOT_TEXT = "80\ud8002714"
FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in "802714")


@pytest.mark.parametrize("typed", [NOT_TEXT, "\udfff", "\x00", FULL_WIDTH, "", " "])
def test_what_a_person_types_is_never_an_exception(typed: str) -> None:
    desk = Desk()
    engine, challenge = desk.engine, desk.sent()
    standing = desk.token()
    added = engine.add_token(account="a-1", label="a candidate", authority=DESK)
    candidate = granted(added, pinbolt.AddedToken).token
    handle = challenge.handle
    results: list[object] = [
        engine.begin(name=typed, purpose="sign-in", pin=PIN, channel="sms", session=SESSION),
        desk.begin(typed),
        desk.finish(challenge, typed),
        engine.finish(purpose="sign-in", handle=typed, code="123456", session=SESSION),
        engine.resend(handle=typed, channel="sms", session=SESSION),
        engine.cancel(handle=typed, session=SESSION),
        engine.verify(name="a-1", purpose="pay", pin=typed, session=SESSION),
        engine.verify(name=typed, purpose="pay", pin=PIN, session=SESSION),
        engine.change_pin(account="a-1", old=typed, new="904173", session=SESSION),
        engine.change_pin(account="a-1", old=PIN, new=typed, session=SESSION),
        engine.change_pin(account=typed, old=PIN, new="904173", session=SESSION),
        engine.reset_pin(account="a-1", new=typed, authority=DESK),
        engine.enroll(account="a-2", pin=typed),
        engine.peek_link(link=typed, session=SESSION),
        engine.redeem(purpose="by-link", link=typed, session=SESSION),
        engine.redeem(purpose="dossier", link=dossier(desk), code=typed, session=SESSION),
        engine.enroll(account="a-2", addresses=[typed]),
        engine.confirm(account="a-1", address=typed, authority=DESK, session=SESSION),
        engine.confirm(
            account="a-1", address=EMAIL, replaces=typed, authority=DESK, session=SESSION
        ),
        engine.release_address(account="a-1", address=typed, authority=DESK),
        engine.release_address(account=typed, address=PHONE, authority=DESK),
        engine.suspend_address(address=typed, operator=DESK),
        engine.suspend_address(address=PHONE, account=typed, operator=DESK),
        engine.tie_identity(account=typed, document=CARD, operator=DESK),
        engine.untie_identity(account=typed, operator=DESK),
        engine.describe(account=typed),
        desk.verify("otp", otp=typed),
        desk.verify("pin-otp", pin=typed, otp=desk.otp()),
        desk.verify("pin-otp", pin=PIN, otp=typed),
        desk.verify("pin-otp", pin_then_otp=typed),
        desk.verify("recover", recovery_code=typed),
        engine.confirm_token(account="a-1", token=candidate, code=typed, session=SESSION),
        engine.confirm_token(account=typed, token=candidate, code="123456", session=SESSION),
        engine.resync_token(
            account="a-1", token=standing, first=typed, second="123456", session=SESSION
        ),
        engine.resync_token(
            account="a-1", token=standing, first="123456", second=typed, session=SESSION
        ),
        engine.add_token(account=typed, label="app", authority=DESK),
        engine.remove_token(account=typed, token=standing, authority=DESK),
        engine.issue_recovery_codes(account=typed, authority=DESK),
    ]
    for result in results:
        assert isinstance(result, pinbolt.Refused), repr(result)
    assert handle == challenge.handle
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)
    granted(desk.verify("otp", otp=desk.otp()), pinbolt.Accepted)


@pytest.mark.parametrize("number", [-1, 0, 3, 2**32, 2**64, -(2**64)])
def test_a_number_that_is_no_tokens_is_unknown(number: int) -> None:
    """It may come from a request's path."""
    desk = Desk()
    desk.token()
    for answer in (
        desk.engine.confirm_token(account="a-1", token=number, code="123456", session=SESSION),
        desk.engine.resync_token(
            account="a-1", token=number, first="123456", second="123456", session=SESSION
        ),
        desk.engine.remove_token(account="a-1", token=number, authority=DESK),
    ):
        refused(answer, "UnknownToken")


def test_an_account_of_another_tenant_is_unknown() -> None:
    store = pinbolt.open_store("memory:")
    one = pinbolt.Engine(**installed(), store=store, tenant="one")
    two = pinbolt.Engine(**installed(), store=store, tenant="two")
    granted(one.enroll(account="a-1", pin=PIN), pinbolt.Enrolled)
    refused(two.describe(account="a-1"), "UnknownAccount")
    granted(one.describe(account="a-1"), pinbolt.Description)
    assert (repr(one), one.pinbolt.tenant) == ("Engine(tenant='one')", "one")
