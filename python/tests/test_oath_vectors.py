"""The RFCs' vectors of one-time codes and Steam's, which the tests in Rust and C read too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import SECRET, VECTORS
from test_oath import at

from pinbolt.oath import Hotp, Totp


def vectors(name: str, of: str = "vectors") -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())[of]
    assert read
    return read


@pytest.mark.parametrize("vector", vectors("hotp"), ids=lambda vector: vector["code"])
def test_a_vector_of_rfc_4226(vector: dict[str, Any]) -> None:
    secret, counter, code = bytes.fromhex(vector["secret"]), vector["counter"], vector["code"]
    hotp = Hotp(secret, algorithm=vector["algorithm"], digits=vector["digits"])
    assert hotp.code(counter) == code
    assert at(hotp.matching(code, counter, 1)) == counter


@pytest.mark.parametrize("vector", vectors("totp"), ids=lambda vector: vector["code"])
def test_a_vector_of_rfc_6238(vector: dict[str, Any]) -> None:
    totp = Totp(
        bytes.fromhex(vector["secret"]),
        algorithm=vector["algorithm"],
        digits=vector["digits"],
        period=vector["period"],
        start=vector["start"],
    )
    now, step, code = vector["seconds"] * 1000, vector["step"], vector["code"]
    assert totp.step(now) == totp.step(now + 999) == step
    assert totp.code_at(now) == totp.code(step) == code
    assert at(totp.matching(code, step - 1, 3)) == step


@pytest.mark.parametrize("vector", vectors("steam"), ids=lambda vector: vector["code"])
def test_a_vector_of_steam(vector: dict[str, Any]) -> None:
    totp = Totp.steam(bytes.fromhex(vector["secret"]))
    now, step, code = vector["seconds"] * 1000, vector["step"], vector["code"]
    assert totp.step(now) == totp.step(now + 999) == step
    assert totp.code_at(now) == totp.code(step) == code
    for typed in (code, code.lower(), f" {code[:2]}-{code[2:]} "):
        assert at(totp.matching(typed, step, 2)) == step


def test_what_may_be_typed_as_a_steam_code() -> None:
    totp = Totp.steam(SECRET)
    rows = vectors("steam", "typed")
    assert len(rows) == 48
    for row in rows:
        around = (row["step"] or 37_037_036) - 1
        assert at(totp.matching(row["text"], around, 3)) == row["step"], row
