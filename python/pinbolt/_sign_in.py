"""The blocking engine's verbs of signing in."""

from pinbolt._native import Accepted, Begun, Delivered, Dispatch, Done, Refused
from pinbolt._verbs import Verbs
from pinbolt._words import Channel


class SignIn(Verbs):
    """What a person passes: delivered codes, and what is checked in one step."""

    def begin(
        self,
        *,
        name: str,
        purpose: str,
        pin: str | None = None,
        channel: Channel,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = b"",
    ) -> Begun | Refused:
        """Start what ends with a delivered code. Answer the person, then `deliver` the dispatch.

        Args:
            name: Account id, phone number or e-mail address, as typed.
            purpose: A purpose of the policy that asks for a code.
            pin: The PIN, if the purpose asks for one.
            channel: How the code shall travel.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.
            context: What the code is for, such as a transaction's text, up to 4096 bytes: `finish`
                must name the same.

        Returns:
            Begun, or Refused with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`; after
            the right PIN also `KeyMissing`; where accounts aren't hidden also `UnknownAccount`,
            `Disabled`, `Blocked` or `NoPin`.

        Raises:
            Misuse: A purpose or channel that there isn't; a PIN missing or not asked for.
            Failure: The infrastructure's.

        Example:
            >>> engine.begin(
            ...     name="a-1", purpose="sign-in", pin="314159", channel="sms", session=b"s-3"
            ... )
            Refused(101, 'WrongCredentials')
        """
        return self._native.run(
            self._pinbolt.begin(
                name=name,
                purpose=purpose,
                pin=pin,
                channel=channel,
                session=session,
                source=source,
                device=device,
                context=context,
            )
        )

    def resend(
        self,
        *,
        handle: str,
        channel: Channel,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Begun | Refused:
        """Send another message, without the PIN again.

        By the purpose's policy a new code, which ends the older one, or the same code again. Keep
        the new challenge's handle in place of the old one, which answers `Superseded` after a new
        code, to that code, too.

        Args:
            handle: The handle of the challenge.
            channel: How the code shall travel this time.
            session: The session that began.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Begun, or Refused with `Throttled` before `resend_at` or over the send budget, and as
            `finish` for a handle that is no longer open.

        Raises:
            Misuse: A channel that the purpose lacks.
            Failure: The infrastructure's.

        Example:
            >>> engine.resend(handle="none of mine", channel="sms", session=b"s-3")
            Refused(113, 'UnknownChallenge')
        """
        return self._native.run(
            self._pinbolt.resend(
                handle=handle, channel=channel, session=session, source=source, device=device
            )
        )

    def finish(
        self,
        *,
        purpose: str,
        handle: str,
        code: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = b"",
    ) -> Accepted | Refused:
        """End a challenge with its code. A code of `confirm` binds its address.

        Args:
            purpose: The purpose that this call is for, or `pinbolt.CONFIRM`. Write it in your
                program, never take it from the request.
            handle: The handle of the challenge.
            code: The code as typed: digits, with blanks and hyphens around and between them.
            session: The session that began.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.
            context: The context that `begin` was given.

        Returns:
            Accepted, or Refused with `WrongCode`, `Superseded`, `AlreadyUsed`, `Expired`,
            `TriesUsedUp`, `Waiting`, `Throttled`, `Malformed`, `WrongSession`, `UnknownChallenge`
            or `Ended`; a confirmation also with `AddressTaken`.

        Raises:
            Misuse: A purpose that there isn't; a session, source or context that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> refused = engine.finish(
            ...     purpose="sign-in",
            ...     handle=challenge.handle,
            ...     code=phone.code,
            ...     session=b"the web session",
            ... )
            >>> refused
            Refused(104, 'AlreadyUsed')
            >>> print(refused)
            This code was already used.
        """
        return self._native.run(
            self._pinbolt.finish(
                purpose=purpose,
                handle=handle,
                code=code,
                session=session,
                source=source,
                device=device,
                context=context,
            )
        )

    def verify(
        self,
        *,
        name: str,
        purpose: str,
        pin: str | None = None,
        otp: str | None = None,
        pin_then_otp: str | None = None,
        recovery_code: str | None = None,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = b"",
    ) -> Accepted | Refused:
        """Check all that a purpose without a delivered code asks for, in one step.

        Of a combination either all parts pass or none is used up, and the refusal doesn't say which
        was wrong.

        Args:
            name: Account id, phone number or e-mail address, as typed.
            purpose: A purpose of the policy that asks for no delivered code.
            pin: The PIN as typed.
            otp: A token's one-time code as typed. It is compared with each of the account's tokens,
                and counts as many guesses.
            pin_then_otp: In their place, PIN and one-time code typed as one string of digits, the
                PIN first, as RADIUS and PAM have it: the token's number of digits splits it.
                Digits alone: unlike `otp`, no blank, hyphen or line end.
            recovery_code: A recovery code as typed, in any case, with or without its hyphens.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.
            context: What the proof is for, up to 4096 bytes.

        Returns:
            Accepted, or Refused with `WrongCredentials`, `AlreadyUsed`, `Waiting`, `Throttled` or
            `Malformed`; where accounts aren't hidden also with `UnknownAccount`, `Disabled`,
            `Blocked`, `NoPin`, `NoToken` or `NoRecoveryCodes`.

        Raises:
            Misuse: A purpose that there isn't, or that asks for a delivered code; less or more than
                the purpose asks for.
            Failure: The infrastructure's.

        Example:
            >>> engine.verify(name="a-1", purpose="pay", pin="802714", session=b"s-3")
            Accepted(account='a-1', purpose='pay', lane='stranger')
        """
        return self._native.run(
            self._pinbolt.verify(
                name=name,
                purpose=purpose,
                pin=pin,
                otp=otp,
                pin_then_otp=pin_then_otp,
                recovery_code=recovery_code,
                session=session,
                source=source,
                device=device,
                context=context,
            )
        )

    def cancel(
        self, *, handle: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Done | Refused:
        """Give a challenge up: its code is dead.

        Args:
            handle: The handle of the challenge.
            session: The session that began.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Done, or Refused as `finish` for a handle that is no longer open.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.cancel(handle=challenge.handle, session=b"another session")
            Refused(112, 'WrongSession')
        """
        return self._native.run(
            self._pinbolt.cancel(handle=handle, session=session, source=source, device=device)
        )

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Deliver an issued code or a ticket's link, once the person has been answered.

        How long it takes would tell whether there is anybody to deliver to.

        Args:
            dispatch: The dispatch that `begin`, `resend`, `renew`, `confirm` or `issue_ticket`
                gave; good once.

        Returns:
            What became of it, for the host and never for the person.

        Raises:
            Misuse: The dispatch was used before.
            Failure: The store failed after the gateway refused the message.

        Example:
            >>> engine.deliver(dispatch)
            Traceback (most recent call last):
            pinbolt.Misuse: This proof or dispatch was used before.
        """
        return self._native.run(self._pinbolt.deliver(dispatch))
