"""PSKC: token keys in XML, as makers of devices ship them (RFC 6030).

A document has packages: a key, its device, its owner, its conditions. Secrets are legible, or
sealed by AES-CBC with a MAC, under a key that both sides have or under a password.

Example:
    >>> from pinbolt.provision import OathKey, ProvisionFault
    >>> from pinbolt.pskc import Device, Document, KeyPackage, read, write
    >>> key = OathKey(b"12345678901234567890")
    >>> package = KeyPackage(id="1", key=key, device=Device(serial="987654321"))
    >>> text = write(Document(packages=[package]), key=bytes(16))

    Somewhere else, with the same key:

    >>> document = read(text, key=bytes(16))
    >>> for package in document.packages:
    ...     match package.key:
    ...         case OathKey() as key if package.holds(now=1800000000000):
    ...             print(package.device.serial, key.kind, len(key.secret))
    ...         case OathKey():
    ...             print(package.id, "not now, or under conditions")
    ...         case ProvisionFault() as fault:
    ...             print(package.id, fault)
    987654321 totp 20
    >>> read(text, password="guessed")
    ProvisionFault('Locked')

    Whose is it? Ask your stock list for the serial number. Then `add_token`, or `import_account`
    where the token was in use: with the key's own fields and the package's `clock_ahead`.

What is sealed is the secret alone. Serial numbers, counters, owners and conditions stand there as
anybody on the way can write them: let somebody who knows decide whose a key is, not the document.
A signature is told and **not checked**. A policy is for you to keep: the engine doesn't know it.

Read with a key or a password, a document that has a legible secret is refused. A wrong key and a
changed document are one fault. A document has at most 16 MiB and 10,000 keys, no document type and
no entities, and asks for at most 1,000,000 rounds of PBKDF2, which take a second. Not read are AES
key wrap, Triple DES, GCM, asymmetric keys, and drafts before the RFC. Python can't wipe a text: a
legible document stays in memory until that is used anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pinbolt._native import OathKey, ProvisionFault, pskc_holds, read_pskc, write_pskc

__all__ = ["Device", "Document", "KeyPackage", "PinPolicy", "PinUsage", "Policy", "read", "write"]

PinUsage: TypeAlias = Literal["Local", "Prepend", "Append"]
"""Where the PIN of a key is typed: into the device, which checks it; before the code; after it."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Device:
    """The device that holds a key. Times are Unix milliseconds; what is `None` isn't said."""

    manufacturer: str | None = None
    """Who made it."""
    serial: str | None = None
    """Its serial number, as a rule what is printed on it."""
    model: str | None = None
    """Its model."""
    issue: str | None = None
    """Which of several issues with one serial number it is."""
    binding: str | None = None
    """What the key is bound to in the device."""
    start: int | None = None
    """Not before this time."""
    expiry: int | None = None
    """Not after this time."""
    user_id: str | None = None
    """Whose it is."""

    def __repr__(self) -> str:
        """Without its names: they may be personal data."""
        return "Device(..)"


@dataclass(frozen=True, kw_only=True)
class PinPolicy:
    """How a PIN guards a key."""

    usage: PinUsage | None = None
    """Where it is typed."""
    key_id: str | None = None
    """The package whose key is the PIN."""
    max_failures: int | None = None
    """Wrong PINs in a row."""
    min_length: int | None = None
    """Its least length."""
    max_length: int | None = None
    """Its greatest length."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Under which conditions a key may be used. A host that can't keep one mustn't use the key."""

    start: int | None = None
    """Not before this time, in Unix milliseconds."""
    expiry: int | None = None
    """Not after this time, in Unix milliseconds."""
    transactions: int | None = None
    """How many codes it may give."""
    pin: PinPolicy | None = None
    """How a PIN guards it."""


@dataclass(frozen=True, kw_only=True, repr=False)
class KeyPackage:
    """A key with all that a document says about it. Texts have 1 to 1024 bytes of UTF-8."""

    id: str
    """The key's id; empty where the document has none."""
    key: OathKey | ProvisionFault
    """The key without names, or why it is none for pinbolt: it spoils none of the others."""
    issuer: str | None = None
    """Who issued it; when it is written, the key's own if this is `None`."""
    friendly_name: str | None = None
    """A name for people; when it is written, the key's own if this is `None`."""
    user_id: str | None = None
    """Whose it is: as a rule a distinguished name."""
    module_id: str | None = None
    """The module in the device."""
    clock_ahead: int = 0
    """Steps by which the device's clock was found ahead; negative if it is behind."""
    device: Device = field(default_factory=Device)
    """The device that holds it."""
    policy: Policy = field(default_factory=Policy)
    """Under which conditions it may be used."""

    def holds(self, now: int) -> bool:
        """Whether a host that keeps no conditions may use the key.

        Args:
            now: The time, in Unix milliseconds.

        Returns:
            True within the device's times and the policy's, if the policy has no PIN and no number
            of codes. False without a key.
        """
        return pskc_holds(self, now)

    def __repr__(self) -> str:
        """Without its names: they may be personal data."""
        return f"KeyPackage(key={self.key!r}, ..)"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A PSKC document."""

    packages: Sequence[KeyPackage]
    """Its keys, in their order."""
    id: str | None = None
    """Its id: an XML name."""
    key_name: str | None = None
    """What its key or password is called, so that a reader knows which one to take."""
    signed: bool = False
    """Whether it has a signature. It is not checked, and not written."""


def read(
    text: str, *, key: bytes | None = None, password: str | None = None
) -> Document | ProvisionFault:
    """Read a document.

    Args:
        text: The document.
        key: The key of 16, 24 or 32 bytes under which its secrets are sealed.
        password: The password under which they are. With neither they must be legible.

    Returns:
        The document, or why it is refused as a whole.
    """
    match read_pskc(text, key, password):
        case ProvisionFault() as fault:
            return fault
        case said:
            packages = [_package(**package) for package in said.pop("packages")]
            return Document(packages=packages, **said)


def write(
    document: Document, *, key: bytes | None = None, password: str | None = None
) -> str | ProvisionFault:
    """Write a document, its secrets sealed with HMAC-SHA-256.

    Args:
        document: The document.
        key: A key of 16, 24 or 32 bytes that seals by AES of its own length.
        password: A password that does by AES-256, under 600,000 rounds of PBKDF2-HMAC-SHA-256.
            With neither the secrets are legible.

    Returns:
        The text, or why something has no place in a document.
    """
    return write_pskc(document, key, password)


def _package(*, device: dict[str, Any], policy: dict[str, Any], **said: Any) -> KeyPackage:
    """Make a package of what the native part read."""
    pin = policy.pop("pin")
    return KeyPackage(
        device=Device(**device),
        policy=Policy(pin=pin and PinPolicy(**pin), **policy),
        **said,
    )
