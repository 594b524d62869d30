"""The asyncio engine's verbs: those of the blocking one, awaited."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from pinbolt._authority import Authority, Proofs
from pinbolt._native import (
    Accepted,
    Accounts,
    AddedToken,
    Begun,
    Delivered,
    Description,
    Dispatch,
    Document,
    Done,
    Enrolled,
    Imported,
    ImportedToken,
    IssuedTicket,
    Operation,
    Operator,
    Outstanding,
    PeekedLink,
    Pinbolt,
    RecoveryCodes,
    Refused,
    Released,
    RememberedDevice,
    Unlocked,
)
from pinbolt._words import Algorithm, Authenticator, Channel, TokenKind, Weak

_T = TypeVar("_T")


class AsyncVerbs(ABC):
    """Starts verbs on an installation, and runs them."""

    _pinbolt: Pinbolt

    @abstractmethod
    async def run(self, operation: Operation[_T]) -> _T:
        """Run an operation to its end."""

    async def enroll(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = (),
        asserted_by: Operator | None = None,
    ) -> Enrolled | Refused:
        """Create an account, as `Engine.enroll`."""
        return await self.run(
            self._pinbolt.enroll(
                account=account, pin=pin, addresses=addresses, asserted_by=asserted_by
            )
        )

    async def enroll_inactive(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = (),
        asserted_by: Operator | None = None,
    ) -> Enrolled | Refused:
        """Create an account that is still to be activated, as `Engine.enroll_inactive`."""
        return await self.run(
            self._pinbolt.enroll_inactive(
                account=account, pin=pin, addresses=addresses, asserted_by=asserted_by
            )
        )

    async def confirm(
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
        """Send a code to a candidate address, as `Engine.confirm`."""
        return await self.run(
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

    async def release_address(
        self, *, account: str, address: str, authority: Authority
    ) -> Released | Refused:
        """Give an address up, as `Engine.release_address`."""
        return await self.run(
            self._pinbolt.release_address(account=account, address=address, authority=authority)
        )

    async def suspend_address(
        self, *, address: str, account: str | None = None, operator: Operator
    ) -> Accounts | Refused:
        """Suspend an address that may have changed hands, as `Engine.suspend_address`."""
        return await self.run(
            self._pinbolt.suspend_address(address=address, account=account, operator=operator)
        )

    async def tie_identity(
        self, *, account: str, document: Document, operator: Operator
    ) -> Done | Refused:
        """Tie an account to a civil document, as `Engine.tie_identity`."""
        return await self.run(
            self._pinbolt.tie_identity(account=account, document=document, operator=operator)
        )

    async def untie_identity(self, *, account: str, operator: Operator) -> Done | Refused:
        """Free an account's civil document, as `Engine.untie_identity`."""
        return await self.run(self._pinbolt.untie_identity(account=account, operator=operator))

    async def registrations(self, *, document: Document, operator: Operator) -> Accounts | Refused:
        """List the accounts of a civil document, as `Engine.registrations`."""
        return await self.run(self._pinbolt.registrations(document=document, operator=operator))

    async def begin(
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
        """Start what ends with a delivered code, as `Engine.begin`."""
        return await self.run(
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

    async def resend(
        self,
        *,
        handle: str,
        channel: Channel,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Begun | Refused:
        """Send another message, as `Engine.resend`."""
        return await self.run(
            self._pinbolt.resend(
                handle=handle, channel=channel, session=session, source=source, device=device
            )
        )

    async def finish(
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
        """End a challenge with its code, as `Engine.finish`."""
        return await self.run(
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

    async def verify(
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
        """Check all that a purpose asks for in one step, as `Engine.verify`."""
        return await self.run(
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

    async def cancel(
        self, *, handle: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Done | Refused:
        """Give a challenge up, as `Engine.cancel`."""
        return await self.run(
            self._pinbolt.cancel(handle=handle, session=session, source=source, device=device)
        )

    async def change_pin(
        self,
        *,
        account: str,
        old: str,
        new: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Done | Refused:
        """Set a new PIN for who knows the old one, as `Engine.change_pin`."""
        return await self.run(
            self._pinbolt.change_pin(
                account=account, old=old, new=new, session=session, source=source, device=device
            )
        )

    async def reset_pin(self, *, account: str, new: str, authority: Authority) -> Done | Refused:
        """Set a new PIN by another right than the old one, as `Engine.reset_pin`."""
        return await self.run(
            self._pinbolt.reset_pin(account=account, new=new, authority=authority)
        )

    async def unlock(
        self, *, account: str, authenticator: Authenticator, authority: Authority
    ) -> Unlocked | Refused:
        """Set an authenticator's counts to zero, as `Engine.unlock`."""
        return await self.run(
            self._pinbolt.unlock(account=account, authenticator=authenticator, authority=authority)
        )

    async def block(self, *, account: str, operator: Operator) -> Done | Refused:
        """Block an account, as `Engine.block`."""
        return await self.run(self._pinbolt.block(account=account, operator=operator))

    async def unblock(self, *, account: str, operator: Operator) -> Done | Refused:
        """Lift a block, as `Engine.unblock`."""
        return await self.run(self._pinbolt.unblock(account=account, operator=operator))

    async def cancel_account(self, *, account: str, authority: Authority) -> Done | Refused:
        """End a registration, as `Engine.cancel_account`."""
        return await self.run(self._pinbolt.cancel_account(account=account, authority=authority))

    async def describe(self, *, account: str) -> Description | Refused:
        """Show an account to an operator, as `Engine.describe`."""
        return await self.run(self._pinbolt.describe(account=account))

    async def deliver(self, dispatch: Dispatch) -> Delivered:
        """Deliver an issued code, once the person has been answered, as `Engine.deliver`."""
        return await self.run(self._pinbolt.deliver(dispatch))

    async def add_token(
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
        """Add a token as a candidate, as `Engine.add_token`."""
        return await self.run(
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

    async def import_account(
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
        """Move one account in from another system, as `Engine.import_account`."""
        return await self.run(
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

    async def confirm_token(
        self,
        *,
        account: str,
        token: int,
        code: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Done | Refused:
        """Confirm a candidate by a code of its own, as `Engine.confirm_token`."""
        return await self.run(
            self._pinbolt.confirm_token(
                account=account,
                token=token,
                code=code,
                session=session,
                source=source,
                device=device,
            )
        )

    async def resync_token(
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
        """Find a token's counter or clock again, as `Engine.resync_token`."""
        return await self.run(
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

    async def remove_token(
        self, *, account: str, token: int, authority: Authority
    ) -> Done | Refused:
        """Remove a token or a candidate, as `Engine.remove_token`."""
        return await self.run(
            self._pinbolt.remove_token(account=account, token=token, authority=authority)
        )

    async def issue_recovery_codes(
        self, *, account: str, authority: Authority
    ) -> RecoveryCodes | Refused:
        """Make a set of recovery codes, as `Engine.issue_recovery_codes`."""
        return await self.run(
            self._pinbolt.issue_recovery_codes(account=account, authority=authority)
        )

    async def remember_device(
        self, *, account: str, label: str = "", proof: Proofs
    ) -> RememberedDevice | Refused:
        """Make the caller's device a known one of the account, as `Engine.remember_device`."""
        return await self.run(
            self._pinbolt.remember_device(account=account, label=label, proof=proof)
        )

    async def forget_device(
        self, *, account: str, device: int | None, authority: Authority
    ) -> Done | Refused:
        """Forget a device, or all of them, as `Engine.forget_device`."""
        return await self.run(
            self._pinbolt.forget_device(account=account, device=device, authority=authority)
        )

    async def outstanding(
        self, *, account: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Outstanding | Refused:
        """Show the outstanding codes to a known device, as `Engine.outstanding`."""
        return await self.run(
            self._pinbolt.outstanding(
                account=account, session=session, source=source, device=device
            )
        )

    async def renew(
        self,
        *,
        account: str,
        purpose: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Begun | Refused:
        """Send a new code for one that is outstanding, as `Engine.renew`."""
        return await self.run(
            self._pinbolt.renew(
                account=account, purpose=purpose, session=session, source=source, device=device
            )
        )

    async def issue_ticket(
        self,
        *,
        account: str,
        purpose: str,
        address: str | None = None,
        context: bytes = b"",
        operator: Operator,
    ) -> IssuedTicket | Refused:
        """Issue a ticket, as `Engine.issue_ticket`."""
        return await self.run(
            self._pinbolt.issue_ticket(
                account=account,
                purpose=purpose,
                address=address,
                context=context,
                operator=operator,
            )
        )

    async def peek_link(
        self, *, link: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> PeekedLink | Refused:
        """Look at a link without using it, as `Engine.peek_link`."""
        return await self.run(
            self._pinbolt.peek_link(link=link, session=session, source=source, device=device)
        )

    async def redeem(
        self,
        *,
        purpose: str,
        link: str,
        code: str | None = None,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = b"",
    ) -> Accepted | Refused:
        """Redeem a link, as `Engine.redeem`."""
        return await self.run(
            self._pinbolt.redeem(
                purpose=purpose,
                link=link,
                code=code,
                session=session,
                source=source,
                device=device,
                context=context,
            )
        )

    async def close_ticket(
        self, *, account: str, purpose: str, authority: Authority
    ) -> Done | Refused:
        """Close a purpose's ticket, as `Engine.close_ticket`."""
        return await self.run(
            self._pinbolt.close_ticket(account=account, purpose=purpose, authority=authority)
        )
