"""How long a `finish` takes in Python: finish.py URL TURNS prints the median in microseconds.

Keys, policy and story are those of figures/faces.rs, which runs it beside its own.
"""

import os
import statistics
import sys
import time

import pinbolt

SESSION = b"session 1"


class Outbox:
    """Keeps the last code."""

    code = ""

    def deliver(self, message: pinbolt.Message, /) -> pinbolt.Handover:
        """Take every message."""
        self.code = message.code or ""
        return "sent"


def main(url: str, turns: int) -> None:
    """Let one account after another sign in, and time the last step of each."""
    outbox = Outbox()
    engine = pinbolt.Engine(
        url=url,
        keys=pinbolt.Keys.parse(os.environ["PINBOLT_BENCH_KEYS"]),
        policy=pinbolt.Policy.parse(os.environ["PINBOLT_BENCH_POLICY"]),
        tenant="benches",
        delivery=outbox,
    )
    desk = pinbolt.Operator("desk-7", "asked in person")
    spent = []
    for nth in range(turns):
        account = f"account-{nth}"
        addresses = [f"+35191{nth:07}", f"person{nth}@example.com"]
        enrolled = engine.enroll(account=account, addresses=addresses, asserted_by=desk)
        if isinstance(enrolled, pinbolt.Refused):
            raise SystemExit(str(enrolled))
        begun = engine.begin(name=account, purpose="look-up", channel="sms", session=SESSION)
        if isinstance(begun, pinbolt.Refused):
            raise SystemExit(str(begun))
        engine.deliver(begun.dispatch)
        handle, code = begun.challenge.handle, outbox.code
        start = time.perf_counter_ns()
        answer = engine.finish(purpose="look-up", handle=handle, code=code, session=SESSION)
        accepted = isinstance(answer, pinbolt.Accepted) and answer.account == account
        spent.append(time.perf_counter_ns() - start)
        if not accepted:
            raise SystemExit(str(answer))
    print(f"{statistics.median(spent) / 1000:.3f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
