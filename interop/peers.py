"""The peers: Debian's oathtool, a process for each code, and PyPI's pyotp."""

import base64
import hashlib
import subprocess
from importlib.metadata import version
from typing import Protocol

import pyotp
from cases import Bounds, Case


class Peer(Protocol):
    """Another implementation."""

    name: str
    bounds: Bounds

    def code(self, case: Case) -> str:
        """Make the code of a case."""

    def accepts(self, case: Case, code: str) -> bool:
        """Whether a code is that of the case, or of one of the counters before it."""


class Oathtool:
    """`oathtool`: 6 to 8 digits. Its HOTP knows SHA-1 alone; TOTP in steps of a second is HOTP."""

    bounds = Bounds(("hotp", "totp"), counter=2**63 - 8, digits=8, period=1_000_000, start=2**33)

    def __init__(self) -> None:
        """Ask for its version."""
        self.name = "oathtool-" + run("--version").stdout.split()[3]

    def code(self, case: Case) -> str:
        """Make the code of a case."""
        made = run(*arguments(case, case.counter), case.secret.hex())
        if made.returncode != 0:
            raise SystemExit(made.stderr)
        return made.stdout.strip()

    def accepts(self, case: Case, code: str) -> bool:
        """Whether a code is of one of the counters from the first of the window on."""
        first = case.counter - case.back
        window = ["-w", str(case.back + case.ahead)]
        return run(*arguments(case, first), *window, case.secret.hex(), code).returncode == 0


def arguments(case: Case, counter: int) -> list[str]:
    """What oathtool is told of a token and a counter or step of it."""
    digits = ["-d", str(case.digits)]
    if case.period is None and case.algorithm == "SHA1":
        return [*digits, "-c", str(counter)]
    totp = [*digits, f"--totp={case.algorithm.lower()}"]
    if case.period is None:
        return [*totp, "-s", "1s", "-N", f"@{counter}"]
    now = case.now - (case.counter - counter) * case.period
    return [*totp, "-s", f"{case.period}s", "-S", f"@{case.start}", "-N", f"@{now}"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run oathtool."""
    command = ["oathtool", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


class PyOtp:
    """`pyotp`: any hash, 6 to 10 digits or Steam's letters, two minutes at most, and no start."""

    bounds = Bounds(("hotp", "totp", "steam"), counter=2**64 - 8, digits=10, period=120, start=0)

    def __init__(self) -> None:
        """Ask for its version."""
        self.name = "pyotp-" + version("pyotp")

    def code(self, case: Case) -> str:
        """Make the code of a case."""
        if case.period is None:
            return hotp(case).at(case.counter)
        return totp(case, case.period).at(case.now)

    def accepts(self, case: Case, code: str) -> bool:
        """Whether a code is that of the case; of a TOTP, or of a step beside it."""
        if case.period is None:
            return hotp(case).verify(code, case.counter)
        window = min(case.back, case.counter)
        return totp(case, case.period).verify(code, for_time=case.now, valid_window=window)


HASHES = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def hotp(case: Case) -> pyotp.HOTP:
    """The same token, pyotp's."""
    digest = HASHES[case.algorithm]
    return pyotp.HOTP(base32(case.secret), digits=case.digits, digest=digest)


def totp(case: Case, period: int) -> pyotp.TOTP:
    """The same, by the time."""
    if case.letters:
        return pyotp.contrib.Steam(base32(case.secret))
    digest = HASHES[case.algorithm]
    return pyotp.TOTP(base32(case.secret), digits=case.digits, digest=digest, interval=period)


def base32(secret: bytes) -> str:
    """As an app is told."""
    return base64.b32encode(secret).decode()
