"""The examples do what they say, as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import DESK, EMAIL, Phone, granted, refused, wrong

import pinbolt

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
PYTHON = [sys.executable, "-W", "error"]


@pytest.mark.parametrize("right", [True, False])
def test_the_smallest_program_signs_a_person_in(tmp_path: Path, right: bool) -> None:  # noqa: FBT001
    source = EXAMPLES / "sign_in.py"
    assert len(source.read_text().splitlines()) <= 40
    with subprocess.Popen(
        [*PYTHON, str(source)],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        line = program.stdout.readline()
        to, code = line.split(" ")[:2]
        assert (to, len(code)) == ("+351912000417:", 6)
        out, err = program.communicate(f" {code if right else wrong(code)} \n", timeout=60)
    expected = ("person-1 is signed in.\n", "") if right else ("", "The code is wrong.\n")
    assert (out, err) == expected
    assert program.returncode == (0 if right else 1)


def test_a_token_signs_in_once_and_a_recovery_code_too(tmp_path: Path) -> None:
    source = EXAMPLES / "tokens.py"
    assert len(source.read_text().splitlines()) < 100
    done = subprocess.run(
        [*PYTHON, str(source)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Enrolled: Done.",
        "The app's first code: Done.",
        "A wrong PIN, and its next: The name, the PIN or the code is wrong.",
        "The PIN and that code: person-1 is signed in.",
        "Both once more: This code was already used.",
        "10 recovery codes are shown, this once. Then the phone is lost.",
        "The PIN and a recovery code: person-1 is signed in.",
        "Both once more: This code was already used.",
    ]


DEVICES = str(EXAMPLES.parent / "data" / "devices.jsonl")


@pytest.mark.parametrize(
    ("example", "arguments"),
    [("appointment", []), ("enroll_app", []), ("mobile_key", []), ("move_in", [DEVICES])],
)
def test_what_people_recognise_is_told_as_in_the_other_languages(
    tmp_path: Path, example: str, arguments: list[str]
) -> None:
    source = EXAMPLES / f"{example}.py"
    assert len(source.read_text().splitlines()) < 100
    done = subprocess.run(
        [*PYTHON, str(source), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = re.sub(r": [0-9A-Z]{4}-[0-9A-Z]{4}\.$", ": XXXX-XXXX.", done.stdout, flags=re.MULTILINE)
    assert said == (EXAMPLES.parent / "transcripts" / f"{example}.txt").read_text()


def demo(folder: Path) -> None:
    """Leaves what the demonstration leaves."""
    pinbolt.Keys.generate(folder / "keys.toml")
    phone = Phone()
    engine = pinbolt.Engine(
        url=f"sqlite://{folder}/auth.db",
        keys=pinbolt.Keys.load(folder / "keys.toml"),
        policy=pinbolt.Policy.parse(""),
        tenant="demo",
        delivery=phone,
    )
    done = engine.enroll(
        account="person-1",
        pin="904173",
        addresses=["+351912000417", EMAIL],
        asserted_by=DESK,
    )
    assert granted(done, pinbolt.Enrolled).bound == 2


def test_a_return_visit_signs_the_demos_person_in(tmp_path: Path) -> None:
    """On what `make demo` left where PINBOLT_DEMO names its folder, and on the like."""
    left = os.environ.get("PINBOLT_DEMO")
    if left is None:
        demo(tmp_path)
    for _ in range(2):
        done = subprocess.run(
            [*PYTHON, str(EXAMPLES / "return_visit.py"), left or str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "person-1 is signed in, " in done.stdout


def test_the_service_answers_its_lines(tmp_path: Path) -> None:
    assert len((EXAMPLES / "service.py").read_text().splitlines()) < 150

    async def talk() -> None:
        service = await asyncio.create_subprocess_exec(
            *PYTHON,
            str(EXAMPLES / "service.py"),
            str(tmp_path),
            stdout=asyncio.subprocess.PIPE,
        )
        assert service.stdout is not None
        try:
            port = int((await service.stdout.readline()).split()[1])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", port)

            async def ask(line: dict[str, Any] | bytes) -> dict[str, Any]:
                raw = line if isinstance(line, bytes) else json.dumps(line).encode()
                writer.write(raw + b"\n")
                answer: dict[str, Any] = json.loads(await reader.readline())
                return answer

            assert await ask(b"{") == {"error": "not JSON"}
            assert await ask({"act": "fly"}) == {"error": "unknown act"}
            begin = {"act": "begin", "name": "+351 912 000 417", "pin": "314159"}
            assert (await ask(begin))["refused"] == "WrongCredentials"
            odd = b'{"act": "begin", "name": "person-1", "pin": "\\ud800"}'
            assert (await ask(odd))["refused"] == "Malformed"
            begun = await ask({**begin, "pin": "802714"})
            to, code = (await service.stdout.readline()).decode().split()
            assert to == "+351912000417:"
            finish = {"act": "finish", "handle": begun["handle"], "code": wrong(code)}
            assert await ask(finish) == {
                "refused": "WrongCode",
                "say": "The code is wrong.",
                "left": 4,
            }
            right = {**finish, "code": code}
            other_writer.write(json.dumps(right).encode() + b"\n")
            assert json.loads(await other_reader.readline())["refused"] == "WrongSession"
            assert await ask(right) == {"account": "person-1"}
            assert (await ask(right))["refused"] == "AlreadyUsed"
            for connection in (writer, other_writer):
                connection.close()
                await connection.wait_closed()
        finally:
            service.terminate()
            await service.wait()

    asyncio.run(talk())


def test_what_the_examples_left_is_the_engines(tmp_path: Path) -> None:
    """A wrong tenant finds nobody in the demonstration's file."""
    demo(tmp_path)
    engine = pinbolt.Engine(
        url=f"sqlite://{tmp_path}/auth.db",
        keys=pinbolt.Keys.load(tmp_path / "keys.toml"),
        policy=pinbolt.Policy.parse(""),
    )
    refused(engine.describe(account="person-1"), "UnknownAccount")
