"""The blocking engine."""

import inspect
from collections.abc import Callable, Sequence
from typing import TypeVar

from pinbolt import _native
from pinbolt._native import (
    Accepted,
    AuditEvent,
    Begun,
    Delivered,
    Description,
    Dispatch,
    Done,
    Enrolled,
    Keys,
    Operation,
    Operator,
    Pinbolt,
    Policy,
    Refused,
    Unlocked,
)
from pinbolt._stores import AsyncDelivery, AsyncStore, Delivery, Store
from pinbolt._words import Authenticator, Channel

_T = TypeVar("_T")


class Engine:
    """Runs verbs on a store and a delivery. Share it between threads; open it after a fork.

    Each verb gives its result or a `Refused`, and raises `Misuse` for a mistake in the call and
    `Failure` where the infrastructure didn't do its part; then nothing was accepted. What isn't an
    `Exception`, such as `KeyboardInterrupt`, reaches you as it is, and so does what the clock or
    the audit raises; then, too, nothing was accepted.

    A refusal isn't raised: what nobody looks at is passed over, a person let in or an account left
    unblocked. So take who signs in from the `Accepted`, and look at every act's result, too.

    No text of pinbolt's shows what was typed. A traceback kept with its local variables does, of
    your frames and of these: tell your error reporter to leave them out.

    `session` is your own id of the person's session, 1 to 256 bytes: a code is only good in the
    session that asked for it, so never a constant; and give a new id once somebody is signed in.
    `source` says where the request came from, up to 256 bytes; it stands in the audit events.

    The examples continue the one of `help(pinbolt)`.
    """

    def __init__(
        self,
        *,
        keys: Keys,
        policy: Policy,
        url: str | None = None,
        store: Store | None = None,
        tenant: str = "",
        delivery: Delivery | None = None,
        clock: Callable[[], int] | None = None,
        audit: Callable[[AuditEvent], object] | None = None,
        hash_slots: int | None = None,
    ) -> None:
        """Open an engine.

        Args:
            keys: What seals records, peppers PINs and derives codes.
            policy: What is allowed, and what people sign in for.
            url: The store's URL, as for `open_store`; or else
            store: a store of your own.
            tenant: Up to 64 bytes; part of every row name, seal and handle.
            delivery: What hands messages over; without one, every message is refused.
            clock: Gives Unix milliseconds; the system's clock without one.
            audit: Is told every audit event once its write was applied; no coroutine function.
                What it raises is raised by the verb, and nothing is accepted.
            hash_slots: The most PIN hashes at once, one for each processor without it. One that
                waits longer than 5 seconds is a `Failure` named `Overload`.

        Raises:
            ConfigurationError: The URL was refused.
            Misuse: The tenant is too long.
            TypeError: Not one of `url` and `store`, or a store, delivery or clock that is none.
        """
        self._pinbolt = Pinbolt(keys=keys, policy=policy, tenant=tenant, clock=clock)
        self._native = _native.Engine(
            pinbolt=self._pinbolt,
            store=blocking_store(url, store),
            delivery=delivery,
            audit=audit,
            hash_slots=hash_slots,
        )
        refuse_async(delivery, "deliver")
        refuse_async_audit(audit)

    @property
    def pinbolt(self) -> Pinbolt:
        """The installation, to start operations of your own on."""
        return self._pinbolt

    def __repr__(self) -> str:
        """Show the tenant alone."""
        return f"Engine(tenant={self._pinbolt.tenant!r})"

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
            addresses: Up to 8 phone numbers and e-mail addresses.
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

    def confirm(
        self,
        *,
        account: str,
        address: str,
        authority: Operator | Accepted,
        session: bytes,
        source: str | None = None,
    ) -> Begun | Refused:
        """Send a code to an address that the account has as a candidate, or gets as one by this.

        `finish` with the purpose `pinbolt.CONFIRM` then binds it.

        Args:
            account: The account's id.
            address: The phone number or e-mail address, as typed.
            authority: By what right: an operator, or the person's own proof, which is used up.
            session: Who asks.
            source: Where the request came from.

        Returns:
            Begun, or Refused with `Malformed`, `NotAuthorized`, `UnknownAccount`, `AddressTaken`,
            `TooManyAddresses` or `Throttled`.

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
            Accepted(account='a-2', purpose='pinbolt:confirm-email', lane='stranger')
        """
        return self._native.run(
            self._pinbolt.confirm(
                account=account,
                address=address,
                authority=authority,
                session=session,
                source=source,
            )
        )

    def begin(
        self,
        *,
        name: str,
        purpose: str,
        pin: str | None = None,
        channel: Channel,
        session: bytes,
        source: str | None = None,
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
            context: What the code is for, such as a transaction's text, up to 4096 bytes: `finish`
                must name the same.

        Returns:
            Begun, or Refused with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`; after
            the right PIN also `UnknownAddress`; where accounts aren't hidden also `UnknownAccount`,
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
                context=context,
            )
        )

    def resend(
        self, *, handle: str, channel: Channel, session: bytes, source: str | None = None
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
            self._pinbolt.resend(handle=handle, channel=channel, session=session, source=source)
        )

    def finish(
        self,
        *,
        purpose: str,
        handle: str,
        code: str,
        session: bytes,
        source: str | None = None,
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
                context=context,
            )
        )

    def verify(
        self,
        *,
        name: str,
        purpose: str,
        pin: str,
        session: bytes,
        source: str | None = None,
        context: bytes = b"",
    ) -> Accepted | Refused:
        """Check a PIN for a purpose that asks for nothing else.

        Args:
            name: Account id, phone number or e-mail address, as typed.
            purpose: A purpose of the policy that asks for a PIN alone.
            pin: The PIN as typed.
            session: Who asks.
            source: Where the request came from.
            context: What the proof is for, up to 4096 bytes.

        Returns:
            Accepted, or Refused with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`;
            where accounts aren't hidden also with `UnknownAccount`, `Disabled`, `Blocked` or
            `NoPin`.

        Raises:
            Misuse: A purpose that there isn't, or that asks for a code.
            Failure: The infrastructure's.

        Example:
            >>> engine.verify(name="a-1", purpose="pay", pin="802714", session=b"s-3")
            Accepted(account='a-1', purpose='pay', lane='stranger')
        """
        return self._native.run(
            self._pinbolt.verify(
                name=name, purpose=purpose, pin=pin, session=session, source=source, context=context
            )
        )

    def cancel(self, *, handle: str, session: bytes, source: str | None = None) -> Done | Refused:
        """Give a challenge up: its code is dead.

        Args:
            handle: The handle of the challenge.
            session: The session that began.
            source: Where the request came from.

        Returns:
            Done, or Refused as `finish` for a handle that is no longer open.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.cancel(handle=challenge.handle, session=b"another session")
            Refused(112, 'WrongSession')
        """
        return self._native.run(self._pinbolt.cancel(handle=handle, session=session, source=source))

    def change_pin(
        self, *, account: str, old: str, new: str, session: bytes, source: str | None = None
    ) -> Done | Refused:
        """Set a new PIN for who knows the old one. Challenges that rest on the old one end.

        Args:
            account: The account's id, from your own session and not as typed: an unknown one
                answers `UnknownAccount` here even where accounts are hidden.
            old: The present PIN.
            new: The new one, held against the rules for new ones.
            session: Who asks.
            source: Where the request came from.

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
                account=account, old=old, new=new, session=session, source=source
            )
        )

    def reset_pin(
        self, *, account: str, new: str, authority: Operator | Accepted
    ) -> Done | Refused:
        """Set a new PIN by another right than the old one. The count of wrong PINs stays.

        Args:
            account: The account's id.
            new: The new PIN, held against the rules for new ones.
            authority: An operator, or a fresh proof of a purpose that authorizes; it is used up.

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
        self, *, account: str, authenticator: Authenticator, authority: Operator | Accepted
    ) -> Unlocked | Refused:
        """Set an authenticator's counts to zero in all lanes and enable it again.

        Args:
            account: The account's id.
            authenticator: `pin`, or `code` for delivered codes.
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
        """Block an account: nothing of it passes, and its outstanding challenges end.

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

    def cancel_account(self, *, account: str, authority: Operator | Accepted) -> Done | Refused:
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

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Deliver an issued code, once the person has been answered.

        How long it takes would tell whether there is anybody to deliver to.

        Args:
            dispatch: The dispatch that `begin`, `resend` or `confirm` gave; good once.

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

    def run(self, operation: Operation[_T]) -> _T:
        """Run an operation, started elsewhere, to its end.

        Args:
            operation: The operation, at any question.

        Returns:
            What its verb gives.

        Raises:
            Misuse: The operation is over.
            Failure: The infrastructure's.

        Example:
            >>> engine.run(engine.pinbolt.describe(account="a-9"))
            Refused(118, 'UnknownAccount')
        """
        return self._native.run(operation)


def blocking_store(url: str | None, store: Store | None) -> Store:
    """Take the one of the two that is given."""
    if (url is None) == (store is None):
        raise TypeError("give one of url and store")
    refuse_async(store, "load")
    refuse_async(store, "swap")
    return store if store is not None else _native.open_store(str(url))


def refuse_async(plugged: Store | AsyncStore | Delivery | AsyncDelivery | None, verb: str) -> None:
    """Tell what would otherwise show as a store or gateway that always fails."""
    if inspect.iscoroutinefunction(getattr(plugged, verb, None)):
        raise TypeError(f"{verb} is a coroutine function: that is for AsyncEngine")


def refuse_async_audit(audit: Callable[[AuditEvent], object] | None) -> None:
    """Tell what would otherwise lose every event: neither engine awaits it."""
    called = getattr(audit, "__call__", None)  # noqa: B004
    if inspect.iscoroutinefunction(audit) or inspect.iscoroutinefunction(called):
        raise TypeError("audit is a coroutine function: it is called, and not awaited")
