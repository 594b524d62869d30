"""The comparison with other implementations: it holds for a few cases, and isn't blind."""

from __future__ import annotations

import addresses
import documents
import interop
import pictures
import pytest

from pinbolt.provision import write_otpauth


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for compared in (interop, addresses, pictures):
        monkeypatch.setattr(compared, "CONTROL", compared.EVERY)


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


def test_each_reads_the_addresses_of_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    """`make interop` compares ten thousand of each."""
    assert addresses.main(100, 7)
    out = capsys.readouterr().out
    for kind in ("totp", "hotp", "steam"):
        counts = "ours_read=100 theirs_read=100 codes_equal=100 differences=0"
        assert f"otpauth {kind}: {counts}\n" in out
    assert out.count("planted=1 seen=1") == 3


def test_an_address_of_another_key_is_a_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(addresses, "written", addresses.faulty)
    assert not addresses.main(3, 7)
    assert "differences=3" in capsys.readouterr().out
    monkeypatch.setattr(addresses, "faulty", lambda _, key: write_otpauth(key))
    assert not addresses.main(3, 7)
    assert "planted=1 seen=0" in capsys.readouterr().out


def test_a_scanner_reads_each_picture(capsys: pytest.CaptureFixture[str]) -> None:
    """`make interop` draws two hundred of each form."""
    assert pictures.main(10, 7)
    out = capsys.readouterr().out
    for form in ("png", "svg", "terminal"):
        assert f"{form}: theirs_read=10 ours_read=10 differences=0\n" in out
    assert out.count("planted=1 seen=1") == 3
    assert "page: theirs_read=1 differences=0\n" in out


def test_a_picture_of_something_else_is_a_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pictures, "scanned", lambda pictures: {str(len(pictures))})
    assert not pictures.main(2, 7)
    assert "differences=7" in capsys.readouterr().out
    assert not pictures.page()


def test_documents_are_read_on_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    """`make interop` compares fifty for each lock."""
    assert documents.main(2, 7)
    out = capsys.readouterr().out.splitlines()
    read, sealed = "ours_read=2 theirs_read=2", "ours_read=1 theirs_read=1"
    for peer, kind, counts in (
        ("pskctool", "legible", f"{read} valid=2 signed=2 keys=40"),
        ("pskctool", "keys", "valid=2 keys=40"),
        ("pskctool", "passwords", "valid=1 keys=20"),
        ("python-pskc", "legible", f"{read} keys=40"),
        ("python-pskc", "keys", f"{read} keys=40"),
        ("python-pskc", "passwords", f"{sealed} keys=20"),
    ):
        (line,) = [line for line in out if f"interop {peer}" in line and f" {kind}: " in line]
        assert line.split(": ")[1] == f"{counts} differences=0"
    assert out[-1] == "seed=7 differences=0"


def test_a_document_with_another_secret_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documents, "planted", lambda document: document)
    assert not documents.main(1, 7)
    assert capsys.readouterr().out.count("planted=1 seen=0") == 4
