"""Files that Debian's `google-authenticator` made, and its PAM module let people in by."""

import base64
import ctypes
import random
import subprocess
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_int, c_void_p, cast
from pathlib import Path

from systems.old import Token, code, steps

FILES = 12
WINDOW = 5


class Answer(Structure):
    """What is answered to a question of PAM's."""

    _fields_ = [("text", c_void_p), ("code", c_int)]


Ask = CFUNCTYPE(c_int, c_int, c_void_p, POINTER(POINTER(Answer)), c_void_p)


class Conversation(Structure):
    """Whom PAM asks."""

    _fields_ = [("ask", Ask), ("data", c_void_p)]


class Pam:
    """A service of its own, which asks for codes alone."""

    def __init__(self, folder: Path) -> None:
        """Write the service down."""
        self.folder = folder
        (folder / "pinbolt").write_text(
            f"auth required pam_google_authenticator.so secret={folder}/${{USER}} user=root\n"
        )
        self.pam = ctypes.CDLL("libpam.so.0")
        self.c = ctypes.CDLL(None)
        self.c.calloc.restype = self.c.strdup.restype = c_void_p

    def lets_in(self, user: str, typed: str) -> bool:
        """Whether the module lets somebody in."""

        def ask(count: int, _: object, answers: object, __: object) -> int:
            all_of_them = self.c.calloc(count, ctypes.sizeof(Answer))
            each = cast(all_of_them, POINTER(Answer))
            for number in range(count):
                each[number].text = self.c.strdup(typed.encode())
            cast(answers, POINTER(c_void_p))[0] = all_of_them  # type: ignore[arg-type]
            return 0

        asked, handle = Conversation(Ask(ask), None), c_void_p()
        said = self.pam.pam_start_confdir(
            b"pinbolt", user.encode(), byref(asked), str(self.folder).encode(), byref(handle)
        )
        if said != 0:
            raise SystemExit(f"PAM: {said}")
        said = self.pam.pam_authenticate(handle, 0)
        self.pam.pam_end(handle, said)
        return bool(said == 0)


def used(folder: Path, chance: random.Random) -> list[tuple[Path, list[Token]]]:
    """Have the owner of each file sign in by his app, and by a scratch code."""
    pam, files = Pam(folder), []
    for number in range(FILES):
        timed, once = number % 3 != 0, number % 4 != 1
        name = f"google-{number}"
        subprocess.run(  # noqa: S603
            [  # noqa: S607
                "google-authenticator",
                *(["-t", "-d" if once else "-D"] if timed else ["-c"]),
                *("-f", "-q", "-Q", "none", "-w", str(WINDOW), "-u", "-s", str(folder / name)),
            ],
            check=True,
        )
        lines = (folder / name).read_text().splitlines()
        scratch = [line for line in lines[1:] if line.isdigit()]
        secret = base64.b32decode(lines[0] + "=" * (-len(lines[0]) % 8))
        if timed:
            # Of a clock that is ahead the file tells nothing. Where codes aren't good once, all are
            # over here until the import, and those of half a window ahead.
            over = 0 if once else WINDOW // 2
            counter = steps(30) - (chance.randint(0, 1) if once else 0)
            shown, at = counter * 30, (steps(30) + 1 + over) * 30
        else:
            counter, shown, over, at = 1 + number % 3, 0, 0, 0
        for typed in (code(secret, counter), scratch[0]):
            if not pam.lets_in(name, typed):
                raise SystemExit(f"{name}: {typed} was refused")
        following = code(secret, counter + 1 + over)
        tokens = [
            Token(name, code(secret, counter), shown, following, at),
            Token(name, scratch[0], 0, scratch[1], 0, "recovery-code"),
        ]
        files.append((folder / name, tokens))
    return files
