"""Moving in: what other systems wrote themselves is imported, and every token signs in here.

moving.py [SEED] has people sign in at django-otp, at liboath, by Google's PAM module and, where
PRIVACYIDEA names the Python of its environment, at privacyIDEA; and imports the files that these
write. Of each token the code that was used there last must be refused here, and the one that its
device shows next must sign in. Then comes a control: in the same file what was used there is
forgotten, and of each token the code must be seen to sign in once more.
"""

import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from systems import django_site, google, liboath
from systems.old import Token

import pinbolt
from pinbolt.provision import ImportFormat, import_file

POLICY = """
hash = { memory = 7168, passes = 1 }

[purposes.otp]
otp = true

[purposes.recovery-code]
recovery_code = true
"""
OPERATOR = pinbolt.Operator("interop", "moving in")


class Old(NamedTuple):
    """A file of another system."""

    system: str
    format: ImportFormat
    path: Path
    tokens: list[Token]
    forgetful: Callable[[str], str]
    """The same file, but nothing of what was used there."""
    account: str | None = None


class World:
    """An installation, and its clock."""

    def __init__(self) -> None:
        """Open it in memory."""
        self.now = 0
        with tempfile.TemporaryDirectory() as folder:
            pinbolt.Keys.generate(Path(folder) / "keys.toml")
            keys = pinbolt.Keys.load(Path(folder) / "keys.toml")
        policy = pinbolt.Policy.parse(POLICY)
        self.engine = pinbolt.Engine(
            keys=keys, policy=policy, url="memory:", clock=lambda: self.now
        )

    def move(self, old: Old, path: Path) -> Counter[str]:
        """Import a file, at the time when it was written."""
        self.now = int(path.stat().st_mtime * 1000)
        reports = import_file(
            self.engine,
            path,
            format=old.format,
            account=old.account,
            operator=OPERATOR,
            dangerously_accept=["recovery-codes"],
        )
        return Counter(report.fate for report in reports)

    def lets_in(self, token: Token, typed: str, at: int) -> bool:
        """Whether a code signs in, at a Unix second; 0: now."""
        self.now = at * 1000 or int(time.time() * 1000)
        said = self.engine.verify(
            name=token.account,
            purpose=token.purpose,
            session=b"the session",
            otp=typed if token.purpose == "otp" else None,
            recovery_code=typed if token.purpose == "recovery-code" else None,
        )
        return isinstance(said, pinbolt.Accepted)


def files(folder: Path, chance: random.Random) -> Iterator[Old]:
    """Each system's, right after its people have signed in there."""
    path, tokens = django_site.used(folder, chance)
    yield Old(django_site.NAME, "django-otp", path, tokens, of_django)
    path, tokens = liboath.used(folder, chance)
    yield Old("liboath", "oath-users", path, tokens, of_liboath)
    for path, tokens in google.used(folder, chance):
        account = tokens[0].account
        yield Old("google-authenticator", "google-authenticator", path, tokens, of_google, account)
    if "PRIVACYIDEA" in os.environ:
        program = Path(__file__).parent / "systems" / "privacyidea_site.py"
        site = [os.environ["PRIVACYIDEA"], str(program), str(folder)]
        seed = str(chance.getrandbits(32))
        said = subprocess.run([*site, seed], stdout=subprocess.PIPE, check=True)  # noqa: S603
        name, told = json.loads(said.stdout)
        tokens = [Token(*each) for each in told]
        yield Old(name, "privacyidea", folder / "tokens.jsonl", tokens, of_privacyidea)


def less(pattern: str) -> Callable[[str], str]:
    """Takes one off every number behind the pattern."""
    return lambda text: re.sub(pattern + r"(\d+)", lambda it: f"{it[1]}{int(it[2]) - 1}", text)


def of_django(text: str) -> str:
    """Last steps and counters."""
    return re.sub(r'("last_t": )\d+', r"\1-1", less('("counter": )')(text))


def of_liboath(text: str) -> str:
    """The last code and its time."""
    return "".join("\t".join(line.split("\t")[:5]) + "\n" for line in text.splitlines())


def of_google(text: str) -> str:
    """The steps, which some files don't keep at all, and the counter."""
    kept = [line for line in text.splitlines() if "DISALLOW_REUSE" not in line]
    return less("(HOTP_COUNTER )")("\n".join([kept[0], '" DISALLOW_REUSE', *kept[1:], ""]))


def of_privacyidea(text: str) -> str:
    """Last steps and counters."""
    lines = []
    for line in text.splitlines():
        count = 0 if '"type": "totp"' in line else int(json.loads(line)["count"]) - 1
        lines.append(re.sub(r'"count": \d+', f'"count": {max(count, 0)}', line) + "\n")
    return "".join(lines)


class Counts(NamedTuple):
    """Of one system."""

    lines: Counter[str]
    tokens: int = 0
    used_refused: int = 0
    following_accepted: int = 0
    planted: int = 0
    seen: int = 0


def checked(old: Old) -> Counts:
    """Import a file, try every token; and again with what was used there forgotten."""
    world, counts = World(), Counts(Counter())
    lines = world.move(old, old.path)
    refused = accepted = 0
    for token in old.tokens:
        refused += not world.lets_in(token, token.used, token.shown)
        accepted += world.lets_in(token, token.following, token.at)
    counts = Counts(lines, len(old.tokens), refused, accepted)
    forgetful = old.path.with_suffix(".forgetful")
    forgetful.write_text(old.forgetful(old.path.read_text()))
    os.utime(forgetful, (old.path.stat().st_mtime,) * 2)
    world = World()
    world.move(old, forgetful)
    planted = [token for token in old.tokens if token.purpose == "otp"]
    seen = sum(world.lets_in(token, token.used, token.shown) for token in planted)
    return counts._replace(planted=len(planted), seen=seen)


def main(seed: int) -> bool:
    """Move in from each system; whether all is well."""
    sums: dict[str, Counts] = {}
    with tempfile.TemporaryDirectory() as folder:
        for old in files(Path(folder), random.Random(seed)):  # noqa: S311
            counts, before = checked(old), sums.get(old.system, Counts(Counter()))
            lines = before.lines + counts.lines
            both = (a + b for a, b in zip(before[1:], counts[1:], strict=True))
            sums[old.system] = Counts(lines, *both)
    well = True
    for system, counts in sums.items():
        told = " ".join(f"{fate}={n}" for fate, n in sorted(counts.lines.items()))
        print(f"moving {system}: lines {told}")
        print(
            f"moving {system}: tokens={counts.tokens} used_refused={counts.used_refused} "
            f"following_accepted={counts.following_accepted}"
        )
        print(f"control {system}: planted={counts.planted} seen={counts.seen}", flush=True)
        well &= counts.tokens == counts.used_refused == counts.following_accepted
        well &= counts.planted == counts.seen and counts.lines["Refused"] == 0
    print(f"seed={seed}")
    return well


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(0 if main(*given, *[secrets.randbits(32)][len(given) :]) else 1)
