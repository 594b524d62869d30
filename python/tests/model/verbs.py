"""The model's verbs, with the engine's own arguments.

As `engine/tests/sequences/model.rs`, and enrolments that come and go; written from the protocols
and not from the engine, so that the two can disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from pinbolt import Authenticator, Channel, Lane, TokenKind

from . import evidence
from .evidence import STRANGER, well_formed
from .rows import DAY, HOUR, KEPT, MEMORY, Asked, Challenge, Refusal, Row, Said, Series

REDELIVERS: Final = {"sign-in": False, "look-up": False, "redelivered": True}
"""By purpose: whether a resend sends the same code again."""


class Handle(NamedTuple):
    """What a handle holds: its challenge, and the row's life in which it was issued."""

    row: str
    purpose: str
    number: int
    life: int
    issued: int
    session: bytes
    context: bytes


class Model:
    """Every row, by what it is and whose, and what was sent where."""

    def __init__(self) -> None:
        self.now = 0
        self.rows: dict[str, Row] = {}
        self.handles: dict[str, Handle] = {}
        self.budgets: dict[str, list[tuple[int, Lane]]] = {}
        self.shown: Handle | None = None
        """What the last `begin` or `resend` gave."""

    def step(self, verb: str, arguments: dict[str, object]) -> Said:
        self.shown = None
        try:
            said: Said = getattr(self, verb)(**arguments)
        except Refusal as refusal:
            return refusal.said
        return said

    def enroll(self, *, account: str, pin: str, addresses: list[str], asserted_by: object) -> Said:
        key = f"account {account}"
        if key in self.rows and self.rows[key].state != "cancelled":
            raise Refusal("AccountExists")
        if any(map(self.holder, addresses)):
            raise Refusal("AddressTaken")
        fresh = Row(account, seen=self.now, life=-1)
        record = self.turn(key) if key in self.rows else fresh
        own: dict[Channel, str] = {"email" if "@" in a else "sms": plain(a) for a in addresses}
        self.rows[key] = Row(account, own, pin, seen=record.seen, life=record.life + 1)
        return Said("Enrolled", (len(addresses), 0))

    def begin(
        self,
        *,
        name: str,
        purpose: str,
        channel: Channel,
        session: bytes,
        context: bytes,
        pin: str | None = None,
    ) -> Said:
        key = self.named(name)
        if pin is not None:
            self.check(key, pin)
        record = self.rows[key].at(self.now)
        asked = Asked(
            session,
            context,
            channel,
            STRANGER if pin is None else "first-factor",
            None if pin is None else record.generation,
        )
        place, series = self.place(key, channel), record.series[purpose]
        until, cooling, same = series.resend_at, record.seen < series.resend_at, False
        refusal: Refusal | None = None
        if cooling:
            newest = series.challenges[-1] if series.challenges else None
            same = newest is not None and newest.is_live(record.seen) and newest.asked == asked
            refusal = None if same else Refusal("Throttled", until)
        elif pin is not None and channel not in record.addresses:
            refusal = Refusal("KeyMissing")
        else:
            refusal = self.spend(place, asked.lane)
        record = self.turn(key)
        if pin is not None:
            record.ledger("pin", STRANGER).succeed()
        if refusal is None and not same:
            phantom = not record.passes or channel not in record.addresses
            record.series[purpose].issue(Challenge(asked, record.seen, phantom, place))
        if pin is not None or (refusal is None and not same):
            self.rows[key] = record
        if refusal is not None:
            raise refusal
        return self.show(key, purpose, record, "Issued before" if same else "Issued")

    def resend(self, *, handle: str, channel: Channel, session: bytes) -> Said:
        held = self.asked(handle, session)
        record = self.rows[held.row].at(self.now)
        challenge, series = standing(record, held), record.series[held.purpose]
        if record.seen < series.resend_at:
            raise Refusal("Throttled", series.resend_at)
        same_channel = challenge.asked.channel == channel
        if REDELIVERS[held.purpose] and same_channel and challenge.tries_left == 0:
            raise Refusal("TriesUsedUp")
        if channel not in record.addresses and challenge.asked.generation is not None:
            raise Refusal("KeyMissing")
        place = challenge.place if same_channel else self.place(held.row, channel)
        refusal = self.spend(place, challenge.asked.lane)
        if refusal is not None:
            raise refusal
        if REDELIVERS[held.purpose] and same_channel:
            series.send(record.seen)
        else:
            lacks = not record.passes or channel not in record.addresses
            # A phantom stays one on its channel.
            phantom = lacks or (challenge.phantom and same_channel)
            asked = challenge.asked._replace(channel=channel)
            series.issue(Challenge(asked, record.seen, phantom, place))
        self.rows[held.row] = record
        return self.show(held.row, held.purpose, record, "Issued")

    def finish(
        self, *, purpose: str, handle: str, code: str, session: bytes, context: bytes
    ) -> Said:
        held = self.asked(handle, session)
        record = self.turn(held.row)
        challenge, series = standing(record, held), record.series[held.purpose]
        if challenge.asked.context != context:
            raise Refusal("WrongSession")
        if len(code) != 6:
            raise Refusal("Malformed")
        if challenge.tries_left == 0:
            raise Refusal("TriesUsedUp")
        ledger = record.ledger("code", challenge.asked.lane)
        ledger.gate(record.seen)
        challenge.tries_left -= 1
        self.rows[held.row] = record
        if challenge.code == code and not ledger.is_disabled():
            challenge.progress = "consumed"
            # Who had the code may ask for another at once.
            series.sends, series.sent_at = 0, 0
            ledger.reset()
            return Said("Accepted", (record.account, purpose, challenge.asked.lane, record.seen))
        if any(older.code == code for older in series.challenges[-KEPT:-1]):
            raise Refusal("Superseded", challenge.reference)
        ledger.reserve(record.seen)
        raise Refusal("WrongCode", challenge.tries_left)

    def verify(
        self,
        *,
        name: str,
        purpose: str,
        session: bytes,
        pin: str | None = None,
        otp: str | None = None,
        recovery_code: str | None = None,
    ) -> Said:
        parts: dict[Authenticator, str | None]
        parts = {"pin": pin, "recovery-code": recovery_code, "otp": otp and well_formed(otp)}
        given = {part: typed for part, typed in parts.items() if typed is not None}
        key = self.named(name)
        record = self.turn(key)
        refusal = evidence.verify(record, given, self.now)
        self.rows[key] = record
        if refusal is not None:
            raise Refusal(refusal)
        lane: Lane = "first-factor" if "pin" in given and len(given) > 1 else STRANGER
        return Said("Accepted", (record.account, purpose, lane, record.seen))

    def add_token(
        self,
        *,
        account: str,
        label: str,
        kind: TokenKind,
        secret: bytes,
        confirmed: bool,
        authority: object,
    ) -> Said:
        return self.act(
            account,
            lambda record: evidence.add_token(record, kind, secret, confirmed=confirmed),
        )

    def confirm_token(self, *, account: str, token: int, code: str, session: bytes) -> Said:
        return self.act(
            account, lambda record: evidence.confirm_token(record, token, code, self.now)
        )

    def resync_token(
        self, *, account: str, token: int, first: str, second: str, session: bytes
    ) -> Said:
        codes = first, second
        return self.act(
            account, lambda record: evidence.resync_token(record, token, codes, self.now)
        )

    def remove_token(self, *, account: str, token: int, authority: object) -> Said:
        return self.act(account, lambda record: evidence.remove_token(record, token))

    def issue_recovery_codes(self, *, account: str, authority: object) -> Said:
        return self.act(account, evidence.issue_recovery_codes)

    def act(self, account: str, act: Callable[[Row], Said]) -> Said:
        """What is done to a record, refused or not, and written unless it raises."""
        key = self.known(account)
        record = self.turn(key)
        said = act(record)
        self.rows[key] = record
        return said

    def change_pin(self, *, account: str, old: str, new: str, session: bytes) -> Said:
        key = self.known(account)
        self.check(key, old)
        replace_pin(self.settle(key), new)
        return Said("Done")

    def reset_pin(self, *, account: str, new: str, authority: object) -> Said:
        key = self.known(account)
        self.rows[key] = self.turn(key)
        replace_pin(self.rows[key], new)
        return Said("Done")

    def unlock(self, *, account: str, authenticator: Authenticator, authority: object) -> Said:
        key = self.known(account)
        self.rows[key] = record = self.turn(key)
        record.refills = [at for at in record.refills if record.seen - at < 30 * DAY]
        refilled = len(record.refills) < 2
        if refilled:
            record.refills.append(record.seen)
        for (which, _), ledger in record.ledgers.items():
            if which == authenticator:
                ledger.reset()
                ledger.empty_at = 0 if refilled else ledger.empty_at
        return Said("Unlocked", refilled)

    def block(self, *, account: str, operator: object) -> Said:
        key = self.known(account)
        self.rows[key] = record = self.turn(key)
        record.state = "blocked"
        record.end(lambda _: True)
        return Said("Done")

    def unblock(self, *, account: str, operator: object) -> Said:
        key = self.known(account)
        self.rows[key] = record = self.turn(key)
        record.state = "active"
        return Said("Done")

    def cancel(self, *, handle: str, session: bytes) -> Said:
        held = self.asked(handle, session)
        record = self.turn(held.row)
        standing(record, held).progress = "ended"
        self.rows[held.row] = record
        return Said("Done")

    def cancel_account(self, *, account: str, authority: object) -> Said:
        key = self.known(account)
        record = self.turn(key)
        self.rows[key] = Row(account, state="cancelled", seen=record.seen, life=record.life)
        return Said("Done")

    def describe(self, *, account: str) -> Said:
        """What an operator sees: whether it is blocked, its failures, and what it has."""
        record = self.rows[self.known(account)]
        counted = {key: ledger.count for key, ledger in record.ledgers.items() if ledger.count}
        tokens = [
            (
                token.number,
                token.confirmed,
                token.next if token.kind == "hotp" else None,
                token.offset + token.drift,
            )
            for token in record.tokens
        ]
        left = None if record.recovery is None else record.recovery.left
        blocked = record.state == "blocked"
        return Said("Description", (blocked, counted, len(record.addresses), tokens, left))

    def undelivered(self, handle: str) -> None:
        """The gateway refused the newest message: its cooldown is given back, but to no stranger,
        who would learn from it that there is somebody."""
        held = self.handles[handle]
        record = self.rows[held.row].at(self.now)
        series = record.series[held.purpose]
        if series.challenges[-1].asked.lane != STRANGER:
            series.sends, series.sent_at = max(series.sends - 1, 0), 0
            self.rows[held.row] = record

    def challenge(self, handle: str) -> Challenge:
        """The challenge of a handle that was just given."""
        held = self.handles[handle]
        return self.rows[held.row].series[held.purpose].challenges[held.number]

    def holder(self, name: str) -> str | None:
        """The row of the account that answers to a name."""
        for key, row in self.rows.items():
            names = {row.account, *row.addresses.values()}
            if row.account is not None and row.state != "cancelled" and plain(name) in names:
                return key
        return None

    def named(self, name: str) -> str:
        """The row that a name stands for: an account's, or else that of the unknown name."""
        key = self.holder(name) or f"nobody {plain(name)}"
        self.rows.setdefault(key, Row(None))
        return key

    def known(self, account: str) -> str:
        key = f"account {account}"
        if key not in self.rows or self.rows[key].state == "cancelled":
            raise Refusal("UnknownAccount")
        return key

    def turn(self, key: str) -> Row:
        """The record to write on. That the clock was set back is written, whatever follows."""
        record = self.rows[key].at(self.now)
        if record.seen < self.rows[key].seen:
            self.rows[key] = record
            record = record.at(self.now)
        return record

    def check(self, key: str, pin: str) -> None:
        """Count the guess, then judge it."""
        record = self.turn(key)
        ledger = record.ledger("pin", STRANGER)
        ledger.gate(record.seen)
        within_cap = not ledger.is_disabled()
        ledger.reserve(record.seen)
        self.rows[key] = record
        if not (record.passes and within_cap and record.pin == pin):
            raise Refusal("WrongCredentials")

    def settle(self, key: str) -> Row:
        self.rows[key] = record = self.turn(key)
        record.ledger("pin", STRANGER).succeed()
        return record

    def asked(self, handle: str, session: bytes) -> Handle:
        """A handle is worth nothing in another session."""
        held = self.handles[handle]
        if held.session != session:
            raise Refusal("WrongSession")
        return held

    def show(self, key: str, purpose: str, record: Row, name: str) -> Said:
        """Whoever asked gets a handle."""
        series = record.series[purpose]
        newest, number = series.challenges[-1], len(series.challenges) - 1
        session, context, *_ = newest.asked
        issued = newest.issued
        self.shown = Handle(key, purpose, number, record.life, issued, session, context)
        return Said(name, (newest.expires, series.resend_at))

    def place(self, key: str, channel: Channel) -> str:
        """Where a message goes; what has no address there has a budget too."""
        return self.rows[key].addresses.get(channel, f"{key}, {channel}")

    def spend(self, place: str, lane: Lane) -> Refusal | None:
        """Five in any hour and ten in any day, for one address; strangers three and six beside."""
        now, sent = self.now, self.budgets.get(place, [])
        set_back = any(at > now for at, _ in sent)
        sent = [(min(now, at), by) for at, by in sent if now - at < DAY]
        stranger = lane == STRANGER
        own = [at for at, by in sent if (by == STRANGER) == stranger]
        bounds = ((3, HOUR), (6, DAY)) if stranger else ((5, HOUR), (10, DAY))
        opens = [
            own[-most] + span
            for most, span in bounds
            if len(own) >= most and own[-most] + span > now
        ]
        if set_back or not opens:
            self.budgets[place] = sent if opens else [*sent, (now, lane)]
        return Refusal("Throttled", max(opens)) if opens else None


def standing(record: Row, held: Handle) -> Challenge:
    """The challenge of a handle, if its code may be compared now."""
    if record.state == "cancelled":
        raise Refusal("Ended")
    if record.seen > held.issued + MEMORY:
        raise Refusal("UnknownChallenge")
    series: Series = record.series[held.purpose]
    newest = series.challenges[-1].reference if series.challenges else None
    superseded = held.number + 1 < len(series.challenges)
    if record.life != held.life:
        raise Refusal("Superseded", newest) if superseded else Refusal("UnknownChallenge")
    if held.number + KEPT < len(series.challenges):
        raise Refusal("Superseded", newest)
    challenge = series.challenges[held.number]
    rests = challenge.asked.generation in (None, record.generation)
    if record.state == "blocked" and not challenge.phantom:
        raise Refusal("Ended")
    if challenge.progress == "consumed":
        raise Refusal("AlreadyUsed")
    if superseded:
        raise Refusal("Superseded", newest)
    if challenge.progress == "ended" or not rests:
        raise Refusal("Ended")
    if record.seen >= challenge.expires:
        raise Refusal("Expired")
    return challenge


def replace_pin(record: Row, new: str) -> None:
    """What rested on the old PIN ends."""
    record.pin, record.generation = new, record.generation + 1
    record.end(lambda challenge: challenge.asked.generation is not None)


def plain(name: str) -> str:
    """A name as it is compared."""
    return name.replace(" ", "").lower()
