"""Tokens on their way in and out: the vectors that Rust and C read too, and what Python adds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import VECTORS

import pinbolt
from pinbolt import provision
from pinbolt.provision import Migration, OathKey, ProvisionFault, Qr

SECRET = b"12345678901234567890"


def rows(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    assert len(read) > 100
    return read


def named(name: str = "ana", *, issuer: str | None = "Example") -> OathKey:
    key = OathKey(SECRET).named(name, issuer=issuer)
    assert isinstance(key, OathKey)
    return key


def told(key: OathKey | ProvisionFault) -> dict[str, Any]:
    """A key as the vectors tell it."""
    if isinstance(key, ProvisionFault):
        return {"fault": key.name}
    fields = {"issuer": key.issuer, "counter": key.counter, "period": key.period}
    given = {name: value for name, value in fields.items() if value is not None}
    assert key.start == (0 if key.kind == "totp" else None)
    return given | {
        "kind": key.kind,
        "name": key.name,
        "secret": key.secret.hex(),
        "algorithm": key.algorithm,
        "digits": key.digits,
    }


def should(row: dict[str, Any]) -> dict[str, Any]:
    """Without what is told beside the key; numbers that no double holds are texts there."""
    fields = {name: row[name] for name in row if name not in {"about", "address", "written"}}
    return fields | ({"counter": int(row["counter"])} if "counter" in row else {})


@pytest.mark.parametrize("row", rows("otpauth"), ids=lambda row: row["about"])
def test_an_otpauth_address(row: dict[str, Any]) -> None:
    key = provision.read_otpauth(row["address"])
    assert told(key) == should(row)
    if isinstance(key, OathKey):
        written = provision.write_otpauth(key)
        assert written == row["written"]
        assert provision.read_otpauth(row["written"]) == key


@pytest.mark.parametrize("row", rows("migration"), ids=lambda row: row["about"])
def test_an_export(row: dict[str, Any]) -> None:
    migration = Migration()
    *good, last = row["addresses"]
    assert all(migration.add(address) is None for address in good)
    fault = migration.add(last)
    assert (None if fault is None else fault.name) == row.get("fault")
    if fault is not None:
        return
    assert migration.missing == row["missing"]
    assert migration.size == len(row["addresses"]) + len(row["missing"])
    assert [told(key) for key in migration.keys] == [should(key) for key in row["keys"]]
    keys = [key for key in migration.keys if isinstance(key, OathKey) and key.name]
    again = Migration()
    addresses = provision.write_migration(keys)
    assert isinstance(addresses, list)
    assert [again.add(address) for address in reversed(addresses)] == [None] * len(addresses)
    assert again.keys == keys


def test_faults_are_values_and_no_truth() -> None:
    fault = provision.read_otpauth("x")
    assert isinstance(fault, ProvisionFault)
    assert (fault.name, fault.code) == ("NotOtpauth", 409)
    assert fault == provision.read_otpauth("y")
    assert fault != provision.read_base32("1")
    assert (repr(fault), str(fault)) == (
        "ProvisionFault('NotOtpauth')",
        "This is no otpauth address.",
    )
    for value in (fault, named(), Migration()):
        with pytest.raises(TypeError, match="neither true nor false"):
            bool(value)


def test_a_key_of_the_programs_own_is_checked() -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"digits": 5}, "Token"),
        ({"digits": 262}, "Token"),
        ({"period": 0}, "Token"),
        ({"period": 2**32}, "Token"),
        ({"kind": "hotp", "counter": 2**64}, "Token"),
        ({"kind": "motp"}, "Value"),
        ({"algorithm": "MD5"}, "Value"),
        ({"counter": 1}, "Value"),
    )
    for arguments, misuse in wrong:
        with pytest.raises(pinbolt.Misuse) as raised:
            OathKey(SECRET, **arguments)
        assert raised.value.name == misuse, arguments
    with pytest.raises(pinbolt.Misuse, match="secret"):
        OathKey(b"")
    with pytest.raises(pinbolt.Misuse):
        OathKey(bytes(129))
    for name in ("", "a:b", " a", "a\n", "n" * 257, "\ud800"):
        assert told(OathKey(SECRET).named(name)) == {"fault": "Name"}, repr(name)
        assert told(OathKey(SECRET).named("ana", issuer=name)) == {"fault": "Name"}, repr(name)


def test_what_has_no_place_is_told() -> None:
    late = OathKey(SECRET, start=1).named("ana")
    assert isinstance(late, OathKey)
    for write in (provision.write_otpauth, lambda key: provision.write_migration([key])):
        fault = write(late)
        assert isinstance(fault, ProvisionFault)
        assert fault.name == "NoPlace"
        fault = write(OathKey(SECRET))
        assert isinstance(fault, ProvisionFault)
        assert fault.name == "Name"


def test_letters() -> None:
    assert provision.write_base32(b"fooba") == "MZXW6YTB"
    assert provision.read_base32("mzxw 6ytb") == b"fooba"
    fault = provision.read_base32("M1")
    assert isinstance(fault, ProvisionFault)
    assert fault.name == "Secret"
    assert provision.write_base32(b"") == ""


def test_pictures() -> None:
    address = provision.write_otpauth(named())
    assert isinstance(address, str)
    qr = Qr(address)
    assert qr.svg().startswith("<svg ")
    assert qr.svg().endswith("</svg>")
    lines = qr.terminal().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert qr.png()[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(qr.png(3)[16:20], "big")
    assert width == 3 * int.from_bytes(qr.png(1)[16:20], "big")
    for scale in (0, 33, 256, 2**64):
        with pytest.raises(pinbolt.Misuse):
            qr.png(scale)
    with pytest.raises(pinbolt.Misuse) as raised:
        Qr("x" * 2332)
    assert raised.value.name == "Length"
    Qr("x" * 2331)


def test_nothing_secret_is_shown() -> None:
    address = provision.write_otpauth(named())
    assert isinstance(address, str)
    migration = Migration()
    addresses = provision.write_migration([named()])
    assert isinstance(addresses, list)
    assert migration.add(addresses[0]) is None
    shown = f"{named()!r} {Qr(address)!r} {migration!r}"
    assert shown == "OathKey(kind='totp', ..) Qr(..) Migration(size=1, ..)"
