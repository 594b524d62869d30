"""An appointment and an activation, as in Belgium's CSAM.

An official registers a person and hands out a code, a link goes to the person's e-mail address, and
only both together activate.
"""

import pinbolt

POLICY = """
[purposes.activate]
ticket = "once"

[purposes.sign-in]
pin = true
code = ["email"]
"""
DESK = pinbolt.Operator("desk-7", "identity card seen")
SESSION = b"the web session"  # Yours is drawn anew.


class Mailbox:  # Yours sends an e-mail; this one keeps the last link.
    link = ""

    def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        self.link = message.link or self.link
        return "sent"


def main() -> None:
    """From the desk to the first PIN."""
    pinbolt.Keys.generate("keys.toml")
    mailbox = Mailbox()
    engine = pinbolt.Engine(
        url="sqlite://auth.db",
        keys=pinbolt.Keys.load("keys.toml"),
        policy=pinbolt.Policy.parse(POLICY),
        delivery=mailbox,
    )

    # At the appointment.
    account, address = "person-1", "ana.reis@example.com"
    engine.enroll_inactive(account=account, addresses=[address])
    ticket = engine.issue_ticket(
        account=account, purpose="activate", address=address, operator=DESK
    )
    if isinstance(ticket, pinbolt.Refused):
        raise SystemExit(str(ticket))
    print(f"The letter that is handed out: {ticket.code}.")
    engine.deliver(ticket.dispatch)

    # At home. A scanner of the mail server opens the link first: that uses nothing up.
    peeked = engine.peek_link(link=mailbox.link, session=SESSION)
    if not isinstance(peeked, pinbolt.Refused) and peeked.needs_code:
        print("The page of the link asks for a code.")

    def redeem(code: str | None) -> pinbolt.Accepted | pinbolt.Refused:
        return engine.redeem(purpose="activate", link=mailbox.link, code=code, session=SESSION)

    print("The link alone:", redeem(None))
    proof = redeem(ticket.code)
    if isinstance(proof, pinbolt.Refused):
        raise SystemExit(str(proof))
    print(f"Link and code: {proof.account} is activated.")
    done = engine.reset_pin(account=account, new="802714", authority=proof)
    if isinstance(done, pinbolt.Refused):
        raise SystemExit(str(done))
    print("The first PIN is set.")
    print("Once more:", redeem(ticket.code))


main()
