"""Known devices: lanes of their own, and what an app sees of what is outstanding."""

import asyncio

from support import DESK, PIN, SESSION, Desk, granted, installed, refused

import pinbolt


def known(desk: Desk) -> str:
    """The token of a device that the account knows from now on."""
    device = desk.engine.remember_device(account="a-1", label="laptop", proof=desk.accepted())
    assert repr(device) == "RememberedDevice(device=1)"
    desk.clock.now += 3_600_000
    return granted(device, pinbolt.RememberedDevice).token


def test_a_known_device_has_a_lane_of_its_own() -> None:
    desk = Desk()
    token = known(desk)
    for device in (token, token[:-1], "", None):
        yes = desk.engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION, device=device)
        lane = "known-device" if device == token else "stranger"
        assert granted(yes, pinbolt.Accepted).lane == lane
    described = granted(desk.engine.describe(account="a-1"), pinbolt.Description)
    (shown,) = described.devices
    assert (shown.device, shown.label) == (1, "laptop")
    assert shown.used > shown.added
    assert repr(shown) == "DeviceState(device=1)"
    (remembered,) = [event for event in described.events if event.kind == "DeviceRemembered"]
    assert remembered.device == 1


def test_a_forgotten_device_is_a_stranger_s() -> None:
    desk = Desk()
    token = known(desk)
    forget = desk.engine.forget_device
    refused(forget(account="a-1", device=2, authority=DESK), "UnknownDevice")
    granted(forget(account="a-1", device=1, authority=DESK), pinbolt.Done)
    yes = desk.engine.verify(name="a-1", purpose="pay", pin=PIN, session=SESSION, device=token)
    assert granted(yes, pinbolt.Accepted).lane == "stranger"
    granted(forget(account="a-1", device=None, authority=DESK), pinbolt.Done)


def test_an_app_sees_what_is_outstanding_and_renews_it() -> None:
    desk = Desk()
    token = known(desk)
    browser = desk.sent()
    old = desk.phone.code
    shown = desk.engine.outstanding(account="a-1", session=b"app", device=token)
    (code,) = granted(shown, pinbolt.Outstanding).codes
    assert (code.purpose, code.channel, code.reference) == ("sign-in", "sms", browser.reference)
    assert (code.expires, code.resend_at) == (browser.expires, browser.resend_at)
    desk.clock.now += 60_000
    renewed = desk.engine.renew(account="a-1", purpose="sign-in", session=b"app", device=token)
    desk.engine.deliver(granted(renewed, pinbolt.Begun).dispatch)
    refused(desk.finish(browser, old), "Superseded")
    granted(desk.finish(browser, desk.phone.code), pinbolt.Accepted)
    for account in ("a-1", "nobody"):
        refused(desk.engine.outstanding(account=account, session=b"app"), "UnknownDevice")


def test_the_same_awaited() -> None:
    async def visit() -> None:
        desk = Desk()
        token = known(desk)
        engine = pinbolt.AsyncEngine(**installed(), url="memory:", clock=desk.clock)
        refused(
            await engine.outstanding(account="a-1", session=b"app", device=token), "UnknownDevice"
        )
        renewed = await engine.renew(account="a-1", purpose="sign-in", session=b"app", device=token)
        refused(renewed, "UnknownDevice")
        forgotten = await engine.forget_device(account="a-1", device=1, authority=DESK)
        refused(forgotten, "UnknownAccount")
        remembered = await engine.remember_device(account="a-1", proof=desk.accepted())
        refused(remembered, "UnknownAccount")

    asyncio.run(visit())
