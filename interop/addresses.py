"""otpauth addresses against PyPI's pyotp: each reads what the other writes.

addresses.py [CASES [SEED]] draws as many keys for HOTP, for TOTP and for Steam's codes, with names
and issuers of any letters. Of each, pyotp must read our address and we pyotp's, every field as it
was, and both must make the same code of it. Then comes a control: one of a hundred of our addresses
has another key in it, and must be seen each time.
"""

import random
import secrets
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import NamedTuple, get_args

import pyotp
from cases import ALGORITHMS
from peers import HASHES, base32

from pinbolt import TokenKind
from pinbolt.oath import Hotp, Totp
from pinbolt.provision import OathKey, ProvisionFault, read_otpauth, write_otpauth

CASES = 10_000
CONTROL = 1_000
EVERY = 100
"""One address of so many has the planted fault."""
KINDS: tuple[TokenKind, ...] = get_args(TokenKind)
LETTERS = "abcXYZ019-._~@+%&=?#/\\\"'<>[]{}|^`,;!$*() éßñøλжשع例太郎ᄀ́🔑"
"""Of names: all that an address must encode, and some that it need not; no colon."""

Written = str | ProvisionFault
Writer = Callable[[int, OathKey], Written]


class Read(NamedTuple):
    """What becomes of a key's addresses."""

    ours_read: bool
    theirs_read: bool
    codes_equal: bool


def name(chance: random.Random) -> str:
    """A name of 1 to 40 letters without outer blanks."""
    while True:
        text = "".join(chance.choices(LETTERS, k=chance.randint(1, 40)))
        if text == text.strip():
            return text


def draw(chance: random.Random, kind: TokenKind, count: int) -> Iterator[OathKey]:
    """As many keys of this kind, within pyotp's bounds: 14 bytes, 6 to 8 digits, two minutes."""
    for _ in range(count):
        key = OathKey(
            chance.randbytes(chance.choice((16, 20, 32, 64, chance.randint(14, 128)))),
            kind=kind,
            algorithm="SHA1" if kind == "steam" else chance.choice(ALGORITHMS),
            digits=5 if kind == "steam" else chance.randint(6, 8),
            period=chance.choice((30, 60, chance.randint(1, 120))) if kind == "totp" else 30,
            counter=chance.randrange(2 ** chance.randint(0, 63)) if kind == "hotp" else 0,
        )
        issuer = chance.choice((None, "Steam", name(chance)))
        named = key.named(name(chance), issuer=issuer)
        if isinstance(named, ProvisionFault):
            raise SystemExit(str(named))
        yield named


def theirs(key: OathKey) -> pyotp.HOTP | pyotp.TOTP:
    """The same key, pyotp's."""
    secret, digest = base32(key.secret), HASHES[key.algorithm]
    otp: pyotp.HOTP | pyotp.TOTP = pyotp.contrib.Steam(secret)
    if key.counter is not None:
        otp = pyotp.HOTP(secret, digits=key.digits, digest=digest, initial_count=key.counter)
    elif key.period is not None:
        otp = pyotp.TOTP(secret, digits=key.digits, digest=digest, interval=key.period)
    otp.name, otp.issuer = key.name, key.issuer
    return otp


def shown(otp: pyotp.OTP) -> tuple[object, ...]:
    """Every field of pyotp's."""
    counter, period = getattr(otp, "initial_count", None), getattr(otp, "interval", None)
    fields = (otp.byte_secret(), otp.digits, otp.digest().name, otp.name, otp.issuer)
    return (type(otp), counter, period, *fields)


def code(key: OathKey, counter: int) -> str:
    """Our code of a counter or step."""
    if key.kind == "steam":
        return Totp.steam_with_dangerously_short_secret(key.secret).code(counter)
    make = Hotp.with_dangerously_short_secret
    return make(key.secret, algorithm=key.algorithm, digits=key.digits).code(counter)


def read(chance: random.Random, key: OathKey, ours: Written) -> Read:
    """Let each read what the other writes."""
    known = theirs(key)
    # pyotp marks Steam's codes only where it is told to.
    marked = key.kind == "steam"
    uri = known.provisioning_uri(encoder="steam") if marked else known.provisioning_uri()
    again = read_otpauth(uri)
    at = chance.randrange(2**32)
    try:
        parsed = pyotp.parse_uri(str(ours))
        codes_equal = parsed.generate_otp(at) == code(key, at)
        ours_read = shown(parsed) == shown(known)
    except ValueError:
        codes_equal = ours_read = False
    return Read(ours_read, again == key, codes_equal)


def written(_: int, key: OathKey) -> Written:
    """Our address."""
    return write_otpauth(key)


def faulty(number: int, key: OathKey) -> Written:
    """The same, with another key in one of many."""
    address = str(write_otpauth(key))
    if number % EVERY:
        return address
    secret = base32(key.secret).rstrip("=")
    return address.replace(f"={secret}", f"={base32(secrets.token_bytes(20))}")


def compared(
    chance: random.Random, writer: Writer, kind: TokenKind, count: int
) -> list[tuple[Written, Read]]:
    """All keys of a kind: our addresses, and what became of them."""
    keys = enumerate(draw(chance, kind, count))
    ours = ((key, writer(number, key)) for number, key in keys)
    return [(address, read(chance, key, address)) for key, address in ours]


def main(cases: int, seed: int) -> bool:
    """Compare each kind, and then with the fault planted; whether all is well."""
    chance, differences, blind = random.Random(seed), 0, 0  # noqa: S311
    peer = "pyotp-" + version("pyotp")
    for kind in KINDS:
        each = compared(chance, written, kind, cases)
        differ = [(address, told) for address, told in each if not all(told)]
        for address, told in differ[:20]:
            print(f"{address}\n{told}", file=sys.stderr)
        differences += len(differ)
        sums = (sum(column) for column in zip(*(told for _, told in each), strict=True))
        counts = " ".join(f"{name}={n}" for name, n in zip(Read._fields, sums, strict=True))
        print(f"interop {peer} otpauth {kind}: {counts} differences={len(differ)}", flush=True)
        each = compared(chance, faulty, kind, CONTROL)
        seen, planted = sum(not all(told) for _, told in each), CONTROL // EVERY
        blind += seen != planted
        print(f"control {peer} otpauth {kind}: planted={planted} seen={seen}", flush=True)
    print(f"seed={seed} differences={differences}")
    return differences == 0 and blind == 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(0 if main(*given, *[CASES, secrets.randbits(32)][len(given) :]) else 1)
