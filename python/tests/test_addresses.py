"""Spellings of phone numbers and e-mail addresses, which the tests in Rust and C read too."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, get_args

import pytest
from support import DESK, VECTORS, installed

import pinbolt
from pinbolt.phone import Fault, Line, Number, PhoneFaultName, Reader

ONE_MAILBOX = "email = { one_mailbox = true }\n"


def table(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    assert len(read) >= 200
    return read


def rows(name: str) -> list[dict[str, Any]]:
    """Where either may stand, an `@` makes it an e-mail address: other rows are left out."""
    return [row for row in table(name) if ("@" in row["in"]) == (name == "email")]


@pytest.mark.parametrize(
    ("name", "by", "policy", "least"),
    [("phone", "key", "", 45), ("email", "key", "", 90), ("email", "mailbox", ONE_MAILBOX, 50)],
)
def test_failure_36_spellings_are_one_address_or_none(
    name: str, by: str, policy: str, least: int
) -> None:
    """Each row enrols an account of its own, and somebody vouches for the address."""
    engine = pinbolt.Engine(url="memory:", **installed(policy))
    taken: set[str] = set()
    for nth, row in enumerate(rows(name)):
        said = engine.enroll(account=f"v-{nth}", addresses=[row["in"]], asserted_by=DESK)
        if row["key"] is None:
            assert isinstance(said, pinbolt.Refused), row
            assert said.name == "Malformed"
            assert row["in"].strip() not in str(said) or len(row["in"]) < 5
        elif row[by] in taken:
            assert isinstance(said, pinbolt.Refused), row
            assert said.name == "AddressTaken"
        else:
            assert isinstance(said, pinbolt.Enrolled), row
            assert (said.bound, said.candidates) == (1, 0)
            taken.add(row[by])
    assert len(taken) >= least


def reader(country: str | None) -> Reader:
    return Reader(country) if country else Reader.international()


def test_failure_36_national_spellings_have_one_key_or_are_refused() -> None:
    seen = Counter[str]()
    for row in table("phone"):
        read = reader(row["region"]).read(row["in"])
        if row["read"] is None:
            assert isinstance(read, Fault), row
            assert read.name == row["fault"]
            assert repr(read) == f"Fault('{read.name}')"
            assert not any(sign.isdigit() for sign in str(read))
            seen[read.name] += 1
        else:
            assert isinstance(read, Number), row
            assert (read.phone, read.line) == (row["read"], row["line"])
            assert repr(read) == f"Number(.., '{read.line}')"
            assert reader(row["region"]).read(read.phone) == read
            seen[read.line] += 1
    assert set(seen) <= {*get_args(Line), *get_args(PhoneFaultName)}
    assert set(get_args(PhoneFaultName)) <= set(seen)


def test_readers() -> None:
    assert repr(Reader("PT")) == "Reader(PT)"
    assert repr(Reader.international()) == "Reader"
    for country in ("", "pt", "ZZ", "PRT", "\0", "\ud800"):
        with pytest.raises(pinbolt.Misuse) as raised:
            Reader(country)
        assert raised.value.name == "Value"
    with pytest.raises(TypeError):
        Reader(351)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Reader("PT").read(912345678)  # type: ignore[arg-type]
    for text in ("\ud800", "912 345 678\ud800", "\0"):
        read = Reader("PT").read(text)
        assert isinstance(read, Fault)
        assert read.name == "Character"
    for read in (Reader("PT").read("912 345 678"), Reader("PT").read("1")):
        with pytest.raises(TypeError):
            bool(read)
