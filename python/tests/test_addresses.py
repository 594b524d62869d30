"""Spellings of phone numbers and e-mail addresses, which the tests in Rust and C read too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import DESK, VECTORS, installed

import pinbolt

ONE_MAILBOX = "email = { one_mailbox = true }\n"


def rows(name: str) -> list[dict[str, Any]]:
    """Where either may stand, an `@` makes it an e-mail address: other rows are left out."""
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    read = [row for row in read if ("@" in row["in"]) == (name == "email")]
    assert len(read) >= 200
    return read


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
