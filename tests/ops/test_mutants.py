"""The table of mutants: each breaks a line that stands in its file, and names a drill and tests that exist."""

from __future__ import annotations

import pytest

from tests.drills.kit.mutants import MUTANTS, Mutant, is_where_it_says
from tests.ops.files import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_breaks_something_that_a_drill_asks(mutant: Mutant) -> None:
    assert is_where_it_says(mutant), f"{mutant.file} has no {mutant.before!r}"
    assert mutant.before != mutant.after
    drill = ROOT / f"tests/drills/test_{mutant.drill.replace('-', '_')}.py"
    assert mutant.only in drill.read_text(encoding="utf-8")


def test_are_many() -> None:
    assert len(MUTANTS) >= 20
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
