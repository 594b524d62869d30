"""The RFCs' vectors of one-time codes, which the tests in Rust and C read too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import VECTORS
from test_oath import at

from pinbolt.oath import Hotp, Totp


def vectors(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())["vectors"]
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
