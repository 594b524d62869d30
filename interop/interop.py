"""One-time codes against Debian's oathtool and PyPI's pyotp: each takes what the other makes.

interop.py [CASES [SEED]] draws as many secrets, counters, times, digits and algorithms for HOTP,
as many for TOTP, and as many for Steam's codes where a peer knows them, with each peer. Of each
case the peer must accept our code, we must find the peer's where it was made, and both must refuse
a wrong one. Then comes a control: a fault of ours is planted in one case of a hundred, and must be
seen each time.
"""

import os
import random
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import NamedTuple

from cases import LETTERS, Case, draw
from peers import Oathtool, Peer, PyOtp

CASES = 10_000
CONTROL = 1_000
EVERY = 100
"""One case of so many has the planted fault."""
BEYOND = 20
"""Counters: no window reaches as far."""

Maker = Callable[[Case], str]


def ours(case: Case) -> str:
    """Our code."""
    if case.period is None:
        return case.hotp().code(case.counter)
    return case.totp().code_at(case.now * 1000 + 999) or "before the start"


def faulty(case: Case) -> str:
    """The same, of a counter far off in one case of many."""
    if case.number % EVERY:
        return ours(case)
    return case.hotp().code(case.counter + BEYOND)


def found(case: Case, code: str) -> bool:
    """Whether we find a code at its counter, and in the window around it."""
    face = case.hotp() if case.period is None else case.totp()
    around = face.matching(code, case.counter - case.back, case.back + 1 + case.ahead)
    # A lower counter of the window has the same code once in a million.
    same = around is not None and face.code(around.counter) == code
    return same and face.matching(code, case.counter, 1) is not None


def wrong(case: Case, code: str) -> str:
    """A code like this one that no counter far and wide has."""
    hotp = case.hotp()
    near = {hotp.code(at) for at in range(max(case.counter - BEYOND, 0), case.counter + BEYOND)}
    texts = following(code) if case.letters else more(code)
    return next(text for text in texts if text not in near)


def more(code: str) -> Iterator[str]:
    """The numbers after that of a code."""
    return (f"{(int(code) + n) % 10 ** len(code):0{len(code)}}" for n in count(1))


def following(code: str) -> Iterator[str]:
    """The letters after the last one of a Steam code, in a circle."""
    at = LETTERS.index(code[-1])
    return (code[:-1] + LETTERS[(at + n) % len(LETTERS)] for n in count(1))


class Verdicts(NamedTuple):
    """What becomes of a case's codes."""

    ours_accepted: bool
    theirs_matched: bool
    wrong_refused: bool


def verdicts(peer: Peer, maker: Maker, case: Case) -> Verdicts:
    """Let each take what the other makes, and neither a wrong code."""
    theirs = peer.code(case)
    no = wrong(case, theirs)
    return Verdicts(
        ours_accepted=peer.accepts(case, maker(case)),
        theirs_matched=found(case, theirs),
        wrong_refused=not peer.accepts(case, no) and not found(case, no),
    )


def compared(peer: Peer, maker: Maker, cases: Iterable[Case]) -> list[tuple[Case, Verdicts]]:
    """All cases, as many at once as there are processors."""
    drawn = list(cases)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(zip(drawn, pool.map(partial(verdicts, peer, maker), drawn), strict=True))


def main(cases: int, seed: int) -> bool:
    """Compare with each peer, and then with the fault planted; whether all is well."""
    chance, differences, blind = random.Random(seed), 0, 0  # noqa: S311
    for peer in (Oathtool(), PyOtp()):
        for kind in peer.bounds.kinds:
            each = compared(peer, ours, draw(chance, peer.bounds, kind, cases))
            differ = [(case, verdicts) for case, verdicts in each if not all(verdicts)]
            for case, told in differ[:20]:
                print(f"{case}\n{told}", file=sys.stderr)
            differences += len(differ)
            sums = (sum(column) for column in zip(*(told for _, told in each), strict=True))
            counts = " ".join(f"{name}={n}" for name, n in zip(Verdicts._fields, sums, strict=True))
            print(f"interop {peer.name} {kind}: {counts} differences={len(differ)}", flush=True)
            each = compared(peer, faulty, draw(chance, peer.bounds, kind, CONTROL))
            seen, planted = sum(not all(told) for _, told in each), CONTROL // EVERY
            blind += seen != planted
            print(f"control {peer.name} {kind}: planted={planted} seen={seen}", flush=True)
    print(f"seed={seed} differences={differences}")
    return differences == 0 and blind == 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(0 if main(*given, *[CASES, secrets.randbits(32)][len(given) :]) else 1)
