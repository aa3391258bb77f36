"""What summaries show is the sum of their leaves, whatever the tree, to the minute and the percent."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.editing import fields
from tasks.models import Task
from tasks.plan.rollup import roll_up
from tasks.progress import services as progress
from tasks.scheduling.columns import columns_of
from tasks.scheduling.network import Network, ProjectSettings
from tasks.scheduling.network import Task as EngineTask


class Row(NamedTuple):
    """A task of a tree; `parent` is the place of another row."""

    parent: int | None
    duration: int
    work: int
    percent: int
    is_active: bool = True


@st.composite
def trees(draw: Any, *, all_active: bool = False) -> list[Row]:
    """Up to thirty rows under each other."""
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 30))):
        parent = draw(st.one_of(st.none(), st.integers(0, number - 1))) if number else None
        work = draw(st.sampled_from([0, 1, 7, 480, 33_333, 10**9]))
        active = all_active or draw(st.sampled_from([True, True, True, False]))
        rows.append(Row(parent, draw(st.integers(0, 4_800)), work, draw(st.integers(0, 100)), active))
    return rows


def rolled(
    rows: list[Row], order: list[int] | None = None
) -> tuple[dict[int, tuple[int, int]], tuple[int, int]]:
    """Work and progress by row, and progress and weight of the project."""
    order = order or list(range(len(rows)))
    tasks = tuple(
        EngineTask(
            id=number + 1, parent_id=None if rows[number].parent is None else rows[number].parent + 1,
            duration_minutes=rows[number].duration, percent_complete=rows[number].percent,
            is_active=rows[number].is_active,
        )
        for number in order
    )  # fmt: skip
    columns = columns_of(Network(ProjectSettings(0), tasks)).tasks
    found = roll_up(columns, np.array([rows[number].work for number in order], np.int64))
    figures = zip(order, found.work_minutes.tolist(), found.progress.tolist(), strict=True)
    return {number: (work, done) for number, work, done in figures}, (
        found.project_progress,
        found.project_weight,
    )


def leaves(rows: list[Row], top: int | None) -> list[Row]:
    """The leaves below a row (or of all), those apart that do not count: what is inactive, and what lies under it."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        below[row.parent].append(number)
    found, ahead = [], [number for number in below[top] if rows[number].is_active]
    while ahead:
        number = ahead.pop()
        children = below[number]
        if not children:
            found.append(rows[number])
        ahead += [child for child in children if rows[child].is_active]
    return found


def mean(rows: list[Row]) -> int:
    """The weighted percentage, half up; everything but a little is not everything."""
    weights = [(row.work or row.duration, row.percent) for row in rows]
    whole = sum(weight for weight, _percent in weights)
    if not whole:
        return 0
    exact = Fraction(sum(weight * percent for weight, percent in weights), whole)
    rounded = int(exact + Fraction(1, 2))
    return 99 if rounded == 100 and exact < 100 else rounded


class TestRollUp:
    @given(trees())
    def test_is_the_sum_of_the_leaves(self, rows: list[Row]) -> None:
        by_row, (done, weight) = rolled(rows)
        parents = {row.parent for row in rows}
        for number, row in enumerate(rows):
            own = leaves(rows, number)
            wanted = (
                (sum(leaf.work for leaf in own), mean(own)) if number in parents else (row.work, row.percent)
            )
            assert by_row[number] == wanted
        everything = leaves(rows, None)
        assert (done, weight) == (mean(everything), sum(leaf.work or leaf.duration for leaf in everything))

    @given(trees(all_active=True))
    def test_adds_up_on_every_level(self, rows: list[Row]) -> None:
        by_row, _whole = rolled(rows)
        parents = {row.parent for row in rows}
        for parent in parents - {None}:
            children = [number for number, row in enumerate(rows) if row.parent == parent]
            assert by_row[parent or 0][0] == sum(by_row[child][0] for child in children)

    @given(trees(), st.randoms(use_true_random=False))
    def test_does_not_hang_on_the_order_of_rows(self, rows: list[Row], chance: Any) -> None:
        order = list(range(len(rows)))
        chance.shuffle(order)
        assert rolled(rows, order) == rolled(rows)

    @pytest.mark.parametrize(
        ("percents", "wanted"),
        [((33, 34), 34), ((1, 0), 1), ((99, 100), 99), ((100, 100), 100), ((0, 0), 0), ((49, 50), 50)],
    )
    def test_rounds_half_up_and_finishes_last(self, percents: tuple[int, int], wanted: int) -> None:
        rows = [Row(None, 0, 0, 0), *(Row(0, 480, 0, percent) for percent in percents)]
        assert rolled(rows)[0][0][1] == wanted


class TestSummaries:
    """The same in the product: what people do to leaves shows above at once."""

    def test_follow_the_people_of_their_tasks(self, plan: Any, resource: Any, cast: Any) -> None:
        tasks = plan(("全体", 1, 1), ("設計", 2, 5), ("開発", 2, 10), ("別", 1, 1))
        fields.set_assignees(task=tasks["設計"], units={resource.pk: 33}, actor=cast.planner)
        assert Task.objects.get(pk=tasks["全体"].pk).work_minutes == 792
        fields.edit_task(task=tasks["開発"], changes={"work_minutes": 1_000}, actor=cast.planner)
        assert Task.objects.get(pk=tasks["全体"].pk).work_minutes == 1_792
        progress.report_progress(task=tasks["設計"], percentage=50, actor=cast.planner)
        assert Task.objects.get(pk=tasks["全体"].pk).progress_percentage == 22  # 396 of 1792
        fields.set_assignees(task=tasks["設計"], units={}, actor=cast.planner)
        assert Task.objects.get(pk=tasks["全体"].pk).work_minutes == 1_792
