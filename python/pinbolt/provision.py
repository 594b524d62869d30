"""Tokens on their way in and out: to the person's app, from another system, into another system.

The engine takes a token's secret and its parameters; an `OathKey` carries them, with the names
under which an app shows them, and the functions here know the forms in which they travel.

Example:
    What `add_token` made, as the address of a QR code that a phone app scans; and read again.

    >>> from pinbolt.provision import OathKey, ProvisionFault, read_otpauth, write_otpauth
    >>> key = OathKey(b"12345678901234567890").named("ana@example.com", issuer="Example Co")
    >>> address = write_otpauth(key)
    >>> address
    'otpauth://totp/Example%20Co:ana@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Co'
    >>> read_otpauth(address) == key
    True

    The QR code, for a page, a file or a terminal.

    >>> from pinbolt.provision import Qr
    >>> Qr(address).svg().startswith("<svg ")
    True

    What Google Authenticator's "transfer accounts" shows, in several codes where there are many.

    >>> from pinbolt.provision import Migration, write_migration
    >>> migration = Migration()
    >>> for scanned in write_migration([key]):
    ...     assert migration.add(scanned) is None
    >>> migration.missing, migration.keys == [key]
    ([], True)

    What can't be read is no exception.

    >>> match read_otpauth("otpauth://totp/ana?secret=GEZDGNBVGY3TQOJQ&digits=99"):
    ...     case OathKey(name=name):
    ...         print(name)
    ...     case ProvisionFault() as fault:
    ...         print(fault)
    The number of digits is none that tokens have here.

An address holds the secret: show it to its owner alone, once, and keep it nowhere. Python can't
wipe a text: what was shown stays in memory until that is used anew. A short secret is read like any
other; whether it may enter an account is asked there.
"""

from pinbolt import _native
from pinbolt._files import AccountOf, import_file, import_file_async
from pinbolt._native import (
    AccountLines,
    Importer,
    LineReport,
    Migration,
    OathKey,
    ProvisionFault,
    Qr,
    read_base32,
    read_otpauth,
    write_base32,
    write_migration,
    write_otpauth,
)
from pinbolt._tables import Row
from pinbolt._words import Fate, ImportFormat, ProvisionFaultName, Stage, Weak

FAULTS: tuple[Row, ...] = tuple(map(Row._make, _native.PROVISION_FAULTS))
"""Every `ProvisionFault`: code, name, sentence."""

__all__ = [
    "FAULTS",
    "AccountLines",
    "AccountOf",
    "Fate",
    "ImportFormat",
    "Importer",
    "LineReport",
    "Migration",
    "OathKey",
    "ProvisionFault",
    "ProvisionFaultName",
    "Qr",
    "Stage",
    "Weak",
    "import_file",
    "import_file_async",
    "read_base32",
    "read_otpauth",
    "write_base32",
    "write_migration",
    "write_otpauth",
]
