"""Tokens, recovery codes and combinations: from their making to their end, and as they are seen."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import pickle
from collections.abc import Sequence

import pytest
from support import (
    DESK,
    HOTP,
    PIN,
    SECRET,
    SESSION,
    AsyncRows,
    Clock,
    Desk,
    granted,
    installed,
    refused,
    wrong,
)

import pinbolt
from pinbolt.oath import Totp

STEP = 30_000


def described(desk: Desk) -> pinbolt.Description:
    return granted(desk.engine.describe(account="a-1"), pinbolt.Description)


def test_a_token_of_time_from_its_making_to_its_end() -> None:
    desk = Desk()
    added = granted(
        desk.engine.add_token(account="a-1", label="Ana's phone", authority=DESK),
        pinbolt.AddedToken,
    )
    assert added.secret is not None
    assert len(added.secret) == 20
    assert repr(added) == "AddedToken(token=1)"
    app, token = Totp(added.secret), added.token

    def shown() -> str:
        code = app.code_at(desk.clock.now)
        assert code is not None
        return code

    def confirm(code: str) -> object:
        return desk.engine.confirm_token(account="a-1", token=token, code=code, session=SESSION)

    refused(desk.verify("otp", otp=shown()), "WrongCredentials")
    assert refused(confirm(wrong(shown())), "WrongCode").tries_left == 9
    granted(confirm(shown()), pinbolt.Done)
    refused(confirm(shown()), "UnknownToken")
    refused(desk.verify("otp", otp=shown()), "AlreadyUsed")
    desk.clock.now += STEP
    accepted = granted(desk.verify("otp", otp=shown()), pinbolt.Accepted)
    assert accepted.factors == {"otp"}
    assert (accepted.assurance, accepted.lane) == ("one-factor", "stranger")
    refused(desk.verify("otp", otp=shown()), "AlreadyUsed")
    removed = desk.engine.remove_token(account="a-1", token=token, authority=DESK)
    granted(removed, pinbolt.Done)
    desk.clock.now += STEP
    refused(desk.verify("otp", otp=shown()), "WrongCredentials")
    events = [event.event for event in desk.events]
    told = [(event.kind, event.token) for event in events if event.kind[:3] in {"Otp", "Tok"}]
    assert told == [
        ("TokenAdded", 1),
        ("OtpRefused", None),
        ("OtpRefused", 1),
        ("TokenConfirmed", 1),
        ("OtpRefused", None),
        ("OtpAccepted", 1),
        ("OtpRefused", None),
        ("TokenRemoved", 1),
        ("OtpRefused", None),
    ]


def test_a_secret_is_as_long_as_its_hash_and_a_given_one_is_not_given_back() -> None:
    desk = Desk()
    algorithms: dict[pinbolt.Algorithm, int] = {"SHA1": 20, "SHA256": 32, "SHA512": 64}
    for algorithm, length in algorithms.items():
        made = desk.engine.add_token(
            account="a-1", label="app", algorithm=algorithm, authority=DESK
        )
        match made:
            case pinbolt.AddedToken(_, bytes(secret)):
                assert len(secret) == length
            case _:
                pytest.fail("none was made")
    given = desk.engine.add_token(account="a-1", label="app", secret=SECRET, authority=DESK)
    assert granted(given, pinbolt.AddedToken).secret is None
    short = desk.engine.add_token(
        account="a-1", label="old", dangerously_short_secret=b"x", authority=DESK
    )
    assert granted(short, pinbolt.AddedToken).secret is None


def test_a_token_is_described() -> None:
    desk = Desk()
    engine = desk.engine
    now = dt.datetime.fromtimestamp(desk.clock.now / 1000, dt.timezone.utc)
    engine.add_token(
        account="a-1",
        label="of time",
        algorithm="SHA512",
        digits=8,
        period=60,
        start=1_000,
        authority=DESK,
    )
    engine.add_token(
        account="a-1",
        label="of a counter",
        kind="hotp",
        algorithm="SHA256",
        digits=10,
        counter=7,
        secret=SECRET,
        confirmed=True,
        authority=DESK,
    )
    first, second = described(desk).tokens
    assert (first.token, first.label, first.kind, first.algorithm) == (
        1,
        "of time",
        "totp",
        "SHA512",
    )
    assert (first.digits, first.period, first.start, first.counter) == (8, 60, 1_000, None)
    assert (first.added, first.confirmed, first.used) == (now, None, None)
    assert (second.token, second.kind, second.algorithm) == (2, "hotp", "SHA256")
    assert (second.digits, second.period, second.start, second.counter) == (10, None, None, 7)
    assert (second.confirmed, second.used, second.clock_ahead) == (now, None, 0)
    assert repr(first) == "TokenState(1, 'totp')"
    app = pinbolt.oath.Hotp(SECRET, algorithm="SHA256", digits=10)
    granted(desk.verify("otp", otp=app.code(9)), pinbolt.Accepted)
    _, second = described(desk).tokens
    assert (second.counter, second.used) == (10, now)
    match second:
        case pinbolt.TokenState(2, "hotp", counter=10):
            pass
        case _:
            pytest.fail("another token")


def test_a_steam_token_signs_in_by_its_letters() -> None:
    desk = Desk()
    added = desk.engine.add_token(
        account="a-1", label="letters", kind="steam", digits=5, secret=SECRET, authority=DESK
    )
    token, app = granted(added, pinbolt.AddedToken).token, pinbolt.oath.Totp.steam(SECRET)
    code = app.code_at(desk.clock.now) or ""

    def confirm(code: str) -> pinbolt.Done | pinbolt.Refused:
        return desk.engine.confirm_token(account="a-1", token=token, code=code, session=SESSION)

    refused(confirm(HOTP.code(1)), "Malformed")
    granted(confirm(code.lower()), pinbolt.Done)
    refused(desk.verify("otp", otp=code), "AlreadyUsed")
    desk.clock.now += STEP
    code = app.code_at(desk.clock.now) or ""
    granted(desk.verify("pin-otp", pin=PIN, otp=f"{code[:2]} {code[2:].lower()}"), pinbolt.Accepted)
    refused(desk.verify("otp", otp=code), "AlreadyUsed")
    (state,) = described(desk).tokens
    assert (state.kind, state.algorithm, state.digits) == ("steam", "SHA1", 5)
    assert (state.period, state.start, state.counter) == (None, None, None)
    assert repr(state) == "TokenState(1, 'steam')"


def test_a_counter_and_a_clock_are_found_again() -> None:
    desk = Desk()
    token = desk.token("hotp")

    def resync(first: str, second: str) -> object:
        return desk.engine.resync_token(
            account="a-1", token=token, first=first, second=second, session=SESSION
        )

    granted(desk.verify("otp", otp=HOTP.code(5)), pinbolt.Accepted)
    refused(desk.verify("otp", otp=HOTP.code(40)), "WrongCredentials")
    refused(resync(HOTP.code(41), HOTP.code(40)), "WrongCredentials")
    granted(resync(HOTP.code(40), HOTP.code(41)), pinbolt.Done)
    refused(desk.verify("otp", otp=HOTP.code(41)), "AlreadyUsed")
    granted(desk.verify("otp", otp=HOTP.code(42)), pinbolt.Accepted)
    refused(resync(HOTP.code(30), HOTP.code(31)), "WrongCredentials")

    desk = Desk()
    token = desk.token()
    refused(desk.verify("otp", otp=desk.otp(9)), "WrongCredentials")
    granted(resync(desk.otp(9), desk.otp(10)), pinbolt.Done)
    assert described(desk).tokens[0].clock_ahead == 10
    refused(desk.verify("otp", otp=desk.otp(10)), "AlreadyUsed")
    desk.clock.now += STEP
    granted(desk.verify("otp", otp=desk.otp(10)), pinbolt.Accepted)


def test_of_a_combination_all_passes_or_nothing_is_used_up() -> None:
    desk = Desk()
    desk.token()
    codes = desk.recovery_codes()
    for parts in (
        {"pin": "314159", "otp": desk.otp(), "recovery_code": codes[0]},
        {"pin": PIN, "otp": wrong(desk.otp()), "recovery_code": codes[0]},
        {"pin": PIN, "otp": desk.otp(), "recovery_code": "0" * 16},
    ):
        refused(desk.verify("all", **parts), "WrongCredentials")
    assert described(desk).recovery_codes_left == 10
    accepted = desk.verify("all", pin=PIN, otp=desk.otp(), recovery_code=codes[0])
    assert granted(accepted, pinbolt.Accepted).factors == {"pin", "otp", "recovery-code"}
    assert described(desk).recovery_codes_left == 9


def test_a_pin_and_a_code_typed_as_one() -> None:
    desk = Desk()
    desk.token()
    refused(desk.verify("pin-otp", pin_then_otp="314159" + desk.otp()), "WrongCredentials")
    accepted = granted(desk.verify("pin-otp", pin_then_otp=PIN + desk.otp()), pinbolt.Accepted)
    assert accepted.factors == {"pin", "otp"}
    assert (accepted.assurance, accepted.lane) == ("two-factors", "first-factor")
    refused(desk.verify("pin-otp", pin_then_otp=PIN + desk.otp()), "AlreadyUsed")
    refused(desk.verify("pin-otp", pin="314159", otp=desk.otp()), "AlreadyUsed")


def test_a_proof_by_a_token_is_an_authority() -> None:
    desk = Desk()
    token = desk.token()
    proof = granted(desk.verify("pin-otp", pin=PIN, otp=desk.otp()), pinbolt.Accepted)
    added = desk.engine.add_token(account="a-1", label="another", authority=proof)
    assert granted(added, pinbolt.AddedToken).token == token + 1
    assert proof.account == "a-1"
    with pytest.raises(pinbolt.Misuse, match="used before"):
        desk.engine.remove_token(account="a-1", token=token, authority=proof)
    desk.clock.now += STEP
    proof = granted(desk.verify("pin-otp", pin=PIN, otp=desk.otp()), pinbolt.Accepted)
    codes = desk.engine.issue_recovery_codes(account="a-1", authority=proof)
    assert len(granted(codes, pinbolt.RecoveryCodes)) == 10
    desk.clock.now += STEP
    mere = granted(desk.verify("otp", otp=desk.otp()), pinbolt.Accepted)
    refused(desk.engine.remove_token(account="a-1", token=token, authority=mere), "NotAuthorized")


def test_recovery_codes_are_a_sequence_for_the_person_alone() -> None:
    codes = Desk().recovery_codes()
    assert isinstance(codes, Sequence)
    shown = list(codes)
    assert len(codes) == len(shown) == len(set(shown)) == 10
    assert all(len(code) == 19 and code.count("-") == 3 for code in shown)
    assert (codes[0], codes[-1], codes[2:4]) == (shown[0], shown[9], tuple(shown[2:4]))
    assert list(reversed(codes)) == shown[::-1]
    assert (shown[3] in codes, "0" in codes) == (True, False)
    assert (codes.index(shown[3]), codes.count(shown[3])) == (3, 1)
    assert codes.index(shown[3], 3) == codes.index(shown[3], -7, 4) == 3
    with pytest.raises(ValueError, match="not in"):
        codes.index(shown[3], 4)
    match codes:
        case [first, *_, last]:
            assert (first, last) == (shown[0], shown[9])
        case _:
            pytest.fail("no sequence")
    with pytest.raises(IndexError):
        codes[10]
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            copied(codes)
    assert repr(codes) == "RecoveryCodes(10)"
    assert codes != Desk().recovery_codes()


def test_recovery_codes_are_good_once_and_replaced_as_a_set() -> None:
    desk = Desk("recovery.codes = 3\n")
    assert described(desk).recovery_codes_left is None
    codes = desk.recovery_codes()
    accepted = granted(desk.verify("recover", recovery_code=codes[1].lower()), pinbolt.Accepted)
    assert accepted.factors == {"recovery-code"}
    refused(desk.verify("recover", recovery_code=codes[1]), "AlreadyUsed")
    assert described(desk).recovery_codes_left == 2
    newer = desk.recovery_codes()
    refused(desk.verify("recover", recovery_code=codes[0]), "WrongCredentials")
    granted(desk.verify("recover", recovery_code=newer[0].replace("-", " ")), pinbolt.Accepted)


def test_what_is_counted_is_unlocked_by_its_name() -> None:
    desk = Desk()
    desk.token()
    desk.recovery_codes()
    for _ in range(3):
        refused(desk.verify("otp", otp=wrong(desk.otp())), "WrongCredentials")
    refused(desk.verify("recover", recovery_code="0" * 16), "WrongCredentials")
    counted = {state.authenticator: state.failures for state in described(desk).ledgers}
    assert counted == {"otp": 3, "recovery-code": 1}
    words: list[pinbolt.Authenticator] = ["otp", "recovery-code"]
    for authenticator in words:
        unlocked = desk.engine.unlock(account="a-1", authenticator=authenticator, authority=DESK)
        granted(unlocked, pinbolt.Unlocked)
    assert not described(desk).ledgers


def test_the_same_by_asyncio() -> None:
    clock = Clock()
    engine = pinbolt.AsyncEngine(**installed(), store=AsyncRows(), clock=clock)

    async def lived() -> None:
        await engine.enroll(account="a-1", pin=PIN)
        added = await engine.add_token(account="a-1", label="app", secret=SECRET, authority=DESK)
        token = granted(added, pinbolt.AddedToken).token
        step = clock.now // STEP
        confirmed = await engine.confirm_token(
            account="a-1", token=token, code=HOTP.code(step), session=SESSION
        )
        granted(confirmed, pinbolt.Done)
        resynchronized = await engine.resync_token(
            account="a-1",
            token=token,
            first=HOTP.code(step + 4),
            second=HOTP.code(step + 5),
            session=SESSION,
        )
        granted(resynchronized, pinbolt.Done)
        codes = granted(
            await engine.issue_recovery_codes(account="a-1", authority=DESK),
            pinbolt.RecoveryCodes,
        )
        accepted = await engine.verify(
            name="a-1",
            purpose="all",
            pin=PIN,
            otp=HOTP.code(step + 6),
            recovery_code=codes[0],
            session=SESSION,
        )
        # A clock that is five steps fast shows that code in thirty seconds.
        refused(accepted, "WrongCredentials")
        clock.now += STEP
        accepted = await engine.verify(
            name="a-1",
            purpose="all",
            pin=PIN,
            otp=HOTP.code(step + 6),
            recovery_code=codes[0],
            session=SESSION,
        )
        granted(accepted, pinbolt.Accepted)
        removed = await engine.remove_token(account="a-1", token=token, authority=DESK)
        granted(removed, pinbolt.Done)

    asyncio.run(lived())
