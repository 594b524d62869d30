"""Many at once with one code of a token: it lets in once, and no guess is free."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from support import DESK, HOTP, SECRET, SESSION, granted, refused
from test_races import (
    BURST,
    MANY,
    THREADS,
    Ground,
    Result,
    async_engines,
    at_once,
    desks,
    grounds,
    tally,
    wrong_codes,
)

import pinbolt
from pinbolt.oath import Hotp

STEP: Final = 30_000


@grounds
@pytest.mark.parametrize("kind", ["totp", "hotp"])
def test_eight_threads_race_one_code_of_a_token(
    ground: Ground, kind: pinbolt.TokenKind, tmp_path: Path
) -> None:
    three = desks(ground, tmp_path)
    three[0].token(kind)
    for n in range(5):
        code = HOTP.code(n) if kind == "hotp" else three[0].otp()
        acts = [partial(three[i % 3].verify, "otp", otp=code) for i in range(THREADS)]
        assert tally(at_once(acts)) == {"Accepted": 1, "AlreadyUsed": THREADS - 1}
        for desk in three:
            desk.clock.now += STEP


@grounds
def test_two_hundred_tasks_race_one_code_of_a_token(ground: Ground, tmp_path: Path) -> None:
    desk, engines = async_engines(ground, tmp_path)
    desk.token()
    code = desk.otp()

    async def race() -> list[Result]:
        return await asyncio.gather(
            *(
                engines[i % 3].verify(name="a-1", purpose="otp", otp=code, session=SESSION)
                for i in range(MANY)
            )
        )

    assert tally(asyncio.run(race())) == {"Accepted": 1, "AlreadyUsed": MANY - 1}


@grounds
def test_two_hundred_tasks_race_to_confirm_a_token(ground: Ground, tmp_path: Path) -> None:
    desk, engines = async_engines(ground, tmp_path)
    added = desk.engine.add_token(account="a-1", label="app", secret=SECRET, authority=DESK)
    token, code = granted(added, pinbolt.AddedToken).token, desk.otp()

    async def race() -> list[pinbolt.Done | pinbolt.Refused]:
        return await asyncio.gather(
            *(
                engines[i % 3].confirm_token(account="a-1", token=token, code=code, session=SESSION)
                for i in range(MANY)
            )
        )

    results = asyncio.run(race())
    names = Counter(r.name if isinstance(r, pinbolt.Refused) else "Done" for r in results)
    assert names == {"Done": 1, "UnknownToken": MANY - 1}
    refused(desk.verify("otp", otp=code), "AlreadyUsed")


@grounds
def test_of_two_hundred_wrong_codes_of_two_tokens_half_a_burst_is_judged(
    ground: Ground, tmp_path: Path
) -> None:
    """A guess is compared with both, and counts two."""
    three = desks(ground, tmp_path)
    three[0].token()
    three[0].token("hotp", SECRET[::-1])
    taken = {three[0].otp(steps) for steps in range(-3, 4)}
    taken |= {Hotp(SECRET[::-1]).code(n) for n in range(6)}
    typed = [code for code in wrong_codes("0") if code not in taken]
    typed += ["999999"] * (MANY - len(typed))
    acts = [partial(three[i % 3].verify, "otp", otp=code) for i, code in enumerate(typed)]
    judged = BURST // 2
    assert tally(at_once(acts)) == {"WrongCredentials": judged, "Throttled": MANY - judged}
    (ledger,) = granted(three[0].engine.describe(account="a-1"), pinbolt.Description).ledgers
    assert (ledger.authenticator, ledger.failures) == ("otp", BURST)


@grounds
def test_eight_threads_race_one_recovery_code(ground: Ground, tmp_path: Path) -> None:
    three = desks(ground, tmp_path)
    code = three[0].recovery_codes()[0]
    acts = [partial(three[i % 3].verify, "recover", recovery_code=code) for i in range(THREADS)]
    assert tally(at_once(acts)) == {"Accepted": 1, "AlreadyUsed": THREADS - 1}
