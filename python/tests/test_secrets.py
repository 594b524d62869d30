"""A canary PIN, code, key and address reach no repr, text, exception or log."""

from __future__ import annotations

import asyncio
import base64
import gc
import inspect
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from support import DESK, KEYS, SESSION, AsyncPhone, AsyncRows, Desk, Phone, Rows, installed

import pinbolt
from pinbolt.oath import Hotp, Totp

PIN = "590381"
NEW = "738205"
PHONE = "+351963000777"
EMAIL = "canary@example.com"
HOTP_SECRET = "the twenty are a canary's"


class Loud(Rows):
    """Fails with an exception of its own at each write, once told."""

    loud = False

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        if self.loud:
            raise OSError("the cable is out")
        return super().swap(write)


def texts(value: object, but: str | None = None) -> Iterator[str]:
    yield repr(value)
    yield str(value)
    yield f"{value!a}"
    for name in dir(type(value)):
        is_property = inspect.isdatadescriptor(getattr(type(value), name))
        if not name.startswith("_") and is_property and name != but:
            yield repr(getattr(value, name, None))


def attempt(act: Any, told: list[str], but: str | None = None) -> Any:
    """What an act gives or raises, with every text of it `but` of what is there to be shown."""
    try:
        result = act()
    except Exception as error:  # the whole chain, as a log would show it
        told.append("".join(traceback.format_exception_only(error)))
        told.extend(texts(error))
        while error.__cause__ is not None:
            error = error.__cause__  # type: ignore[assignment]
            told.extend(texts(error))
        return None
    told.extend(texts(result, but))
    return result


def everything(told: list[str]) -> list[str]:
    """Plays most of what there is, and gives the codes that were sent."""
    store, phone = Loud(), Phone()
    desk = Desk(store=store, delivery=phone, enrolled=False)
    engine = desk.engine

    def begun(pin: str, channel: pinbolt.Channel = "sms") -> Any:
        return attempt(
            lambda: engine.begin(
                name=PHONE, purpose="sign-in", pin=pin, channel=channel, session=SESSION
            ),
            told,
        )

    def finish(handle: str, code: Any, purpose: str = "sign-in") -> Any:
        return attempt(
            lambda: engine.finish(purpose=purpose, handle=handle, code=code, session=SESSION),
            told,
        )

    addresses = [PHONE, EMAIL]
    for _ in range(2):
        attempt(
            lambda: engine.enroll(account="a-1", pin=PIN, addresses=addresses, asserted_by=DESK),
            told,
        )
    attempt(lambda: engine.enroll(account=PHONE, pin=PIN), told)
    attempt(lambda: engine.enroll(account="a-2", addresses=[PHONE], asserted_by=DESK), told)
    attempt(lambda: engine.enroll(account="a-2", addresses=PHONE), told)
    begun(NEW)
    begun("123456")
    begun(PIN + "\ud800")
    for channel in ("sms", "email"):
        first = begun(PIN, channel)
        attempt(lambda: engine.deliver(first.dispatch), told)  # noqa: B023
        told.extend(repr(message) for message in phone.messages)
        handle, code = first.challenge.handle, phone.code
        for typed in (code[:-1], code + "0", int(code), code.encode(), NEW):
            finish(handle, typed)
        finish(handle, code, "fly")
        store.loud = True
        finish(handle, code)
        store.loud = False
        proof = finish(handle, code)
        finish(handle, code)
        attempt(lambda: engine.reset_pin(account="a-1", new=PIN, authority=proof), told)  # noqa: B023
        attempt(lambda: engine.reset_pin(account="a-1", new=PIN, authority=proof), told)  # noqa: B023
    codes = tokens(desk, told)
    attempt(lambda: engine.change_pin(account="a-1", old=PIN, new=NEW, session=SESSION), told)
    attempt(lambda: engine.describe(account="a-1"), told)
    attempt(lambda: engine.run(engine.pinbolt.describe(account="a-1")), told)
    told.extend(text for event in desk.events for text in texts(event))
    told.extend(text for event in desk.events for text in texts(event.event))
    operation = engine.pinbolt.begin(
        name=PHONE, purpose="sign-in", pin=NEW, channel="sms", session=SESSION
    )
    while (question := operation.question) is not None:
        told += [repr(operation), repr(question)]
        if isinstance(question, pinbolt.Load):
            operation.answer_found(store.load(question.row))
        elif isinstance(question, pinbolt.Commit):
            told.append(repr(question.write))
            store.swap(question.write)
            operation.answer_applied()
        elif isinstance(question, pinbolt.Hash):
            digest = question.work.run()
            told += [repr(question.work), repr(digest)]
            operation.answer_hashed(digest)
    told += [repr(operation.end()), repr(operation), repr(engine), repr(engine.pinbolt)]
    told.extend(text for row in store.rows.values() for text in (repr(row), str(row)))
    return [message.code or "" for message in phone.messages] + codes


def tokens(desk: Desk, told: list[str]) -> list[str]:
    """Plays tokens and recovery codes, and gives the secrets and codes that there were."""
    engine, now = desk.engine, desk.clock.now

    def add(**arguments: Any) -> Any:
        usual: dict[str, Any] = {"account": "a-1", "label": "app", "authority": DESK}
        return attempt(lambda: engine.add_token(**{**usual, **arguments}), told, but="secret")

    def verify(purpose: str, **evidence: Any) -> Any:
        return attempt(
            lambda: engine.verify(name=PHONE, purpose=purpose, session=SESSION, **evidence), told
        )

    made = add().secret
    app, given = Totp(made), HOTP_SECRET.encode()
    hotp = Hotp(given, digits=8)
    shown = [code for code in (app.code_at(now), app.code_at(now + 30_000)) if code is not None]
    shown += [hotp.code(counter) for counter in range(3)]
    told += [repr(app), repr(hotp), repr(app.matching(shown[0], app.step(now) or 0, 1))]
    wrong: list[Any] = [shown[0] + "x", int(shown[0]), shown[0].encode()]
    for typed in (*shown, *wrong):
        for token in (1, 2):
            attempt(
                lambda: engine.confirm_token(
                    account="a-1",
                    token=token,  # noqa: B023
                    code=typed,  # noqa: B023
                    session=SESSION,
                ),
                told,
            )
        verify("otp", otp=typed)
        verify("pin-otp", pin=PIN, otp=typed)
        verify("pin-otp", pin_then_otp=f"{PIN}{typed!s}")
        verify("pay", pin=PIN, otp=typed)
        attempt(
            lambda: engine.resync_token(
                account="a-1",
                token=1,
                first=typed,  # noqa: B023
                second=shown[0],
                session=SESSION,
            ),
            told,
        )
        attempt(lambda: hotp.matching(typed, 0, 10), told)  # noqa: B023
        attempt(lambda: hotp.resynchronize(typed, shown[0], 0, 10), told)  # noqa: B023
        desk.clock.now += 30_000
    add(kind="hotp", digits=8, secret=given, confirmed=True)
    add(kind="hotp", digits=8, secret=given)
    add(digits=11, secret=given)
    add(secret=given[:15])
    add(secret=HOTP_SECRET)
    add(secret=given, dangerously_short_secret=given)
    attempt(lambda: Hotp(given[:15]), told)
    attempt(lambda: Hotp(HOTP_SECRET), told)  # type: ignore[arg-type]
    attempt(lambda: Totp(given, digits=11), told)
    issued = attempt(lambda: engine.issue_recovery_codes(account="a-1", authority=DESK), told)
    codes = list(issued)
    for typed in (codes[0], codes[0], codes[1].lower(), codes[2][:-1], codes[3].encode()):
        verify("recover", recovery_code=typed)
        verify("pay", pin=PIN, recovery_code=typed)
    attempt(lambda: issued[codes[0]], told)
    attempt(lambda: issued.index(codes[0] + "x"), told)
    lower = [code.lower() for code in codes]
    codes += ticket(engine, told)
    return [*shown, *codes, *lower, *spellings(given), *spellings(made)]


def ticket(engine: pinbolt.Engine, told: list[str]) -> list[str]:
    """Plays a ticket, and gives its code, twice spelt, and its link."""
    issued = engine.issue_ticket(account="a-1", purpose="dossier", operator=DESK)
    assert isinstance(issued, pinbolt.IssuedTicket)
    told += [repr(issued), str(issued), repr(issued.dispatch)]
    code, link = issued.code, issued.link
    assert link is not None
    bare = code.replace("-", "").lower()
    other = ("8" if code[0] == "7" else "7") + code[1:]

    def redeem(link: Any, code: Any) -> None:
        attempt(
            lambda: engine.redeem(purpose="dossier", link=link, code=code, session=SESSION), told
        )

    attempt(lambda: engine.peek_link(link=link, session=SESSION), told)
    for typed in (other, bare, code, code[:-1], None, code.encode()):
        redeem(link, typed)
    redeem(code, link)
    redeem(link.encode(), code)
    attempt(lambda: engine.redeem(purpose=link, link=link, code=code, session=SESSION), told)
    return [code, bare, other, link[3:]]


def spellings(secret: bytes) -> list[str]:
    """As Python, Rust and an app's address would show it."""
    decimal = ", ".join(str(byte) for byte in secret)
    return [repr(secret)[2:-1], decimal, secret.hex(), base64.b32encode(secret).decode().strip("=")]


async def asynchronously(told: list[str]) -> list[str]:
    phone = AsyncPhone()
    engine = pinbolt.AsyncEngine(**installed(), store=AsyncRows(), delivery=phone)
    await engine.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
    begun = await engine.begin(
        name=PHONE, purpose="sign-in", pin=PIN, channel="sms", session=SESSION
    )
    assert isinstance(begun, pinbolt.Begun)
    told += [repr(await engine.deliver(begun.dispatch)), repr(engine)]
    task = asyncio.create_task(
        engine.finish(
            purpose="sign-in",
            handle=begun.challenge.handle,
            code=phone.phone.code,
            session=SESSION,
        )
    )
    told.append(repr(task))
    told.append(repr(await task))
    told.append(repr(task))
    return [phone.phone.code]


def test_no_text_shows_a_canary(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    caplog.set_level(logging.DEBUG)
    codes = everything(told)
    codes += asyncio.run(asynchronously(told), debug=True)
    keys = pinbolt.Keys.parse(KEYS)
    told += [repr(keys), str(keys)]
    attempt(lambda: pinbolt.Keys.parse(KEYS.replace("active = 1", "active = 7")), told)
    attempt(lambda: pinbolt.Keys.parse(KEYS.replace("[secrets]", "[secrets")), told)
    gc.collect()
    told += [record.getMessage() for record in caplog.records]
    told += capfd.readouterr()
    whole = "\n".join(told)
    assert len(told) > 200
    assert "AlreadyUsed" in whole
    assert "the cable is out" in whole
    assert "TokenConfirmed" in whole
    assert "RecoveryCodeAccepted" in whole
    assert "TicketRedeemed" in whole or "CodeNeeded" in whole
    canaries = [PIN, NEW, PHONE[1:], EMAIL, "canary", "AQIDBAUG", "ISIjJCUm", *codes]
    shown = [canary for canary in canaries if canary in whole]
    assert not shown
    assert len(set(codes)) == len(codes) == 40
