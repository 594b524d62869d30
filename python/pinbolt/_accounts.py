"""The blocking engine's verbs of accounts."""

from collections.abc import Sequence

from pinbolt._authority import Authority
from pinbolt._native import (
    Begun,
    Description,
    Done,
    Enrolled,
    Operator,
    Refused,
    Unlocked,
)
from pinbolt._verbs import Verbs
from pinbolt._words import Authenticator


class Accounts(Verbs):
    """Accounts, with their PIN, their addresses and their counts."""

    def enroll(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = (),
        asserted_by: Operator | None = None,
    ) -> Enrolled | Refused:
        """Create an account.

        Args:
            account: The account's id: 1 to 256 bytes, without `@` and without a leading `+`. It
                appears in audit events, so it must not be personal data.
            pin: The PIN, held against the rules for new ones.
            addresses: Up to 8 phone numbers, e-mail addresses, and `@name:endpoint` on channels of
                your own.
            asserted_by: An operator who vouches for the addresses: they are bound at once. Without
                one they are candidates, until `confirm`.

        Returns:
            Enrolled, or Refused with `AccountExists`, `AddressTaken`, `WeakPin` or `Malformed`.

        Raises:
            Misuse: The account id isn't well-formed; more than 8 addresses, or one named twice.
            Failure: The account may exist with addresses that are still candidates.

        Example:
            >>> engine.enroll(account="a-2", pin="123456")
            Refused(119, 'WeakPin')
            >>> engine.enroll(account="a-2", pin="590381", addresses=["a-2@example.com"])
            Enrolled(bound=0, candidates=1)
        """
        return self._native.run(
            self._pinbolt.enroll(
                account=account, pin=pin, addresses=addresses, asserted_by=asserted_by
            )
        )

    def enroll_inactive(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = (),
        asserted_by: Operator | None = None,
    ) -> Enrolled | Refused:
        """Create an account that is still to be activated.

        Nothing of it passes until an activation of it was redeemed: see `issue_ticket`. To
        strangers it answers as an unknown one, where accounts are hidden.

        Args:
            account: The account's id, as for `enroll`.
            pin: The PIN, held against the rules for new ones.
            addresses: The addresses, as for `enroll`.
            asserted_by: An operator who vouches for the addresses.

        Returns:
            Enrolled, or Refused as by `enroll`.

        Raises:
            Misuse: As by `enroll`.
            Failure: The account may exist with addresses that are still candidates.

        Example:
            >>> engine.enroll_inactive(account="a-4", addresses=["a-4@example.com"])
            Enrolled(bound=0, candidates=1)
            >>> engine.describe(account="a-4").inactive
            True
        """
        return self._native.run(
            self._pinbolt.enroll_inactive(
                account=account, pin=pin, addresses=addresses, asserted_by=asserted_by
            )
        )

    def confirm(
        self,
        *,
        account: str,
        address: str,
        replaces: str | None = None,
        authority: Authority,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Begun | Refused:
        """Send a code to an address that the account has as a candidate, or gets as one by this.

        `finish` with the purpose `pinbolt.CONFIRM` then binds it.

        Where the account has other addresses in force, each of them is sent a notice first, a
        Message without a code; and the new one is in force only `address.cooling` hours after it
        was bound; until then the old one remains in force, and `release_address` of the new one
        ends the change. An address that was named at enrolment and replaces none is in force at
        once while no other was bound longer ago than a day, or `address.cooling` where that is
        longer; so is one that an operator asks for in place of a suspended one. An address of the
        account that was suspended, or went stale, is confirmed anew in the same way. So is one that
        the person gave up and that hasn't left yet, where no other is to take its place: it stays.

        Args:
            account: The account's id.
            address: The phone number or e-mail address, as typed; or `@name:endpoint` on a channel
                of your own.
            replaces: The address of the account that it takes the place of, in force or suspended;
                None to have it beside the others.
            authority: By what right: an operator, or the person's own proof, which is used up.
            session: Where the code will be typed: the person's own, also where an operator asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Begun, or Refused with `Malformed`, `NotAuthorized`, `UnknownAccount`, `UnknownAddress`
            for one to replace that is neither in force nor suspended, `AddressTaken` for one that
            the account has already, `AddressWaits` for one that isn't in force yet, or to replace
            one that leaves already, `TooManyPhones`, `TooManyAddresses` or `Throttled`.

        Raises:
            Misuse: A proof that was used before; a session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> begun = engine.confirm(
            ...     account="a-2",
            ...     address="a-2@example.com",
            ...     authority=Operator("desk-7", "asked by the person"),
            ...     session=b"s-2",
            ... )
            >>> engine.deliver(begun.dispatch)
            Delivered('sent')
            >>> engine.finish(
            ...     purpose=pinbolt.CONFIRM,
            ...     handle=begun.challenge.handle,
            ...     code=phone.code,
            ...     session=b"s-2",
            ... )
            Accepted(account='a-2', purpose='pinbolt:confirm-email', lane='first-factor')
        """
        return self._native.run(
            self._pinbolt.confirm(
                account=account,
                address=address,
                replaces=replaces,
                authority=authority,
                session=session,
                source=source,
                device=device,
            )
        )

    def change_pin(
        self,
        *,
        account: str,
        old: str,
        new: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Done | Refused:
        """Set a new PIN for who knows the old one. Challenges that rest on the old one end.

        Args:
            account: The account's id, from your own session and not as typed: an unknown one
                answers `UnknownAccount` here even where accounts are hidden.
            old: The present PIN.
            new: The new one, held against the rules for new ones.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            Done, or Refused with `WrongCredentials`, `WeakPin`, `Waiting`, `Throttled`,
            `UnknownAccount` or `Malformed`.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> weak = engine.change_pin(account="a-1", old="802714", new="111111", session=b"s-3")
            >>> print(weak.detail)
            This PIN repeats the same digits; choose one that does not.
        """
        return self._native.run(
            self._pinbolt.change_pin(
                account=account, old=old, new=new, session=session, source=source, device=device
            )
        )

    def reset_pin(self, *, account: str, new: str, authority: Authority) -> Done | Refused:
        """Set a new PIN by another right than the old one. The count of wrong PINs stays.

        Known devices stay known: after a theft, call `forget_device` with `device=None`.

        Args:
            account: The account's id.
            new: The new PIN, held against the rules for new ones.
            authority: An operator, or the person's own `Proofs`. They are used up, also where the
                answer is `NotAuthorized` or `WeakPin`: an activation then needs a new ticket, and
                a recovery new codes.

        Returns:
            Done, or Refused with `NotAuthorized`, `WeakPin`, `UnknownAccount` or `Malformed`.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "lost the PIN, seen in person")
            >>> engine.reset_pin(account="a-1", new="904173", authority=desk)
            Done()
        """
        return self._native.run(
            self._pinbolt.reset_pin(account=account, new=new, authority=authority)
        )

    def unlock(
        self, *, account: str, authenticator: Authenticator, authority: Authority
    ) -> Unlocked | Refused:
        """Set an authenticator's counts to zero in all lanes and enable it again.

        Args:
            account: The account's id.
            authenticator: `pin`; `code` for delivered codes; `otp` for the codes of all tokens;
                `recovery-code`; or `issued-code` for the codes of all tickets.
            authority: An operator, or the person's own proof from another lane than a stranger's;
                it is used up.

        Returns:
            Unlocked, or Refused with `NotAuthorized` or `UnknownAccount`.

        Raises:
            Misuse: An authenticator that there isn't; a proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "seen in person")
            >>> engine.unlock(account="a-1", authenticator="pin", authority=desk)
            Unlocked(refilled=True)
        """
        return self._native.run(
            self._pinbolt.unlock(account=account, authenticator=authenticator, authority=authority)
        )

    def block(self, *, account: str, operator: Operator) -> Done | Refused:
        """Block an account: nothing of it passes.

        Its outstanding challenges and tickets end for good.

        Args:
            account: The account's id.
            operator: Who does it, and why.

        Returns:
            Done, or Refused with `UnknownAccount`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> engine.block(account="a-2", operator=Operator("desk-7", "phone reported stolen"))
            Done()
        """
        return self._native.run(self._pinbolt.block(account=account, operator=operator))

    def unblock(self, *, account: str, operator: Operator) -> Done | Refused:
        """Lift a block. The counts of failures stay as they were.

        Args:
            account: The account's id.
            operator: Who does it, and why.

        Returns:
            Done, or Refused with `UnknownAccount`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> engine.unblock(account="a-2", operator=Operator("desk-7", "phone found"))
            Done()
        """
        return self._native.run(self._pinbolt.unblock(account=account, operator=operator))

    def cancel_account(self, *, account: str, authority: Authority) -> Done | Refused:
        """End a registration: its PIN, challenges and codes are gone and its addresses free.

        Args:
            account: The account's id.
            authority: An operator, or the person's own proof, which is used up.

        Returns:
            Done, or Refused with `UnknownAccount` or `NotAuthorized`.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> engine.cancel_account(account="a-2", authority=Operator("desk-7", "moved away"))
            Done()
        """
        return self._native.run(self._pinbolt.cancel_account(account=account, authority=authority))

    def describe(self, *, account: str) -> Description | Refused:
        """Show an account to an operator.

        Args:
            account: The account's id.

        Returns:
            Description, or Refused with `UnknownAccount`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> shown = engine.describe(account="a-1")
            >>> [(address.channel, address.bound is not None) for address in shown.addresses]
            [('sms', True)]
        """
        return self._native.run(self._pinbolt.describe(account=account))
