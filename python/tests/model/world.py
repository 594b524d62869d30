"""Engine and model side by side: the same verb with the same arguments, and the same answer."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Literal, TypeAlias

import pinbolt
from pinbolt import Authenticator, Channel, TokenKind

from .rows import MEMORY, Challenge, Said
from .tokens import PERIOD, Recovery, Token, code_of
from .verbs import Model, plain

KEYS: Final = """
index = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
active = 1
secrets.1 = "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="
"""
POLICY: Final = """
hash = { memory = 7168, passes = 1 }
purposes.sign-in = { pin = true, code = ["sms", "email"] }
purposes.look-up = { code = ["sms", "email"] }
purposes.redelivered = { code = ["sms", "email"], resend = "redeliver" }
purposes.step-up = { pin = true }
purposes.token = { otp = true }
purposes.vault = { pin = true, otp = true }
purposes.paper = { recovery_code = true }
purposes.safe = { pin = true, otp = true, recovery_code = true }
recovery.codes = 2
"""
START: Final = 1_800_000_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
DESK: Final = pinbolt.Operator("desk-7", "asked in person")

ACCOUNTS: Final = {
    "ana": ["+351 912 000 417", "Ana.Reis@example.com"],
    "rui": ["+351912000433"],
    "eva": ["+351912000417"],
}
"""Ana and Eva share a phone: it is whose it was first."""
UNKNOWN: Final = ("nobody", "+351912999999")
NAMES: Final = (*ACCOUNTS, "+351 912 000 417", "ana.reis@Example.com", "+351912000433", *UNKNOWN)
PINS: Final = ("802714", "904173", "615038")
SESSIONS: Final = (b"session 1", b"session 2")
SECRETS: Final = tuple(bytes([n]) * 20 for n in range(1, 12))
CONTEXTS: Final = (b"", b"pay 10")
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"

Typed: TypeAlias = Literal["own", "before", "wrong", "malformed"]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


class Gateway:
    """Keeps what arrived, and says of it what it is told to."""

    def __init__(self) -> None:
        self.says: pinbolt.Handover = "sent"
        self.arrived: list[pinbolt.Message] = []

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        self.arrived.append(message)
        return self.says


class World:
    """What is done to the engine is done to the model."""

    def __init__(self, store: pinbolt.Store, clock: Clock | None = None) -> None:
        self.clock, self.gateway, self.model = clock or Clock(), Gateway(), Model()
        self.engine = pinbolt.Engine(
            keys=pinbolt.Keys.parse(KEYS),
            policy=pinbolt.Policy.parse(POLICY),
            store=store,
            clock=self.clock,
            delivery=self.gateway,
        )
        self.heard: Counter[str] = Counter()
        self.handles: list[str] = []
        """Every handle that was given, in turn, and by each the code that arrived."""
        self.codes: dict[str, str | None] = {}
        self.now = START

    def later(self, milliseconds: int) -> None:
        """Let time pass, or set the clock back; never before 1970, which would be misuse."""
        self.now = max(self.now + milliseconds, START // 2)
        self.clock.now = self.now

    def enroll(self, account: str) -> None:
        self.do(
            "enroll", account=account, pin=PINS[0], addresses=ACCOUNTS[account], asserted_by=DESK
        )

    def begin(
        self, name: str, purpose: str, channel: Channel, session: bytes, *, right: bool
    ) -> None:
        pin = {"pin": self.pin(name, right=right)} if purpose == "sign-in" else {}
        context = CONTEXTS[not right]
        self.do(
            "begin",
            name=name,
            purpose=purpose,
            channel=channel,
            session=session,
            context=context,
            **pin,
        )

    def resend(self, back: int, channel: Channel, *, other: bool) -> None:
        handle = self.handle(back)
        self.do("resend", handle=handle, channel=channel, session=self.session(handle, other=other))

    def finish(
        self, back: int, typed: Typed, before: int, *, other: bool, elsewhere: bool = False
    ) -> None:
        handle = self.handle(back)
        held = self.model.handles[handle]
        code = {
            "own": self.codes[handle],
            "before": self.codes[self.handle(back + before)],
            "wrong": None,
            "malformed": "12345",
        }[typed]
        self.do(
            "finish",
            purpose=held.purpose,
            handle=handle,
            code=code or f"{self.heard.total() * 7 % 1_000_000:06}",
            session=self.session(handle, other=other),
            context=b"another text" if elsewhere else held.context,
        )

    def cancel(self, back: int, *, other: bool) -> None:
        handle = self.handle(back)
        self.do("cancel", handle=handle, session=self.session(handle, other=other))

    def verify(self, name: str, *, right: bool) -> None:
        pin = self.pin(name, right=right)
        self.do("verify", name=name, purpose="step-up", pin=pin, session=SESSIONS[0])

    def add_token(self, account: str, kind: TokenKind, secret: int, *, confirmed: bool) -> None:
        self.do(
            "add_token",
            account=account,
            label="app",
            kind=kind,
            secret=SECRETS[secret],
            confirmed=confirmed,
            authority=DESK,
        )

    def confirm_token(self, account: str, nth: int, ahead: int, *, right: bool) -> None:
        token = self.token(account, nth, confirmed=False)
        code = self.code(token, ahead, right=right)
        self.do(
            "confirm_token", account=account, token=token.number, code=code, session=SESSIONS[0]
        )

    def resync_token(self, account: str, nth: int, ahead: int, *, right: bool) -> None:
        token = self.token(account, nth, confirmed=True)
        first, second = (self.code(token, at, right=right) for at in (ahead, ahead + 1))
        self.do(
            "resync_token",
            account=account,
            token=token.number,
            first=first,
            second=second,
            session=SESSIONS[0],
        )

    def remove_token(self, account: str, nth: int) -> None:
        number = self.token(account, nth, confirmed=nth > 0).number
        self.do("remove_token", account=account, token=number, authority=DESK)

    def issue_recovery_codes(self, account: str) -> None:
        self.do("issue_recovery_codes", account=account, authority=DESK)

    def prove(
        self, name: str, purpose: str, nth: int, ahead: int, *, pin: bool, otp: bool, code: bool
    ) -> None:
        """Type all that a purpose asks for, each part right or not. How many guesses a code is for
        who has no token is nobody's to know."""
        parts: dict[str, str] = {}
        holder = self.model.rows.get(self.model.holder(name) or "")
        if purpose in ("vault", "safe"):
            parts["pin"] = self.pin(name, right=pin)
        if purpose in ("token", "vault", "safe"):
            confirmed = [token for token in holder.tokens if token.confirmed] if holder else []
            if not confirmed:
                return
            parts["otp"] = self.code(confirmed[nth % len(confirmed)], ahead, right=otp)
        if purpose in ("paper", "safe"):
            codes = holder.recovery.codes if holder and holder.recovery else ()
            right = codes[nth % len(codes)] if codes and code else "0000-0000-0000-0000"
            parts["recovery_code"] = right
        self.do("verify", name=name, purpose=purpose, session=SESSIONS[0], **parts)

    def token(self, account: str, nth: int, *, confirmed: bool) -> Token:
        """One that the account has; if there is none of this kind, any; if none, the last that
        there was."""
        row = self.model.rows.get(f"account {account}")
        tokens = row.tokens if row is not None else []
        tokens = [token for token in tokens if token.confirmed == confirmed] or tokens
        nobodys = Token(row.added if row else 0, "totp", SECRETS[0], confirmed=False)
        return tokens[nth % len(tokens)] if tokens else nobodys

    def code(self, token: Token, ahead: int, *, right: bool) -> str:
        """What it shows, or showed before, or will later."""
        base = token.next if token.kind == "hotp" else self.now // PERIOD
        code = code_of(token.secret, max(base + ahead, 0))
        return code if right else f"{(int(code) + 1) % 1_000_000:06}"

    def change_pin(self, account: str, new: str, *, right: bool) -> None:
        old = self.pin(account, right=right)
        self.do("change_pin", account=account, old=old, new=new, session=SESSIONS[0])

    def reset_pin(self, account: str, new: str) -> None:
        self.do("reset_pin", account=account, new=new, authority=DESK)

    def unlock(self, account: str, authenticator: Authenticator) -> None:
        self.do("unlock", account=account, authenticator=authenticator, authority=DESK)

    def block(self, account: str, *, on: bool) -> None:
        self.do("block" if on else "unblock", account=account, operator=DESK)

    def cancel_account(self, account: str) -> None:
        self.do("cancel_account", account=account, authority=DESK)

    def do(self, verb: str, **arguments: Any) -> None:
        """On both sides; then an operator looks."""
        answer = getattr(self.engine, verb)(**arguments)
        said = told(answer)
        self.heard[said.name] += 1
        self.model.now = self.now
        predicted = self.model.step(verb, arguments)
        assert said == predicted, f"{verb}{arguments}: {said}, and the model says {predicted}"
        if isinstance(answer, pinbolt.Begun):
            self.issued(answer)
        if isinstance(answer, pinbolt.RecoveryCodes):
            row = self.model.rows[f"account {arguments['account']}"]
            row.recovery = Recovery(tuple(answer))
        for account in ACCOUNTS:
            seen = told(self.engine.describe(account=account))
            counts = self.model.step("describe", {"account": account})
            assert seen == counts, f"{account}: {seen}, and the model says {counts}"

    def issued(self, begun: pinbolt.Begun) -> None:
        """A code arrives exactly where the model says."""
        handle, reference = begun.challenge.handle, begun.challenge.reference
        assert self.model.shown is not None
        self.model.handles[handle] = held = self.model.shown
        self.handles.append(handle)
        challenges = self.model.rows[held.row].series[held.purpose].challenges
        challenge = challenges[held.number]
        assert follows(challenges, challenge, reference)
        challenge.reference = reference
        self.gateway.arrived.clear()
        outcome = self.engine.deliver(begun.dispatch).outcome
        if not self.gateway.arrived:
            assert outcome == "nothing"
            assert challenge.phantom or not begun.challenge.sent
        else:
            (arrived,) = self.gateway.arrived
            assert outcome == self.gateway.says
            assert begun.challenge.sent, "nothing is sent within the cooldown"
            assert not challenge.phantom, "a phantom is never delivered"
            assert challenge.code in (None, arrived.code), "redelivered means the same code"
            assert plain(arrived.to) == challenge.place, "delivered to somebody else"
            challenge.code = arrived.code
            if outcome == "refused":
                self.model.undelivered(handle)
        self.codes[handle] = challenge.code

    def handle(self, back: int) -> str:
        return self.handles[max(len(self.handles) - 1 - back, 0)]

    def session(self, handle: str, *, other: bool) -> bytes:
        own = self.model.handles[handle].session
        return SESSIONS[1 - SESSIONS.index(own)] if other else own

    def pin(self, name: str, *, right: bool) -> str:
        row = self.model.rows.get(self.model.holder(name) or "")
        own = row.pin if row is not None else PINS[0]
        return own if right else PINS[(PINS.index(own) + 1) % len(PINS)]


def told(answer: object) -> Said:
    """The engine's answer in the model's words."""
    said = Said(type(answer).__name__)
    match answer:
        case pinbolt.Refused():
            said = Said(answer.name, detail(answer))
        case pinbolt.Accepted():
            who = (answer.account, answer.purpose, answer.lane)
            said = Said("Accepted", (*who, milliseconds(answer.at)))
        case pinbolt.Begun(challenge):
            times = milliseconds(challenge.expires), milliseconds(challenge.resend_at)
            said = Said("Issued" if challenge.sent else "Issued before", times)
        case pinbolt.Description():
            ledgers = [ledger for ledger in answer.ledgers if ledger.failures]
            counted = {(state.authenticator, state.lane): state.failures for state in ledgers}
            bound = sum(address.bound is not None for address in answer.addresses)
            tokens = [
                (token.token, token.confirmed is not None, token.counter, token.clock_ahead)
                for token in answer.tokens
            ]
            left = answer.recovery_codes_left
            said = Said("Description", (answer.blocked, counted, bound, tokens, left))
        case pinbolt.AddedToken(token):
            said = Said("AddedToken", token)
        case pinbolt.Enrolled(bound, candidates):
            said = Said("Enrolled", (bound, candidates))
        case pinbolt.Unlocked(refilled):
            said = Said("Unlocked", refilled)
    return said


def detail(refused: pinbolt.Refused) -> object:
    """The one thing that a refusal tells."""
    details = (refused.tries_left, refused.newest, refused.until)
    told = [one for one in details if one is not None]
    assert len(told) <= 1
    if refused.until is not None:
        return milliseconds(refused.until)
    return told[0] if told else None


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def follows(challenges: list[Challenge], challenge: Challenge, reference: str) -> bool:
    """A challenge keeps its reference. They rise by one, until five days pass without one."""
    if challenge.reference is not None:
        return challenge.reference == reference
    if len(challenges) == 1:
        return True
    before = challenges[-2]
    assert before.reference is not None
    rises = (order(before.reference) + 1) % len(LETTERS) ** 3 == order(reference)
    return rises or challenge.issued - before.issued > MEMORY


def order(reference: str) -> int:
    number = 0
    for letter in reference:
        number = number * len(LETTERS) + LETTERS.index(letter)
    return number
