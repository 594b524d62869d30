"""What the checks want to know of another system's tokens."""

import hmac
import time
from typing import NamedTuple

SPARE = 3
"""Seconds of a step that must be left: a code that is made is typed before it is over."""


class Token(NamedTuple):
    """A token, as its owner and the system that he leaves have used it."""

    account: str
    used: str
    """The code that was used there last."""
    shown: int
    """When a clock that goes right shows it, in Unix seconds; 0 for a counter."""
    following: str
    """The code that the device shows next."""
    at: int
    """When it does."""
    purpose: str = "otp"


def code(secret: bytes, counter: int, digits: int = 6, algorithm: str = "sha1") -> str:
    """A code as RFC 4226 has it, of Python's own parts."""
    made = hmac.digest(secret, counter.to_bytes(8, "big"), algorithm)
    number = int.from_bytes(made[made[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def steps(period: int) -> int:
    """The present step; waits for the next one where this is nearly over."""
    left = period - time.time() % period
    if left < SPARE:
        time.sleep(left)
    return int(time.time()) // period
