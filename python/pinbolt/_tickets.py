"""The blocking engine's verbs of activations, tickets and links."""

from pinbolt._authority import Authority
from pinbolt._native import Accepted, Done, IssuedTicket, Operator, PeekedLink, Refused
from pinbolt._verbs import Verbs


class Tickets(Verbs):
    """A link and a code that travel apart and are good only together; links beside codes."""

    def issue_ticket(
        self,
        *,
        account: str,
        purpose: str,
        address: str | None = None,
        context: bytes = b"",
        operator: Operator,
    ) -> IssuedTicket | Refused:
        """Issue a ticket: a code to tell or to post, and a link that is sent to an address.

        Only both together are good: see `redeem`. An account has one ticket of each purpose: an
        older one ends with it, also where its context differs. The code is shown this once and kept
        nowhere. A clock that is set back ends all tickets. An active account may be issued an
        activation, too: its proof then sets a new PIN.

        Args:
            account: The account's id.
            purpose: A purpose of the policy with `ticket = "once"`, which activates the account, or
                `ticket = "until-closed"`.
            address: Where the link goes: an address of the account, bound, or for an activation a
                candidate. None: the link is given out, to travel by a way of your own that isn't
                the code's.
            context: What the ticket is for, e.g. the matter's number, up to 4096 bytes: `redeem`
                must name the same.
            operator: Who issues it, and why.

        Returns:
            IssuedTicket, or Refused with `UnknownAccount`, `UnknownAddress`, `Blocked`, `Throttled`
            where the address was sent too much, or `Malformed`.

        Raises:
            Misuse: A purpose that there isn't or that has no tickets; a context that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "seen in person")
            >>> engine.enroll_inactive(account="a-3")
            Enrolled(bound=0, candidates=0)
            >>> ticket = engine.issue_ticket(account="a-3", purpose="activate", operator=desk)
            >>> len(ticket.code), ticket.link is not None
            (9, True)
        """
        return self._native.run(
            self._pinbolt.issue_ticket(
                account=account,
                purpose=purpose,
                address=address,
                context=context,
                operator=operator,
            )
        )

    def peek_link(
        self, *, link: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> PeekedLink | Refused:
        """Look at a link without using it. Nothing is written.

        Let a page do this when it is opened, and `redeem` only when its form is sent: scanners of
        mail open every link.

        Args:
            link: The link.
            session: Who looks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.

        Returns:
            PeekedLink, or Refused with `UnknownLink`.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.peek_link(link=ticket.link, session=b"s-4")
            PeekedLink('activate', same_session=True, needs_code=True)
        """
        return self._native.run(
            self._pinbolt.peek_link(link=link, session=session, source=source, device=device)
        )

    def redeem(
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
        """Redeem a link.

        Beside a delivered code the link alone finishes, in the session that asked for the code; in
        any other it answers `WrongSession`, and the person types the code where it was asked for.

        A ticket's link wants the ticket's code beside it, in any session. Both right together are
        one proof; a wrong code is counted and uses nothing up. An activation is used up by it, the
        account is active from then on, and the address of the link is bound.

        Args:
            purpose: The purpose that this call is for. Write it in your program, never take it from
                the request.
            link: The link.
            code: A ticket's code as typed, in any case, with or without its hyphen; None beside a
                delivered code's link, and where the person hasn't typed it yet.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the person's browser or app holds, as it sent it.
            context: The context that `begin` or `issue_ticket` was given; another answers
                `WrongSession`.

        Returns:
            Accepted, or Refused with `UnknownLink`, `WrongSession`, `CodeNeeded`, `WrongCode`,
            `Superseded`, `AlreadyUsed`, `Expired`, `TriesUsedUp`, `Waiting`, `Throttled`,
            `Malformed`, `Ended`, `Inactive`, `AddressTaken`, `TooManyPhones` or `UnknownChallenge`;
            where accounts aren't hidden also with `Disabled`.

        Raises:
            Misuse: A purpose that there isn't or that has no links; a code beside a link that takes
                none; a session, source or context that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.redeem(purpose="activate", link=ticket.link, session=b"s-4")
            Refused(131, 'CodeNeeded')
            >>> engine.redeem(
            ...     purpose="activate", link=ticket.link, code=ticket.code, session=b"s-4"
            ... )
            Accepted(account='a-3', purpose='activate', lane='first-factor')
        """
        return self._native.run(
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

    def close_ticket(self, *, account: str, purpose: str, authority: Authority) -> Done | Refused:
        """Close a purpose's ticket: its link and code are dead. Without one it does nothing.

        Args:
            account: The account's id.
            purpose: The ticket's purpose.
            authority: An operator, or the person's own `Proofs`; they are used up.

        Returns:
            Done, or Refused with `UnknownAccount` or `NotAuthorized`.

        Raises:
            Misuse: A purpose that there isn't or that has no tickets; a proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "the matter is closed")
            >>> engine.close_ticket(account="a-3", purpose="activate", authority=desk)
            Done()
        """
        return self._native.run(
            self._pinbolt.close_ticket(account=account, purpose=purpose, authority=authority)
        )
