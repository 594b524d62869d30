"""The blocking engine's verb of moving in from another system."""

from collections.abc import Sequence

from pinbolt._native import Imported, ImportedToken, Operator, Refused
from pinbolt._verbs import Verbs
from pinbolt._words import Weak


class Moving(Verbs):
    """Accounts that come from another system."""

    def import_account(
        self,
        *,
        account: str,
        tokens: Sequence[ImportedToken] = (),
        recovery_codes: Sequence[str] | None = None,
        pin: str | None = None,
        failures: int = 0,
        last_failure_ms: int = 0,
        dangerously_accept: Sequence[Weak] = (),
        operator: Operator,
    ) -> Imported | Refused:
        """Move one account in from another system: all of it or nothing, in one write.

        The account is created where there is none. No code that was used there works here, and the
        next one does. It can be run again, with the same file, a newer or an older one: counters
        and steps only rise; recovery codes are taken once, and a later file ends those that it
        lacks and adds none; failures are not counted twice; what was removed or replaced here in
        the meantime stays so. Under an id that was cancelled and enrolled anew nothing is added any
        more: it may be the former person's.

        Args:
            account: The account's id, as for `enroll`.
            tokens: Up to 8. They are confirmed: an operator's word that they work.
            recovery_codes: Up to 16 that are unused there, of 8 to 32 letters and digits in any
                case, blanks and hyphens dropped. `None` says nothing of them; an empty list, that
                all are used.
            pin: The PIN, where it is known; it is kept only if the account has none.
            failures: How many were counted there since the last success. They count at the
                account's first import alone, for the tokens and recovery codes that come along,
                and no more of them than go before the first wait (`wait.after`). A stranger is
                throttled for them only where accounts aren't hidden.
            last_failure_ms: When the last one was, in Unix milliseconds; at the latest now.
            dangerously_accept: What is taken although it is too weak: tokens whose secret is under
                128 bits, recovery codes under 64, a PIN that the rules for new ones refuse.
            operator: Who imports, and why.

        Returns:
            Imported, or Refused with `TokenExists` for two tokens of one key, or one whose kind,
            period, start or digits are others here; `TooManyTokens` beyond 8, or 32 over all runs;
            `WeakPin` or `Malformed`; `Ended` where the account was cancelled (as long as its row is
            kept: a day, and a year if it was imported), `Inactive`, and `Blocked` where something
            would be added to a blocked one.

        Raises:
            Misuse: A token or a recovery code out of bounds (`Token`, `ShortSecret`, `Watermark`,
                `RecoveryCode`, `ShortRecoveryCode`); a kind, an algorithm or a word that there
                isn't.
            Failure: The infrastructure's; the account is as it was, or run it again to find out.

        Example:
            >>> import time
            >>> there = pinbolt.oath.Totp(b"the secret's plain bytes")
            >>> step = there.step(int(time.time() * 1000))
            >>> phone = pinbolt.ImportedToken("phone", b"the secret's plain bytes", last_step=step)
            >>> desk = Operator("desk-7", "moved in from the old system")
            >>> moved = engine.import_account(account="a-7", tokens=[phone], operator=desk)
            >>> moved.created, moved.tokens
            (True, (('Added', 1),))
            >>> used, shown = there.code(step), there.code(step + 1)
            >>> engine.verify(name="a-7", purpose="otp", otp=used, session=b"s-9")
            Refused(104, 'AlreadyUsed')
        """
        return self._native.run(
            self._pinbolt.import_account(
                account=account,
                tokens=tokens,
                recovery_codes=recovery_codes,
                pin=pin,
                failures=failures,
                last_failure_ms=last_failure_ms,
                dangerously_accept=dangerously_accept,
                operator=operator,
            )
        )
