"""Results: neither true nor false, made by the engine alone, and readable."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from support import DESK, HOTP, PHONE, SESSION, Desk, granted, refused, wrong

import pinbolt


def every_result() -> list[object]:
    desk = Desk()
    begun = granted(desk.begin(), pinbolt.Begun)
    engine, challenge = desk.engine, begun.challenge
    return [
        begun,
        begun.challenge,
        begun.dispatch,
        engine.deliver(begun.dispatch),
        desk.finish(challenge, wrong(desk.phone.code)),
        desk.finish(challenge, desk.phone.code),
        engine.enroll(account="a-2"),
        engine.unlock(account="a-1", authenticator="pin", authority=DESK),
        engine.add_token(account="a-1", label="app", authority=DESK),
        desk.recovery_codes(),
        engine.import_account(account="a-3", operator=DESK),
        HOTP.matching(HOTP.code(0), 0, 1),
        engine.describe(account="a-1"),
        engine.block(account="a-1", operator=DESK),
        engine.suspend_address(address=PHONE, operator=DESK),
    ]


def test_no_result_is_true_or_false() -> None:
    results = every_result()
    kinds = {type(result).__name__ for result in results}
    assert len(kinds) == len(results)
    for result in results:
        with pytest.raises(TypeError, match=r"neither true nor false: .* granted"):
            bool(result)
        with pytest.raises(TypeError):
            assert not result


def test_a_proof_can_be_neither_made_nor_multiplied() -> None:
    desk = Desk()
    begun = granted(desk.begin(), pinbolt.Begun)
    for once in (desk.accepted(), begun, begun.dispatch):
        with pytest.raises(TypeError):
            copy.copy(once)
        with pytest.raises(TypeError):
            copy.deepcopy(once)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError):
                pickle.dumps(once, protocol)
        kind: Any = type(once)
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind.__new__(kind)
        with pytest.raises(TypeError):
            object.__new__(kind)
        with pytest.raises(TypeError):
            type("Mine", (kind,), {})
        with pytest.raises((AttributeError, TypeError)):
            setattr(once, "account", "a-2")  # noqa: B010
        with pytest.raises((AttributeError, TypeError)):
            setattr(once, "__class__", object)  # noqa: B010


@pytest.mark.parametrize(
    "kind",
    [
        "Refused",
        "Challenge",
        "Offer",
        "Done",
        "AddedToken",
        "TokenState",
        "RecoveryCodes",
        "Imported",
        "IssuedTicket",
        "Released",
        "PeekedLink",
        "Description",
        "Message",
    ],
)
def test_what_only_the_engine_makes(kind: str) -> None:
    with pytest.raises(TypeError):
        getattr(pinbolt, kind)()


def test_results_are_matched() -> None:
    desk = Desk()
    challenge = desk.sent()

    def said(result: pinbolt.Accepted | pinbolt.Refused) -> str:
        match result:
            case pinbolt.Accepted(account):
                return account
            case pinbolt.Refused("WrongCode", tries_left=left):
                return f"{left} left"
            case pinbolt.Refused() as no:
                return str(no)

    assert said(desk.finish(challenge, wrong(desk.phone.code))) == "4 left"
    assert said(desk.finish(challenge, "12")) == "The input is not well-formed."
    assert said(desk.finish(challenge, desk.phone.code)) == "a-1"
    match desk.begin():
        case pinbolt.Begun(pinbolt.Challenge(handle, reference), dispatch):
            assert desk.engine.deliver(dispatch).outcome == "sent"
            assert len(handle) < 256
            assert len(reference) == 3
        case _:
            pytest.fail("not begun")


def test_times_are_aware_and_in_utc() -> None:
    desk = Desk()
    challenge = desk.sent()
    now = dt.datetime.fromtimestamp(desk.clock.now / 1000, dt.timezone.utc)
    assert challenge.expires == now + dt.timedelta(minutes=5)
    assert challenge.resend_at == now
    assert challenge.expires.tzinfo is dt.timezone.utc
    for _ in range(10):
        desk.begin("314159")
    until = refused(desk.begin(), "Throttled").until
    assert until == now + dt.timedelta(hours=12)
    assert refused(desk.begin(), "Throttled").name == "Throttled"


@pytest.mark.parametrize("unit", [1e-3, 1e3, 1e6, 0])
def test_a_clock_in_another_unit_is_told(unit: float) -> None:
    """By a clock in seconds a code would live a thousand times as long."""
    desk = Desk()
    challenge = desk.sent()
    right = desk.clock.now
    desk.clock.now = int(right * unit)
    with pytest.raises(ValueError, match="before 2001 or after 5138"):
        desk.finish(challenge, desk.phone.code)
    desk.clock.now = right
    granted(desk.finish(challenge, desk.phone.code), pinbolt.Accepted)


def test_refusals_compare_by_what_they_say() -> None:
    desk = Desk()
    challenge = desk.sent()
    first = desk.finish(challenge, wrong(desk.phone.code))
    second = desk.finish(challenge, wrong(desk.phone.code))
    third = desk.finish(challenge, "12")
    fourth = desk.finish(challenge, "13")
    assert first != second
    assert third == fourth
    assert len({third, fourth}) == 1
    assert refused(third, "Malformed").detail == (
        "A code is digits only, of the length that was sent."
    )
    assert refused(third, "Malformed").sentence == str(third)


def test_a_refusal_is_not_passed_over_by_a_comparison_that_never_holds() -> None:
    """`if result == pinbolt.Refused` would be false for each refusal, and let the person in."""
    desk = Desk()
    result = desk.finish(desk.sent(), "12")
    compared: list[Callable[[], bool]] = [
        lambda: result == pinbolt.Refused,  # type: ignore[comparison-overlap]
        lambda: pinbolt.Refused == result,  # type: ignore[comparison-overlap]
        lambda: result != pinbolt.Refused,  # type: ignore[comparison-overlap]
        lambda: result == "Malformed",  # type: ignore[comparison-overlap]
        lambda: result in ("Malformed", "WeakPin"),  # type: ignore[comparison-overlap]
        lambda: result == 111,  # type: ignore[comparison-overlap]
    ]
    for compare in compared:
        with pytest.raises(TypeError, match="equals another Refused alone"):
            compare()
    others: list[object] = [None, object(), pinbolt.Operator("a", "b")]
    assert result not in others
    assert [result] == [mock.ANY]


def test_operators_and_snapshots_are_values() -> None:
    assert pinbolt.Operator("a", "b") == pinbolt.Operator("a", "b")
    assert pinbolt.Operator("a", "b") != pinbolt.Operator("a", "c")
    assert repr(pinbolt.Operator("o'x", "b")) == """Operator("o'x", 'b')"""
    snapshot = pinbolt.Snapshot(b"v" * 16, b"body")
    assert snapshot == pinbolt.Snapshot(version=b"v" * 16, body=b"body")
    assert hash(snapshot) == hash(pinbolt.Snapshot(b"v" * 16, b"body"))
    assert (snapshot.version, snapshot.body) == (b"v" * 16, b"body")
    write = pinbolt.Write(row="a", expected=None, version=b"v" * 16, body=None, keep_until=None)
    assert (write.row, write.expected, write.body, write.keep_until) == ("a", None, None, None)


def test_a_session_is_not_shown() -> None:
    desk = Desk()
    begun = granted(desk.begin(session=b"bearer-token"), pinbolt.Begun)
    desk.engine.deliver(begun.dispatch)
    yes = desk.finish(begun.challenge, desk.phone.code, session=b"bearer-token")
    accepted = granted(yes, pinbolt.Accepted)
    assert accepted.session == b"bearer-token"
    assert "bearer" not in repr(accepted)
    assert SESSION not in accepted.context
