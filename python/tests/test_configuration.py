"""Policies, keys and URLs that are refused, with the path of what is wrong."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support import KEYS, installed

import pinbolt


def refused(act: Callable[[], object]) -> pinbolt.ConfigurationError:
    with pytest.raises(pinbolt.ConfigurationError) as raised:
        act()
    return raised.value


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("[code]\ndigits = 4", "code.digits", 2),
        ("\n[code]\nspeed = 4", "code.speed", 3),
        ("[purposes.fly]\npin = 1", "purposes.fly.pin", 2),
        ("[purposes.fly]\ncode = ['pigeon']", "purposes.fly.code", 2),
        ("[purposes.fly]\n", "purposes.fly", 1),
        ("send.per_day = 1", "send.per_day", None),
        ("code = [", "", 1),
        ("\ud800", "", 1),
    ],
)
def test_a_policy_that_is_refused(text: str, path: str, line: int | None) -> None:
    error = refused(lambda: pinbolt.Policy.parse(text))
    assert (error.path, error.line) == (path, line)
    assert path in str(error)


def test_a_policy_is_read() -> None:
    policy = pinbolt.Policy.parse("code.lifetime = 180\npurposes.pay = { pin = true }")
    assert (policy.get("code.lifetime"), policy.get("code.digits")) == (180, 6)
    assert policy.get("code.speed") is None
    assert policy.purposes == ("pay",)
    assert repr(policy) == "Policy(purposes=('pay',))"


def test_the_settings_are_the_engines_own() -> None:
    assert len(pinbolt.SETTINGS) > 20
    for setting in pinbolt.SETTINGS:
        assert setting.min <= setting.default <= setting.max
        assert setting.unit
        assert setting.source
        assert setting.about
        assert pinbolt.Policy.parse("").get(setting.path) == setting.default


@pytest.mark.parametrize(
    ("old", "new", "path", "line"),
    [
        ("active = 1", "active = 2", "active", None),
        ("active = 1", "", "active", None),
        ("active = 1", "active = 1\nmode = 7", "", 4),
        ("[secrets]", "[secrets", "", 5),
        ("1 = ", "one = ", "secrets", 6),
        ('"ISIj', '"!SIj', "secrets.1", None),
        ("index = ", "index = 7 #", "index", None),
        ('"AQID', '"', "index", None),
    ],
)
def test_keys_that_are_refused(old: str, new: str, path: str, line: int | None) -> None:
    text = KEYS.replace(old, new, 1)
    assert text != KEYS
    error = refused(lambda: pinbolt.Keys.parse(text))
    assert (error.path, error.line) == (path, line)
    assert "MyQlJi" not in str(error)
    assert "SIjJC" not in repr(error)


def test_keys_are_generated_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    pinbolt.Keys.generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pinbolt.Keys.load(str(path)).ids == [1]
    assert repr(pinbolt.Keys.load(path)) == "Keys(ids=[1])"
    refused(lambda: pinbolt.Keys.generate(path))
    path.chmod(0o644)
    assert "0600" in str(refused(lambda: pinbolt.Keys.load(path)))
    refused(lambda: pinbolt.Keys.load(tmp_path / "none"))


def test_keys_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINBOLT_KEYS", KEYS)
    assert pinbolt.Keys.from_env("PINBOLT_KEYS").ids == [1]
    monkeypatch.delenv("PINBOLT_KEYS")
    assert "PINBOLT_KEYS" not in os.environ
    refused(lambda: pinbolt.Keys.from_env("PINBOLT_KEYS"))


def test_a_url_that_is_refused(tmp_path: Path) -> None:
    for url in ("mysql://root:secret@db/auth", "auth.db", "sqlite:auth.db", "memory:x", "\ud800"):
        error = refused(partial(pinbolt.open_store, url))
        assert (error.path, error.line) == ("url", None)
        assert "secret" not in str(error)
    refused(lambda: pinbolt.Engine(**installed(), url=f"sqlite://{tmp_path}/none/auth.db"))
    refused(lambda: pinbolt.AsyncEngine(**installed(), url="mysql:"))
