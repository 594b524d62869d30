"""HOTP and TOTP as pure functions: the exact codes and windows, and every odd argument."""

from __future__ import annotations

import copy
import hmac
import pickle
import threading
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import HOTP, SECRET, wrong
from test_misuse import misused

import pinbolt
from pinbolt.oath import Hotp, Matched, Totp

LAST: Final = 2**64 - 1
ALGORITHMS: Final[tuple[pinbolt.Algorithm, ...]] = get_args(pinbolt.Algorithm)

algorithms = st.sampled_from(ALGORITHMS)
digits = st.integers(6, 10)
secrets = st.binary(min_size=16, max_size=200)
counters = st.integers(0, LAST) | st.integers(0, 3) | st.integers(LAST - 3, LAST)
same_in_each_run = settings(derandomize=True, database=None, deadline=None, max_examples=300)


def at(matched: Matched | None) -> int | None:
    return None if matched is None else matched.counter


def plainly(secret: bytes, algorithm: str, digits: int, counter: int) -> str:
    """The code, by RFC 4226 (5.3) and Python's own HMAC."""
    mac = hmac.digest(secret, counter.to_bytes(8, "big"), algorithm.lower())
    place = mac[-1] & 15
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


@given(secrets, algorithms, digits, counters)
@same_in_each_run
def test_codes_are_those_of_pythons_hmac(
    secret: bytes, algorithm: pinbolt.Algorithm, digits: int, counter: int
) -> None:
    code = plainly(secret, algorithm, digits, counter)
    assert Hotp(secret, algorithm=algorithm, digits=digits).code(counter) == code
    totp = Totp(secret, algorithm=algorithm, digits=digits)
    assert totp.code(counter) == code
    assert at(totp.matching(code, counter, 1)) == counter
    short = Hotp.with_dangerously_short_secret(secret[:1], algorithm=algorithm, digits=digits)
    assert short.code(counter) == plainly(secret[:1], algorithm, digits, counter)


@given(counters, st.integers(0, 8), st.integers(-10, 10))
@same_in_each_run
def test_the_exact_window(first: int, count: int, offset: int) -> None:
    counter = min(max(first + offset, 0), LAST)
    window = range(first, min(first + count, LAST + 1))
    code = HOTP.code(counter)
    same = [one for one in window if HOTP.code(one) == code]
    assert at(HOTP.matching(code, first, count)) == (same[0] if same else None)
    assert at(Totp(SECRET).matching(code, first, count)) == (same[0] if same else None)
    following = HOTP.code(min(counter + 1, LAST))
    pairs = [
        two
        for one, two in pairwise(window)
        if (HOTP.code(one), HOTP.code(two)) == (code, following)
    ]
    for face in (HOTP, Totp(SECRET)):
        found = face.resynchronize(code, following, first, count)
        assert at(found) == (pairs[0] if pairs else None)


@given(st.integers(0, 2**63), st.integers(1, 2**32 - 1), st.integers(0, 2**40))
@same_in_each_run
def test_steps_of_any_period_and_start(now: int, period: int, start: int) -> None:
    totp = Totp(SECRET, period=period, start=start)
    assert (totp.period, totp.start) == (period, start)
    step = (now // 1000 - start) // period if now // 1000 >= start else None
    assert totp.step(now) == step
    assert totp.code_at(now) == (None if step is None else totp.code(step))


def test_a_thousand_counters_are_looked_through() -> None:
    first, second = HOTP.code(998), HOTP.code(999)
    assert at(HOTP.resynchronize(first, second, 0, 1000)) == 999
    assert HOTP.resynchronize(second, first, 0, 1000) is None
    assert at(HOTP.matching(HOTP.code(999), 0, 1000)) == 999
    assert HOTP.matching(HOTP.code(1000), 0, 1000) is None


def test_a_long_search_lets_others_run() -> None:
    """A million codes are some tenths of a second; nobody waits for them."""
    search = partial(HOTP.resynchronize, "000000", "000000", 0, 1_000_000)
    thread, turns = threading.Thread(target=search), 0
    thread.start()
    while thread.is_alive():
        thread.join(0.001)
        turns += 1
    assert turns > 3


@pytest.mark.parametrize("typed", ["755224", "755 224", " 755-224 ", "7 5 5 2 2 4", "7-5-5-2-2-4"])
def test_blanks_and_hyphens_are_dropped(typed: str) -> None:
    assert at(HOTP.matching(typed, 0, 1)) == 0


FULL_WIDTH: Final = "".join(chr(0xFF10 + int(digit)) for digit in "755224")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\0",
        "75522",
        "7552240",
        "0755224",
        "0_755224",
        "755224\n",
        "+755224",
        "755.224",
        FULL_WIDTH,
        "\ud800",
        "755224\ud800",
        "755224" + " " * 100,
    ],
)
def test_what_is_not_well_formed_is_of_no_counter(typed: str) -> None:
    assert HOTP.matching(typed, 0, 1) is None
    assert Totp(SECRET).matching(typed, 0, 1) is None
    for pair in ((typed, "287082"), ("755224", typed)):
        assert HOTP.resynchronize(*pair, 0, 2) is None


def test_leading_zeros_are_kept() -> None:
    counter = next(n for n in range(10_000) if int(HOTP.code(n)) < 100_000)
    code = HOTP.code(counter)
    assert len(code) == 6
    assert at(HOTP.matching(code, counter, 1)) == counter
    assert HOTP.matching(code[1:], counter, 1) is None


def test_a_match_is_neither_true_nor_false() -> None:
    """Counter 0 would be false, and the first code of every new token refused."""
    matched = HOTP.matching(HOTP.code(0), 0, 1)
    assert matched is not None
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(matched)
    match matched:
        case Matched(counter):
            assert counter == 0
    assert matched == HOTP.matching(HOTP.code(0), 0, 5)
    assert repr(matched) == "Matched(0)"
    with pytest.raises(TypeError):
        Matched()


def test_no_two_counters_are_one() -> None:
    assert HOTP.code(0) != HOTP.code(2**32)
    assert HOTP.matching(HOTP.code(2**32), 0, 1) is None
    assert HOTP.matching(wrong(HOTP.code(7)), 7, 1) is None


def test_mistakes_in_the_call() -> None:
    totp = Totp(SECRET)
    code = HOTP.code(0)
    made: list[Callable[..., object]] = [
        Hotp,
        Totp,
        Hotp.with_dangerously_short_secret,
        Totp.with_dangerously_short_secret,
    ]
    for make in made:
        for wrong_digits in (-1, 0, 5, 11, 262, 2**64 + 6):
            misused("Token", lambda: make(SECRET, digits=wrong_digits))  # noqa: B023
        for name in ("sha1", "SHA-1", "MD5", "", "\ud800"):
            misused("Value", lambda: make(SECRET, algorithm=name))  # noqa: B023
        misused("ShortSecret", lambda: make(b""))  # noqa: B023
    for make in made[:2]:
        misused("ShortSecret", lambda: make(SECRET[:15]))  # noqa: B023
        make(SECRET[:16])
    for period in (0, -30, 2**32, 2**64 + 30):
        misused("Token", lambda: Totp(SECRET, period=period))  # noqa: B023
    for start in (-1, 2**64):
        misused("Token", lambda: Totp(SECRET, start=start))  # noqa: B023
    for number in (-1, 2**64, -(2**64)):
        calls: list[Callable[[], object]] = [
            lambda: HOTP.code(number),  # noqa: B023
            lambda: HOTP.matching(code, number, 1),  # noqa: B023
            lambda: HOTP.resynchronize(code, code, number, 1),  # noqa: B023
            lambda: totp.code(number),  # noqa: B023
            lambda: totp.step(number),  # noqa: B023
            lambda: totp.code_at(number),  # noqa: B023
            lambda: totp.matching(code, number, 1),  # noqa: B023
            lambda: totp.resynchronize(code, code, number, 1),  # noqa: B023
        ]
        for call in calls:
            misused("Value", call)
    for count in (-1, 2**32):
        misused("Value", lambda: HOTP.matching(code, 0, count))  # noqa: B023
        misused("Value", lambda: totp.resynchronize(code, code, 0, count))  # noqa: B023


@pytest.mark.parametrize(
    "call",
    [
        lambda: Hotp("12345678901234567890"),  # type: ignore[arg-type]
        lambda: Hotp(bytearray(SECRET)),  # type: ignore[arg-type]
        lambda: Hotp(SECRET, "SHA1"),  # type: ignore[call-arg]
        lambda: Hotp(SECRET, digits="6"),  # type: ignore[arg-type]
        lambda: Totp(SECRET, period=30.0),  # type: ignore[arg-type]
        lambda: HOTP.code(0.0),  # type: ignore[arg-type]
        lambda: HOTP.code("0"),  # type: ignore[arg-type]
        lambda: HOTP.code(None),  # type: ignore[arg-type]
        lambda: HOTP.matching(755224, 0, 1),  # type: ignore[arg-type]
        lambda: HOTP.matching(b"755224", 0, 1),  # type: ignore[arg-type]
        lambda: HOTP.matching("755224", None, 1),  # type: ignore[arg-type]
        lambda: Totp(SECRET).step(1.0),  # type: ignore[arg-type]
    ],
)
def test_wrong_types_name_no_value(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert "755224" not in str(raised.value)
    assert "123456" not in str(raised.value)


def test_steams_letters_have_doors_of_their_own() -> None:
    totp = Totp.steam(SECRET)
    assert (totp.algorithm, totp.digits, totp.period, totp.start) == ("SHA1", 5, 30, 0)
    pair = totp.code(7), totp.code(8)
    assert at(totp.resynchronize(*pair, 0, 100)) == 8
    assert totp.matching(HOTP.code(7), 7, 1) is None
    assert HOTP.matching(totp.code(7), 7, 1) is None
    misused("ShortSecret", lambda: Totp.steam(b"x" * 15))
    misused("ShortSecret", lambda: Totp.steam_with_dangerously_short_secret(b""))
    assert len(Totp.steam_with_dangerously_short_secret(b"x").code(0)) == 5


def test_a_generator_shows_no_secret_and_goes_nowhere() -> None:
    totp = Totp(b"canary-canary-canary", digits=8, period=60, start=7)
    hotp = Hotp(b"canary-canary-canary", algorithm="SHA256")
    assert repr(totp) == "Totp(algorithm='SHA1', digits=8, period=60, start=7)"
    assert repr(hotp) == "Hotp(algorithm='SHA256', digits=6)"
    assert (hotp.algorithm, hotp.digits, totp.algorithm, totp.digits) == ("SHA256", 6, "SHA1", 8)
    for one in (totp, hotp):
        for away in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                away(one)
        with pytest.raises((AttributeError, TypeError)):
            setattr(one, "digits", 6)  # noqa: B010
        with pytest.raises(TypeError):
            type("Mine", (type(one),), {})
