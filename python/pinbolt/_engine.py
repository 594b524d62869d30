"""The blocking engine."""

import inspect
from collections.abc import Callable
from typing import TypeVar

from pinbolt import _native
from pinbolt._accounts import Accounts
from pinbolt._addresses import Addresses
from pinbolt._devices import Devices
from pinbolt._identity import Identity
from pinbolt._moving import Moving
from pinbolt._native import AuditEvent, Keys, Operation, Pinbolt, Policy
from pinbolt._sign_in import SignIn
from pinbolt._stores import AsyncDelivery, AsyncStore, Delivery, Store
from pinbolt._tickets import Tickets
from pinbolt._tokens import Tokens

_T = TypeVar("_T")


class Engine(SignIn, Accounts, Addresses, Identity, Tokens, Devices, Tickets, Moving):
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
    `device` is the token that `remember_device` gave, if the person's browser or app sent one: it
    chooses the lane, and one that the account doesn't know is nobody's.

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
