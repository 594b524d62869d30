"""The person whom `make demo` left enrolled signs in again, from another language."""

import sys
from pathlib import Path

import pinbolt

POLICY = """
# Each address had its messages for this hour.
code.cooldown = 0
send = { per_hour = 60, per_day = 200 }
purposes.sign-in = { pin = true, code = ["sms", "email"], authorizes = true }
"""


class Phone:
    """Shows what it was sent, and keeps the code."""

    code = ""

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        """Take a message."""
        self.code = message.code or "none"
        print(f"To {message.to}: {self.code} is your code, reference {message.reference}.")
        return "sent"


def visit(folder: Path) -> pinbolt.Accepted | pinbolt.Refused:
    """Sign in with what the demonstration's person knows and has."""
    phone = Phone()
    engine = pinbolt.Engine(
        url=f"sqlite://{folder / 'auth.db'}",
        keys=pinbolt.Keys.load(folder / "keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
        tenant="demo",
        delivery=phone,
    )
    session = b"a session of Python's"
    begun = engine.begin(
        name="+351912000417", purpose="sign-in", pin="904173", channel="sms", session=session
    )
    if isinstance(begun, pinbolt.Refused):
        return begun
    engine.deliver(begun.dispatch)
    return engine.finish(
        purpose="sign-in", handle=begun.challenge.handle, code=phone.code, session=session
    )


if __name__ == "__main__":
    match visit(Path(sys.argv[1] if len(sys.argv) > 1 else "target/demo")):
        case pinbolt.Accepted(account, at=at):
            print(f"{account} is signed in, {at:%Y-%m-%d %H:%M} UTC.")
        case pinbolt.Refused() as refused:
            raise SystemExit(str(refused))
