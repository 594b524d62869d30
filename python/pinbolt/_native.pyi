import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from os import PathLike
from types import GenericAlias
from typing import Any, Final, Generic, NoReturn, TypeVar, final, overload

from pinbolt._authority import Authority, Proofs
from pinbolt._errors import Failure, Misuse
from pinbolt._stores import Delivery, Store
from pinbolt._words import (
    Algorithm,
    Assurance,
    Authenticator,
    Channel,
    Factor,
    Fate,
    ImportFormat,
    Key,
    Lane,
    Line,
    Outcome,
    PhoneFaultName,
    ProvisionFaultName,
    RefusalName,
    Stage,
    Swapped,
    TokenKind,
    Took,
    Weak,
)

__all__ = [
    "CONFIRM",
    "FAILURES",
    "MISUSES",
    "PROVISION_FAULTS",
    "REFUSALS",
    "RELEASE",
    "SETTINGS",
    "Accepted",
    "AccountLines",
    "Accounts",
    "AddedToken",
    "AddressState",
    "AuditEvent",
    "Begun",
    "Challenge",
    "ClientAnswers",
    "Commit",
    "Deliver",
    "Delivered",
    "Description",
    "DeviceState",
    "Digest",
    "Dispatch",
    "Document",
    "Done",
    "Engine",
    "Enrolled",
    "Event",
    "Fault",
    "Hash",
    "Hotp",
    "Imported",
    "ImportedToken",
    "Importer",
    "IssuedTicket",
    "Keys",
    "LedgerState",
    "LineReport",
    "Load",
    "Matched",
    "Message",
    "Migration",
    "Number",
    "OathKey",
    "Ocra",
    "OcraMatched",
    "Offer",
    "OpenedStore",
    "Operation",
    "Operator",
    "Outstanding",
    "OutstandingCode",
    "PeekedLink",
    "Pinbolt",
    "Policy",
    "ProvisionFault",
    "Qr",
    "Reader",
    "RecoveryCodes",
    "Refused",
    "Released",
    "RememberedDevice",
    "ServerAnswers",
    "Snapshot",
    "TokenState",
    "Totp",
    "Unlocked",
    "Work",
    "Write",
    "__version__",
    "check",
    "open_store",
    "pskc_holds",
    "read_base32",
    "read_otpauth",
    "read_pskc",
    "write_base32",
    "write_migration",
    "write_otpauth",
    "write_pskc",
]
__version__: Final[str]
CONFIRM: Final[str]
PROVISION_FAULTS: Final[tuple[tuple[int, str, str], ...]]
RELEASE: Final[str]
REFUSALS: Final[tuple[tuple[int, str, str], ...]]
MISUSES: Final[tuple[tuple[int, str, str], ...]]
FAILURES: Final[tuple[tuple[int, str, str], ...]]
SETTINGS: Final[tuple[tuple[str, int, int, int, str, str, str], ...]]

_T_co = TypeVar("_T_co", covariant=True)

@final
class Keys:
    @staticmethod
    def generate(path: str | PathLike[str]) -> None: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Keys: ...
    @staticmethod
    def parse(text: str) -> Keys: ...
    @staticmethod
    def from_env(name: str) -> Keys: ...
    @property
    def ids(self) -> list[int]: ...

@final
class Policy:
    @staticmethod
    def parse(text: str) -> Policy: ...
    def get(self, path: str) -> int | None: ...
    @property
    def purposes(self) -> tuple[str, ...]: ...

@final
class Operator:
    __match_args__ = ("name", "reason")
    def __new__(cls, name: str, reason: str) -> Operator: ...
    @property
    def name(self) -> str: ...
    @property
    def reason(self) -> str: ...

@final
class Document:
    def __new__(cls, kind: str, country: str, number: str) -> Document: ...

@final
class Accounts:
    __match_args__ = ("ids",)
    def __bool__(self) -> NoReturn: ...
    @property
    def ids(self) -> tuple[str, ...]: ...

@final
class Refused:
    __match_args__ = ("name",)
    def __bool__(self) -> NoReturn: ...
    def __hash__(self) -> int: ...
    @property
    def code(self) -> int: ...
    @property
    def name(self) -> RefusalName: ...
    @property
    def sentence(self) -> str: ...
    @property
    def detail(self) -> str | None: ...
    @property
    def tries_left(self) -> int | None: ...
    @property
    def newest(self) -> str | None: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def key(self) -> Key | None: ...

@final
class Accepted:
    __match_args__ = ("account",)
    def __bool__(self) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...
    @property
    def account(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def factors(self) -> frozenset[Factor]: ...
    @property
    def keys(self) -> frozenset[Key]: ...
    @property
    def assurance(self) -> Assurance: ...
    @property
    def lane(self) -> Lane: ...
    @property
    def session(self) -> bytes: ...
    @property
    def context(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...

@final
class Challenge:
    __match_args__ = ("handle", "reference")
    def __bool__(self) -> NoReturn: ...
    @property
    def handle(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def expires(self) -> datetime: ...
    @property
    def resend_at(self) -> datetime: ...
    @property
    def sent(self) -> bool: ...
    @property
    def offers(self) -> tuple[Offer, ...]: ...

@final
class Offer:
    __match_args__ = ("channel", "masked")
    def __bool__(self) -> NoReturn: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def masked(self) -> str | None: ...

@final
class Dispatch:
    def __bool__(self) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Begun:
    __match_args__ = ("challenge", "dispatch")
    def __bool__(self) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...
    @property
    def challenge(self) -> Challenge: ...
    @property
    def dispatch(self) -> Dispatch: ...

@final
class Delivered:
    __match_args__ = ("outcome",)
    def __bool__(self) -> NoReturn: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def cause(self) -> Exception | None: ...

@final
class Done:
    def __bool__(self) -> NoReturn: ...

@final
class Enrolled:
    __match_args__ = ("bound", "candidates")
    def __bool__(self) -> NoReturn: ...
    @property
    def bound(self) -> int: ...
    @property
    def candidates(self) -> int: ...

@final
class Released:
    __match_args__ = ("leaves", "dispatch")
    def __bool__(self) -> NoReturn: ...
    @property
    def leaves(self) -> datetime | None: ...
    @property
    def dispatch(self) -> Dispatch: ...

@final
class Unlocked:
    __match_args__ = ("refilled",)
    def __bool__(self) -> NoReturn: ...
    @property
    def refilled(self) -> bool: ...

@final
class ImportedToken:
    def __new__(
        cls,
        label: str,
        secret: bytes,
        *,
        kind: TokenKind = "totp",
        algorithm: Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        start: int = 0,
        counter: int = 0,
        last_step: int | None = None,
        clock_ahead: int = 0,
    ) -> ImportedToken: ...

@final
class Imported:
    __match_args__ = ("created", "tokens")
    def __bool__(self) -> NoReturn: ...
    @property
    def created(self) -> bool: ...
    @property
    def tokens(self) -> tuple[tuple[Took, int | None], ...]: ...
    @property
    def recovery_codes(self) -> Took | None: ...
    @property
    def pin(self) -> Took | None: ...

@final
class AddedToken:
    __match_args__ = ("token", "secret")
    def __bool__(self) -> NoReturn: ...
    @property
    def token(self) -> int: ...
    @property
    def secret(self) -> bytes | None: ...

@final
class RememberedDevice:
    __match_args__ = ("device", "token")
    @property
    def device(self) -> int: ...
    @property
    def token(self) -> str: ...

@final
class DeviceState:
    __match_args__ = ("device", "label")
    @property
    def device(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def added(self) -> datetime: ...
    @property
    def used(self) -> datetime: ...

@final
class Outstanding:
    __match_args__ = ("codes",)
    @property
    def codes(self) -> tuple[OutstandingCode, ...]: ...

@final
class OutstandingCode:
    __match_args__ = ("purpose", "reference")
    @property
    def purpose(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def reference(self) -> str: ...
    @property
    def expires(self) -> datetime: ...
    @property
    def resend_at(self) -> datetime: ...

@final
class IssuedTicket:
    __match_args__ = ("code", "dispatch")
    def __bool__(self) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...
    @property
    def code(self) -> str: ...
    @property
    def link(self) -> str | None: ...
    @property
    def reference(self) -> str: ...
    @property
    def expires(self) -> datetime: ...
    @property
    def dispatch(self) -> Dispatch: ...

@final
class PeekedLink:
    __match_args__ = ("purpose", "refusal")
    def __bool__(self) -> NoReturn: ...
    @property
    def purpose(self) -> str: ...
    @property
    def expires(self) -> datetime | None: ...
    @property
    def same_session(self) -> bool: ...
    @property
    def needs_code(self) -> bool: ...
    @property
    def refusal(self) -> Refused | None: ...

@final
class RecoveryCodes(Sequence[str]):
    def __bool__(self) -> NoReturn: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: int, /) -> str: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[str, ...]: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def index(self, value: object, start: int = 0, stop: int = sys.maxsize) -> int: ...
    def count(self, value: object) -> int: ...

@final
class Description:
    __match_args__ = ("account",)
    def __bool__(self) -> NoReturn: ...
    @property
    def account(self) -> str: ...
    @property
    def enrolled(self) -> datetime: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def pin_set(self) -> datetime | None: ...
    @property
    def addresses(self) -> tuple[AddressState, ...]: ...
    @property
    def tied(self) -> datetime | None: ...
    @property
    def tokens(self) -> tuple[TokenState, ...]: ...
    @property
    def inactive(self) -> bool: ...
    @property
    def recovery_codes_left(self) -> int | None: ...
    @property
    def devices(self) -> tuple[DeviceState, ...]: ...
    @property
    def ledgers(self) -> tuple[LedgerState, ...]: ...
    @property
    def events(self) -> tuple[Event, ...]: ...

@final
class AddressState:
    __match_args__ = ("masked", "channel")
    @property
    def masked(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def bound(self) -> datetime | None: ...
    @property
    def proven(self) -> datetime | None: ...
    @property
    def stale(self) -> bool: ...
    @property
    def from_(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def suspended(self) -> datetime | None: ...

@final
class TokenState:
    __match_args__ = ("token", "kind")
    @property
    def token(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> TokenKind: ...
    @property
    def algorithm(self) -> Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def period(self) -> int | None: ...
    @property
    def start(self) -> int | None: ...
    @property
    def counter(self) -> int | None: ...
    @property
    def added(self) -> datetime: ...
    @property
    def confirmed(self) -> datetime | None: ...
    @property
    def used(self) -> datetime | None: ...
    @property
    def clock_ahead(self) -> int: ...

@final
class LedgerState:
    __match_args__ = ("authenticator", "lane", "failures")
    @property
    def authenticator(self) -> Authenticator: ...
    @property
    def lane(self) -> Lane: ...
    @property
    def failures(self) -> int: ...
    @property
    def opens(self) -> datetime | None: ...
    @property
    def disabled(self) -> bool: ...

@final
class Event:
    __match_args__ = ("kind",)
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def purpose(self) -> str | None: ...
    @property
    def lane(self) -> Lane | None: ...
    @property
    def channel(self) -> Channel | None: ...
    @property
    def operator(self) -> Operator | None: ...
    @property
    def refusal(self) -> int | None: ...
    @property
    def token(self) -> int | None: ...
    @property
    def device(self) -> int | None: ...
    @property
    def beside(self) -> str | None: ...

@final
class AuditEvent:
    __match_args__ = ("account", "source", "event")
    @property
    def account(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def event(self) -> Event: ...

@final
class Snapshot:
    __match_args__ = ("version", "body")
    def __new__(cls, version: bytes, body: bytes) -> Snapshot: ...
    def __hash__(self) -> int: ...
    @property
    def version(self) -> bytes: ...
    @property
    def body(self) -> bytes: ...

@final
class Write:
    __match_args__ = ("row", "expected", "version", "body", "keep_until")
    def __new__(
        cls,
        *,
        row: str,
        expected: bytes | None,
        version: bytes,
        body: bytes | None,
        keep_until: int | None,
    ) -> Write: ...
    @property
    def row(self) -> str: ...
    @property
    def expected(self) -> bytes | None: ...
    @property
    def version(self) -> bytes: ...
    @property
    def body(self) -> bytes | None: ...
    @property
    def keep_until(self) -> int | None: ...

@final
class Message:
    __match_args__ = ("channel", "to", "code")
    @property
    def id(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def to(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def link(self) -> str | None: ...
    @property
    def reference(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def expires(self) -> datetime: ...

@final
class Work:
    def run(self) -> Digest: ...
    @property
    def cost(self) -> tuple[int, int, int]: ...

@final
class Digest: ...

@final
class Load:
    __match_args__ = ("row",)
    @property
    def row(self) -> str: ...

@final
class Commit:
    __match_args__ = ("write",)
    @property
    def write(self) -> Write: ...

@final
class Hash:
    __match_args__ = ("work",)
    @property
    def work(self) -> Work: ...

@final
class Deliver:
    __match_args__ = ("message",)
    @property
    def message(self) -> Message: ...

@final
class Operation(Generic[_T_co]):
    def __class_getitem__(cls, key: object) -> GenericAlias: ...
    @property
    def question(self) -> Load | Commit | Hash | Deliver | None: ...
    def answer_found(self, snapshot: Snapshot | None) -> None: ...
    def answer_load_failed(self, cause: Exception | None = None) -> None: ...
    def answer_applied(self) -> None: ...
    def answer_conflict(self) -> None: ...
    def answer_in_doubt(self, cause: Exception | None = None) -> None: ...
    def answer_not_applied(self, cause: Exception | None = None) -> None: ...
    def answer_hashed(self, digest: Digest) -> None: ...
    def answer_not_hashed(self) -> None: ...
    def answer_sent(self) -> None: ...
    def answer_not_sent(self) -> None: ...
    def answer_unknown(self, cause: Exception | None = None) -> None: ...
    def end(self) -> _T_co: ...
    def _drive(self) -> None: ...
    def _leave(self) -> None: ...
    @property
    def events(self) -> tuple[AuditEvent, ...]: ...

@final
class Pinbolt:
    def __new__(
        cls,
        *,
        keys: Keys,
        policy: Policy,
        tenant: str = "",
        clock: Callable[[], int] | None = None,
    ) -> Pinbolt: ...
    @property
    def tenant(self) -> str: ...
    def enroll(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = ...,
        asserted_by: Operator | None = None,
    ) -> Operation[Enrolled | Refused]: ...
    def enroll_inactive(
        self,
        *,
        account: str,
        pin: str | None = None,
        addresses: Sequence[str] = ...,
        asserted_by: Operator | None = None,
    ) -> Operation[Enrolled | Refused]: ...
    def issue_ticket(
        self,
        *,
        account: str,
        purpose: str,
        address: str | None = None,
        context: bytes = ...,
        operator: Operator,
    ) -> Operation[IssuedTicket | Refused]: ...
    def close_ticket(
        self, *, account: str, purpose: str, authority: Authority
    ) -> Operation[Done | Refused]: ...
    def peek_link(
        self, *, link: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Operation[PeekedLink | Refused]: ...
    def redeem(
        self,
        *,
        purpose: str,
        link: str,
        code: str | None = None,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = ...,
    ) -> Operation[Accepted | Refused]: ...
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
    ) -> Operation[Begun | Refused]: ...
    def release_address(
        self, *, account: str, address: str, authority: Authority
    ) -> Operation[Released | Refused]: ...
    def suspend_address(
        self, *, address: str, account: str | None = None, operator: Operator
    ) -> Operation[Accounts | Refused]: ...
    def tie_identity(
        self, *, account: str, document: Document, operator: Operator
    ) -> Operation[Done | Refused]: ...
    def untie_identity(self, *, account: str, operator: Operator) -> Operation[Done | Refused]: ...
    def registrations(
        self, *, document: Document, operator: Operator
    ) -> Operation[Accounts | Refused]: ...
    def begin(
        self,
        *,
        name: str,
        purpose: str,
        pin: str | None = None,
        channel: Channel,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = ...,
    ) -> Operation[Begun | Refused]: ...
    def resend(
        self,
        *,
        handle: str,
        channel: Channel,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Operation[Begun | Refused]: ...
    def finish(
        self,
        *,
        purpose: str,
        handle: str,
        code: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
        context: bytes = ...,
    ) -> Operation[Accepted | Refused]: ...
    def verify(
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
        context: bytes = ...,
    ) -> Operation[Accepted | Refused]: ...
    def cancel(
        self, *, handle: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Operation[Done | Refused]: ...
    def change_pin(
        self,
        *,
        account: str,
        old: str,
        new: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Operation[Done | Refused]: ...
    def reset_pin(
        self, *, account: str, new: str, authority: Authority
    ) -> Operation[Done | Refused]: ...
    def add_token(
        self,
        *,
        account: str,
        label: str,
        kind: TokenKind = ...,
        algorithm: Algorithm = ...,
        digits: int = ...,
        period: int = ...,
        start: int = ...,
        counter: int = ...,
        secret: bytes | None = None,
        dangerously_short_secret: bytes | None = None,
        confirmed: bool = False,
        authority: Authority,
    ) -> Operation[AddedToken | Refused]: ...
    def import_account(
        self,
        *,
        account: str,
        tokens: Sequence[ImportedToken] = ...,
        recovery_codes: Sequence[str] | None = None,
        pin: str | None = None,
        failures: int = ...,
        last_failure_ms: int = ...,
        dangerously_accept: Sequence[Weak] = ...,
        operator: Operator,
    ) -> Operation[Imported | Refused]: ...
    def confirm_token(
        self,
        *,
        account: str,
        token: int,
        code: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Operation[Done | Refused]: ...
    def resync_token(
        self,
        *,
        account: str,
        token: int,
        first: str,
        second: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Operation[Done | Refused]: ...
    def remove_token(
        self, *, account: str, token: int, authority: Authority
    ) -> Operation[Done | Refused]: ...
    def issue_recovery_codes(
        self, *, account: str, authority: Authority
    ) -> Operation[RecoveryCodes | Refused]: ...
    def remember_device(
        self, *, account: str, label: str = ..., proof: Proofs
    ) -> Operation[RememberedDevice | Refused]: ...
    def forget_device(
        self, *, account: str, device: int | None, authority: Authority
    ) -> Operation[Done | Refused]: ...
    def outstanding(
        self, *, account: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Operation[Outstanding | Refused]: ...
    def renew(
        self,
        *,
        account: str,
        purpose: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Operation[Begun | Refused]: ...
    def unlock(
        self, *, account: str, authenticator: Authenticator, authority: Authority
    ) -> Operation[Unlocked | Refused]: ...
    def block(self, *, account: str, operator: Operator) -> Operation[Done | Refused]: ...
    def unblock(self, *, account: str, operator: Operator) -> Operation[Done | Refused]: ...
    def cancel_account(
        self, *, account: str, authority: Authority
    ) -> Operation[Done | Refused]: ...
    def describe(self, *, account: str) -> Operation[Description | Refused]: ...
    def deliver(self, dispatch: Dispatch) -> Operation[Delivered]: ...

@final
class Hotp:
    def __new__(cls, secret: bytes, *, algorithm: Algorithm = "SHA1", digits: int = 6) -> Hotp: ...
    @staticmethod
    def with_dangerously_short_secret(
        secret: bytes, *, algorithm: Algorithm = "SHA1", digits: int = 6
    ) -> Hotp: ...
    def code(self, counter: int) -> str: ...
    def matching(self, code: str, first: int, count: int) -> Matched | None: ...
    def resynchronize(
        self, first: str, second: str, first_counter: int, count: int
    ) -> Matched | None: ...
    @property
    def algorithm(self) -> Algorithm: ...
    @property
    def digits(self) -> int: ...

@final
class Totp:
    def __new__(
        cls,
        secret: bytes,
        *,
        algorithm: Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        start: int = 0,
    ) -> Totp: ...
    @staticmethod
    def with_dangerously_short_secret(
        secret: bytes,
        *,
        algorithm: Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        start: int = 0,
    ) -> Totp: ...
    @staticmethod
    def steam(secret: bytes) -> Totp: ...
    @staticmethod
    def steam_with_dangerously_short_secret(secret: bytes) -> Totp: ...
    def step(self, now_ms: int) -> int | None: ...
    def code(self, step: int) -> str: ...
    def code_at(self, now_ms: int) -> str | None: ...
    def matching(self, code: str, first: int, count: int) -> Matched | None: ...
    def resynchronize(
        self, first: str, second: str, first_step: int, count: int
    ) -> Matched | None: ...
    @property
    def algorithm(self) -> Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def period(self) -> int: ...
    @property
    def start(self) -> int: ...

@final
class ServerAnswers:
    def __new__(cls, *, client: str, server: str) -> ServerAnswers: ...
    @property
    def client(self) -> str: ...
    @property
    def server(self) -> str: ...

@final
class Reader:
    def __new__(cls, country: str) -> Reader: ...
    @staticmethod
    def international() -> Reader: ...
    def read(self, text: str) -> Number | Fault: ...

@final
class Number:
    __match_args__ = ("phone", "line")
    def __bool__(self) -> NoReturn: ...
    @property
    def phone(self) -> str: ...
    @property
    def line(self) -> Line: ...

@final
class Fault:
    __match_args__ = ("name",)
    def __bool__(self) -> NoReturn: ...
    @property
    def name(self) -> PhoneFaultName: ...

@final
class ProvisionFault:
    __match_args__ = ("name",)
    def __bool__(self) -> NoReturn: ...
    @property
    def name(self) -> ProvisionFaultName: ...
    @property
    def code(self) -> int: ...

@final
class Importer:
    def __new__(
        cls,
        format: ImportFormat,  # noqa: A002
        *,
        pinbolt: Pinbolt,
        account: Callable[[str], str | None] | str | None = None,
    ) -> Importer: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def changed(self) -> bool: ...
    def line(self, line: bytes) -> AccountLines | None: ...
    def end(self) -> AccountLines | None: ...

@final
class AccountLines:
    @property
    def name(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def complete(self) -> bool: ...
    def start(
        self, pinbolt: Pinbolt, *, operator: Operator, dangerously_accept: Sequence[Weak] = ...
    ) -> Operation[Imported | Refused] | None: ...
    def reports(
        self,
        outcome: Imported | Refused | Misuse | Failure | None,
        *,
        dangerously_accept: Sequence[Weak] = ...,
    ) -> list[LineReport]: ...
    def tried(
        self, pinbolt: Pinbolt, *, operator: Operator, dangerously_accept: Sequence[Weak] = ...
    ) -> list[LineReport]: ...

@final
class LineReport:
    __match_args__ = ("line", "name", "fate", "why")
    def __bool__(self) -> NoReturn: ...
    @property
    def line(self) -> int: ...
    @property
    def name(self) -> str | None: ...
    @property
    def fate(self) -> Fate: ...
    @property
    def why(self) -> str | None: ...
    @property
    def code(self) -> int | None: ...

@final
class OathKey:
    def __new__(
        cls,
        secret: bytes,
        *,
        kind: TokenKind = "totp",
        algorithm: Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        start: int = 0,
        counter: int = 0,
    ) -> OathKey: ...
    def __bool__(self) -> NoReturn: ...
    def named(self, name: str, *, issuer: str | None = None) -> OathKey | ProvisionFault: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> TokenKind: ...
    @property
    def algorithm(self) -> Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def period(self) -> int | None: ...
    @property
    def start(self) -> int | None: ...
    @property
    def counter(self) -> int | None: ...
    @property
    def secret(self) -> bytes: ...

@final
class Migration:
    def __new__(cls) -> Migration: ...
    def __bool__(self) -> NoReturn: ...
    def add(self, address: str) -> ProvisionFault | None: ...
    @property
    def size(self) -> int: ...
    @property
    def missing(self) -> list[int]: ...
    @property
    def keys(self) -> list[OathKey | ProvisionFault]: ...

@final
class Qr:
    def __new__(cls, text: str) -> Qr: ...
    def svg(self) -> str: ...
    def terminal(self) -> str: ...
    def png(self, scale: int = 8) -> bytes: ...

@final
class ClientAnswers:
    def __new__(cls, *, client: str, server: str) -> ClientAnswers: ...
    @property
    def client(self) -> str: ...
    @property
    def server(self) -> str: ...

@final
class Ocra:
    def __new__(cls, suite: str, secret: bytes) -> Ocra: ...
    @staticmethod
    def with_dangerously_short_secret(suite: str, secret: bytes) -> Ocra: ...
    def response(
        self,
        challenge: str | ServerAnswers | ClientAnswers,
        *,
        counter: int | None = None,
        pin: str | None = None,
        pin_hash: bytes | None = None,
        session: bytes | None = None,
        now_ms: int | None = None,
    ) -> str: ...
    def matching(
        self,
        response: str,
        challenge: str | ServerAnswers | ClientAnswers,
        *,
        counter: int | None = None,
        pin: str | None = None,
        pin_hash: bytes | None = None,
        session: bytes | None = None,
        now_ms: int | None = None,
        counters: int = 1,
        back: int = 0,
        ahead: int = 0,
    ) -> OcraMatched | None: ...
    @property
    def suite(self) -> str: ...

@final
class OcraMatched:
    __match_args__ = ("counter", "step")
    def __bool__(self) -> NoReturn: ...
    @property
    def counter(self) -> int | None: ...
    @property
    def step(self) -> int | None: ...

@final
class Matched:
    __match_args__ = ("counter",)
    def __bool__(self) -> NoReturn: ...
    @property
    def counter(self) -> int: ...

@final
class OpenedStore:
    def load(self, row: str) -> Snapshot | None: ...
    def swap(self, write: Write) -> Swapped: ...
    def _serve(self, operation: Operation[object]) -> bool: ...

def open_store(url: str) -> OpenedStore: ...
def check(connect: Callable[[], Store]) -> tuple[int, list[tuple[str, str, str]]]: ...

@final
class Engine:
    def __new__(
        cls,
        *,
        pinbolt: Pinbolt,
        store: Store,
        delivery: Delivery | None,
        audit: Callable[[AuditEvent], object] | None,
        hash_slots: int | None,
    ) -> Engine: ...
    def run(self, operation: Operation[_T_co]) -> _T_co: ...

def read_base32(text: str) -> bytes | ProvisionFault: ...
def read_otpauth(address: str) -> OathKey | ProvisionFault: ...
def pskc_holds(package: object, now: int) -> bool: ...
def read_pskc(
    text: str, key: bytes | None, password: str | None
) -> dict[str, Any] | ProvisionFault: ...
def write_base32(secret: bytes) -> str: ...
def write_migration(keys: Sequence[OathKey]) -> list[str] | ProvisionFault: ...
def write_otpauth(key: OathKey) -> str | ProvisionFault: ...
def write_pskc(
    document: object, key: bytes | None, password: str | None
) -> str | ProvisionFault: ...
