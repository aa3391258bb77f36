"""The drills themselves are asked: one line of `ops` broken at a time, and the drill that should notice goes red.

MUTANTS chooses some by words of their names or their drill's (`MUTANTS=TestCommit`, `MUTANTS="receiver"`); all of them take hours.
"""

from __future__ import annotations

import os
from typing import Final

import pytest

from tests.drills.kit import mutants
from tests.drills.kit.figures import Figures
from tests.drills.kit.mutants import MUTANTS, Mutant
from tests.drills.kit.programs import Room

pytestmark = pytest.mark.drill
CHOSEN: Final = os.environ.get("MUTANTS", "")


def chosen() -> list[Mutant]:
    words = [word.strip() for word in CHOSEN.split(",") if word.strip()]
    return [
        each for each in MUTANTS if not words or any(word in f"{each.name} {each.drill} {each.only}" for word in words)
    ]  # fmt: skip


@pytest.mark.parametrize("mutant", chosen(), ids=lambda each: each.name)
def test_is_noticed(mutant: Mutant, room: Room, figures: Figures) -> None:
    is_red, words = mutants.noticed(room, mutant)
    figures.add(
        f"{mutant.name} ({mutant.drill})",
        f"red: {words}" if is_red else f"not red: {words}",
        aim="red",
        held=is_red,
    )
