"""PSKC documents against Debian's pskctool and its libpskc, and against PyPI's python-pskc.

documents.py [DOCUMENTS [SEED]] draws as many documents of KEYS keys for each lock. pskctool must
find each valid by RFC 6030's schema, read the legible ones as they are, and sign them, and we must
read what libpskc writes and pskctool signs. python-pskc must open what we seal under keys of each
length and under passwords, and we what it seals. Then comes a control: one secret of a document is
another one before the peer gets it, and must be seen each time.
"""

import base64
import ctypes
import io
import random
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pskc as python_pskc
from cases import ALGORITHMS

from pinbolt.provision import OathKey
from pinbolt.pskc import Device, Document, KeyPackage, read, write

DOCUMENTS = 50
KEYS = 20
CONTROL = 10
URN = "urn:ietf:params:xml:ns:keyprov:pskc:"
SUITES = {"SHA1": None, "SHA256": "HMAC-SHA256", "SHA512": "HMAC-SHA512"}
LETTERS = "abcXYZ019 -._@+%&=<>\"'éßøж例🔑"

Lock: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[tuple[object, ...]]


def draw(chance: random.Random, lock: Lock) -> Document:
    """Draw a document of any keys, within what the peers know."""
    packages = []
    for number in range(KEYS):
        hotp = chance.choice((True, False))
        key = OathKey(
            chance.randbytes(chance.choice((10, 16, 20, 32, 64, chance.randint(1, 128)))),
            kind="hotp" if hotp else "totp",
            algorithm=chance.choice(ALGORITHMS),
            digits=chance.randint(6, 10),
            counter=chance.choice((0, chance.getrandbits(62))) if hotp else 0,
            period=30 if hotp else chance.choice((30, 60, chance.randint(1, 2**31 - 1))),
        )
        name = "".join(chance.choices(LETTERS, k=chance.randint(1, 30))).strip() or "x"
        device = Device(serial=f"{chance.getrandbits(60)}", manufacturer=name)
        # libpskc takes a negative one for a large number.
        drift = 0 if hotp else chance.choice((0, chance.randint(-50 if lock else 0, 50)))
        packages.append(KeyPackage(id=f"{number}", key=key, device=device, clock_ahead=drift))
    return Document(packages=packages, id="d1", key_name="k" if lock else None)


def rows(document: Document) -> Rows:
    """What is compared of a document."""
    return [
        (at.id, at.device.serial, key.secret, key.digits, key.algorithm)
        + ((key.counter,) if key.kind == "hotp" else (key.period, at.clock_ahead))
        for at in document.packages
        if isinstance(key := at.key, OathKey)
    ]


def read_by_us(text: str, lock: Lock) -> Rows:
    """What we find in a text; a fault finds nothing."""
    document = read(text, **lock)
    return rows(document) if isinstance(document, Document) else []


def written(document: Document, lock: Lock) -> str:
    """Our text."""
    text = write(document, **lock)
    if not isinstance(text, str):
        raise TypeError(text)
    return text


def pskctool(folder: Path, text: str, *arguments: str) -> str | None:
    """What pskctool says of a text; nothing where it fails."""
    file = folder / "document.xml"
    file.write_text(text, encoding="utf-8")
    command = ["pskctool", *arguments, str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return said.stdout if said.returncode == 0 else None


def read_by_pskctool(folder: Path, text: str) -> Rows:
    """What pskctool finds in a legible text."""
    found: Rows = []
    for package in (pskctool(folder, text, "--info", "--strict") or "").split("KeyPackage ")[1:]:
        said = dict(re.findall(r"^\s*([^:\n]+): (.*)$", package, re.MULTILINE))
        secret = base64.b64decode(said["Key Secret (base64)"])
        suite = said.get("Algorithm Parameters Suite", "HMAC-SHA1").removeprefix("HMAC-")
        numbers: tuple[object, ...] = (int(said.get("Key Counter", 0)),)
        if said["Algorithm"] == URN + "totp":
            drift = ctypes.c_int32(int(said.get("Key TimeDrift", 0))).value
            numbers = (int(said["Key TimeInterval"]), drift)
        digits = int(said["Response Format Length"])
        found.append((said["Id"], said.get("SerialNo"), secret, digits, suite, *numbers))
    return found


class Libpskc:
    """`libpskc`, the library of pskctool, which writes as well."""

    def __init__(self) -> None:
        """Load it."""
        self.it = ctypes.CDLL("libpskc.so.0")
        self.it.pskc_check_version.restype = ctypes.c_char_p
        self.name = "pskctool-" + self.it.pskc_check_version(None).decode()
        if self.it.pskc_global_init() != 0:
            raise SystemExit("libpskc")

    def rewrite(self, text: str) -> str:
        """Write anew what it makes of a legible text."""
        it, handle, ours = self.it, ctypes.c_void_p(), text.encode()
        made, length = ctypes.c_void_p(), ctypes.c_size_t()
        it.pskc_init(ctypes.byref(handle))
        it.pskc_parse_from_memory(handle, ctypes.c_size_t(len(ours)), ours)
        it.pskc_build_xml(handle, ctypes.byref(made), ctypes.byref(length))
        said = ctypes.string_at(made, length.value).decode()
        it.pskc_done(handle)
        return said


class PythonPskc:
    """`python-pskc`: keys of every length, passwords, any hash."""

    name = "python-pskc-" + python_pskc.__version__

    def read(self, text: str, lock: Lock) -> Rows:
        """What it finds in a text."""
        opened = python_pskc.PSKC(io.BytesIO(text.encode()))
        if "key" in lock:
            opened.encryption.key = lock["key"]
        if "password" in lock:
            opened.encryption.derive_key(lock["password"])
        return [
            (
                key.id,
                key.serial,
                key.secret,
                key.response_length,
                (key.algorithm_suite or "HMAC-SHA1").removeprefix("HMAC-"),
                *((key.counter,) if key.algorithm == URN + "hotp" else ()),
                *((key.time_interval, key.time_drift or 0) if key.counter is None else ()),
            )
            for key in opened.keys
        ]

    def write(self, document: Document, lock: Lock, chance: random.Random) -> str:
        """Write a document."""
        made = python_pskc.PSKC()
        for at in document.packages:
            if not isinstance(key := at.key, OathKey):
                raise TypeError(key)
            made.add_key(
                id=at.id,
                serial=at.device.serial,
                manufacturer=at.device.manufacturer,
                algorithm=URN + key.kind,
                algorithm_suite=SUITES[key.algorithm],
                response_length=key.digits,
                response_encoding="DECIMAL",
                secret=key.secret,
                counter=key.counter,
                time_interval=key.period,
                time_drift=at.clock_ahead if key.kind == "totp" else None,
            )
        if "key" in lock:
            made.encryption.setup_preshared_key(
                key=lock["key"], algorithm=f"aes{len(lock['key']) * 8}-cbc"
            )
        if "password" in lock:
            made.encryption.setup_pbkdf2(
                lock["password"],
                algorithm=f"aes{chance.choice((128, 192, 256))}-cbc",
                prf=chance.choice((None, "hmac-sha1", "hmac-sha256", "hmac-sha512")),
                iterations=1000,
            )
        if lock:
            made.mac.setup(algorithm=f"hmac-sha{chance.choice((1, 256, 512))}")
        out = io.BytesIO()
        made.write(out)
        return out.getvalue().decode()


class Verdicts(NamedTuple):
    """What becomes of a document's texts; `None` for what this peer isn't asked."""

    ours_read: bool | None = None
    theirs_read: bool | None = None
    valid: bool | None = None
    signed: bool | None = None


Play: TypeAlias = Callable[[Document, Document, Lock], Verdicts]


def with_pskctool(folder: Path, peer: Libpskc) -> Play:
    """Let pskctool read, check and sign ours; we read what libpskc writes and it signs."""

    def play(document: Document, given: Document, lock: Lock) -> Verdicts:
        ours = written(given, lock)
        valid = pskctool(folder, ours, "--validate") is not None
        if lock:
            return Verdicts(valid=valid)
        key, certificate = str(folder / "key.pem"), str(folder / "crt.pem")
        sign = ("--sign", f"--sign-key={key}", f"--sign-crt={certificate}")
        signed = pskctool(folder, ours, *sign) or ""
        verified = pskctool(folder, signed, "--verify", f"--verify-crt={certificate}") is not None
        again = read(signed)
        return Verdicts(
            ours_read=read_by_pskctool(folder, ours) == rows(document),
            theirs_read=read_by_us(peer.rewrite(ours), lock) == rows(document),
            valid=valid,
            signed=verified
            and isinstance(again, Document)
            and again.signed
            and rows(again) == rows(document),
        )

    return play


def with_python_pskc(peer: PythonPskc, chance: random.Random) -> Play:
    """Each opens what the other seals."""

    def play(document: Document, given: Document, lock: Lock) -> Verdicts:
        theirs = read_by_us(peer.write(given, lock, chance), lock)
        return Verdicts(
            ours_read=peer.read(written(given, lock), lock) == rows(document),
            theirs_read=theirs == rows(document),
        )

    return play


def planted(document: Document) -> Document:
    """The same with one bit of one secret changed."""
    first, *others = document.packages
    if not isinstance(key := first.key, OathKey):
        raise TypeError(key)
    secret = bytes([key.secret[0] ^ 1]) + key.secret[1:]
    more: Any = {"counter": key.counter} if key.kind == "hotp" else {"period": key.period}
    other = OathKey(secret, kind=key.kind, algorithm=key.algorithm, digits=key.digits, **more)
    return replace(document, packages=[replace(first, key=other), *others])


def compare(name: str, play: Play, drawn: Iterable[tuple[Document, Lock]]) -> int:
    """Play all documents, and some with the fault; how many differ from what they should."""
    cases = list(drawn)
    told = [play(document, document, lock) for document, lock in cases]
    asked = zip(Verdicts._fields, zip(*told, strict=True), strict=True)
    counts = " ".join(f"{name}={sum(of)}" for name, of in asked if None not in of)
    differ = sum(False in verdicts for verdicts in told)
    print(f"interop {name}: {counts} keys={len(cases) * KEYS} differences={differ}", flush=True)
    # Of a sealed document the schema alone is asked, which every secret fits.
    if told[0].ours_read is None:
        return differ
    faulty = [play(document, planted(document), lock) for document, lock in cases[:CONTROL]]
    seen = sum(verdicts[:2] == (False, False) for verdicts in faulty)
    print(f"control {name}: planted={len(faulty)} seen={seen}", flush=True)
    differ += len(faulty) - seen
    return differ


def main(documents: int, seed: int) -> bool:
    """Compare with each peer under each lock; whether all is well."""
    chance, differences = random.Random(seed), 0  # noqa: S311
    locks: dict[str, Callable[[], Lock]] = {
        "legible": dict,
        "keys": lambda: {"key": chance.randbytes(chance.choice((16, 24, 32)))},
        "passwords": lambda: {"password": "".join(chance.choices(LETTERS, k=12))},
    }
    libpskc, python = Libpskc(), PythonPskc()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pskc"]
        command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "crt.pem")]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        for peer, play in (
            (libpskc.name, with_pskctool(folder, libpskc)),
            (python.name, with_python_pskc(python, chance)),
        ):
            for kind, lock in locks.items():
                # A password costs six hundred thousand rounds, of each side.
                count = max(documents // 10, 1) if kind == "passwords" else documents
                drawn = ((draw(chance, under), under) for under in (lock() for _ in range(count)))
                differences += compare(f"{peer} {kind}", play, drawn)
    print(f"seed={seed} differences={differences}")
    return differences == 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(0 if main(*given, *[DOCUMENTS, secrets.randbits(32)][len(given) :]) else 1)
