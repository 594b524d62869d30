"""Tokens and recovery codes, in whatever order: the engine answers as the model says."""

from __future__ import annotations

from typing import Final, get_args

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from model.rows import DAY, HOUR, SECOND
from model.rules import Rules
from model.tokens import PERIOD
from model.world import SECRETS, World
from test_model import play

import pinbolt

ANSWERS: Final = {
    "Accepted",
    "AddedToken",
    "AlreadyUsed",
    "Done",
    "NotAuthorized",
    "RecoveryCodes",
    "Throttled",
    "TokenExists",
    "TooManyTokens",
    "Unlocked",
    "UnknownToken",
    "WrongCode",
    "WrongCredentials",
}
"""What a run must have reached to be worth something."""

SPANS: Final = (0, SECOND, PERIOD - 1, PERIOD, 2 * PERIOD, 10 * PERIOD, HOUR, DAY // 2, 5 * DAY)


PURPOSES: Final = ("token", "token", "vault", "vault", "paper", "safe")

accounts = st.sampled_from(["ana", "ana", "ana", "rui", "rui", "eva"])
names = st.sampled_from(["ana", "ana", "rui", "+351 912 000 417", "ana.reis@Example.com"])
kinds: st.SearchStrategy[pinbolt.TokenKind] = st.sampled_from(["totp", "totp", "hotp"])
secrets = st.integers(0, 3) | st.integers(0, len(SECRETS) - 1)
nths = st.integers(0, 2)
near = st.integers(-5, 7)
far = st.sampled_from([-60, -51, -50, -20, -2, 0, 1, 9, 48, 49, 50, 51, 60])
mostly = st.sampled_from([True] * 5 + [False])
seldom = st.sampled_from([False] * 7 + [True])


class TokenSequences(Rules):
    """Two people with a token each, whose clocks may be anywhere."""

    @initialize()
    def two_tokens(self) -> None:
        self.world.add_token("ana", "totp", 0, confirmed=True)
        self.world.add_token("rui", "hotp", 1, confirmed=False)

    @rule(account=accounts, kind=kinds, secret=secrets, confirmed=mostly)
    def add_token(
        self, account: str, kind: pinbolt.TokenKind, secret: int, *, confirmed: bool
    ) -> None:
        self.world.add_token(account, kind, secret, confirmed=confirmed)

    @rule(account=accounts, kind=kinds, candidates=st.sampled_from([1, 4, 9]))
    def add_nine(self, account: str, kind: pinbolt.TokenKind, candidates: int) -> None:
        """One more than there is room for."""
        for secret in range(9):
            self.world.add_token(account, kind, secret, confirmed=secret % 9 < 9 - candidates)
        self.world.add_token(account, kind, 9, confirmed=True)

    @rule(account=accounts, kind=kinds, nth=nths)
    def blocked_with_a_token(self, account: str, kind: pinbolt.TokenKind, nth: int) -> None:
        self.world.block(account, on=True)
        self.world.add_token(account, kind, nth, confirmed=True)
        self.world.prove(account, "vault", nth, 0, pin=True, otp=True, code=True)
        self.world.confirm_token(account, nth, 0, right=True)
        self.world.resync_token(account, nth, 0, right=True)
        self.world.block(account, on=False)
        self.world.prove(account, "token", nth, 0, pin=True, otp=True, code=True)

    @rule(
        account=accounts, nth=nths, ahead=near, times=st.sampled_from([1, 1, 1, 10]), right=mostly
    )
    def confirm_token(self, account: str, nth: int, ahead: int, times: int, *, right: bool) -> None:
        for _ in range(times):
            self.world.confirm_token(account, nth, ahead, right=right and times == 1)

    @rule(account=accounts, nth=nths, ahead=far | near, right=mostly)
    def resync_token(self, account: str, nth: int, ahead: int, *, right: bool) -> None:
        self.world.resync_token(account, nth, ahead, right=right)

    @rule(account=accounts, nth=nths, really=seldom)
    def remove_token(self, account: str, nth: int, *, really: bool) -> None:
        if really:
            self.world.remove_token(account, nth)

    @rule(account=accounts)
    def issue_recovery_codes(self, account: str) -> None:
        """Each is good once."""
        self.world.issue_recovery_codes(account)
        for nth in (0, 0, 1):
            self.world.prove(account, "paper", nth, 0, pin=True, otp=True, code=True)

    @rule(
        name=names,
        purpose=st.sampled_from(PURPOSES),
        nth=nths,
        ahead=near,
        pin=mostly,
        otp=mostly,
        code=mostly,
    )
    def prove(
        self, name: str, purpose: str, nth: int, ahead: int, *, pin: bool, otp: bool, code: bool
    ) -> None:
        self.world.prove(name, purpose, nth, ahead, pin=pin, otp=otp, code=code)

    @rule(
        name=names,
        purpose=st.sampled_from(PURPOSES),
        nth=nths,
        times=st.integers(2, 6),
        fast=st.sampled_from([-1, 0, 0, 1]),
    )
    def prove_day_by_day(self, name: str, purpose: str, nth: int, times: int, fast: int) -> None:
        """Every code of a clock that runs fast or slow, and once again; and one of the time."""
        for ahead in range(times):
            self.world.later(PERIOD)
            for shown in (fast * ahead, fast * ahead, 0):
                self.world.prove(name, purpose, nth, shown, pin=True, otp=True, code=True)

    @rule(account=accounts, nth=nths, ahead=far)
    def find_again(self, account: str, nth: int, ahead: int) -> None:
        """What its clock or counter is ahead by is remembered, and what it showed is used up."""
        self.world.resync_token(account, nth, ahead, right=True)
        for shown in (ahead + 1, ahead + 2, 0):
            self.world.prove(account, "token", nth, shown, pin=True, otp=True, code=True)
            self.world.later(PERIOD)

    @rule(account=accounts, kind=kinds, really=seldom)
    def anew(self, account: str, kind: pinbolt.TokenKind, *, really: bool) -> None:
        """A registration ends, and its tokens with it."""
        if really:
            self.world.cancel_account(account)
            self.world.enroll(account)
            self.world.add_token(account, kind, 2, confirmed=True)

    @rule(span=st.sampled_from(SPANS), back=st.sampled_from([False] * 5 + [True]))
    def later(self, span: int, *, back: bool) -> None:
        self.world.later(-span if back else span)

    @rule(account=accounts, authenticator=st.sampled_from(get_args(pinbolt.Authenticator)))
    def unlock(self, account: str, authenticator: pinbolt.Authenticator) -> None:
        self.world.unlock(account, authenticator)

    @rule(name=names, wrong=st.integers(0, 3))
    def mistype(self, name: str, wrong: int) -> None:
        for right in [False] * wrong + [True]:
            self.world.verify(name, right=right)


def test_every_sequence_of_tokens_is_answered_as_the_model_says() -> None:
    heard = play(lambda: World(pinbolt.open_store("memory:")), examples=40, rules=TokenSequences)
    assert heard.keys() >= ANSWERS, ANSWERS - heard.keys()


def test_the_edges_that_chance_seldom_meets() -> None:
    """How far drift goes and is remembered, look-ahead, both ends of a resynchronisation."""
    for play_one in (drifts, looks_ahead, found_again, guessed):
        world = World(pinbolt.open_store("memory:"))
        world.enroll("ana")
        play_one(world)


def prove(world: World, ahead: int) -> None:
    world.prove("ana", "token", 0, ahead, pin=True, otp=True, code=True)


def drifts(world: World) -> None:
    """A clock that loses a step a day, and one that gains them, until nobody follows."""
    for way in (-1, 1):
        for confirmed in (True, False):
            world.add_token("ana", "totp", 0, confirmed=confirmed)
            for start in range(-5, 5):
                world.confirm_token("ana", 0, way * start, right=True)
            for day in range(6):
                world.later(DAY)
                for ahead in (way * (day + 1), way * day, 0):
                    prove(world, ahead)
            world.remove_token("ana", 0)


def looks_ahead(world: World) -> None:
    world.add_token("ana", "hotp", 0, confirmed=True)
    for ahead in (5, 6, 0, -1, -2, 7, 5, 6):
        prove(world, ahead)
        world.later(DAY // 2)


def found_again(world: World) -> None:
    """At either end of the window, beyond it, and before what was used."""
    kinds: tuple[pinbolt.TokenKind, ...] = ("totp", "hotp")
    for kind in kinds:
        for ahead in (-52, -51, -50, -49, 0, 47, 48, 49, 50, 51):
            world.add_token("ana", kind, 0, confirmed=True)
            world.later(DAY)
            world.resync_token("ana", 0, ahead, right=True)
            for shown in (ahead + 1, ahead + 2, ahead, 0):
                prove(world, shown)
            world.later(PERIOD)
            for shown in (ahead + 1, ahead + 2, ahead + 3):
                prove(world, shown)
            world.unlock("ana", "otp")
            world.remove_token("ana", 1)


def guessed(world: World) -> None:
    """A candidate ten times; then eight tokens, of which each guess is eight."""
    world.add_token("ana", "totp", 0, confirmed=False)
    for _ in range(10):
        world.confirm_token("ana", 0, 0, right=False)
    world.confirm_token("ana", 0, 0, right=True)
    for secret in range(8):
        world.add_token("ana", "totp", secret, confirmed=True)
    for _ in range(8):
        for _ in range(2):
            world.prove("ana", "token", 0, 0, pin=True, otp=False, code=True)
        world.later(4 * DAY)
    prove(world, 0)
