"""A sign-in service on asyncio, with a store of its own: JSON lines over a socket.

    {"act": "begin", "name": "person-1", "pin": "802714"}    -> {"handle": .., "reference": ..}
    {"act": "finish", "handle": .., "code": "123456"}        -> {"account": "person-1"}

A refusal is {"refused": its name, "say": its sentence}. The code goes to standard output, where a
real service would send a message. A connection is a session.
"""

import asyncio
import json
import secrets
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pinbolt

POLICY = 'purposes.sign-in = { pin = true, code = ["sms"] }'


class Rows:
    """Rows in SQLite, over a thread: what asyncpg or aiomysql would be to others."""

    def __init__(self, path: Path) -> None:
        """Open the database; autocommit, so that each statement is a transaction."""
        self._path = path
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA synchronous = FULL")  # Applied means durable.
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS rows"
            " (name TEXT PRIMARY KEY, version BLOB NOT NULL, body BLOB NOT NULL)"
        )
        self._turn = asyncio.Lock()

    async def load(self, row: str) -> pinbolt.Snapshot | None:
        """Give the row as it stands."""
        found = await self._run("SELECT version, body FROM rows WHERE name = ?", row)
        kept = found.fetchone()
        return None if kept is None else pinbolt.Snapshot(*kept)

    async def swap(self, write: pinbolt.Write) -> pinbolt.Swapped:
        """Compare and write in one statement; the row count says whether it applied."""
        if write.expected is None:
            statement = "INSERT OR IGNORE INTO rows (name, version, body) VALUES (?, ?, ?)"
            done = await self._run(statement, write.row, write.version, write.body)
        elif write.body is None:
            statement = "DELETE FROM rows WHERE name = ? AND version = ?"
            done = await self._run(statement, write.row, write.expected)
        else:
            statement = "UPDATE rows SET version = ?, body = ? WHERE name = ? AND version = ?"
            done = await self._run(statement, write.version, write.body, write.row, write.expected)
        return "applied" if done.rowcount == 1 else "conflict"

    async def _run(self, statement: str, *values: str | bytes | None) -> sqlite3.Cursor:
        async with self._turn:
            return await asyncio.to_thread(self._base.execute, statement, values)


class Phone:
    """Prints the message."""

    async def deliver(self, message: pinbolt.Message) -> pinbolt.Handover:
        """Hand one message over."""
        print(f"{message.to}: {message.code or '-'}", flush=True)
        return "sent"


class Service:
    """Answers connections."""

    def __init__(self, engine: pinbolt.AsyncEngine) -> None:
        """Keep the engine, and the deliveries that are under way."""
        self._engine = engine
        self._deliveries: set[asyncio.Task[pinbolt.Delivered]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one line after another."""
        session = secrets.token_bytes(16)
        try:
            while line := await reader.readline():
                answer, dispatch = await self._answer(line, session)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if dispatch is not None:  # Only once the person was answered.
                    task = asyncio.create_task(self._engine.deliver(dispatch))
                    self._deliveries.add(task)
                    task.add_done_callback(self._deliveries.discard)
        finally:
            writer.close()

    async def _answer(self, line: bytes, session: bytes) -> tuple[Any, pinbolt.Dispatch | None]:
        result: pinbolt.Begun | pinbolt.Accepted | pinbolt.Refused
        try:
            match json.loads(line):
                case {"act": "begin", "name": str(name), "pin": str(pin)}:
                    result = await self._engine.begin(
                        name=name, purpose="sign-in", pin=pin, channel="sms", session=session
                    )
                case {"act": "finish", "handle": str(handle), "code": str(code)}:
                    result = await self._engine.finish(
                        purpose="sign-in", handle=handle, code=code, session=session
                    )
                case _:
                    return {"error": "unknown act"}, None
        except (ValueError, RecursionError):  # The latter for a thousand brackets.
            return {"error": "not JSON"}, None
        except pinbolt.Failure as failure:
            return {"error": failure.name}, None
        match result:
            case pinbolt.Begun(challenge, dispatch):
                return {"handle": challenge.handle, "reference": challenge.reference}, dispatch
            case pinbolt.Accepted(account):
                return {"account": account}, None
            case pinbolt.Refused() as no:
                return {"refused": no.name, "say": str(no), "left": no.tries_left}, None


async def main(folder: Path) -> None:
    """Open what is in the folder, enrol a person, and serve."""
    keys = folder / "keys.toml"
    if not keys.exists():
        pinbolt.Keys.generate(keys)
    engine = pinbolt.AsyncEngine(
        store=Rows(folder / "service.db"),
        keys=pinbolt.Keys.load(keys),
        policy=pinbolt.Policy.parse(POLICY),
        delivery=Phone(),
    )
    desk = pinbolt.Operator("desk-1", "saw the phone ring")
    done = await engine.enroll(
        account="person-1", pin="802714", addresses=["+351912000417"], asserted_by=desk
    )
    if isinstance(done, pinbolt.Refused) and done.name != "AccountExists":
        raise SystemExit(str(done))
    server = await asyncio.start_server(Service(engine).serve, "127.0.0.1", 0)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
