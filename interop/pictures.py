"""QR codes against Debian's zbarimg: it reads what we draw, and we read what it read.

pictures.py [CASES [SEED]] draws as many addresses, a tenth of them exports of several tokens, each
as PNG, as SVG (drawn by Debian's rsvg-convert) and as a terminal shows the text for one. zbarimg
must find each address in its picture, and what it found must read as the keys that were written.
Then comes a control: one picture of ten shows another address, and must be seen each time. Last,
the picture in the documentation must show the address beside it.
"""

import random
import re
import secrets
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from addresses import KINDS, draw

from pinbolt.provision import (
    Migration,
    OathKey,
    ProvisionFault,
    Qr,
    read_otpauth,
    write_migration,
    write_otpauth,
)

CASES = 200
CONTROL = 20
EVERY = 10
"""One picture of so many has the planted fault."""
PAGE = Path(__file__).parents[1] / "engine" / "src" / "docs" / "enrolling.md"
AT_ONCE = 50
"""Pictures that one process of zbarimg reads."""
CELL = 8, 16
"""Pixels of a terminal's letter: across, down."""


class Address(NamedTuple):
    """A text and the keys that it tells."""

    text: str
    keys: list[OathKey]


def addresses(chance: random.Random, count: int) -> Iterator[Address]:
    """As many addresses, the tenth of each ten an export."""
    for number in range(count):
        (key,) = draw(chance, chance.choice(KINDS), 1)
        yield Address(str(write_otpauth(key)), [key]) if (number + 1) % 10 else export(chance)


def export(chance: random.Random) -> Address:
    """One code of Google Authenticator's, of a few keys that have their place there."""
    keys = [key for key in draw(chance, "hotp", 90) if key.digits in (6, 8)]
    keys = keys[: chance.randint(1, 4)]
    written = write_migration(keys)
    if isinstance(written, ProvisionFault):
        raise SystemExit(str(written))
    return Address(written[0], keys)


def read(text: str) -> list[OathKey]:
    """What a text tells us."""
    key = read_otpauth(text)
    if isinstance(key, OathKey):
        return [key]
    migration = Migration()
    migration.add(text)
    return [key for key in migration.keys if isinstance(key, OathKey)]


def png(qr: Qr, path: Path, scale: int) -> Path:
    """As PNG."""
    path = path.with_suffix(".png")
    path.write_bytes(qr.png(scale))
    return path


def svg(qr: Qr, path: Path, scale: int) -> Path:
    """As SVG, drawn as many pixels a module; it has no size of its own."""
    return rendered(qr.svg(), path, scale)


def rendered(text: str, path: Path, scale: int) -> Path:
    """An SVG, drawn."""
    drawn = path.with_suffix(".svg.png")
    (side,) = re.findall(r'viewBox="0 0 ([0-9]+) \1"', text)
    path.with_suffix(".svg").write_text(text)
    size = str(int(side) * scale)
    run("rsvg-convert", "-w", size, "-h", size, "-o", drawn, path.with_suffix(".svg"))
    return drawn


def page() -> bool:
    """Whether the documentation's picture shows the address that stands beside it."""
    text = PAGE.read_text()
    (picture,) = re.findall("<svg .*</svg>", text)
    with TemporaryDirectory() as folder:
        found = scanned([rendered(picture, Path(folder) / "page", 8)])
    return found == set(re.findall(r"^otpauth://\S+$", text, re.MULTILINE))


def terminal(qr: Qr, path: Path, _: int) -> Path:
    """As text, as a terminal with light letters on dark shows it."""
    path = path.with_suffix(".pgm")
    rows = [row for line in qr.terminal().splitlines() for row in shown(line)]
    width = max(map(len, rows))
    # Around it is the terminal's own ground.
    rows = [b"\x30" * width, *(row.ljust(width, b"\x30") for row in rows), b"\x30" * width]
    path.write_bytes(b"P5 %d %d 255\n" % (width, len(rows)) + b"".join(rows))
    return path


def shown(line: str) -> list[bytes]:
    """A line of the terminal: its rows of pixels, each a shade."""
    across, down = CELL
    ink, ground, upper, lower = 0xC0, 0x30, bytearray(), bytearray()
    for escape, letter in re.findall("\x1b\\[([0-9;]*)m|(.)", line):
        if not letter:
            ink, ground = colours(escape, (ink, ground))
            continue
        halves = {" ": (ground, ground), "█": (ink, ink), "▀": (ink, ground), "▄": (ground, ink)}
        for row, shade in zip((upper, lower), halves[letter], strict=True):
            row.extend([shade] * across)
    return [bytes(upper)] * (down // 2) + [bytes(lower)] * (down // 2)


def colours(escape: str, known: tuple[int, int]) -> tuple[int, int]:
    """Ink and ground after an escape (ECMA-48, 8.3.117): grey ones of xterm's 256, or the usual."""
    if escape == "0":
        return 0xC0, 0x30
    shades, (ink, ground) = {"16": 0, "231": 255}, known
    for layer, colour in re.findall("([34])8;5;([0-9]+)", escape):
        ink, ground = (shades[colour], ground) if layer == "3" else (ink, shades[colour])
    return ink, ground


def run(*command: str | Path) -> str:
    """Run a peer."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    # 4: zbarimg found nothing in a picture.
    if done.returncode not in (0, 4):
        raise SystemExit(f"{command[0]}: {done.stderr}")
    return done.stdout


def scanned(pictures: list[Path]) -> set[str]:
    """All that zbarimg reads in the pictures; each text is of one alone."""
    command = ("zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable")
    several = (pictures[at : at + AT_ONCE] for at in range(0, len(pictures), AT_ONCE))
    return {text for some in several for text in run(*command, *some).splitlines()}


Drawer = Callable[[Qr, Path, int], Path]
FORMS: tuple[Drawer, ...] = (png, svg, terminal)


def compared(
    chance: random.Random, drawer: Drawer, count: int, *, planted: bool = False
) -> tuple[int, int]:
    """How many of so many addresses zbarimg read, and how many we read again from that."""
    told = list(addresses(chance, count))
    with TemporaryDirectory() as folder:
        pictures = []
        for number, address in enumerate(told):
            text = address.text
            if planted and number % EVERY == 0:
                text = f"otpauth://totp/{zlib.crc32(text.encode())}?secret=GEZDGNBVGY3TQOJQ"
            path = Path(folder) / str(number)
            pictures.append(drawer(Qr(text), path, chance.randint(2, 8)))
        found = scanned(pictures)
    right = [address for address in told if address.text in found]
    return len(right), sum(read(address.text) == address.keys for address in right)


def main(cases: int, seed: int) -> bool:
    """Compare each form, and then with the fault planted; whether all is well."""
    chance, differences, blind = random.Random(seed), 0, 0  # noqa: S311
    peer = "zbarimg-" + run("zbarimg", "--version").strip()
    for drawer in FORMS:
        form = drawer.__name__
        theirs, ours = compared(chance, drawer, cases)
        differences += cases - ours
        counts = f"theirs_read={theirs} ours_read={ours} differences={cases - ours}"
        print(f"interop {peer} {form}: {counts}", flush=True)
        seen = CONTROL - compared(chance, drawer, CONTROL, planted=True)[0]
        blind += seen != CONTROL // EVERY
        print(f"control {peer} {form}: planted={CONTROL // EVERY} seen={seen}", flush=True)
    shows = page()
    differences += not shows
    print(f"interop {peer} page: theirs_read={int(shows)} differences={int(not shows)}")
    print(f"seed={seed} differences={differences}")
    return differences == 0 and blind == 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(0 if main(*given, *[CASES, secrets.randbits(32)][len(given) :]) else 1)
