"""What is plugged in: any object with these methods will do."""

from typing import Protocol

from pinbolt._native import Message, Snapshot, Write
from pinbolt._words import Handover, Swapped


class Store(Protocol):
    """A database that can carry pinbolt: any with a conditional write.

    What it must keep, per row: `swap` is linearizable, so of two writes that expect the same
    version one applies; `applied` means durable; a row isn't removed before its `keep_until`.

    What it may get wrong without letting anybody in: a `load` that is stale costs a retry or a
    false refusal. A `swap` that checks and writes in two steps lets people in;
    `pinbolt.testing.check_store` finds it.

    It is called from the threads that call the engine, several at once.
    """

    def load(self, row: str, /) -> Snapshot | None:
        """Give the row as it stands, or None. What it raises is a store's failure."""

    def swap(self, write: Write, /) -> Swapped:
        """Apply the write if the row stands at `write.expected`.

        What it raises leaves the write in doubt, which is then resolved from the record itself.
        """


class AsyncStore(Protocol):
    """A `Store` whose calls are awaited; it keeps the same promises."""

    async def load(self, row: str, /) -> Snapshot | None:
        """As `Store.load`."""

    async def swap(self, write: Write, /) -> Swapped:
        """As `Store.swap`. A call that is cancelled halfway may or may not have written."""


class Delivery(Protocol):
    """Hands messages over to a gateway."""

    def deliver(self, message: Message, /) -> Handover:
        """Hand one message over.

        It gets each message once; retrying is its own, under the message's id. `refused` only
        where the message surely wasn't sent, since another may then be asked for at once. What it
        raises leaves the message's fate unknown.
        """


class AsyncDelivery(Protocol):
    """A `Delivery` whose call is awaited; it keeps the same promises."""

    async def deliver(self, message: Message, /) -> Handover:
        """As `Delivery.deliver`."""
