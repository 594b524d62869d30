"""The model's verbs of tokens and recovery codes, and what is checked in one step."""

from __future__ import annotations

from typing import Final

from pinbolt import Authenticator, Lane, TokenKind

from .rows import Refusal, Row, Said
from .tokens import DIGITS, Fit, Recovery, Token

MOST_TOKENS: Final = 8
STRANGER: Final[Lane] = "stranger"


def add_token(record: Row, kind: TokenKind, secret: bytes, *, confirmed: bool) -> Said:
    """Among at most eight, no two confirmed ones of one secret; the oldest candidate makes room."""
    if record.state != "active":
        raise Refusal("NotAuthorized")
    if any(held.confirmed and held.secret == secret for held in record.tokens):
        raise Refusal("TokenExists")
    record.tokens = [held for held in record.tokens if held.secret != secret]
    if len(record.tokens) >= MOST_TOKENS:
        mere = [held for held in record.tokens if not held.confirmed]
        if not mere:
            raise Refusal("TooManyTokens")
        record.tokens.remove(mere[0])
    record.added += 1
    record.tokens.append(Token(record.added, kind, secret, confirmed))
    return Said("AddedToken", record.added)


def confirm_token(record: Row, number: int, code: str, now: int) -> Said:
    """A candidate's own code, used up by it; the tenth wrong one removes it."""
    if record.state != "active":
        raise Refusal("NotAuthorized")
    token = standing_token(record, number, confirmed=False)
    fit, at = token.compare(well_formed(code), now)
    if fit == "fresh":
        token.accept(at, now)
        token.confirmed = True
        return Said("Done")
    token.tries_left -= 1
    if token.tries_left == 0:
        record.tokens.remove(token)
    return Said("WrongCode", token.tries_left)


def resync_token(record: Row, number: int, codes: tuple[str, str], now: int) -> Said:
    """Two codes in a row, looked for far and wide; a wrong pair is a guess."""
    token = standing_token(record, number, confirmed=True)
    first, second = map(well_formed, codes)
    ledger = record.ledger("otp", STRANGER)
    ledger.gate(record.seen)
    passes = record.passes and not ledger.is_disabled()
    ledger.reserve(record.seen)
    if not (passes and token.resynchronize(first, second, now)):
        return Said("WrongCredentials")
    ledger.succeed()
    return Said("Done")


def remove_token(record: Row, number: int) -> Said:
    if all(token.number != number for token in record.tokens):
        raise Refusal("UnknownToken")
    record.tokens = [token for token in record.tokens if token.number != number]
    return Said("Done")


def verify(record: Row, given: dict[Authenticator, str], now: int) -> str | None:
    """Count a guess at each part, then judge them together: all of it passes, or nothing is used up
    and all parts stay counted; none where a code was used before. Gives the refusal."""
    guesses = {part: confirmed_tokens(record) if part == "otp" else 1 for part in given}
    ledgers = {part: record.ledger(part, STRANGER) for part in given}
    # The wait that is over last is the one that is told.
    last = max(given, key=lambda part: ledgers[part].opens(record.seen, guesses[part]))
    ledgers[last].gate(record.seen, guesses[last])
    fits: dict[Authenticator, Fit] = {}
    rises: dict[Authenticator, int] = {}
    for part, typed in given.items():
        passes = record.passes and not ledgers[part].is_disabled(guesses[part])
        rises[part] = ledgers[part].reserve(record.seen, guesses[part])
        fits[part] = judge(record, part, typed, now) if passes else "none"
    if set(fits.values()) == {"fresh"}:
        for part, ledger in ledgers.items():
            ledger.succeed(guesses[part])
        use_up(record, given, now)
        return None
    if "used" not in fits.values():
        return "WrongCredentials"
    for part, ledger in ledgers.items():
        ledger.refund(rises[part], guesses[part])
    return "AlreadyUsed"


def judge(record: Row, part: Authenticator, typed: str, now: int) -> Fit:
    """What one part is; of a code that two tokens have, used counts more than fresh."""
    if part == "pin":
        return "fresh" if typed == record.pin else "none"
    if part == "recovery-code":
        return "none" if record.recovery is None else record.recovery.compare(typed)
    fits = {token.compare(typed, now)[0] for token in record.tokens if token.confirmed}
    return "used" if "used" in fits else "fresh" if "fresh" in fits else "none"


def use_up(record: Row, given: dict[Authenticator, str], now: int) -> None:
    if "otp" in given:
        own = [(token, *token.compare(given["otp"], now)) for token in record.tokens]
        token, _, at = next(each for each in own if each[0].confirmed and each[1] == "fresh")
        token.accept(at, now)
    if record.recovery is not None and "recovery-code" in given:
        record.recovery.used |= {given["recovery-code"]}


def confirmed_tokens(record: Row) -> int:
    """How many tokens a code is compared with, and so how many guesses it is."""
    return sum(token.confirmed for token in record.tokens)


def standing_token(record: Row, number: int, *, confirmed: bool) -> Token:
    for token in record.tokens:
        if token.number == number and token.confirmed == confirmed:
            return token
    raise Refusal("UnknownToken")


def issue_recovery_codes(record: Row) -> Said:
    """Its codes are told once they were shown."""
    record.recovery = Recovery()
    return Said("RecoveryCodes")


def well_formed(code: str) -> str:
    if not (code.isdecimal() and len(code) == DIGITS):
        raise Refusal("Malformed")
    return code
