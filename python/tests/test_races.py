"""Many at once, in threads, tasks and engines: one code lets in once, and no guess is free."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, Literal, ParamSpec, TypeAlias, TypeVar

import pytest
from support import PIN, SESSION, AsyncRows, Desk, Rows, granted, installed, refused

import pinbolt

_P = ParamSpec("_P")
_T = TypeVar("_T")

Ground: TypeAlias = Literal["memory:", "a file", "a store of Python's"]
Result: TypeAlias = pinbolt.Accepted | pinbolt.Refused

THREADS: Final = 8
MANY: Final = 200
TRIES: Final = 5
"""The default of `code.tries`."""
BURST: Final = 10
"""The most wrong PINs at once, of strangers."""
WRONG_PIN: Final = "314159"

grounds = pytest.mark.parametrize("ground", ["memory:", "a file", "a store of Python's"])


def storage(ground: Ground, path: Path) -> Callable[[], pinbolt.OpenedStore | Rows]:
    """Opens connections to one storage."""
    if ground == "a file":
        return lambda: pinbolt.open_store(f"sqlite://{path}/auth.db")
    store = pinbolt.open_store("memory:") if ground == "memory:" else Rows()
    return lambda: store


def desks(ground: Ground, path: Path) -> list[Desk]:
    """Three engines on one storage, as three processes would have."""
    connect = storage(ground, path)
    return [Desk(store=connect(), enrolled=first) for first in (True, False, False)]


def async_engines(ground: Ground, path: Path) -> tuple[Desk, list[pinbolt.AsyncEngine]]:
    """A desk, and three asyncio engines on its storage."""
    connect = storage(ground, path)
    desk = Desk(store=connect())

    def engine() -> pinbolt.AsyncEngine:
        store = connect()
        awaited = AsyncRows(store) if isinstance(store, Rows) else store
        return pinbolt.AsyncEngine(**installed(), store=awaited, clock=desk.clock)

    return desk, [engine() for _ in range(3)]


def at_once(acts: Sequence[Callable[[], _T]], threads: int = THREADS) -> list[_T]:
    """Do every act, on threads that start together."""
    start = threading.Barrier(threads)

    def some(first: int) -> list[_T]:
        start.wait(30)
        return [act() for act in acts[first::threads]]

    with ThreadPoolExecutor(threads) as pool:
        return [result for some in pool.map(some, range(threads)) for result in some]


def tally(results: Sequence[Result]) -> Counter[str]:
    """How often each answer was given."""
    return Counter(r.name if isinstance(r, pinbolt.Refused) else "Accepted" for r in results)


def wrong_codes(code: str) -> list[str]:
    return [f"{(int(code) + 1 + i) % 1_000_000:06}" for i in range(MANY)]


def judged(results: Sequence[Result]) -> None:
    """Of many wrong codes, as many were compared as there are tries, and each counted."""
    assert tally(results) == {"WrongCode": TRIES, "TriesUsedUp": MANY - TRIES}
    left = [r.tries_left for r in results if isinstance(r, pinbolt.Refused)]
    assert sorted(n for n in left if n is not None) == list(range(TRIES))


def wrong_pin(desk: Desk) -> Result:
    return desk.engine.verify(name="a-1", purpose="pay", pin=WRONG_PIN, session=SESSION)


@grounds
def test_eight_threads_race_one_code(ground: Ground, tmp_path: Path) -> None:
    three = desks(ground, tmp_path)
    for _ in range(5):
        challenge, code = three[0].sent(), three[0].phone.code
        acts = [partial(three[i % 3].finish, challenge, code) for i in range(THREADS)]
        assert tally(at_once(acts)) == {"Accepted": 1, "AlreadyUsed": THREADS - 1}


@grounds
def test_two_hundred_tasks_race_one_code(ground: Ground, tmp_path: Path) -> None:
    desk, engines = async_engines(ground, tmp_path)
    handle, code = desk.sent().handle, desk.phone.code

    async def race() -> list[Result]:
        return await asyncio.gather(
            *(
                engines[i % 3].finish(purpose="sign-in", handle=handle, code=code, session=SESSION)
                for i in range(MANY)
            )
        )

    assert tally(asyncio.run(race())) == {"Accepted": 1, "AlreadyUsed": MANY - 1}


@grounds
def test_of_two_hundred_wrong_codes_in_threads_five_are_judged(
    ground: Ground, tmp_path: Path
) -> None:
    three = desks(ground, tmp_path)
    challenge, code = three[0].sent(), three[0].phone.code
    typed = enumerate(wrong_codes(code))
    judged(at_once([partial(three[i % 3].finish, challenge, wrong) for i, wrong in typed]))
    refused(three[0].finish(challenge, code), "TriesUsedUp")


@grounds
def test_of_two_hundred_wrong_codes_in_tasks_five_are_judged(
    ground: Ground, tmp_path: Path
) -> None:
    desk, engines = async_engines(ground, tmp_path)
    challenge, code = desk.sent(), desk.phone.code

    async def race() -> list[Result]:
        return await asyncio.gather(
            *(
                engines[i % 3].finish(
                    purpose="sign-in", handle=challenge.handle, code=typed, session=SESSION
                )
                for i, typed in enumerate(wrong_codes(code))
            )
        )

    judged(asyncio.run(race()))
    refused(desk.finish(challenge, code), "TriesUsedUp")


@grounds
def test_of_two_hundred_wrong_pins_in_threads_a_burst_is_hashed(
    ground: Ground, tmp_path: Path
) -> None:
    three = desks(ground, tmp_path)
    results = at_once([partial(wrong_pin, three[i % 3]) for i in range(MANY)])
    assert tally(results) == {"WrongCredentials": BURST, "Throttled": MANY - BURST}
    told = Counter(event.event.kind for desk in three for event in desk.events)
    assert (told["PinTried"], told["PinRefused"]) == (BURST, BURST)


@grounds
def test_of_two_hundred_wrong_pins_in_tasks_a_burst_is_hashed(
    ground: Ground, tmp_path: Path
) -> None:
    _, engines = async_engines(ground, tmp_path)
    pools = [Pool.of(engine) for engine in engines]

    async def race() -> list[Result]:
        return await asyncio.gather(
            *(
                engines[i % 3].verify(name="a-1", purpose="pay", pin=WRONG_PIN, session=SESSION)
                for i in range(MANY)
            )
        )

    assert tally(asyncio.run(race())) == {"WrongCredentials": BURST, "Throttled": MANY - BURST}
    assert sum(pool.runs for pool in pools) == BURST


def step(operation: pinbolt.Operation[Result], store: pinbolt.Store) -> None:
    """Answer one load or write."""
    match operation.question:
        case pinbolt.Load(row):
            operation.answer_found(store.load(row))
        case pinbolt.Commit(write):
            if store.swap(write) == "applied":
                operation.answer_applied()
            else:
                operation.answer_conflict()


def hashes_asked(desk: Desk, store: pinbolt.Store) -> int:
    """How many of many wrong PINs come as far as the hash, each a question behind the others."""
    operations = [
        desk.engine.pinbolt.verify(name="a-1", purpose="pay", pin=WRONG_PIN, session=SESSION)
        for _ in range(MANY)
    ]
    under_way = operations
    while under_way:
        for operation in under_way:
            step(operation, store)
        under_way = [
            operation
            for operation in under_way
            if isinstance(operation.question, (pinbolt.Load, pinbolt.Commit))
        ]
    hashes = [one for one in operations if isinstance(one.question, pinbolt.Hash)]
    for one in operations:
        if one not in hashes:
            refused(one.end(), "Throttled")
    return len(hashes)


@grounds
def test_two_hundred_wrong_pins_side_by_side_ask_for_a_burst_of_hashes(
    ground: Ground, tmp_path: Path
) -> None:
    connect = storage(ground, tmp_path)
    assert hashes_asked(Desk(store=connect()), connect()) == BURST


class Racy(Rows):
    """A store that checks in one step and writes in the next, with everybody in between."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = threading.Barrier(1)

    def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        standing = self.rows.get(write.row)
        if write.expected != (standing and standing.version):
            return "conflict"
        self.checked.wait(30)
        assert write.body is not None
        self.rows[write.row] = pinbolt.Snapshot(write.version, write.body)
        return "applied"


def test_a_racy_store_lets_everybody_in() -> None:
    """What these races would find: with it, the tests above would fail."""
    store = Racy()
    desk = Desk(store=store)
    challenge, code = desk.sent(), desk.phone.code
    store.checked = threading.Barrier(THREADS)
    results = at_once([partial(desk.finish, challenge, code)] * THREADS)
    assert tally(results) == {"Accepted": THREADS}


def test_a_racy_store_counts_one_guess_for_many() -> None:
    store = Racy()
    desk = Desk(store=store)
    challenge, code = desk.sent(), desk.phone.code
    store.checked = threading.Barrier(THREADS)
    acts = [partial(desk.finish, challenge, typed) for typed in wrong_codes(code)]
    results = at_once(acts[:THREADS])
    assert [r.tries_left for r in results if isinstance(r, pinbolt.Refused)] == [4] * THREADS
    store.checked = threading.Barrier(1)
    granted(desk.finish(challenge, code), pinbolt.Accepted)


def test_a_racy_store_hashes_more_than_a_burst() -> None:
    store = Racy()
    desk = Desk(store=store)
    many = BURST + 5
    store.checked = threading.Barrier(many)
    results = at_once([partial(wrong_pin, desk)] * many, many)
    assert tally(results) == {"WrongCredentials": many}


class Pool(ThreadPoolExecutor):
    """Counts the hashes that run at once, and where; they end when they may."""

    def __init__(self, slots: int) -> None:
        super().__init__(slots)
        self.lock, self.may_end = threading.Lock(), threading.Event()
        self.may_end.set()
        self.submitted, self.running, self.most, self.runs = 0, 0, 0, 0
        self.crowd, self.crowded = 0, asyncio.Event()
        self.threads: set[int] = set()

    @classmethod
    def of(cls, engine: pinbolt.AsyncEngine) -> Pool:
        """Watch an engine's hashes, on as many threads as it took."""
        pool = cls(engine._hashes._max_workers)
        engine._hashes = pool
        return pool

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        def watched() -> _T:
            with self.lock:
                self.running, self.runs = self.running + 1, self.runs + 1
                self.most = max(self.most, self.running)
                self.threads.add(threading.get_ident())
            assert self.may_end.wait(30)
            try:
                return fn(*args, **kwargs)
            finally:
                with self.lock:
                    self.running -= 1

        self.submitted += 1
        if self.submitted == self.crowd:
            self.crowded.set()
        return super().submit(watched)


def test_fifty_pin_checks_run_two_hashes_at_once_and_none_on_the_loop() -> None:
    engine = pinbolt.AsyncEngine(**installed(), store=AsyncRows(), hash_slots=2)
    pool, people = Pool.of(engine), [f"a-{i}" for i in range(10)]

    async def all_of_them() -> list[Result]:
        for account in people:
            granted(await engine.enroll(account=account, pin=PIN), pinbolt.Enrolled)
        pool.may_end.clear()
        pool.crowd = pool.submitted + 50
        checks = [
            asyncio.ensure_future(
                engine.verify(name=account, purpose="pay", pin=PIN, session=SESSION)
            )
            for account in people * 5
        ]
        # None has ended, and yet the loop brings them all.
        try:
            await asyncio.wait_for(pool.crowded.wait(), 30)
            assert pool.runs <= len(people) + 2
        finally:
            pool.may_end.set()
        return await asyncio.gather(*checks)

    assert tally(asyncio.run(all_of_them())) == {"Accepted": 50}
    assert (pool.runs, pool.most) == (60, 2)
    assert threading.get_ident() not in pool.threads
    assert len(pool.threads) <= 2


PEAK: Final = """
import resource, sys, threading
import pinbolt
from support import KEYS, PURPOSES

policy = "hash = { memory = 65536, passes = 1 }\\n" + PURPOSES
arguments = {"keys": pinbolt.Keys.parse(KEYS), "policy": pinbolt.Policy.parse(policy)}
engine = pinbolt.Engine(**arguments, url="memory:", hash_slots=2)
people = [f"a-{i}" for i in range(10)]
for account in people:
    engine.enroll(account=account, pin="802714")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = threading.Barrier(50)
accepted = []

def check(account):
    start.wait(30)
    verified = engine.verify(name=account, purpose="pay", pin="802714", session=b"s")
    accepted.append(isinstance(verified, pinbolt.Accepted))

threads = [threading.Thread(target=check, args=[account]) for account in people * 5]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert accepted == [True] * 50, accepted
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_fifty_pin_checks_in_threads_take_the_memory_of_two() -> None:
    """The blocking engine's slots are native; what they hold can be seen from outside."""
    tests = Path(__file__).parent
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PEAK],
        cwd=tests,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    # In KiB: one more slot than the enrolments used, and the threads' own; not fifty.
    assert int(run.stdout) < 2 * 65536, run.stdout
