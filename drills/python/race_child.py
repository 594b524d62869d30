"""One process of a race, through the Python package.

race_child.py PATH SCENARIO HANDLE CODE ROW N OF CALLS TYPES WRONG SETTING... takes the order of
`race child`. It makes every OF-th of CALLS calls from the N-th on, on a thread each, says `ready`,
waits for the end of its input, and prints what the calls count: judged, discarded, hashed,
accepted, released, reused, settled, failed.
"""

import sys
import threading
from base64 import b64encode
from collections import Counter

import pinbolt

RELEASED = {"WrongCode", "WrongCredentials", "Superseded"}
SESSION = b"a drill's session"
PIN = "802714"
KEYS = f"""
index = "{b64encode(b"the index key of all the drills.").decode()}"
active = 1
[secrets]
1 = "{b64encode(b"the one secret of all the drills").decode()}"
"""
PURPOSES = """
purposes.sign-in = { pin = true, code = ["sms", "email"] }
purposes.step-up = { pin = true }
purposes.otp = { otp = true }
purposes.pin-otp = { pin = true, otp = true }
purposes.recover = { recovery_code = true }
"""
# What is judged in one step, by what is typed.
ONE_STEP = {
    "pin": ("step-up", ["pin"]),
    "otp": ("otp", ["otp"]),
    "recovery-code": ("recover", ["recovery_code"]),
    "pin-and-otp": ("pin-otp", ["pin", "otp"]),
}


class Gate:
    """Holds a number of calls until all have arrived and it is opened."""

    def __init__(self, calls: int) -> None:
        """Build a closed gate."""
        self._arrived = threading.Barrier(calls + 1)
        self._opened = threading.Barrier(calls + 1)

    def enter(self) -> None:
        """Wait here, once: a call."""
        self._arrived.wait()
        self._opened.wait()

    def fill(self) -> None:
        """Wait until every call stands before the gate: the keeper."""
        self._arrived.wait()

    def open(self) -> None:
        """Let them all go at once."""
        self._opened.wait()


class Observer:
    """One call's way to the store: its first write waits at the gate, writes on the row count."""

    def __init__(self, store: pinbolt.Store, row: str, gate: Gate) -> None:
        """Look at one row."""
        self._store, self._row, self._gate = store, row, gate
        self._waited = False
        self.counts: Counter[str] = Counter()

    def wait(self) -> None:
        """Wait at the gate, unless this call did so before."""
        if not self._waited:
            self._waited = True
            self._gate.enter()

    def load(self, row: str, /) -> pinbolt.Snapshot | None:
        """Load through."""
        return self._store.load(row)

    def swap(self, write: pinbolt.Write, /) -> pinbolt.Swapped:
        """Count by the answer."""
        self.wait()
        answer = self._store.swap(write)
        if write.row == self._row and answer == "applied":
            first = not self.counts["judged"]
            self.counts["judged" if first else "settled"] += 1
        elif write.row == self._row:
            self.counts["discarded"] += answer == "conflict"
        return answer


def wrong(right: str, nth: int) -> str:
    """Give the n-th other code of as many digits."""
    return f"{(int(right) + 1 + nth) % 10 ** len(right):0{len(right)}}"


class Call:
    """What one thread does."""

    def __init__(self, order: list[str], store: pinbolt.Store, gate: Gate, nth: int) -> None:
        """Build the n-th call."""
        _, self._scenario, self._handle, code, row, _, _, _, self._types, wrongs, *settings = order
        self._code = wrong(code, nth) if "code" in wrongs else code
        self._pin = wrong(PIN, nth) if "pin" in wrongs else PIN
        self._policy = "\n".join([*settings, PURPOSES])
        self._observer = Observer(store, row, gate)
        self._nth = nth
        self.counts: Counter[str] = self._observer.counts

    def run(self) -> None:
        """Play the scenario, and let nobody wait for a call that writes nothing."""
        try:
            answer = self._finish() if self._types == "code" else self._verify()
            accepted = isinstance(answer, pinbolt.Accepted)
            refused = answer.name if isinstance(answer, pinbolt.Refused) else ""
            self.counts["accepted"] += accepted
            self.counts["released"] += accepted or refused in RELEASED
            if refused == "AlreadyUsed" and self.counts["judged"]:
                self.counts["judged"], self.counts["reused"] = 0, 1
        except pinbolt.Error as error:
            print(f"race: {self._scenario}, call {self._nth}: {error!r}", file=sys.stderr)
            self.counts["failed"] += 1
        finally:
            self._observer.wait()

    def _finish(self) -> pinbolt.Accepted | pinbolt.Refused:
        """Type a code, through the engine that is shipped."""
        keys, policy = pinbolt.Keys.parse(KEYS), pinbolt.Policy.parse(self._policy)
        engine = pinbolt.Engine(store=self._observer, keys=keys, policy=policy, tenant="drills")
        return engine.finish(
            purpose="sign-in", handle=self._handle, code=self._code, session=SESSION
        )

    def _verify(self) -> pinbolt.Accepted | pinbolt.Refused:
        """Type what is judged in one step, question by question: its hashes are counted."""
        keys, policy = pinbolt.Keys.parse(KEYS), pinbolt.Policy.parse(self._policy)
        drills = pinbolt.Pinbolt(keys=keys, policy=policy, tenant="drills")
        purpose, parts = ONE_STEP[self._types]
        operation = drills.verify(
            name="ana",
            purpose=purpose,
            pin=self._pin if "pin" in parts else None,
            otp=self._code if "otp" in parts else None,
            recovery_code=self._code if "recovery_code" in parts else None,
            session=SESSION,
        )
        while (question := operation.question) is not None:
            match question:
                case pinbolt.Load(row):
                    operation.answer_found(self._observer.load(row))
                case pinbolt.Commit(write):
                    if self._observer.swap(write) == "applied":
                        operation.answer_applied()
                    else:
                        operation.answer_conflict()
                case pinbolt.Hash(work):
                    self.counts["hashed"] += 1
                    operation.answer_hashed(work.run())
                case pinbolt.Deliver():
                    operation.answer_not_sent()
        return operation.end()


def main(order: list[str]) -> None:
    """Run this process's share of the calls."""
    path, _, _, _, _, n, of, calls, *_ = order
    mine = range(int(n), int(calls), int(of))
    gate = Gate(len(mine))
    store = pinbolt.open_store(f"sqlite://{path}")
    all_mine = [Call(order, store, gate, nth) for nth in mine]
    threads = [threading.Thread(target=call.run) for call in all_mine]
    for thread in threads:
        thread.start()
    gate.fill()
    print("ready", flush=True)
    sys.stdin.read()
    gate.open()
    for thread in threads:
        thread.join()
    counts = sum((call.counts for call in all_mine), Counter())
    names = ("judged", "discarded", "hashed", "accepted", "released", "reused", "settled", "failed")
    print(*(counts[name] for name in names))


if __name__ == "__main__":
    main(sys.argv[1:])
