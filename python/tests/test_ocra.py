"""OCRA as pure functions: every vector, suite and misfit, the exact windows, and odd arguments."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest
from support import VECTORS
from test_misuse import misused

from pinbolt.oath import ClientAnswers, Ocra, OcraMatched, ServerAnswers

DATA: Final[dict[str, list[Any]]] = json.loads((VECTORS / "ocra.json").read_text())
SECRET: Final = b"12345678901234567890123456789012"
COUNTED: Final = Ocra("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", SECRET)
TIMED: Final = Ocra("OCRA-1:HOTP-SHA512-8:QN08-T1M", SECRET)
MINUTE: Final = 60_000
NOW: Final = 1_800_000_000_000


def asked(vector: dict[str, Any]) -> dict[str, Any]:
    """A vector's inputs, as arguments."""
    both = {"server": ServerAnswers, "client": ClientAnswers}
    arguments: dict[str, Any] = {}
    if "answers" in vector:
        kind = both[vector["answers"]]
        arguments["challenge"] = kind(client=vector["client"], server=vector["server"])
    else:
        arguments["challenge"] = vector["challenge"]
    for name in ("counter", "pin"):
        if name in vector:
            arguments[name] = vector[name]
    for name in ("session", "pin_hash"):
        if name in vector:
            arguments[name] = bytes.fromhex(vector[name])
    if "now" in vector:
        arguments["now_ms"] = vector["now"] * 1000
    return arguments


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: vector["suite"])
def test_a_vector(vector: dict[str, Any]) -> None:
    ocra = Ocra(vector["suite"], bytes.fromhex(vector["secret"]))
    response = vector["response"]
    assert ocra.suite == vector["suite"]
    assert ocra.response(**asked(vector)) == response
    matched = ocra.matching(response, **asked(vector))
    assert matched is not None
    assert matched.counter == vector.get("counter")
    assert (matched.step is None) == ("now" not in vector)
    another = response[:-1] + ("0" if response[-1] != "0" else "1")
    assert ocra.matching(another, **asked(vector)) is None


@pytest.mark.parametrize("vector", DATA["misfits"], ids=lambda vector: vector["why"])
def test_what_does_not_fit_is_misuse_whatever_was_typed(vector: dict[str, Any]) -> None:
    ocra = Ocra(vector["suite"], SECRET)
    misused("OcraInput", lambda: ocra.response(**asked(vector)))
    for typed in ("123456", "not well-formed"):
        misused("OcraInput", lambda: ocra.matching(typed, **asked(vector)))  # noqa: B023


def test_a_suite_is_the_rfcs() -> None:
    for suite in DATA["suites"]:
        assert repr(Ocra(suite, SECRET)) == f"Ocra('{suite}')"
    for suite in [*DATA["malformed"], "\ud800"]:
        misused("OcraSuite", lambda: Ocra(suite, SECRET))  # noqa: B023
        door = Ocra.with_dangerously_short_secret
        misused("OcraSuite", lambda: door(suite, b"x"))  # noqa: B023


@pytest.mark.parametrize("vector", DATA["typed"], ids=lambda vector: vector["typed"][:20])
def test_as_it_is_typed(vector: dict[str, Any]) -> None:
    """The very digits can't be had of a secret; their spelling can."""
    ocra = Ocra(vector["suite"], SECRET)
    own = ocra.response("12345678")
    if vector["is"] is None:
        assert ocra.matching(vector["typed"], "12345678") is None
        return
    left = iter(own.upper() if vector["typed"].isupper() else own)
    typed = "".join(next(left) if letter.isalnum() else letter for letter in vector["typed"])
    assert next(left, None) is None
    assert ocra.matching(typed, "12345678") is not None


def test_the_exact_window_of_counters() -> None:
    for at in range(12):
        response = COUNTED.response("12345678", counter=at, pin="1234")
        for first, count in ((0, 5), (3, 5), (7, 1), (0, 0), (5, 100)):
            matched = COUNTED.matching(
                response, "12345678", counter=first, pin="1234", counters=count
            )
            assert (matched is not None) == (first <= at < first + count)
            if matched is not None:
                assert (matched.counter, matched.step) == (at, None)


def test_the_exact_window_of_steps() -> None:
    for offset in range(-4, 5):
        response = TIMED.response("12345678", now_ms=NOW + offset * MINUTE)
        for back, ahead in ((0, 0), (1, 0), (0, 1), (2, 3), (100, 100)):
            matched = TIMED.matching(response, "12345678", now_ms=NOW, back=back, ahead=ahead)
            assert (matched is not None) == (-back <= offset <= ahead)
            if matched is not None:
                assert (matched.counter, matched.step) == (None, NOW // MINUTE + offset)


def test_who_answers_makes_a_difference() -> None:
    ocra = Ocra("OCRA-1:HOTP-SHA256-8:QA08", SECRET)
    sides = {"client": "CLI22220", "server": "SRV11110"}
    client, server = ClientAnswers(**sides), ServerAnswers(**sides)
    assert (client.client, client.server, server.client) == ("CLI22220", "SRV11110", "CLI22220")
    assert ocra.response(server) != ocra.response(client)
    assert ocra.matching(ocra.response(server), client) is None
    assert client == ClientAnswers(**sides)
    assert client != ClientAnswers(client=sides["server"], server=sides["client"])


def test_a_match_is_neither_true_nor_false() -> None:
    response = COUNTED.response("12345678", counter=0, pin="1234")
    matched = COUNTED.matching(response, "12345678", counter=0, pin="1234")
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(matched)
    match matched:
        case OcraMatched(counter, step):
            assert (counter, step) == (0, None)
        case _:
            pytest.fail("no match")
    assert repr(matched) == "OcraMatched(counter=0, step=None)"
    assert matched == COUNTED.matching(response, "12345678", counter=0, pin="1234", counters=9)


def test_mistakes_in_the_call() -> None:
    suite = COUNTED.suite
    misused("ShortSecret", lambda: Ocra(suite, SECRET[:15]))
    misused("ShortSecret", lambda: Ocra.with_dangerously_short_secret(suite, b""))
    Ocra.with_dangerously_short_secret(suite, b"x")
    for number in (-1, 2**64):
        misused("Value", lambda: COUNTED.response("12345678", counter=number, pin="1"))  # noqa: B023
        misused("Value", lambda: TIMED.response("12345678", now_ms=number))  # noqa: B023
    windows: list[dict[str, int]] = [
        {"counters": -1},
        {"counters": 1001},
        {"counters": 2**32},
        {"back": 1},
        {"ahead": 1},
    ]
    for typed in ("12345678", "x"):
        for window in windows:
            misused(
                "OcraInput",
                lambda: COUNTED.matching(typed, "12345678", counter=0, pin="1", **window),  # type: ignore[arg-type]  # noqa: B023
            )
        for window in ({"counters": 2}, {"back": 500, "ahead": 500}, {"back": 2**32 - 1}):
            misused(
                "OcraInput",
                lambda: TIMED.matching(typed, "12345678", now_ms=NOW, **window),  # type: ignore[arg-type]  # noqa: B023
            )


@pytest.mark.parametrize(
    "call",
    [
        lambda: Ocra(COUNTED.suite, "canary"),  # type: ignore[arg-type]
        lambda: COUNTED.response(12345678, counter=0, pin="1234"),  # type: ignore[arg-type]
        lambda: COUNTED.response(b"12345678", counter=0, pin="1234"),  # type: ignore[arg-type]
        lambda: COUNTED.response("12345678", counter="12345678", pin="1234"),  # type: ignore[arg-type]
        lambda: COUNTED.response("12345678", counter=0, pin=12345678),  # type: ignore[arg-type]
        lambda: COUNTED.response("12345678", counter=0, pin="12345678", pin_hash=b"12345678"),
        lambda: COUNTED.matching(12345678, "12345678", counter=0, pin="1234"),  # type: ignore[arg-type]
        lambda: ClientAnswers(client=b"12345678", server="12345678"),  # type: ignore[arg-type]
        lambda: ClientAnswers("12345678", "12345678"),  # type: ignore[call-arg]
    ],
)
def test_wrong_types_name_no_value(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert "12345678" not in str(raised.value)
    assert "canary" not in str(raised.value)


def test_a_generator_shows_no_secret_and_goes_nowhere() -> None:
    ocra = Ocra(COUNTED.suite, b"canary-canary-canary")
    both = ServerAnswers(client="pay 1000", server="to canary")
    assert "canary" not in repr(ocra) + repr(both)
    for away in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            away(ocra)
