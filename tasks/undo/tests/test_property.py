"""Undo of any changes gives the plan that was there before them, byte for byte, and redo the one after them."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tasks.models import PlanStep
from tasks.undo.services import redo, undo
from tasks.undo.tests.doing import DOINGS, do, dumped, exported

CHANGES = st.lists(
    st.tuples(st.sampled_from(sorted(DOINGS)), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=7
)
OF_ONE_ROW = ("name", "duration", "deadline", "progress", "type")
QUICK = settings(
    max_examples=6,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
)


@pytest.fixture
def sheet(plan: Callable[..., Any], crew: Any) -> Any:
    """Three levels, links, a milestone."""
    return plan(
        ("設計", 1, 5), ("基本設計", 2, 3), ("詳細設計", 2, 4, "2"), ("開発", 1, 10, "1"), ("画面", 2, 4),
        ("部品", 3, 2), ("帳票", 2, 3, "5"), ("試験", 1, 3, "7"), ("完了", 1, 0, "8"),
    )  # fmt: skip


def check(project: Any, wanted: dict[str, list[str]], where: str) -> None:
    """The same rows, or those that differ."""
    found = dumped(project)
    differing = [
        (old, new) for table in wanted for old, new in zip_longest(wanted[table], found[table]) if old != new
    ]
    assert not differing, (where, [_differing(*pair) for pair in differing])


def _differing(old: str | None, new: str | None) -> Any:
    if old is None or new is None:
        return old, new
    before, after = json.loads(old), json.loads(new)
    return before["id"], {
        name: (before[name], after[name]) for name in before if before[name] != after.get(name)
    }


class TestUndo:
    @QUICK
    @given(changes=CHANGES)
    def test_gives_the_same_plan_and_redo_the_other(
        self, sheet: Any, project: Any, cast: Any, changes: list[tuple[str, int, int]]
    ) -> None:
        with transaction.atomic():
            steps = PlanStep.objects.of(cast.planner, project)
            plans, first = [dumped(project)], exported(project)
            for change in changes:
                count = steps.count()
                if do(*change, project=project, actor=cast.planner) and steps.count() > count:
                    plans.append(dumped(project))
            last = exported(project)
            count = steps.count()
            assert count == len(plans) - 1
            for at in reversed(range(count)):
                undo(project=project, actor=cast.planner)
                check(project, plans[at], f"undo {at} of {count}")
            assert exported(project) == first
            for at in range(count):
                redo(project=project, actor=cast.planner)
                check(project, plans[at + 1], f"redo {at} of {count}")
            assert exported(project) == last
            if count:
                undo(project=project, actor=cast.planner, through=steps.order_by("pk")[0].pk)
                check(project, plans[0], "all at once")
            transaction.set_rollback(True)

    @QUICK
    @given(
        changes=CHANGES,
        others=st.lists(st.tuples(st.sampled_from(OF_ONE_ROW), st.integers(0, 9)), min_size=1),
    )
    def test_leaves_what_a_colleague_does_to_other_rows(
        self,
        plan: Any,
        project: Any,
        cast: Any,
        changes: list[tuple[str, int, int]],
        others: list[tuple[str, int]],
    ) -> None:
        """The last row is the colleague's; what is done to the others comes before and behind it."""
        with transaction.atomic():
            plan(
                ("設計", 1, 5),
                ("画面", 2, 4),
                ("帳票", 2, 3),
                ("開発", 1, 2),
                ("試験", 1, 3, "2"),
                ("移行", 1, 9),
            )
            with transaction.atomic():
                for name, number in others:
                    do(name, -1, number, project=project, actor=cast.leader)
                wanted = dumped(project)
                transaction.set_rollback(True)
            for at, (name, row, number) in enumerate(changes):
                do(name, row % 5, number, project=project, actor=cast.planner)
                for other in others[at : at + 1]:
                    do(other[0], -1, other[1], project=project, actor=cast.leader)
            for name, number in others[len(changes) :]:
                do(name, -1, number, project=project, actor=cast.leader)
            while PlanStep.objects.of(cast.planner, project).to_undo().exists():
                undo(project=project, actor=cast.planner)
            check(project, wanted, "beside a colleague")
            transaction.set_rollback(True)
