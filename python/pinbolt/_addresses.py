"""The blocking engine's verbs of addresses that an account has."""

from pinbolt._authority import Authority
from pinbolt._native import Accounts, Operator, Refused, Released
from pinbolt._verbs import Verbs


class Addresses(Verbs):
    """Addresses given up, or taken out of use."""

    def release_address(
        self, *, account: str, address: str, authority: Authority
    ) -> Released | Refused:
        """Give an address up.

        By an operator it leaves at once: its challenges end, and another account may have it. So
        does a candidate. Of one that isn't in force yet this ends the change, and the one that it
        was to replace stays.

        What the person himself gives up by proof stays in force for `address.cooling` hours more,
        and nobody else can have it before. Until then `confirm` of it takes that back, and to give
        it up again changes nothing. After it has left it is still told of the account's changes for
        30 days, or `address.cooling` where that is longer, and new addresses wait as if it were in
        force: otherwise a thief could remove it first and then act unseen.

        All of the account's addresses, this one too, are sent a notice of what its person gives up:
        pass the `dispatch` to `deliver`. A notice's purpose is `pinbolt.RELEASE`.

        Args:
            account: The account's id.
            address: The phone number or e-mail address, as typed.
            authority: An operator, or the person's own `Proofs`; they are used up.

        Returns:
            Released, or Refused with `UnknownAddress`, `NotAuthorized`, `UnknownAccount`,
            `Malformed`, or `Throttled` where so many notices were sent that the owner can't be told
            of another.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "asked by the person")
            >>> engine.release_address(account="a-1", address="a-1@example.com", authority=desk)
            Refused(116, 'UnknownAddress')
        """
        return self._native.run(
            self._pinbolt.release_address(account=account, address=address, authority=authority)
        )

    def suspend_address(
        self, *, address: str, account: str | None = None, operator: Operator
    ) -> Accounts | Refused:
        """Suspend an address that may have changed hands.

        Such as a recycled number, or one whose SIM was swapped: nothing is delivered there any more
        and its challenges end, until it is confirmed anew. The account still answers to it as a
        name, and nobody else can have it until it is released.

        Args:
            address: The phone number or e-mail address, as typed.
            account: The account's id; None for whichever accounts hold the address.
            operator: Who does it, and why.

        Returns:
            Accounts that hold it, or Refused with `UnknownAddress` where none has it bound,
            `UnknownAccount` or `Malformed`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> told = Operator("desk-7", "the carrier gave the number to another")
            >>> engine.suspend_address(address="+351912000417", operator=told)
            Accounts('a-1')
        """
        return self._native.run(
            self._pinbolt.suspend_address(address=address, account=account, operator=operator)
        )
