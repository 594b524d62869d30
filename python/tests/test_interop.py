"""The comparison with other implementations: it holds for a few cases, and isn't blind."""

from __future__ import annotations

import interop
import pytest


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interop, "CONTROL", interop.EVERY)


def test_each_takes_what_the_other_makes(capsys: pytest.CaptureFixture[str]) -> None:
    """`make interop` compares ten thousand of each."""
    assert interop.main(100, 7)
    out = capsys.readouterr().out.splitlines()
    for peer in ("oathtool", "pyotp"):
        for kind in ("hotp", "totp", *(["steam"] if peer == "pyotp" else [])):
            (line,) = [line for line in out if f"interop {peer}" in line and f" {kind}: " in line]
            told = line.split(": ")[1]
            counts = "ours_accepted=100 theirs_matched=100 wrong_refused=100 differences=0"
            assert told == counts
    assert out[-1] == "seed=7 differences=0"


def test_a_fault_of_ours_is_a_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interop, "ours", lambda case: case.hotp().code(case.counter + 20))
    assert not interop.main(3, 7)
    assert "differences=15" in capsys.readouterr().out


def test_a_comparison_that_sees_no_fault_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interop, "faulty", interop.ours)
    assert not interop.main(3, 7)
    out = capsys.readouterr().out
    assert out.count("planted=1 seen=0") == 5
    assert "differences=0" in out
