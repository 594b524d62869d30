"""The engine's tables as data."""

from typing import NamedTuple

from pinbolt import _native


class Row(NamedTuple):
    """A refusal, misuse or failure: for translations, and for tests."""

    code: int
    """The stable code, the same in every language; never used twice."""
    name: str
    """The stable name."""
    sentence: str
    """Its sentence in English."""


class Setting(NamedTuple):
    """A setting of a policy."""

    path: str
    """Its path, as in a policy's text."""
    default: int
    """What holds without it."""
    min: int
    """The smallest value."""
    max: int
    """The largest value."""
    unit: str
    """The unit."""
    source: str
    """Where the number comes from."""
    about: str
    """What it does."""


REFUSALS: tuple[Row, ...] = tuple(map(Row._make, _native.REFUSALS))
"""Every refusal: an answer to the person."""

MISUSES: tuple[Row, ...] = tuple(map(Row._make, _native.MISUSES))
"""Every misuse: a mistake in the calling program."""

FAILURES: tuple[Row, ...] = tuple(map(Row._make, _native.FAILURES))
"""Every failure: the infrastructure's."""

SETTINGS: tuple[Setting, ...] = tuple(map(Setting._make, _native.SETTINGS))
"""Every setting with its default, bounds, unit and source."""
