"""HOTP (RFC 4226), TOTP (RFC 6238) and OCRA (RFC 6287) as pure functions.

No account, no clock, no storage: they know nothing of what was used before. Who calls them alone
must keep, and only ever raise, the counter or step that was accepted last (RFC 4226, 7.2; RFC 6238,
5.2), take an OCRA challenge once, and count the guesses (RFC 4226, 7.3). For HOTP and TOTP the
engine's verbs do it all.

Example:
    A code of the current step, or of the one before.

    >>> from pinbolt.oath import ClientAnswers, Ocra, Totp
    >>> totp = Totp(b"12345678901234567890", digits=8)
    >>> now_ms = 1_111_111_109_000
    >>> totp.code_at(now_ms)
    '07081804'
    >>> step = totp.step(now_ms)
    >>> totp.matching("0708 1804", max(step - 1, 0), 2)
    Matched(37037036)
    >>> totp.matching("07081805", max(step - 1, 0), 2) is None
    True

    A response to a challenge, by a token whose counter stands at 5 or a few further.

    >>> suite = "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1"
    >>> ocra = Ocra(suite, b"12345678901234567890123456789012")
    >>> ocra.response("12345678", counter=5, pin="1234")
    '65983500'
    >>> ocra.matching("6598 3500", "12345678", counter=3, pin="1234", counters=10)
    OcraMatched(counter=5, step=None)

    Where both ask and both answer, who answers is named.

    >>> both = ClientAnswers(client="11111111", server="22222222")
    >>> len(ocra.response(both, counter=5, pin="1234"))
    8

Secrets are plain bytes; `pinbolt.provision` reads base32 and `otpauth` addresses. A code may be
typed with blanks and hyphens; what else a person types is of no counter, and never an exception. A
match is told by `is not None`, for counter 0 would be false. A `Misuse` is raised for digits,
periods and counters that can't be, for a suite or inputs that don't fit, and for a secret under 128
bits, which only `with_dangerously_short_secret` takes.
"""

from pinbolt._native import (
    ClientAnswers,
    Hotp,
    Matched,
    Ocra,
    OcraMatched,
    ServerAnswers,
    Totp,
)

__all__ = ["ClientAnswers", "Hotp", "Matched", "Ocra", "OcraMatched", "ServerAnswers", "Totp"]
