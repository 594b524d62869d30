"""How much memory an import takes: memory.py [TOKENS...], a process for each number of them.

The store here keeps nothing, so that what grows is the import's. Prints by how much the most memory
that the process ever had rose while it imported.
"""

import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pinbolt
from pinbolt.provision import import_file

SIZES = ("10", "10000", "100000")


class Nothing:
    """A store that forgets."""

    def load(self, row: str) -> pinbolt.Snapshot | None:
        """Nothing is here."""
        del row
        return None

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        """All is well."""
        del write
        return "applied"


def peak() -> int:
    """The most that the process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def one(tokens: int) -> None:
    """Import a file of so many tokens."""
    with tempfile.TemporaryDirectory() as folder:
        pinbolt.Keys.generate(Path(folder) / "keys.toml")
        engine = pinbolt.Engine(
            keys=pinbolt.Keys.load(Path(folder) / "keys.toml"),
            policy=pinbolt.Policy.parse("purposes.sign-in = { otp = true }"),
            store=Nothing(),
        )
        path = Path(folder) / "users.oath"
        with path.open("w") as file:
            for number in range(tokens):
                file.write(f"HOTP user-{number} - {number:040x} 7\n")
        before = peak()
        operator = pinbolt.Operator("interop", "moving in")
        reports = import_file(engine, path, format="oath-users", operator=operator)
        fates = Counter(report.fate for report in reports)
        if fates != {"Added": tokens}:
            raise SystemExit(str(fates))
        size = path.stat().st_size // 1024
        print(f"moving memory: tokens={tokens} file={size} kB peak=+{peak() - before} kB")


if __name__ == "__main__":
    if len(sys.argv) == 2:  # noqa: PLR2004
        one(int(sys.argv[1]))
    else:
        for size in SIZES:
            command = [sys.executable, "-W", "error", __file__, size]
            subprocess.run(command, check=True)  # noqa: S603
