"""Plays the steps of a story in Python: `python player.py [async] STORY URL`.

A turn a line on its input, an outcome a line on its output; stories/src/lib.rs says what they are.
With `async` it plays them through AsyncEngine.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import pinbolt

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)

BY = {
    "enroll": "asserted_by",
    "block": "operator",
    "unblock": "operator",
    "suspend_address": "operator",
    "tie_identity": "operator",
    "untie_identity": "operator",
    "registrations": "operator",
    "issue_ticket": "operator",
    "import_account": "operator",
}
"""What a verb calls its operator, where it isn't an authority among others."""

Step: TypeAlias = dict[str, Any]
Engine: TypeAlias = pinbolt.Engine | pinbolt.AsyncEngine


class Player:
    """One process's part: an engine for each installation, all on one store."""

    def __init__(self, story: Step, url: str) -> None:
        self.story = story
        self.url = url
        self.loop: asyncio.AbstractEventLoop | None = None
        self.start: int = story["start"]
        self.now = self.start
        self.engines: dict[str, Engine] = {}
        self.gateway: Any = "sent"
        self.messages: list[Step] = []
        self.saved: dict[str, str] = {}

    def play(self, turn: Step) -> Step:
        """The outcome of one step, in full."""
        number = turn["step"]
        step = self.story["steps"][number] if isinstance(number, int) else number
        self.saved = turn["saved"]
        self.gateway = step.get("gateway", "sent")
        self.messages = []
        engine = self.engine(step.get("in", "main"))
        try:
            proofs: list[pinbolt.Accepted] = []
            proving = step.get("proof", [])
            for one in proving if isinstance(proving, list) else [proving]:
                proof = self.act(engine, one, [])
                if not isinstance(proof, pinbolt.Accepted):
                    return self.shown(engine, proof)
                proofs.append(proof)
            return self.shown(engine, self.act(engine, step, proofs))
        except pinbolt.Misuse as misuse:
            return {"misuse": misuse.name, "code": misuse.code, "sentence": str(misuse)}
        except pinbolt.Failure as failure:
            return {"failure": failure.name, "code": failure.code, "sentence": str(failure)}

    def engine(self, name: str) -> Engine:
        """The engine of an installation, opened as an integrator would."""
        if name not in self.engines:
            place = self.story["installations"][name]
            opened: Any = {
                "url": self.url,
                "keys": pinbolt.Keys.parse("\n".join(place["keys"])),
                "policy": pinbolt.Policy.parse("\n".join(place["policy"])),
                "tenant": place["tenant"],
                "clock": lambda: self.now,
            }
            self.engines[name] = (
                pinbolt.Engine(delivery=self, **opened)
                if self.loop is None
                else pinbolt.AsyncEngine(delivery=Awaited(self), **opened)
            )
        return self.engines[name]

    def ended(self, result: Any) -> Any:
        """What a verb gave, awaited where it must be."""
        return result if self.loop is None else self.loop.run_until_complete(result)

    def deliver(self, message: pinbolt.Message, /) -> Any:
        """The gateway: keeps the message and answers as the step says."""
        self.messages.append(
            full(
                {
                    "id": message.id,
                    "channel": message.channel,
                    "to": message.to,
                    "code": message.code,
                    "link": message.link,
                    "reference": message.reference,
                    "purpose": message.purpose,
                    "expires": self.time(message.expires),
                }
            )
        )
        return self.gateway

    def act(self, engine: Engine, step: Step, proofs: list[pinbolt.Accepted]) -> Any:
        """Calls the verb with the step's arguments, at the step's time."""
        self.now = self.start + step["at"]
        verb = step["verb"]
        taken = ("tells", "at", "in", "gateway", "proof", "verb", "expect", "operator", "reason")
        args = {name: self.value(value) for name, value in step.items() if name not in taken}
        for name in ("session", "context"):
            if name in args:
                args[name] = args[name].encode()
        for name, made in MADE.items():
            if name in args:
                args[name] = made(args[name])
        if "operator" in step:
            operator = pinbolt.Operator(self.value(step["operator"]), self.value(step["reason"]))
            args[BY.get(verb, "authority")] = operator
        if "known" in args:
            args["device"] = args.pop("known")
        if "document" in args:
            args["document"] = pinbolt.Document(**args["document"])
        if args.pop("inactive", False):
            verb = "enroll_inactive"
        if proofs:
            right = "proof" if verb == "remember_device" else "authority"
            args[right] = proofs[0] if len(proofs) == 1 else tuple(proofs)
        return self.ended(getattr(engine, verb)(**args))

    def value(self, value: Any) -> Any:
        """An argument, with what was saved in the place of its name."""
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, str) and value.startswith("$"):
            return self.saved[value[1:]]
        return value

    def shown(self, engine: Engine, result: Any) -> Step:
        """What is seen of a result, times since the start of the story."""
        if isinstance(result, pinbolt.Begun):
            return self.begun(engine, result)
        if isinstance(result, pinbolt.Released):
            return self.released(engine, result)
        if isinstance(result, pinbolt.IssuedTicket):
            return self.ticket(engine, result)
        timed: dict[type, Callable[[Any], Step]] = {
            pinbolt.Refused: self.refused,
            pinbolt.Accepted: self.accepted,
            pinbolt.PeekedLink: self.peeked,
            pinbolt.Outstanding: self.outstanding,
            pinbolt.Description: self.description,
        }
        return timed.get(type(result), timeless)(result)

    def begun(self, engine: Engine, begun: pinbolt.Begun) -> Step:
        """Answers the person, as it were, and then delivers."""
        challenge = begun.challenge
        return {
            "granted": "begun",
            "handle": challenge.handle,
            "reference": challenge.reference,
            "expires": self.time(challenge.expires),
            "resend_at": self.time(challenge.resend_at),
            "sent": challenge.sent,
            "offers": [full({"channel": o.channel, "masked": o.masked}) for o in challenge.offers],
            "delivered": self.ended(engine.deliver(begun.dispatch)).outcome,
            "messages": self.messages,
        }

    def refused(self, refused: pinbolt.Refused) -> Step:
        return full(
            {
                "refused": refused.name,
                "code": refused.code,
                "sentence": str(refused),
                "detail": refused.detail,
                "tries_left": refused.tries_left,
                "newest": refused.newest,
                "until": self.maybe(refused.until),
                "key": refused.key,
            }
        )

    def accepted(self, accepted: pinbolt.Accepted) -> Step:
        return full(
            {
                "granted": "accepted",
                "account": accepted.account,
                "purpose": accepted.purpose,
                "pin": "pin" in accepted.factors,
                "by_code": "code" in accepted.factors,
                "otp": "otp" in accepted.factors,
                "recovery_code": "recovery-code" in accepted.factors,
                "issued_code": "issued-code" in accepted.factors or None,
                "link": "link" in accepted.factors or None,
                "two_factors": accepted.assurance != "one-factor",
                "lane": accepted.lane,
                "session": accepted.session.decode(),
                "context": accepted.context.hex(),
                "at": self.time(accepted.at),
            }
        )

    def ticket(self, engine: Engine, ticket: pinbolt.IssuedTicket) -> Step:
        """Keeps what is shown once, and then delivers."""
        return {
            **full(
                {
                    "granted": "ticket",
                    "issued_code": ticket.code,
                    "link": ticket.link,
                    "reference": ticket.reference,
                    "expires": self.time(ticket.expires),
                }
            ),
            "delivered": self.ended(engine.deliver(ticket.dispatch)).outcome,
            "messages": self.messages,
        }

    def released(self, engine: Engine, released: pinbolt.Released) -> Step:
        """Tells the account's addresses."""
        return {
            **full({"granted": "released", "leaves": self.maybe(released.leaves)}),
            "delivered": self.ended(engine.deliver(released.dispatch)).outcome,
            "messages": self.messages,
        }

    def peeked(self, peeked: pinbolt.PeekedLink) -> Step:
        return full(
            {
                "granted": "peeked",
                "purpose": peeked.purpose,
                "expires": self.maybe(peeked.expires),
                "same_session": peeked.same_session,
                "needs_code": peeked.needs_code,
                "refused": None if peeked.refusal is None else peeked.refusal.name,
            }
        )

    def outstanding(self, codes: pinbolt.Outstanding) -> Step:
        return {"granted": "outstanding", "codes": [self.waiting(code) for code in codes.codes]}

    def waiting(self, code: pinbolt.OutstandingCode) -> Step:
        return {
            "purpose": code.purpose,
            "channel": code.channel,
            "reference": code.reference,
            "expires": self.time(code.expires),
            "resend_at": self.time(code.resend_at),
        }

    def description(self, description: pinbolt.Description) -> Step:
        life = {
            "inactive": description.inactive or None,
            "tied": self.maybe(description.tied),
            "devices": [self.device(device) for device in description.devices] or None,
        }
        return {
            **full(life),
            "granted": "description",
            "account": description.account,
            "enrolled": self.time(description.enrolled),
            "blocked": description.blocked,
            "pin_set": self.maybe(description.pin_set),
            "addresses": [self.address(address) for address in description.addresses],
            "tokens": [self.token(token) for token in description.tokens],
            "recovery_codes_left": description.recovery_codes_left,
            "ledgers": [
                {
                    "authenticator": ledger.authenticator,
                    "lane": ledger.lane,
                    "failures": ledger.failures,
                    "opens": self.maybe(ledger.opens),
                    "disabled": ledger.disabled,
                }
                for ledger in description.ledgers
            ],
            "events": [self.event(event) for event in description.events],
        }

    def address(self, address: pinbolt.AddressState) -> Step:
        more = {
            "masked": address.masked,
            "channel": address.channel,
            "proven": self.maybe(address.proven),
            "stale": address.stale or None,
            "from": self.maybe(address.from_),
            "until": self.maybe(address.until),
            "suspended": self.maybe(address.suspended),
        }
        return {**full(more), "bound": self.maybe(address.bound)}

    def device(self, device: pinbolt.DeviceState) -> Step:
        return {
            "device": device.device,
            "label": device.label,
            "added": self.time(device.added),
            "used": self.time(device.used),
        }

    def token(self, token: pinbolt.TokenState) -> Step:
        return full(
            {
                "token": token.token,
                "label": token.label,
                "kind": token.kind,
                "counter": token.counter,
                "period": token.period,
                "start": token.start,
                "algorithm": token.algorithm,
                "digits": token.digits,
                "added": self.time(token.added),
                "confirmed": self.maybe(token.confirmed),
                "used": self.maybe(token.used),
                "clock_ahead": token.clock_ahead,
            }
        )

    def event(self, event: pinbolt.Event) -> Step:
        return full(
            {
                "at": self.time(event.at),
                "kind": event.kind,
                "purpose": event.purpose,
                "beside": event.beside,
                "lane": event.lane,
                "channel": event.channel,
                "operator": event.operator and event.operator.name,
                "reason": event.operator and event.operator.reason,
                "refusal": event.refusal,
                "token": event.token,
                "device": event.device,
            }
        )

    def time(self, at: datetime) -> int:
        """Milliseconds since the start of the story."""
        return (at - EPOCH) // MILLISECOND - self.start

    def maybe(self, at: datetime | None) -> int | None:
        return None if at is None else self.time(at)


class Awaited:
    """The same gateway, awaited."""

    def __init__(self, player: Player) -> None:
        self.player = player

    async def deliver(self, message: pinbolt.Message, /) -> Any:
        await asyncio.sleep(0)
        return self.player.deliver(message)


def timeless(result: Any) -> Step:
    """What is seen of a result without a time in it."""
    match result:
        case pinbolt.Done():
            shown: Step = {"granted": "nothing"}
        case pinbolt.Enrolled(bound, candidates):
            shown = {"granted": "enrolled", "bound": bound, "candidates": candidates}
        case pinbolt.Unlocked(refilled):
            shown = {"granted": "unlocked", "refilled": refilled}
        case pinbolt.AddedToken(token, secret):
            made = None if secret is None else secret.hex()
            shown = full({"granted": "added_token", "token": token, "secret": made})
        case pinbolt.Imported(created, tokens):
            shown = {
                "granted": "imported",
                "created": created,
                "tokens": [full({"took": took, "token": token}) for took, token in tokens],
                "recovery_codes": result.recovery_codes,
                "pin": result.pin,
            }
        case pinbolt.RecoveryCodes():
            shown = {"granted": "recovery_codes", "codes": list(result)}
        case pinbolt.RememberedDevice(device, token):
            shown = {"granted": "remembered_device", "device": device, "token": token}
        case pinbolt.Accounts(ids):
            shown = {"granted": "accounts", "accounts": list(ids)}
        case _:
            raise TypeError(f"{type(result).__name__} is new to this player")
    return shown


def imported(token: Step) -> pinbolt.ImportedToken:
    """A token of another system."""
    secret = bytes.fromhex(token.pop("secret"))
    return pinbolt.ImportedToken(token.pop("label"), secret, **token)


MADE: dict[str, Callable[[Any], Any]] = {
    "secret": bytes.fromhex,
    "dangerously_short_secret": bytes.fromhex,
    "tokens": lambda tokens: [imported(dict(token)) for token in tokens],
}
"""What is made of an argument before the verb gets it."""


def full(fields: Step) -> Step:
    """Without what there isn't."""
    return {name: value for name, value in fields.items() if value is not None}


def main() -> None:
    *how, story, url = sys.argv[1:]
    player = Player(json.loads(Path(story).read_text(encoding="utf-8")), url)
    if how == ["async"]:
        player.loop = asyncio.new_event_loop()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(player.play(json.loads(line))) + "\n")
        sys.stdout.flush()
    if player.loop is not None:
        player.loop.close()


if __name__ == "__main__":
    main()
