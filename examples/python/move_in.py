"""Moving in from django-otp: `move_in.py devices.jsonl`, the rows that export_django_otp.py wrote.

Run it in an empty folder. Before that nothing is written; after it, run it again as you like.
"""

import sys

import pinbolt
from pinbolt.provision import import_file

POLICY = """
[purposes.sign-in]
otp = true

[purposes.recover]
recovery_code = true
"""
SESSION = b"the web session"  # Yours is drawn anew.


def main(rows: str) -> None:
    """Tell what would be refused; import; sign in."""
    pinbolt.Keys.generate("keys.toml")
    engine = pinbolt.Engine(
        url="sqlite://auth.db",
        keys=pinbolt.Keys.load("keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
    )

    def move(heading: str, *, dry_run: bool = False) -> None:
        print(heading)
        for report in import_file(
            engine,
            rows,
            format="django-otp",
            operator=pinbolt.Operator("desk-1", "moving in from django-otp"),
            dangerously_accept=["recovery-codes"],  # django-otp's have 40 bits.
            dry_run=dry_run,
        ):
            if report.fate != "Ready":
                print(report)

    def sign_in(purpose: str, otp: str | None = None, recovery_code: str | None = None) -> None:
        # The account is django's user id: look it up by the name that the person typed.
        result = engine.verify(
            name="1", purpose=purpose, otp=otp, recovery_code=recovery_code, session=SESSION
        )
        match result:
            case pinbolt.Accepted(account):
                print(f"{account} is signed in.")
            case pinbolt.Refused():
                print(result)

    move("What would be refused:", dry_run=True)
    move("The import:")
    print("The code that the fob showed last, there:")
    sign_in("sign-in", otp="162583")
    print("The one that it shows next:")
    sign_in("sign-in", otp="399871")
    print("A static token:")
    sign_in("recover", recovery_code="k3pqz7mx")
    move("The same file once more:")


main(sys.argv[1])
