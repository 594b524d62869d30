"""What all sequences of verbs begin with."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, initialize

from .world import World


class Rules(RuleBasedStateMachine):
    """In a world where two people are enrolled."""

    def __init__(self, world: World, heard: Counter[str]) -> None:
        super().__init__()
        self.world, self.heard = world, heard

    def teardown(self) -> None:
        self.heard.update(self.world.heard)

    @initialize()
    def two_people(self) -> None:
        self.world.enroll("ana")
        self.world.enroll("rui")
