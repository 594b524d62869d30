"""What the tests stand on: a phone, stores of Python's own, keys, policies and clocks."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Final, TypedDict, TypeVar

import pinbolt

_T = TypeVar("_T")

KEYS = """
index = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
active = 1

[secrets]
1 = "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="
"""

QUICK = "hash = { memory = 7168, passes = 1 }\n"
PURPOSES = """
[purposes.sign-in]
pin = true
code = ["sms", "email"]
authorizes = true

[purposes.visit]
code = ["sms"]

[purposes.pay]
pin = true

[purposes.otp]
otp = true

[purposes.pin-otp]
pin = true
otp = true
authorizes = true

[purposes.recover]
recovery_code = true

[purposes.by-link]
code = ["email"]
link = true

[purposes.activate]
ticket = "once"

[purposes.dossier]
ticket = "until-closed"

[purposes.all]
pin = true
otp = true
recovery_code = true
"""
MANY = "code.cooldown = 0\nsend = { per_hour = 60, per_day = 200 }\n"

PHONE = "+351912000417"
EMAIL = "a-1@example.com"
PIN = "802714"
DESK = pinbolt.Operator("desk-7", "seen in person")
SESSION = b"the web session"
VECTORS: Final = Path(__file__).resolve().parents[2] / "engine" / "tests" / "vectors"
SECRET: Final = b"12345678901234567890"
"""Of the tests' tokens: that of RFC 4226."""


HOTP: Final = pinbolt.oath.Hotp(SECRET)


class Installed(TypedDict):
    """What every engine takes."""

    keys: pinbolt.Keys
    policy: pinbolt.Policy


def installed(more: str = "") -> Installed:
    """Keys and a quick policy with many messages."""
    policy = pinbolt.Policy.parse(QUICK + (more or MANY) + PURPOSES)
    return {"keys": pinbolt.Keys.parse(KEYS), "policy": policy}


class Phone:
    """Keeps what would have gone out."""

    def __init__(self) -> None:
        self.messages: list[pinbolt.Message] = []

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        self.messages.append(message)
        return "sent"

    @property
    def code(self) -> str:
        code = self.messages[-1].code
        assert code is not None
        return code


class AsyncPhone:
    """The same, awaited."""

    def __init__(self) -> None:
        self.phone = Phone()

    async def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        await asyncio.sleep(0)
        return self.phone.deliver(message)


class Rows:
    """A store as an integrator may write one."""

    def __init__(self) -> None:
        self.rows: dict[str, pinbolt.Snapshot] = {}
        self.lock = threading.Lock()
        self.swaps = 0

    def load(self, row: str) -> pinbolt.Snapshot | None:
        return self.rows.get(row)

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        with self.lock:
            self.swaps += 1
            standing = self.rows.get(write.row)
            version = None if standing is None else standing.version
            if version != write.expected:
                return "conflict"
            if write.body is None:
                del self.rows[write.row]
            else:
                self.rows[write.row] = pinbolt.Snapshot(write.version, write.body)
            return "applied"


class AsyncRows:
    """The same, awaited."""

    def __init__(self, rows: Rows | None = None) -> None:
        self.rows = rows or Rows()

    async def load(self, row: str) -> pinbolt.Snapshot | None:
        await asyncio.sleep(0)
        return self.rows.load(row)

    async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        await asyncio.sleep(0)
        return self.rows.swap(write)


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


class Desk:
    """An engine with a person enrolled, and what a test says most often."""

    def __init__(
        self,
        more: str = "",
        *,
        url: str | None = None,
        store: pinbolt.Store | None = None,
        delivery: pinbolt.Delivery | None = None,
        enrolled: bool = True,
    ) -> None:
        self.phone, self.clock = Phone(), Clock()
        self.events: list[pinbolt.AuditEvent] = []
        if url is None and store is None:
            url = "memory:"
        self.engine = pinbolt.Engine(
            **installed(more),
            url=url,
            store=store,
            delivery=delivery or self.phone,
            clock=self.clock,
            audit=self.events.append,
        )
        if enrolled:
            done = self.engine.enroll(
                account="a-1", pin=PIN, addresses=[PHONE, EMAIL], asserted_by=DESK
            )
            assert granted(done, pinbolt.Enrolled).bound == 2

    def begin(
        self, pin: str = PIN, *, session: bytes = SESSION, channel: pinbolt.Channel = "sms"
    ) -> pinbolt.Begun | pinbolt.Refused:
        return self.engine.begin(
            name="a-1", purpose="sign-in", pin=pin, channel=channel, session=session
        )

    def sent(self) -> pinbolt.Challenge:
        """A challenge whose code has arrived."""
        begun = granted(self.begin(), pinbolt.Begun)
        assert self.engine.deliver(begun.dispatch).outcome == "sent"
        return begun.challenge

    def finish(
        self, challenge: pinbolt.Challenge, code: str, *, session: bytes = SESSION
    ) -> pinbolt.Accepted | pinbolt.Refused:
        return self.engine.finish(
            purpose="sign-in", handle=challenge.handle, code=code, session=session
        )

    def token(self, kind: pinbolt.TokenKind = "totp", secret: bytes = SECRET) -> int:
        """The number of a token that stands at once."""
        added = self.engine.add_token(
            account="a-1", label="app", kind=kind, secret=secret, confirmed=True, authority=DESK
        )
        return granted(added, pinbolt.AddedToken).token

    def otp(self, steps: int = 0) -> str:
        """The code that a token of time shows now, or so many steps later."""
        return HOTP.code(self.clock.now // 30_000 + steps)

    def verify(
        self,
        purpose: str,
        *,
        pin: str | None = None,
        otp: str | None = None,
        pin_then_otp: str | None = None,
        recovery_code: str | None = None,
    ) -> pinbolt.Accepted | pinbolt.Refused:
        return self.engine.verify(
            name="a-1",
            purpose=purpose,
            pin=pin,
            otp=otp,
            pin_then_otp=pin_then_otp,
            recovery_code=recovery_code,
            session=SESSION,
        )

    def recovery_codes(self) -> pinbolt.RecoveryCodes:
        codes = self.engine.issue_recovery_codes(account="a-1", authority=DESK)
        return granted(codes, pinbolt.RecoveryCodes)

    def accepted(self) -> pinbolt.Accepted:
        return granted(self.finish(self.sent(), self.phone.code), pinbolt.Accepted)


def granted(result: _T | pinbolt.Refused, kind: type[_T]) -> _T:
    """The result, which must be of this kind."""
    assert isinstance(result, kind), repr(result)
    return result


def refused(result: object, name: str) -> pinbolt.Refused:
    """The refusal, which must have this name."""
    assert isinstance(result, pinbolt.Refused), repr(result)
    assert result.name == name
    return result


def wrong(code: str) -> str:
    """Another code of the same length."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
