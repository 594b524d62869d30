"""A person adds an authenticator app: a QR code is scanned, the app's first code confirms it.

The next one signs in behind the PIN. Run it in an empty folder.
"""

import sys
import time
from pathlib import Path

import pinbolt
from pinbolt.oath import Totp
from pinbolt.provision import OathKey, Qr, read_otpauth, write_otpauth

POLICY = "purposes.sign-in = { pin = true, otp = true }"
DESK = pinbolt.Operator("desk-7", "asked for an app, seen in person")
SESSION = b"the web session"  # Yours is drawn anew.
Engine = pinbolt.Engine


def enroll_app(engine: Engine) -> tuple[int, str]:
    """Shows the QR code of a new token; its number, and what the phone scanned."""
    added = engine.add_token(account="person-1", label="phone", authority=DESK)
    if isinstance(added, pinbolt.Refused) or added.secret is None:
        raise SystemExit(str(added))
    key = OathKey(added.secret).named("ana@example.com", issuer="Example Co")
    address = write_otpauth(key) if isinstance(key, OathKey) else key
    if not isinstance(address, str):
        raise SystemExit(str(address))
    qr = Qr(address)
    Path("app.svg").write_text(qr.svg())  # Yours puts it into the page, and no file.
    Path("app.png").write_bytes(qr.png())
    if sys.stdout.isatty():
        print(qr.terminal(), end="")
    print("app.svg is scanned.")
    return added.token, address


def app_of(address: str) -> Totp:
    """What is in the person's phone from now on."""
    app = read_otpauth(address)
    if not isinstance(app, OathKey):
        raise SystemExit(str(app))
    print(f"The app shows: {app.issuer}, {app.name}.")
    return Totp(app.secret, algorithm=app.algorithm, digits=app.digits)


def said(result: object) -> str:
    """What the person is told."""
    match result:
        case pinbolt.Accepted(account):
            return f"{account} is signed in."
        case pinbolt.Refused():
            return f"Once more: {result}"
        case _:
            return "Its first code confirms it."


def main() -> None:
    """From the picture to the sign-in."""
    pinbolt.Keys.generate("keys.toml")
    engine = Engine(
        url="sqlite://auth.db",
        keys=pinbolt.Keys.load("keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
    )
    engine.enroll(account="person-1", pin="802714")
    token, address = enroll_app(engine)
    app = app_of(address)
    step = int(time.time()) // 30
    code = app.code(step - 1)  # Typed as it was about to change.
    print(said(engine.confirm_token(account="person-1", token=token, code=code, session=SESSION)))
    for _ in range(2):
        signed_in = engine.verify(
            name="person-1", purpose="sign-in", pin="802714", otp=app.code(step), session=SESSION
        )
        print(said(signed_in))


main()
