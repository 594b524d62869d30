"""PSKC documents: the vectors, which the tests in Rust and C read too, and documents of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support import VECTORS

from pinbolt import Misuse
from pinbolt.provision import OathKey, ProvisionFault
from pinbolt.pskc import Device, Document, KeyPackage, PinPolicy, Policy, read, write

ROWS: list[dict[str, Any]] = json.loads((VECTORS / "pskc.json").read_text())
PSK = bytes(range(32))
SECRET = b"12345678901234567890"


def opened(text: str, **lock: Any) -> Document:
    document = read(text, **lock)
    assert isinstance(document, Document), document
    return document


def written(document: Document, **lock: Any) -> str:
    text = write(document, **lock)
    assert isinstance(text, str), text
    return text


def fault_of(said: object) -> str:
    assert isinstance(said, ProvisionFault)
    return said.name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_vector(row: dict[str, Any]) -> None:
    key = bytes.fromhex(row["key"]) if "key" in row else None
    document = read(row["text"], key=key, password=row.get("password"))
    if "fault" in row:
        assert fault_of(document) == row["fault"]
        return
    assert isinstance(document, Document)
    assert (document.id, document.signed) == (row.get("id"), row.get("signed", False))
    assert document.key_name == row.get("key_name", document.key_name)
    assert [told(package) for package in document.packages] == row["packages"]


def test_the_vectors_are_all_there() -> None:
    assert sum("RFC 6030" in row["name"] for row in ROWS) == 9
    assert len(ROWS) >= 240


def told(package: KeyPackage) -> dict[str, Any]:
    """A package as the vectors tell it."""
    device, policy, key = package.device, package.policy, package.key
    row: dict[str, Any] = {
        "id": package.id,
        "issuer": package.issuer,
        "friendly": package.friendly_name,
        "user": package.user_id,
        "module": package.module_id,
        "clock_ahead": package.clock_ahead or None,
        "manufacturer": device.manufacturer,
        "serial": device.serial,
        "model": device.model,
        "issue": device.issue,
        "binding": device.binding,
        "device_start": device.start,
        "device_expiry": device.expiry,
        "device_user": device.user_id,
        "start": policy.start,
        "expiry": policy.expiry,
        "transactions": policy.transactions,
    }
    if policy.pin is not None:
        row["pin"] = {name: said for name, said in vars(policy.pin).items() if said is not None}
    if isinstance(key, ProvisionFault):
        row["fault"] = key.name
    else:
        assert (key.issuer, key.name) == (None, "")
        row |= {"kind": key.kind, "digits": key.digits, "algorithm": key.algorithm}
        row |= {"secret": key.secret.hex(), "counter": key.counter, "period": key.period}
    return {name: said for name, said in row.items() if said is not None}


def full() -> Document:
    hotp = OathKey(SECRET, kind="hotp", counter=2**63 - 1, digits=10, algorithm="SHA512")
    package = KeyPackage(
        id='1 & <2> "3"',
        key=hotp,
        issuer="Ação",
        friendly_name="键",
        user_id="CN=ana",
        module_id="c",
        device=Device(
            manufacturer="A",
            serial="7",
            model="m",
            issue="2",
            binding="b",
            start=1,
            expiry=253402300799999,
            user_id="CN=b",
        ),
        policy=Policy(
            start=0,
            expiry=1,
            transactions=0,
            pin=PinPolicy(
                usage="Append", key_id="p", max_failures=8, min_length=4, max_length=2**32 - 1
            ),
        ),
    )
    totp = KeyPackage(id="2", key=OathKey(SECRET, period=60), clock_ahead=-3)
    return Document(packages=[package, totp], id="d1", key_name="k")


@pytest.mark.parametrize("lock", [{}, {"key": PSK}, {"key": PSK[:16]}, {"password": "pässword"}])
def test_what_is_written_reads_the_same(lock: dict[str, Any]) -> None:
    text = written(full(), **lock)
    document = opened(text, **lock)
    assert document == replace(full(), key_name="k" if lock else None)
    other = "Unlock" if "key" in lock else "Locked" if lock else "NotEncrypted"
    assert fault_of(read(text, key=bytes(32))) == other
    if lock:
        assert fault_of(read(text)) == "Locked"
    else:
        assert fault_of(read(text, key=PSK)) == "NotEncrypted"


def test_the_names_of_a_key_become_the_packages() -> None:
    key = OathKey(SECRET).named("ana", issuer="Acme")
    assert isinstance(key, OathKey)
    document = Document(packages=[KeyPackage(id="1", key=key)])
    package = opened(written(document)).packages[0]
    assert (package.issuer, package.friendly_name, package.key) == ("Acme", "ana", OathKey(SECRET))


def test_a_key_under_a_condition_that_nobody_keeps_holds_not() -> None:
    package = KeyPackage(id="1", key=OathKey(SECRET), policy=Policy(start=100, expiry=200))
    assert [package.holds(now) for now in (99, 100, 199, 200)] == [False, True, True, False]
    assert not replace(package, policy=Policy(transactions=9)).holds(150)
    assert not replace(package, policy=Policy(pin=PinPolicy())).holds(150)
    assert not replace(package, device=Device(start=151)).holds(150)
    read_one = next(row["text"] for row in ROWS if row["name"].startswith("RFC 6030, figure 4"))
    assert not opened(read_one).packages[0].holds(150)
    with pytest.raises(Misuse):
        package.holds(-1)


def test_what_has_no_place_is_a_fault() -> None:
    package = KeyPackage(id="1", key=OathKey(SECRET))
    for document, name in [
        (Document(packages=[]), "TooMany"),
        (Document(packages=[replace(package, id="")]), "Name"),
        (Document(packages=[replace(package, user_id="\ud800")]), "Name"),
        (Document(packages=[package], id="1"), "Name"),
        (Document(packages=[replace(package, policy=Policy(expiry=2**63))]), "Date"),
        (Document(packages=[replace(package, key=OathKey(SECRET, start=1))]), "NoPlace"),
    ]:
        assert fault_of(write(document)) == name
    read_one = opened(
        next(row["text"] for row in ROWS if row["name"].startswith("RFC 6030, figure 4"))
    )
    assert fault_of(write(read_one)) == "NoSecret"
    assert fault_of(write(Document(packages=[package]), key=b"short")) == "LockKey"
    assert fault_of(read("\ud800")) == "Xml"


def test_a_mistake_is_raised() -> None:
    package = KeyPackage(id="1", key=OathKey(SECRET))
    wrong = PinPolicy(usage="Algorithmic")  # type: ignore[arg-type]
    for attempt in (
        lambda: read("", key=PSK, password="p"),
        lambda: write(Document(packages=[package]), key=PSK, password="p"),
        lambda: write(Document(packages=[replace(package, policy=Policy(expiry=-1))])),
        lambda: write(Document(packages=[replace(package, clock_ahead=2**31)])),
        lambda: write(Document(packages=[replace(package, policy=Policy(pin=wrong))])),
    ):
        with pytest.raises(Misuse) as raised:
            attempt()
        assert raised.value.name == "Value"
    with pytest.raises(TypeError):
        read(b"")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write("text")  # type: ignore[arg-type]


def test_nothing_personal_is_shown() -> None:
    shown = repr(full()) + repr(full().packages[0].device) + str(full())
    assert "CN=ana" not in shown
    assert "CN=b" not in shown
    assert SECRET.decode() not in shown
    assert "KeyPackage(key=OathKey(kind='hotp', ..), ..)" in shown
