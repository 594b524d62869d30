"""An authenticator app is added, confirmed and used; its code is good once; then the phone is lost.

Run it in an empty folder: it prints what the person sees.
"""

import time

import pinbolt
from pinbolt.oath import Totp

POLICY = """
[purposes.sign-in]
pin = true
otp = true

[purposes.recover]
pin = true
recovery_code = true
"""
DESK = pinbolt.Operator("desk-7", "asked for an app, seen in person")
SESSION = b"the web session"  # Yours is drawn anew.


class Clock:
    """So that nobody waits for the next code. An engine without `clock` takes the system's."""

    skipped = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.skipped


def said(result: object) -> str:
    """What the person is told."""
    match result:
        case pinbolt.Accepted(account):
            return f"{account} is signed in."
        case pinbolt.Refused():
            return str(result)
        case _:
            return "Done."


def main() -> None:
    """From the app's first code to the paper in the drawer."""
    pinbolt.Keys.generate("keys.toml")
    clock = Clock()
    engine = pinbolt.Engine(
        url="sqlite://auth.db",
        keys=pinbolt.Keys.load("keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
        clock=clock,
    )
    print("Enrolled:", said(engine.enroll(account="person-1", pin="802714")))
    added = engine.add_token(account="person-1", label="phone", authority=DESK)
    if isinstance(added, pinbolt.Refused) or added.secret is None:
        raise SystemExit(said(added))
    app = Totp(added.secret)  # It is in the person's phone from now on.

    def sign_in(pin: str, code: str) -> str:
        return said(
            engine.verify(name="person-1", purpose="sign-in", pin=pin, otp=code, session=SESSION)
        )

    shown = app.code_at(clock()) or ""
    confirmed = engine.confirm_token(
        account="person-1", token=added.token, code=shown, session=SESSION
    )
    print("The app's first code:", said(confirmed))
    clock.skipped += 30_000
    shown = app.code_at(clock()) or ""
    print("A wrong PIN, and its next:", sign_in("314159", shown))
    print("The PIN and that code:", sign_in("802714", shown))
    print("Both once more:", sign_in("802714", shown))

    codes = engine.issue_recovery_codes(account="person-1", authority=DESK)
    if isinstance(codes, pinbolt.Refused):
        raise SystemExit(said(codes))
    print(f"{len(codes)} recovery codes are shown, this once. Then the phone is lost.")
    for what in ("The PIN and a recovery code:", "Both once more:"):
        recovered = engine.verify(
            name="person-1",
            purpose="recover",
            pin="802714",
            recovery_code=codes[0],
            session=SESSION,
        )
        print(what, said(recovered))


if __name__ == "__main__":
    main()
