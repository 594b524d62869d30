"""What is compared: a token, and the moment of one of its codes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from pinbolt import Algorithm, TokenKind
from pinbolt.oath import Hotp, Totp

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
LETTERS = "23456789BCDFGHJKMNPQRTVWXY"
"""Of a Steam code."""


@dataclass(frozen=True)
class Case:
    """A token, which is nobody's, and one moment of it."""

    number: int
    secret: bytes
    algorithm: Algorithm
    digits: int
    counter: int
    """Of a TOTP its step."""
    period: int | None
    """Seconds of a TOTP's step; None for a HOTP."""
    start: int
    """The Unix second of a TOTP's step 0."""
    now: int
    """The Unix second; 0 for a HOTP."""
    back: int
    """Counters before it among which its code is also looked for."""
    ahead: int
    """And after it."""
    letters: bool
    """Whether it is a Steam token, whose codes are letters."""

    def hotp(self) -> Hotp | Totp:
        """Ours, by its counter or step."""
        if self.letters:
            return self.totp()
        return Hotp(self.secret, algorithm=self.algorithm, digits=self.digits)

    def totp(self) -> Totp:
        """Ours, by the time."""
        if self.letters:
            return Totp.steam(self.secret)
        return Totp(
            self.secret,
            algorithm=self.algorithm,
            digits=self.digits,
            period=self.period or 30,
            start=self.start,
        )


@dataclass(frozen=True)
class Bounds:
    """What a peer takes."""

    kinds: tuple[TokenKind, ...]
    """Kinds of tokens."""
    counter: int
    """The largest."""
    digits: int
    """The most."""
    period: int
    """The longest, in seconds."""
    start: int
    """The latest, in Unix seconds."""


def draw(chance: random.Random, bounds: Bounds, kind: TokenKind, count: int) -> Iterator[Case]:
    """As many cases of this kind, within the bounds of a peer."""
    for number in range(count):
        length = chance.choice((16, 20, 32, 64, chance.randint(16, 200)))
        period, start, now = None, 0, 0
        counter = chance.randrange(2 ** chance.randint(0, bounds.counter.bit_length()))
        counter = min(counter, bounds.counter)
        if kind != "hotp":
            period = chance.choice((30, 60, chance.randint(1, bounds.period)))
            start = chance.choice((0, chance.randint(0, bounds.start)))
            if kind == "steam":
                period, start = 30, 0
            now = start + chance.randrange(2 ** chance.randint(1, 36))
            counter = (now - start) // period
        yield Case(
            number=number,
            secret=chance.randbytes(length),
            algorithm="SHA1" if kind == "steam" else chance.choice(ALGORITHMS),
            digits=5 if kind == "steam" else chance.randint(6, bounds.digits),
            counter=counter,
            period=period,
            start=start,
            now=now,
            back=min(chance.randint(0, 5), counter),
            ahead=chance.randint(0, 5),
            letters=kind == "steam",
        )
