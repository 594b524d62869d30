"""How long one-time codes take here and in the peers: oath.py ROUNDS.

Prints a line for each figure: its name, and the medians of both sides that it names, in nanoseconds
of the processor. All take turns in one process, so that whatever slows the machine slows each.
"""

import base64
import statistics
import sys
import time
from collections.abc import Callable

import django_otp.oath  # type: ignore[import-untyped]
import passlib.exc  # type: ignore[import-untyped]
import passlib.totp  # type: ignore[import-untyped]
import pyotp

import pinbolt

SECRET = b"12345678901234567890"
NOW = 1_800_000_000
NOW_MS = NOW * 1000
TURN = 0.005
"""Seconds of a turn."""
WARMING = 1000
"""Calls before the first turn."""

Act = Callable[[], object]


def generations() -> dict[str, Act]:
    """By each: make the code of a time, with a token that was opened before."""
    ours, base32 = pinbolt.oath.Totp(SECRET), base64.b32encode(SECRET).decode()
    of_pyotp, of_passlib = pyotp.TOTP(base32), passlib.totp.TOTP(key=base32)
    of_django = django_otp.oath.TOTP(SECRET)
    of_django.time = NOW
    return {
        "python": lambda: ours.code_at(NOW_MS),
        "pyotp": lambda: of_pyotp.at(NOW),
        "passlib": lambda: of_passlib.generate(time=NOW).token,
        "django-otp": lambda: f"{of_django.token():06}",
    }


def verifications(code: str) -> dict[str, Act]:
    """By each: whether a code is that of a time, or of one of the two steps beside it."""
    ours, base32 = pinbolt.oath.Totp(SECRET), base64.b32encode(SECRET).decode()
    of_pyotp, of_passlib = pyotp.TOTP(base32), passlib.totp.TOTP(key=base32)
    of_django = django_otp.oath.TOTP(SECRET, drift=0)
    of_django.time = NOW

    def by_ours() -> bool:
        step = ours.step(NOW_MS)
        return step is not None and ours.matching(code, step - 1, 3) is not None

    def by_passlib() -> bool:
        try:
            of_passlib.match(code, time=NOW, window=30)
        except passlib.exc.TokenError:
            return False
        return True

    def by_django() -> bool:
        of_django.drift = 0
        return bool(of_django.verify(int(code), tolerance=1))

    return {
        "python": by_ours,
        "pyotp": lambda: of_pyotp.verify(code, for_time=NOW, valid_window=1),
        "passlib": by_passlib,
        "django-otp": by_django,
    }


def medians(acts: dict[str, Act], rounds: int) -> dict[str, float]:
    """Let each act in turn, as often as a turn allows."""
    often: dict[str, int] = {}
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for name, act in acts.items():
        start = time.thread_time()
        for _ in range(WARMING):
            act()
        often[name] = max(round(WARMING * TURN / (time.thread_time() - start)), 1)
    for _ in range(rounds):
        for name, act in acts.items():
            turns = range(often[name])
            start = time.thread_time_ns()
            for _ in turns:
                act()
            spent[name].append((time.thread_time_ns() - start) / often[name])
    return {name: statistics.median(times) for name, times in spent.items()}


def main(rounds: int) -> None:
    """See that all agree, and time them."""
    acts = generations()
    (code,) = {act() for act in acts.values()}
    right = verifications(str(code))
    wrong = verifications("000000")
    if [act() for act in (*right.values(), *wrong.values())] != [True] * 4 + [False] * 4:
        raise SystemExit("not all agree")
    for what, compared in (("totp-code", acts), ("totp-wrong-of-three-steps", wrong)):
        ours, *theirs = medians(compared, rounds).items()
        for name, nanoseconds in theirs:
            print(f"{ours[0]}-{what}/{name}-{what} {ours[1]:.1f} {nanoseconds:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
