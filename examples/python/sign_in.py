"""The smallest program: a person is enrolled and signs in with a PIN and a code."""

import pinbolt


class Phone:  # Yours sends a text message; this one prints it.
    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        code = message.code or "(no code, a notice)"
        print(f"{message.to}: {code} is your code.", flush=True)
        return "sent"


pinbolt.Keys.generate("keys.toml")
engine = pinbolt.Engine(
    url="sqlite://auth.db",
    keys=pinbolt.Keys.load("keys.toml"),
    policy=pinbolt.Policy.parse('purposes.sign-in = { pin = true, code = ["sms"] }'),
    delivery=Phone(),
)
desk = pinbolt.Operator("desk-1", "saw the phone ring")
addresses = ["+351912000417"]
done = engine.enroll(account="person-1", pin="802714", addresses=addresses, asserted_by=desk)
if isinstance(done, pinbolt.Refused):
    raise SystemExit(str(done))

name, purpose = "+351 912 000 417", "sign-in"
session = b"the web session"  # Yours is drawn anew.
begun = engine.begin(name=name, purpose=purpose, pin="802714", channel="sms", session=session)
if isinstance(begun, pinbolt.Refused):
    raise SystemExit(str(begun))
handle = begun.challenge.handle  # Answer the person with its challenge,
engine.deliver(begun.dispatch)  # then let the message go out.

match engine.finish(purpose=purpose, handle=handle, code=input(), session=session):
    case pinbolt.Accepted(account):
        print(f"{account} is signed in.")
    case pinbolt.Refused() as refused:
        raise SystemExit(str(refused))
