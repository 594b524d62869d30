"""A mobile key, as in Portugal's Chave Móvel Digital: a phone number and a PIN, then a code.

Whoever forgot the PIN proves himself in two ways, by phone and by e-mail, and sets it anew.
"""

import pinbolt

POLICY = """
[purposes.sign-in]
pin = true
code = ["sms"]

[purposes.recover-by-phone]
code = ["sms"]
authorizes = true

[purposes.recover-by-email]
code = ["email"]
authorizes = true
"""
PHONE = "+351 912 000 417"
SESSION = b"the web session"  # Yours is drawn anew.


class Person:  # Yours sends messages; this one remembers the last code.
    code = ""

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        if message.code is not None:
            print(f"{message.to} reads a code to {message.purpose}.")
            self.code = message.code
        return "sent"


def main() -> None:
    """From a sign-in to the PIN that is forgotten, and back."""
    pinbolt.Keys.generate("keys.toml")
    person = Person()
    engine = pinbolt.Engine(
        url="sqlite://auth.db",
        keys=pinbolt.Keys.load("keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
        delivery=person,
    )
    engine.enroll(
        account="person-1",
        pin="802714",
        addresses=[PHONE, "ana.reis@example.com"],
        asserted_by=pinbolt.Operator("desk-1", "identity card and phone seen"),
    )

    def prove(purpose: str, channel: str, pin: str | None = None) -> pinbolt.Accepted:
        begun = engine.begin(name=PHONE, purpose=purpose, pin=pin, channel=channel, session=SESSION)
        if isinstance(begun, pinbolt.Refused):
            raise SystemExit(str(begun))
        engine.deliver(begun.dispatch)
        handle = begun.challenge.handle
        done = engine.finish(purpose=purpose, handle=handle, code=person.code, session=SESSION)
        if isinstance(done, pinbolt.Refused):
            raise SystemExit(str(done))
        return done

    print(f"{prove('sign-in', 'sms', '802714').account} is signed in.")

    print("The PIN is forgotten.")
    alone = prove("recover-by-phone", "sms")
    print("By phone alone:", engine.reset_pin(account="person-1", new="935107", authority=alone))
    both = (prove("recover-by-phone", "sms"), prove("recover-by-email", "email"))
    done = engine.reset_pin(account="person-1", new="935107", authority=both)
    if isinstance(done, pinbolt.Refused):
        raise SystemExit(str(done))
    print("By phone and by e-mail: the PIN is set anew.")
    print(f"{prove('sign-in', 'sms', '935107').account} is signed in.")


main()
