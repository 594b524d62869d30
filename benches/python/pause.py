"""The event loop's longest pause while 50 PINs are checked at once, in milliseconds.

pause.py ROUNDS prints two medians: pinbolt's, and that of 50 argon2-cffi hashes of the same cost by
`asyncio.to_thread`, with as many of them at once. They take turns, so that whatever slows the
machine slows both.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import argon2

import pinbolt

PEOPLE = 50
SLOTS = 2
TICK = 0.001
PIN = "802714"
POLICY = "purposes.step-up = { pin = true }"


async def longest_pause(work: Callable[[], Awaitable[object]]) -> float:
    """Give the longest time by which a tick came late while `work` was done, in milliseconds."""
    late = 0.0

    async def tick() -> None:
        nonlocal late
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            late = max(late, time.perf_counter() - before - TICK)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    late = 0.0
    await work()
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking
    return late * 1000


async def peer() -> None:
    """Hash with the settings that the policy has by default."""
    hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    slots = asyncio.Semaphore(SLOTS)

    async def one() -> None:
        async with slots:
            await asyncio.to_thread(hasher.hash, PIN)

    await asyncio.gather(*(one() for _ in range(PEOPLE)))


async def main(rounds: int) -> None:
    """Let both work in turns."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder, "keys.toml")
        pinbolt.Keys.generate(keys)
        engine = pinbolt.AsyncEngine(
            url="memory:",
            keys=pinbolt.Keys.load(keys),
            policy=pinbolt.Policy.parse(POLICY),
            hash_slots=SLOTS,
        )
        for nth in range(PEOPLE):
            enrolled = await engine.enroll(account=f"person-{nth}", pin=PIN)
            if isinstance(enrolled, pinbolt.Refused):
                raise SystemExit(str(enrolled))

        async def check(nth: int) -> None:
            name = f"person-{nth}"
            answer = await engine.verify(name=name, purpose="step-up", pin=PIN, session=b"s")
            if not isinstance(answer, pinbolt.Accepted):
                raise SystemExit(str(answer))

        async def ours() -> None:
            await asyncio.gather(*(check(nth) for nth in range(PEOPLE)))

        both = [(await longest_pause(ours), await longest_pause(peer)) for _ in range(rounds)]
        print(*(f"{statistics.median(times):.3f}" for times in zip(*both, strict=True)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
