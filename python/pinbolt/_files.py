"""Files of other systems, imported account by account."""

import os
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from pinbolt._asyncio import AsyncEngine
from pinbolt._engine import Engine
from pinbolt._errors import Failure, Misuse
from pinbolt._native import AccountLines, Imported, Importer, LineReport, Operator, Refused
from pinbolt._words import ImportFormat, Weak

AccountOf: TypeAlias = Callable[[str], str | None]
"""Whose account a name of the file is; None where there is none."""

_LONGEST: Final = (64 << 10) + 1
"""So much of a line is read: one byte more than it may have."""


def import_file(
    engine: Engine,
    path: str | os.PathLike[str],
    *,
    format: ImportFormat,  # noqa: A002
    operator: Operator,
    account: AccountOf | str | None = None,
    dangerously_accept: Collection[Weak] = (),
    dry_run: bool = False,
) -> Iterator[LineReport]:
    r"""Import a file of another system: each step of the iteration tells what became of a line.

    Nothing is written until it is iterated, and only as far as it is.

    All or nothing of an account. The file is read twice at least, and must not change meanwhile:
    the first pass only finds whose lines don't stand together. It can be run again, after a failure
    or with a newer file: see `Engine.import_account`. An import that is abandoned leaves the
    accounts that it has told.

    Args:
        engine: Where to.
        path: The file.
        format: `django-otp` for rows as Django's serializer writes them, one JSON object a line;
            `privacyidea` for its export, decrypted, one JSON object a line; `oath-users` for the
            OATH Toolkit's users file; `google-authenticator` for the file of Google's PAM module;
            `otpauth` for addresses, one a line.
        operator: Who imports, and why.
        account: Tells whose account a name of the file is, or None; without it, the account of
            that id. Two names of one account are held back. Of a `google-authenticator` file: the
            account's id itself.
        dangerously_accept: What is taken although it is too weak: `short-secrets` under 128 bits,
            `recovery-codes` under 64, `pins` that the rules refuse.
        dry_run: Only tell what would be refused, as far as the file and the policy tell: the store
            is asked nothing.

    Returns:
        What became of each line that isn't blank or a comment, in the order of the file.

    Raises:
        Misuse: No such format, or an account that it doesn't have; no such weakness.
        TypeError: An AsyncEngine, for which there is `import_file_async`.
        OSError: The file's, as it is iterated; also that it was changed meanwhile. What was
            imported stays so.

    Example:
        >>> rows = Path("users.oath")
        >>> _ = rows.write_text("HOTP a-7 - 3132333435363738393031323334353637383930 7\n")
        >>> moving = Operator("desk-7", "moving in")
        >>> for report in import_file(engine, rows, format="oath-users", operator=moving):
        ...     print(report)
        line 1: Added
    """
    if not isinstance(engine, Engine):
        raise TypeError("import_file takes an Engine; for an AsyncEngine use import_file_async")
    importer = Importer(format, pinbolt=engine.pinbolt, account=account)
    return _imported(
        engine, _accounts(Path(path), importer), operator, list(dangerously_accept), dry_run
    )


def _imported(
    engine: Engine,
    accounts: Iterator[AccountLines],
    operator: Operator,
    accepted: list[Weak],
    dry_run: bool,  # noqa: FBT001
) -> Iterator[LineReport]:
    for lines in accounts:
        if dry_run:
            yield from lines.tried(engine.pinbolt, operator=operator, dangerously_accept=accepted)
            continue
        outcome: Imported | Refused | Misuse | Failure | None = None
        operation = lines.start(engine.pinbolt, operator=operator, dangerously_accept=accepted)
        if operation is not None:
            try:
                outcome = engine.run(operation)
            except (Misuse, Failure) as no:
                outcome = no
        yield from lines.reports(outcome, dangerously_accept=accepted)


async def import_file_async(
    engine: AsyncEngine,
    path: str | os.PathLike[str],
    *,
    format: ImportFormat,  # noqa: A002
    operator: Operator,
    account: AccountOf | str | None = None,
    dangerously_accept: Collection[Weak] = (),
    dry_run: bool = False,
) -> AsyncIterator[LineReport]:
    """Import a file as `import_file`, on an `AsyncEngine`; it is read in the loop's own thread.

    Args:
        engine: Where to.
        path: The file.
        format: As for `import_file`.
        operator: Who imports, and why.
        account: As for `import_file`.
        dangerously_accept: As for `import_file`.
        dry_run: Only tell what would be refused.

    Yields:
        As `import_file`.

    Raises:
        Misuse: No such format, or an account that it doesn't have; no such weakness.
        OSError: The file's.
    """
    accepted = list(dangerously_accept)
    importer = Importer(format, pinbolt=engine.pinbolt, account=account)
    for lines in _accounts(Path(path), importer):
        if dry_run:
            told = lines.tried(engine.pinbolt, operator=operator, dangerously_accept=accepted)
            for report in told:
                yield report
            continue
        outcome: Imported | Refused | Misuse | Failure | None = None
        operation = lines.start(engine.pinbolt, operator=operator, dangerously_accept=accepted)
        if operation is not None:
            try:
                outcome = await engine.run(operation)
            except (Misuse, Failure) as no:
                outcome = no
        for report in lines.reports(outcome, dangerously_accept=accepted):
            yield report


def _accounts(path: Path, importer: Importer) -> Iterator[AccountLines]:
    """Each account, once its lines are over."""
    while importer.stage != "over":
        with path.open("rb") as file:
            for line in _lines(file):
                lines = importer.line(line)
                if lines is not None:
                    yield lines
            lines = importer.end()
            if lines is not None:
                yield lines
    if importer.changed:
        raise OSError("The file was changed while it was read: run the import again.")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Each line, cut behind the longest."""
    while line := file.readline(_LONGEST):
        rest = line
        while len(rest) == _LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST)
        yield line
