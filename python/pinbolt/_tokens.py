"""The blocking engine's verbs of tokens and recovery codes."""

from pinbolt._authority import Authority
from pinbolt._native import AddedToken, Done, RecoveryCodes, Refused
from pinbolt._verbs import Verbs
from pinbolt._words import Algorithm, TokenKind


class Tokens(Verbs):
    """Tokens and recovery codes of an account."""

    def add_token(
        self,
        *,
        account: str,
        label: str,
        kind: TokenKind = "totp",
        algorithm: Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        start: int = 0,
        counter: int = 0,
        secret: bytes | None = None,
        dangerously_short_secret: bytes | None = None,
        confirmed: bool = False,
        authority: Authority,
    ) -> AddedToken | Refused:
        """Add a token, as a candidate that `confirm_token` makes one that signs in.

        A candidate waits without end: remove one that its person gave up. `describe` shows
        candidates among the tokens; whether somebody has a token is asked by
        `confirmed is not None`.

        Args:
            account: The account's id.
            label: What the person knows it by, 1 to 64 bytes; `describe` shows it.
            kind: What it counts by: the time (`totp`) or a counter (`hotp`); or the time as Steam's
                app shows it (`steam`), five letters, of SHA-1 and 30 seconds.
            algorithm: The hash; most apps know SHA-1 alone.
            digits: Digits of a code, 6 to 10; most apps know 6 and 8. Of a Steam code 5.
            period: Seconds of a step of the time, 1 or more. NIST SP 800-63B-4 (3.1.4) wants at
                most 120.
            start: The Unix second of step 0.
            counter: The lowest counter whose code may be accepted.
            secret: The secret of a token that exists, 16 to 128 bytes, plain: of base32 text
                `base64.b32decode` makes them, and the text itself would pass for a secret whose
                codes nobody has. Without one it is made here, as long as the hash's output
                (RFC 6238, 5.1).
            dangerously_short_secret: In its place, one of 1 byte or more: under 128 bits a secret
                can be found from a few codes by trying all. For tokens that somebody else has
                issued and that can't be replaced yet.
            confirmed: An operator's word that it works, as when moving in from another system: it
                stands at once.
            authority: An operator, or a fresh proof, of two factors, of a purpose that authorizes.
                A proof is used up, also where the answer is `NotAuthorized`.

        Returns:
            AddedToken, or Refused with `NotAuthorized`, `UnknownAccount`, `TokenExists` where a
            confirmed token has this very secret, or `TooManyTokens`: an account has up to 8, and
            the oldest candidate makes room.

        Raises:
            Misuse: A label, digits, a period or a secret out of bounds; a kind or an algorithm that
                there isn't; but for `totp` another period than 30 or start than 0, but for `hotp`
                another counter than 0; a proof that was used before.
            TypeError: Both secrets.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "asked for an app, seen in person")
            >>> added = engine.add_token(account="a-1", label="phone", authority=desk)
            >>> added
            AddedToken(token=1)
            >>> import base64
            >>> text = base64.b32encode(added.secret).decode().rstrip("=")  # For the app, once.
            >>> app = pinbolt.oath.Totp(added.secret)  # What the person's app makes of it.
        """
        return self._native.run(
            self._pinbolt.add_token(
                account=account,
                label=label,
                kind=kind,
                algorithm=algorithm,
                digits=digits,
                period=period,
                start=start,
                counter=counter,
                secret=secret,
                dangerously_short_secret=dangerously_short_secret,
                confirmed=confirmed,
                authority=authority,
            )
        )

    def confirm_token(
        self,
        *,
        account: str,
        token: int,
        code: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Done | Refused:
        """Confirm a candidate by a code of its own, which can't sign in after that.

        A clock may be off as far as `totp.back` or `totp.ahead`, and `totp.drift` beyond. A
        candidate has ten tries; then it is gone.

        Args:
            account: The account's id, from your own session and not as typed.
            token: The token's number.
            code: A code that it shows, as typed.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Done, or Refused with `WrongCode`, `Malformed`, `UnknownToken` for a number that is no
            candidate's, `UnknownAccount`, or `NotAuthorized` where the account is blocked.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> import time
            >>> shown = app.code_at(int(time.time() * 1000))
            >>> engine.confirm_token(account="a-1", token=1, code=shown, session=b"s-3")
            Done()
        """
        return self._native.run(
            self._pinbolt.confirm_token(
                account=account,
                token=token,
                code=code,
                session=session,
                source=source,
                device=device,
            )
        )

    def resync_token(
        self,
        *,
        account: str,
        token: int,
        first: str,
        second: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Done | Refused:
        """Find a confirmed token's counter or clock again by two consecutive codes.

        They are looked for `otp.resync` codes ahead, for a clock also behind, and never below the
        one accepted last (RFC 4226, 7.4; RFC 6238, 6). Neither can sign in after that. A wrong pair
        counts as a guess.

        Args:
            account: The account's id, from your own session and not as typed.
            token: The token's number.
            first: A code that it shows, as typed.
            second: The one that it shows next.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Done, or Refused with `WrongCredentials`, `Waiting`, `Throttled`, `Malformed`,
            `UnknownToken` or `UnknownAccount`; where accounts aren't hidden also with `Disabled` or
            `Blocked`.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> step = app.step(int(time.time() * 1000))
            >>> first, second = app.code(step + 9), app.code(step + 10)  # Five minutes fast.
            >>> engine.resync_token(
            ...     account="a-1", token=1, first=first, second=second, session=b"s-3"
            ... )
            Done()
        """
        return self._native.run(
            self._pinbolt.resync_token(
                account=account,
                token=token,
                first=first,
                second=second,
                session=session,
                source=source,
                device=device,
            )
        )

    def remove_token(self, *, account: str, token: int, authority: Authority) -> Done | Refused:
        """Remove a token or a candidate.

        Args:
            account: The account's id.
            token: The token's number.
            authority: An operator, or a fresh proof, of two factors, of a purpose that authorizes.
                A proof is used up, also where the answer is `NotAuthorized`.

        Returns:
            Done, or Refused with `NotAuthorized`, `UnknownToken` or `UnknownAccount`.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "phone lost, seen in person")
            >>> engine.remove_token(account="a-1", token=1, authority=desk)
            Done()
        """
        return self._native.run(
            self._pinbolt.remove_token(account=account, token=token, authority=authority)
        )

    def issue_recovery_codes(
        self, *, account: str, authority: Authority
    ) -> RecoveryCodes | Refused:
        """Make a set of recovery codes and show it, this once; an older set ends with it.

        Each is good once, of 80 random bits, and kept as a slow hash; making a set takes as many
        hashes as it has codes (`recovery.codes`). The count of wrong codes stays: that is
        `unlock`'s.

        Args:
            account: The account's id.
            authority: An operator, or a fresh proof, of two factors, of a purpose that authorizes.
                A proof is used up, also where the answer is `NotAuthorized`.

        Returns:
            RecoveryCodes, or Refused with `NotAuthorized` or `UnknownAccount`.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "asked in person")
            >>> codes = engine.issue_recovery_codes(account="a-1", authority=desk)
            >>> codes
            RecoveryCodes(10)
            >>> engine.verify(name="a-1", purpose="recover", recovery_code=codes[0], session=b"s-3")
            Accepted(account='a-1', purpose='recover', lane='stranger')
        """
        return self._native.run(
            self._pinbolt.issue_recovery_codes(account=account, authority=authority)
        )
