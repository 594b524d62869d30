"""Users files that Debian's liboath has checked codes of, and written back."""

import ctypes
import os
import random
import time
from pathlib import Path

from systems.old import Token, code, steps

USERS = 100
WINDOW = 10
ZONES = ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu")
"""The file has the time by the clock on the wall."""


def used(folder: Path, chance: random.Random) -> tuple[Path, list[Token]]:
    """Have users sign in by HOTP and TOTP, each with a code further on than the first."""
    library = ctypes.CDLL("liboath.so.0")
    library.oath_init()
    file = folder / "users.oath"
    rows, tokens, typed = [], [], []
    for number in range(USERS):
        kind, period, digits = chance.choice(
            [("HOTP", 0, 6), ("HOTP/E/8", 0, 8), ("HOTP/T30", 30, 6), ("HOTP/T60/7", 60, 7)]
        )
        name, secret = f"user-{number:03}", chance.randbytes(chance.choice([16, 20, 32]))
        rows.append(f"{kind}\t{name}\t-\t{secret.hex()}\n")
        if period:
            counter = steps(period) + chance.randint(-1, 1)
            shown, at = counter * period, (steps(period) + 1) * period
        else:
            counter, shown, at = chance.randint(0, WINDOW), 0, 0
        last = code(secret, counter, digits)
        typed.append((name, last))
        tokens.append(Token(name, last, shown, code(secret, counter + 1, digits), at))
    file.write_text("".join(rows))
    zone = os.environ.get("TZ")
    for number, (name, last) in enumerate(typed):
        os.environ["TZ"] = ZONES[number % len(ZONES)]
        time.tzset()
        said = library.oath_authenticate_usersfile(
            str(file).encode(), name.encode(), last.encode(), WINDOW, b"", None
        )
        if said != 0:
            raise SystemExit(f"liboath: {said}")
    os.environ.pop("TZ")
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()
    return file, tokens
