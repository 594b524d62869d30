"""pinbolt checks PINs and one-time codes, and counts every guess before it says anything.

It is no server, no user database, no session management, and it does no I/O of its own: a store
(two verbs) and a delivery (one verb) are plugged in. A verdict comes out only when its write has
been applied.

Example:
    >>> import pinbolt
    >>> class Phone:  # Yours sends a text message; this one keeps it.
    ...     def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
    ...         self.code = message.code
    ...         return "sent"
    >>> phone = Phone()
    >>> engine = pinbolt.Engine(
    ...     url="memory:",  # In production sqlite:///var/lib/app/auth.db.
    ...     keys=pinbolt.Keys.load(keys_file),
    ...     policy=pinbolt.Policy.parse('purposes.sign-in = { pin = true, code = ["sms"] }'),
    ...     delivery=phone,
    ... )
    >>> engine.enroll(
    ...     account="a-1",
    ...     pin="802714",
    ...     addresses=["+351 912 000 417"],
    ...     asserted_by=pinbolt.Operator("desk-7", "seen in person"),
    ... )
    Enrolled(bound=1, candidates=0)
    >>> begun = engine.begin(
    ...     name="+351912000417",
    ...     purpose="sign-in",
    ...     pin="802714",
    ...     channel="sms",
    ...     session=b"the web session",
    ... )
    >>> if isinstance(begun, pinbolt.Refused):
    ...     raise SystemExit(str(begun))
    >>> engine.deliver(begun.dispatch)  # Once the person has been answered.
    Delivered('sent')
    >>> match engine.finish(
    ...     purpose="sign-in",
    ...     handle=begun.challenge.handle,
    ...     code=phone.code,
    ...     session=b"the web session",
    ... ):
    ...     case pinbolt.Accepted(account):
    ...         print(account, "signed in")
    ...     case pinbolt.Refused() as refused:
    ...         print(refused)
    a-1 signed in

Three kinds of "no" never mix: a refusal of the person is a value, `Refused`; a mistake of the
program raises `Misuse`; trouble of the infrastructure raises `Failure`. No result can be asked
whether it is true.

What the package can't see, a type checker can, once it is told to: a result that nobody looks at
(pyright's `reportUnusedCallResult`); a truth test and a `case` with a misspelt name (mypy's
`warn_unreachable`); an `await` forgotten under an `if`, and a `match` that leaves cases out (mypy's
`enable_error_code`, `truthy-bool` and `exhaustive-match`).
"""

from pinbolt import oath, phone, provision, pskc
from pinbolt._asyncio import AsyncEngine
from pinbolt._authority import Authority, Proofs
from pinbolt._engine import Engine
from pinbolt._errors import ConfigurationError, Error, Failure, Misuse
from pinbolt._native import (
    CONFIRM,
    RELEASE,
    Accepted,
    Accounts,
    AddedToken,
    AddressState,
    AuditEvent,
    Begun,
    Challenge,
    Commit,
    Deliver,
    Delivered,
    Description,
    DeviceState,
    Digest,
    Dispatch,
    Document,
    Done,
    Enrolled,
    Event,
    Hash,
    Imported,
    ImportedToken,
    IssuedTicket,
    Keys,
    LedgerState,
    Load,
    Message,
    Offer,
    OpenedStore,
    Operation,
    Operator,
    Outstanding,
    OutstandingCode,
    PeekedLink,
    Pinbolt,
    Policy,
    RecoveryCodes,
    Refused,
    Released,
    RememberedDevice,
    Snapshot,
    TokenState,
    Unlocked,
    Work,
    Write,
    __version__,
    open_store,
)
from pinbolt._stores import AsyncDelivery, AsyncStore, Delivery, Store
from pinbolt._tables import FAILURES, MISUSES, REFUSALS, SETTINGS, Row, Setting
from pinbolt._words import (
    Algorithm,
    Assurance,
    Authenticator,
    Channel,
    Factor,
    FailureName,
    Handover,
    Key,
    Lane,
    MisuseName,
    Outcome,
    RefusalName,
    Swapped,
    TokenKind,
    Took,
    Weak,
)

__all__ = [
    "CONFIRM",
    "FAILURES",
    "MISUSES",
    "REFUSALS",
    "RELEASE",
    "SETTINGS",
    "Accepted",
    "Accounts",
    "AddedToken",
    "AddressState",
    "Algorithm",
    "Assurance",
    "AsyncDelivery",
    "AsyncEngine",
    "AsyncStore",
    "AuditEvent",
    "Authenticator",
    "Authority",
    "Begun",
    "Challenge",
    "Channel",
    "Commit",
    "ConfigurationError",
    "Deliver",
    "Delivered",
    "Delivery",
    "Description",
    "DeviceState",
    "Digest",
    "Dispatch",
    "Document",
    "Done",
    "Engine",
    "Enrolled",
    "Error",
    "Event",
    "Factor",
    "Failure",
    "FailureName",
    "Handover",
    "Hash",
    "Imported",
    "ImportedToken",
    "IssuedTicket",
    "Key",
    "Keys",
    "Lane",
    "LedgerState",
    "Load",
    "Message",
    "Misuse",
    "MisuseName",
    "Offer",
    "OpenedStore",
    "Operation",
    "Operator",
    "Outcome",
    "Outstanding",
    "OutstandingCode",
    "PeekedLink",
    "Pinbolt",
    "Policy",
    "Proofs",
    "RecoveryCodes",
    "RefusalName",
    "Refused",
    "Released",
    "RememberedDevice",
    "Row",
    "Setting",
    "Snapshot",
    "Store",
    "Swapped",
    "TokenKind",
    "TokenState",
    "Took",
    "Unlocked",
    "Weak",
    "Work",
    "Write",
    "__version__",
    "oath",
    "open_store",
    "phone",
    "provision",
    "pskc",
]

for _class in (ConfigurationError, Error, Failure, Misuse):
    _class.__module__ = __name__  # Where tracebacks say that they are.
del _class
