"""What is raised. A refusal of a person isn't among it: that is a value."""

from pinbolt._words import FailureName, MisuseName


class Error(Exception):
    """What pinbolt raises: `Misuse`, `Failure` or `ConfigurationError`."""


class Misuse(Error):
    """A mistake in the calling program.

    Attributes:
        code: The stable code of `pinbolt.MISUSES`, 201 and up.
        name: The stable name, such as `UnknownPurpose`.
    """

    code: int
    name: MisuseName

    def __init__(self, code: int, name: MisuseName, sentence: str) -> None:
        """Made by the engine."""
        super().__init__(code, name, sentence)
        self.code, self.name = code, name

    def __str__(self) -> str:
        """The sentence."""
        return str(self.args[2])


class Failure(Error):
    """The infrastructure didn't do its part; nothing was accepted and nothing delivered.

    What a store of yours raised is its `__cause__`.

    Attributes:
        code: The stable code of `pinbolt.FAILURES`, 301 and up.
        name: The stable name, such as `Store`.
    """

    code: int
    name: FailureName

    def __init__(self, code: int, name: FailureName, sentence: str) -> None:
        """Made by the engine."""
        super().__init__(code, name, sentence)
        self.code, self.name = code, name

    def __str__(self) -> str:
        """The sentence, and what a store that was opened by its URL said last."""
        return str(self.args[2])


class ConfigurationError(Error):
    """A policy, keys or a store's URL were refused; no secret is in the text.

    Attributes:
        path: The path of the setting, purpose or field; `url` for a store; empty for a whole file.
        line: The line, counted from 1, where one is to blame.
    """

    path: str
    line: int | None

    def __init__(self, message: str, path: str, line: int | None) -> None:
        """Made by the engine."""
        super().__init__(message, path, line)
        self.path, self.line = path, line

    def __str__(self) -> str:
        """The sentence."""
        return str(self.args[0])
