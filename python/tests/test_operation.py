"""Question by question: for hosts with a loop of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeAlias

import pytest
from support import DESK, PHONE, PIN, SESSION, Clock, Phone, Rows, granted, installed, refused

import pinbolt

Question: TypeAlias = pinbolt.Load | pinbolt.Commit | pinbolt.Hash | pinbolt.Deliver


class Host:
    """A loop of its own, over a store of its own."""

    def __init__(self) -> None:
        self.rows, self.phone, self.clock = Rows(), Phone(), Clock()
        self.pinbolt = pinbolt.Pinbolt(**installed(), clock=self.clock)
        self.asked: list[str] = []

    def run(self, operation: pinbolt.Operation[object]) -> object:
        while (question := operation.question) is not None:
            answer(self, operation, question)
        return operation.end()

    def enroll(self) -> None:
        operation = self.pinbolt.enroll(account="a-1", pin=PIN, addresses=[PHONE], asserted_by=DESK)
        assert repr(self.run(operation)) == "Enrolled(bound=1, candidates=0)"

    def begin(self) -> pinbolt.Operation[pinbolt.Begun | pinbolt.Refused]:
        return self.pinbolt.begin(
            name="a-1", purpose="sign-in", pin=PIN, channel="sms", session=SESSION
        )


def answer(host: Host, operation: pinbolt.Operation[object], question: Question) -> None:
    match question:
        case pinbolt.Load(row):
            host.asked.append("load")
            operation.answer_found(host.rows.load(row))
        case pinbolt.Commit(write):
            host.asked.append("commit")
            if host.rows.swap(write) == "applied":
                operation.answer_applied()
            else:
                operation.answer_conflict()
        case pinbolt.Hash(work):
            host.asked.append("hash")
            operation.answer_hashed(work.run())
        case pinbolt.Deliver(message):
            host.asked.append("deliver")
            host.phone.deliver(message)
            operation.answer_sent()


def test_a_host_of_its_own_signs_a_person_in() -> None:
    host = Host()
    host.enroll()
    host.asked.clear()
    begun = host.run(host.begin())
    assert isinstance(begun, pinbolt.Begun)
    assert host.asked[-1] == "commit"
    assert {"load", "commit", "hash"} == set(host.asked)
    host.asked.clear()
    delivered = host.run(host.pinbolt.deliver(begun.dispatch))
    assert isinstance(delivered, pinbolt.Delivered)
    assert host.asked == ["deliver"]
    host.asked.clear()
    operation = host.pinbolt.finish(
        purpose="sign-in",
        handle=begun.challenge.handle,
        code=host.phone.code,
        session=SESSION,
        source="10.0.0.7",
    )
    assert not list(operation.events)
    assert isinstance(host.run(operation), pinbolt.Accepted)
    assert host.asked == ["load", "commit"]
    event = operation.events[0]
    assert (event.account, event.source, event.event.kind) == ("a-1", "10.0.0.7", "CodeAccepted")
    assert (event.event.purpose, event.event.channel) == ("sign-in", "sms")


def misused(name: str, act: Callable[[], object]) -> None:
    with pytest.raises(pinbolt.Misuse) as raised:
        act()
    assert raised.value.name == name


def hashing(host: Host) -> tuple[pinbolt.Operation[object], pinbolt.Work]:
    """An operation that asks for a hash."""
    operation = host.pinbolt.enroll(account="a-9", pin="590381")
    operation.answer_found(None)
    question = operation.question
    assert isinstance(question, pinbolt.Hash)
    return operation, question.work


def all_but(kind: str, name: str, operation: pinbolt.Operation[object], host: Host) -> None:
    """Every answer to another kind of question is refused by this name."""
    digest = hashing(host)[1].run()
    answers: list[tuple[str, Callable[[], object]]] = [
        ("Load", lambda: operation.answer_found(None)),
        ("Load", operation.answer_load_failed),
        ("Commit", operation.answer_applied),
        ("Commit", operation.answer_conflict),
        ("Commit", operation.answer_in_doubt),
        ("Commit", operation.answer_not_applied),
        ("Hash", lambda: operation.answer_hashed(digest)),
        ("Hash", operation.answer_not_hashed),
        ("Deliver", operation.answer_sent),
        ("Deliver", operation.answer_not_sent),
        ("Deliver", operation.answer_unknown),
    ]
    for answered, answer in answers:
        if answered != kind:
            misused(name, answer)
    if kind == "Hash":
        misused("WrongDigest", lambda: operation.answer_hashed(digest))
        misused("UsedUp", lambda: operation.answer_hashed(digest))
    if kind == "Load":
        with pytest.raises(TypeError):
            operation.answer_found(b"rubbish")  # type: ignore[arg-type]


def test_a_wrong_answer_is_misuse_and_loses_nothing() -> None:
    class Careless(Host):
        def run(self, operation: pinbolt.Operation[object]) -> object:
            while (question := operation.question) is not None:
                kind = type(question).__name__
                all_but(kind, "WrongAnswer", operation, self)
                misused("NotOver", operation.end)
                answer(self, operation, question)
            all_but("", "Over", operation, self)
            result = operation.end()
            misused("Over", operation.end)
            misused("Over", lambda: operation.question)
            all_but("", "Over", operation, self)
            return result

    host = Careless()
    host.enroll()
    begun = host.run(host.begin())
    assert isinstance(begun, pinbolt.Begun)
    delivered = host.run(host.pinbolt.deliver(begun.dispatch))
    assert isinstance(delivered, pinbolt.Delivered)
    assert host.asked.count("deliver") == 1


def test_a_digest_answers_once() -> None:
    host = Host()
    first, work = hashing(host)
    digest = work.run()
    first.answer_hashed(digest)
    second, _ = hashing(host)
    misused("UsedUp", lambda: second.answer_hashed(digest))
    assert isinstance(second.question, pinbolt.Hash)


def test_a_lost_race_is_judged_again() -> None:
    host = Host()
    host.enroll()
    operation = host.pinbolt.block(account="a-1", operator=DESK)
    load = operation.question
    assert isinstance(load, pinbolt.Load)
    operation.answer_found(host.rows.load(load.row))
    assert isinstance(host.run(host.pinbolt.block(account="a-1", operator=DESK)), pinbolt.Done)
    commit = operation.question
    assert isinstance(commit, pinbolt.Commit)
    assert host.rows.swap(commit.write) == "conflict"
    operation.answer_conflict()
    assert isinstance(operation.question, pinbolt.Load)
    assert isinstance(host.run(operation), pinbolt.Done)


def test_races_lost_without_end_are_contention() -> None:
    host = Host()
    host.enroll()
    operation = host.pinbolt.block(account="a-1", operator=DESK)
    while (question := operation.question) is not None:
        if isinstance(question, pinbolt.Load):
            operation.answer_found(host.rows.load(question.row))
        else:
            operation.answer_conflict()
    with pytest.raises(pinbolt.Failure) as raised:
        operation.end()
    assert raised.value.name == "Contended"


def test_overload_gives_the_guess_back() -> None:
    host = Host()
    host.enroll()
    for _ in range(20):
        operation = host.begin()
        while not isinstance(question := operation.question, pinbolt.Hash):
            if isinstance(question, pinbolt.Load):
                operation.answer_found(host.rows.load(question.row))
            elif isinstance(question, pinbolt.Commit):
                host.rows.swap(question.write)
                operation.answer_applied()
        operation.answer_not_hashed()
        with pytest.raises(pinbolt.Failure) as raised:
            host.run(operation)
        assert raised.value.name == "Overload"
    assert isinstance(host.run(host.begin()), pinbolt.Begun)


def test_what_the_host_says_is_the_cause() -> None:
    host = Host()
    operation = host.pinbolt.describe(account="a-1")
    operation.answer_load_failed(OSError("gone"))
    with pytest.raises(pinbolt.Failure) as raised:
        operation.end()
    assert isinstance(raised.value.__cause__, OSError)


def test_an_engine_takes_an_operation_over() -> None:
    store = pinbolt.open_store("memory:")
    engine = pinbolt.Engine(**installed(), store=store)
    operation = engine.pinbolt.enroll(account="a-1")
    assert isinstance(operation.question, pinbolt.Load)
    granted(engine.run(operation), pinbolt.Enrolled)
    with pytest.raises(pinbolt.Misuse) as raised:
        engine.run(operation)
    assert raised.value.name == "Over"
    refused(engine.run(engine.pinbolt.enroll(account="a-1")), "AccountExists")


def test_a_hash_runs_without_the_interpreter() -> None:
    """Another thread of Python's goes on while PINs are hashed."""
    host = Host()
    slow = pinbolt.Policy.parse("hash = { memory = 65536, passes = 4 }")
    host.pinbolt = pinbolt.Pinbolt(keys=installed()["keys"], policy=slow)
    operation = host.pinbolt.enroll(account="a-1", pin=PIN)
    operation.answer_found(None)
    question = operation.question
    assert isinstance(question, pinbolt.Hash)
    assert question.work.cost == (65536, 4, 1)
    ended, turns = threading.Event(), 0

    def hashes() -> None:
        operation.answer_hashed(question.work.run())
        ended.set()

    thread = threading.Thread(target=hashes)
    thread.start()
    while not ended.is_set():
        turns += 1
        time.sleep(0)
    thread.join()
    assert turns > 10


def test_an_operation_at_work_is_busy() -> None:
    """For another thread, and for a store that calls it from within."""

    class Inward(Rows):
        operation: pinbolt.Operation[object] | None = None
        told: tuple[str, ...] = ()

        def load(self, row: str) -> pinbolt.Snapshot | None:
            if (operation := self.operation) is not None:
                for act in (operation.end, operation.answer_applied, lambda: operation.question):
                    with pytest.raises(pinbolt.Misuse) as raised:
                        act()
                    self.told = (*self.told, raised.value.name)
            return super().load(row)

    rows = Inward()
    engine = pinbolt.Engine(**installed(), store=rows)
    operation = engine.pinbolt.enroll(account="a-1")
    rows.operation = operation
    granted(engine.run(operation), pinbolt.Enrolled)
    assert rows.told == ("Busy", "Busy", "Busy")
    misused("Over", operation.end)


def test_an_operation_that_was_interrupted_is_over() -> None:
    class Interrupted(Rows):
        def load(self, row: str) -> pinbolt.Snapshot | None:
            raise KeyboardInterrupt

    engine = pinbolt.Engine(**installed(), store=Interrupted())
    operation = engine.pinbolt.describe(account="a-1")
    with pytest.raises(KeyboardInterrupt):
        engine.run(operation)
    misused("Over", operation.end)
