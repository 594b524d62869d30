"""A privacyIDEA server on SQLite: `python privacyidea_site.py FOLDER SEED`, in its own environment.

Its users sign in by HOTP and TOTP; then its own command exports the tokens, encrypted, and they are
written decrypted, user by user. On its output are the tokens as JSON.
"""

import json
import os
import random
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from systems.old import code, steps

USERS = 40
DIGESTS = {"sha1": 20, "sha256": 32, "sha512": 64}


def begin(folder: Path) -> Any:
    """Make the server, with users in a file."""
    (folder / "passwd").write_text(
        "".join(f"user{number}:x:{1000 + number}:1000::/:/bin/sh\n" for number in range(USERS))
    )
    (folder / "enckey").write_bytes(os.urandom(96))
    config = {
        "SUPERUSER_REALM": ["super"],
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/site.sqlite3",
        "SECRET_KEY": os.urandom(24).hex(),
        "PI_PEPPER": os.urandom(24).hex(),
        "PI_ENCFILE": f"{folder}/enckey",
        "PI_AUDIT_NO_SIGN": True,
        "PI_LOGFILE": f"{folder}/log",
        "PI_LOGLEVEL": 40,
    }
    (folder / "pi.cfg").write_text("".join(f"{name}={value!r}\n" for name, value in config.items()))
    os.environ["PRIVACYIDEA_CONFIGFILE"] = str(folder / "pi.cfg")
    from privacyidea.app import create_app  # noqa: PLC0415

    return create_app("production", str(folder / "pi.cfg"), silent=True)


def used(chance: random.Random) -> list[tuple[str, str, int, str, int]]:
    """Have each user sign in by his token."""
    from privacyidea.lib.realm import set_realm  # noqa: PLC0415
    from privacyidea.lib.resolver import save_resolver  # noqa: PLC0415
    from privacyidea.lib.token import init_token  # noqa: PLC0415
    from privacyidea.lib.user import User  # noqa: PLC0415
    from privacyidea.models import db  # noqa: PLC0415

    db.create_all()
    folder = Path(os.environ["PRIVACYIDEA_CONFIGFILE"]).parent
    save_resolver(
        {"resolver": "file", "type": "passwdresolver", "fileName": str(folder / "passwd")}
    )
    set_realm("home", [{"name": "file"}])
    tokens = []
    for number in range(USERS):
        digits, period = chance.choice([6, 8]), chance.choice([30, 60])
        digest = chance.choice(list(DIGESTS))
        secret = chance.randbytes(DIGESTS[digest])
        given = {"otpkey": secret.hex(), "otplen": digits, "hashlib": digest}
        kind = "totp" if number % 2 else "hotp"
        if kind == "totp":
            given["timeStep"] = period
        user = f"user{number}"
        token = init_token({"type": kind, **given}, user=User(user, "home"))
        if kind == "totp":
            counter = steps(period) + chance.randint(-1, 1)
            shown, at = counter * period, (steps(period) + 1) * period
        else:
            counter, shown, at = chance.randint(0, 5), 0, 0
        last, following = (code(secret, counter + step, digits, digest) for step in (0, 1))
        if token.check_otp(last) != counter:
            raise SystemExit(f"{user}: {last} was refused")
        tokens.append((user, last, shown, following, at))
    # One that nobody has, and one that is switched off.
    init_token({"type": "hotp", "genkey": True})
    idle = init_token({"type": "hotp", "genkey": True}, user=User("user0", "home"))
    idle.enable(enable=False)
    idle.save()
    return tokens


def export(folder: Path) -> None:
    """Export by the server's own command, decrypt, and write the tokens user by user."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    command = [str(Path(sys.executable).with_name("pi-tokenjanitor")), "find", "export"]
    command += ["--format", "pi", "--user", "--file", str(folder / "tokens.pi")]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if said.returncode != 0:
        raise SystemExit(said.stdout + said.stderr)
    key = said.stderr.split("The key to import the tokens is:")[1].split()[0]
    tokens = json.loads(Fernet(key).decrypt((folder / "tokens.pi").read_bytes()))
    tokens.sort(key=lambda token: token.get("user", {}).get("login", ""))
    with (folder / "tokens.jsonl").open("w") as file:
        file.writelines(json.dumps(token) + "\n" for token in tokens)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    with begin(given).app_context():
        told = used(random.Random(int(sys.argv[2])))  # noqa: S311
    export(given)
    print(json.dumps(["privacyIDEA-" + version("privacyidea"), told]))
