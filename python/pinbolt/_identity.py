"""The blocking engine's verbs of civil documents."""

from pinbolt._native import Accounts, Document, Done, Operator, Refused
from pinbolt._verbs import Verbs


class Identity(Verbs):
    """Accounts and the civil document behind them."""

    def tie_identity(
        self, *, account: str, document: Document, operator: Operator
    ) -> Done | Refused:
        """Tie an account to a civil document, which at most `identity.accounts` accounts share.

        Args:
            account: The account's id.
            document: The document, as the operator saw it.
            operator: Who does it, and why.

        Returns:
            Done, or Refused with `IdentityTaken` where as many share it or the account is tied to
            another (`untie_identity` first), or with `UnknownAccount`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> card = pinbolt.Document("identity-card", "PT", "12345678 9 ZZ4")
            >>> engine.tie_identity(
            ...     account="a-1", document=card, operator=Operator("desk-7", "seen in person")
            ... )
            Done()
        """
        return self._native.run(
            self._pinbolt.tie_identity(account=account, document=document, operator=operator)
        )

    def untie_identity(self, *, account: str, operator: Operator) -> Done | Refused:
        """Free an account's civil document.

        Args:
            account: The account's id.
            operator: Who does it, and why.

        Returns:
            Done, or Refused with `UnknownIdentity` or `UnknownAccount`.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> engine.untie_identity(account="a-1", operator=Operator("desk-7", "another's card"))
            Done()
        """
        return self._native.run(self._pinbolt.untie_identity(account=account, operator=operator))

    def registrations(self, *, document: Document, operator: Operator) -> Accounts | Refused:
        """List the accounts that are tied to a civil document: the registrations of one person.

        Args:
            document: The document.
            operator: Who asks, and why; an audit event of each account says so.

        Returns:
            Accounts, which may be none.

        Raises:
            Failure: The infrastructure's.

        Example:
            >>> card = pinbolt.Document("identity-card", "pt", "123456789ZZ4")
            >>> engine.registrations(document=card, operator=Operator("desk-7", "lost phone"))
            Accounts('a-1')
        """
        return self._native.run(self._pinbolt.registrations(document=document, operator=operator))
