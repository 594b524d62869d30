"""The documentation: every example runs, every name is documented, the faces agree."""

from __future__ import annotations

import asyncio
import doctest
import importlib.metadata
import inspect
from pathlib import Path
from typing import Any, get_args

import pytest
from support import KEYS, MANY, PURPOSES, QUICK

import pinbolt
import pinbolt.testing
from pinbolt import _asyncio, _engine

VERBS = [
    "enroll",
    "confirm",
    "begin",
    "resend",
    "finish",
    "verify",
    "cancel",
    "remember_device",
    "forget_device",
    "outstanding",
    "renew",
    "change_pin",
    "reset_pin",
    "add_token",
    "confirm_token",
    "resync_token",
    "remove_token",
    "import_account",
    "issue_recovery_codes",
    "unlock",
    "block",
    "unblock",
    "cancel_account",
    "describe",
    "deliver",
    "enroll_inactive",
    "issue_ticket",
    "peek_link",
    "redeem",
    "close_ticket",
    "tie_identity",
    "registrations",
    "untie_identity",
    "suspend_address",
    "release_address",
]


def run(name: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
    """Runs the examples of a text, and gives the names that they made."""
    examples = doctest.DocTestParser().get_doctest(text, known, name, name, 0)
    assert examples.examples, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    runner.run(examples, clear_globs=False)
    assert runner.failures == 0, name
    return examples.globs


@pytest.fixture
def page(tmp_path: Path) -> dict[str, Any]:
    """What the package's page ends with, and what the verbs' examples go on from."""
    file = tmp_path / "keys.toml"
    file.write_text(KEYS)
    file.chmod(0o600)
    known = run("pinbolt", str(pinbolt.__doc__), {"keys_file": file})
    policy = pinbolt.Policy.parse(QUICK + MANY + PURPOSES)
    # The page's policy has no more purposes than it needs.
    engine = pinbolt.Engine(
        url="memory:", keys=pinbolt.Keys.parse(KEYS), policy=policy, delivery=known["phone"]
    )
    desk = pinbolt.Operator("desk-7", "seen in person")
    engine.enroll(account="a-1", pin="802714", addresses=["+351912000417"], asserted_by=desk)
    begun = engine.begin(
        name="a-1", purpose="sign-in", pin="802714", channel="sms", session=b"the web session"
    )
    assert isinstance(begun, pinbolt.Begun)
    engine.deliver(begun.dispatch)
    accepted = engine.finish(
        purpose="sign-in",
        handle=begun.challenge.handle,
        code=known["phone"].code,
        session=b"the web session",
    )
    assert isinstance(accepted, pinbolt.Accepted)
    known["engine"], known["challenge"] = engine, begun.challenge
    known["dispatch"], known["Operator"] = begun.dispatch, pinbolt.Operator
    known["pinbolt"] = pinbolt
    return known


def test_the_examples_of_the_verbs_run(page: dict[str, Any]) -> None:
    order = ["finish", *(verb for verb in VERBS if verb != "finish"), "run"]
    for verb in order:
        page = run(verb, str(inspect.getdoc(getattr(pinbolt.Engine, verb))), page)


def test_the_other_examples_run(tmp_path: Path) -> None:
    known = {
        "pinbolt": pinbolt,
        "asyncio": asyncio,
        "keys": pinbolt.Keys.parse(KEYS),
        "policy": pinbolt.Policy.parse(QUICK + PURPOSES),
        "url": f"sqlite://{tmp_path}/auth.db",
    }
    run("AsyncEngine", str(pinbolt.AsyncEngine.__doc__), dict(known))
    run("oath", str(pinbolt.oath.__doc__), {})
    run("phone", str(pinbolt.phone.__doc__), {})
    run("provision", str(pinbolt.provision.__doc__), {})
    run("pskc", str(pinbolt.pskc.__doc__), {})
    for check in (pinbolt.testing.check_store, pinbolt.testing.check_async_store):
        run(check.__name__, str(check.__doc__), dict(known))


@pytest.mark.parametrize("verb", VERBS)
def test_the_faces_take_the_same_arguments(verb: str) -> None:
    blocking = inspect.signature(getattr(pinbolt.Engine, verb))
    awaited = inspect.signature(getattr(pinbolt.AsyncEngine, verb))
    native = inspect.signature(getattr(pinbolt.Pinbolt, verb))
    assert blocking == awaited
    assert list(blocking.parameters) == list(native.parameters)
    for name, parameter in blocking.parameters.items():
        assert parameter.kind == native.parameters[name].kind or name in {"self", "dispatch"}
        required = parameter.default is inspect.Parameter.empty
        assert required == (native.parameters[name].default is inspect.Parameter.empty)
    assert inspect.iscoroutinefunction(getattr(pinbolt.AsyncEngine, verb))


@pytest.mark.parametrize("verb", [*VERBS, "run"])
def test_a_verb_is_documented(verb: str) -> None:
    told = str(inspect.getdoc(getattr(pinbolt.Engine, verb)))
    for section in ("Args:", "Returns:", "Raises:", "Example:"):
        assert section in told
    for name in inspect.signature(getattr(pinbolt.Engine, verb)).parameters:
        assert name == "self" or f"    {name}: " in told
    assert getattr(pinbolt.AsyncEngine, verb).__doc__


def test_every_name_is_documented_and_none_is_forgotten() -> None:
    public = {name for name in vars(pinbolt) if not name.startswith("_")} - {"testing"}
    assert public <= set(pinbolt.__all__)
    for name in pinbolt.__all__:
        value = getattr(pinbolt, name)
        if inspect.isclass(value) or callable(value):
            if get_args(value) or value is pinbolt.Channel:
                continue
            assert value.__doc__, name
            assert value.__module__ in {"pinbolt", "pinbolt._native"} or "._" in value.__module__


def test_the_words_are_the_tables() -> None:
    for table, words in (
        (pinbolt.REFUSALS, pinbolt.RefusalName),
        (pinbolt.provision.FAULTS, pinbolt.provision.ProvisionFaultName),
        (pinbolt.MISUSES, pinbolt.MisuseName),
        (pinbolt.FAILURES, pinbolt.FailureName),
    ):
        assert tuple(row.name for row in table) == get_args(words)
        assert all(row.code // 100 == table[0].code // 100 for row in table)
        assert [row.code for row in table] == sorted({row.code for row in table})


def test_the_drivers_are_patient_alike() -> None:
    """The blocking driver's are in the native part; these are the same figures."""
    assert (_asyncio._PATIENCE, _asyncio._LONGEST_PAUSE) == (5.0, 64)
    assert [_asyncio._most(losses) for losses in (1, 2, 6, 7, 1000)] == [2, 4, 64, 64, 64]
    assert _engine.Engine is pinbolt.Engine


def test_the_version_is_the_packages() -> None:
    assert importlib.metadata.version("pinbolt") == pinbolt.__version__
    assert (Path(pinbolt.__file__).parent / "py.typed").exists()
