"""What summaries show of their children."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.plan.rollup import Rolled, roll_up
from tasks.scheduling.columns import LARGEST, TaskColumns, columns_from
from tasks.scheduling.errors import DateOutOfRange

Row = tuple[int | None, int, int, int, bool]
"""Parent, duration, work, percent, and whether it counts."""


def rolled(*rows: Row) -> Rolled:
    """The figures of rows with the ids 1, 2, …"""
    parents, durations, works, percents, active = zip(*rows, strict=True) if rows else ((),) * 5
    values: dict[str, Any] = {
        "id": range(1, len(rows) + 1), "parent_id": parents, "duration_minutes": durations,
        "percent_complete": percents, "is_active": active,
    }  # fmt: skip
    return roll_up(columns_from(TaskColumns, values), np.array(works, np.int64))


def expected(rows: list[Row], row: int | None) -> tuple[int, int, int]:
    """Work, weight and weighted percent of a row or of the project, child by child."""
    own = [at for at, each in enumerate(rows) if each[0] == (None if row is None else row + 1)]
    if row is not None and not own:
        _parent, duration, work, percent, _active = rows[row]
        return work, work or duration, (work or duration) * percent
    sums = [expected(rows, at) for at in own if rows[at][4]]
    return sum(a for a, _, _ in sums), sum(b for _, b, _ in sums), sum(c for _, _, c in sums)


def percent(weight: int, weighted: int) -> int:
    """The mean, half up, where only what is done all is 100."""
    mean = Fraction(weighted, weight) if weight else Fraction(0)
    return min(int(mean + Fraction(1, 2)), 100 if mean == 100 else 99)


rows_of_plans = st.lists(
    st.tuples(
        st.integers(0, 30), st.integers(0, 10**7), st.sampled_from([0, 0, 60, 10**7]), st.integers(0, 100),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=30,
).map(lambda drawn: [(each[0] % (at + 1) or None, *each[1:]) for at, each in enumerate(drawn)])  # fmt: skip


class TestRollUp:
    def test_adds_work_and_weighs_progress_by_it(self) -> None:
        found = rolled((None, 0, 0, 0, True), (1, 480, 960, 50, True), (1, 480, 480, 0, True))
        assert (found.work_minutes[0], found.progress[0]) == (1440, 33)
        assert (found.project_progress, found.project_weight) == (33, 1440)

    def test_weighs_by_duration_what_has_no_work(self) -> None:
        assert rolled((None, 300, 0, 100, True), (None, 100, 0, 0, True)).project_progress == 75

    def test_leaves_what_is_no_summary_as_it_is(self) -> None:
        found = rolled((None, 480, 77, 13, True))
        assert (found.is_summary.tolist(), found.work_minutes.tolist(), found.progress.tolist()) == (
            [False], [77], [13],
        )  # fmt: skip

    def test_leaves_out_what_is_inactive(self) -> None:
        found = rolled((None, 0, 0, 0, True), (1, 100, 0, 0, False), (1, 100, 0, 100, True))
        assert found.progress[0] == 100

    def test_of_nothing_is_nothing(self) -> None:
        found = rolled()
        assert (found.project_progress, found.project_weight, len(found.progress)) == (0, 0, 0)

    @pytest.mark.parametrize(
        ("percents", "shown"), [((100, 99), 99), ((100, 100), 100), ((1, 0), 1), ((0, 0), 0)]
    )
    def test_is_done_only_when_all_is(self, percents: tuple[int, int], shown: int) -> None:
        assert rolled(*((None, 480, 0, each, True) for each in percents)).project_progress == shown

    def test_refuses_work_without_end(self) -> None:
        with pytest.raises(DateOutOfRange) as error:
            rolled((None, 480, 0, 0, True), (None, 480, LARGEST, 0, True))
        assert error.value.task_ids == (2,)

    @given(rows_of_plans)
    def test_equals_the_sum_over_children(self, rows: list[Row]) -> None:
        found = rolled(*rows)
        for row in range(len(rows)):
            work, weight, weighted = expected(rows, row)
            shown = percent(weight, weighted) if found.is_summary[row] else rows[row][3]
            assert (found.work_minutes[row], found.progress[row]) == (work, shown)
        _work, weight, weighted = expected(rows, None)
        assert (found.project_weight, found.project_progress) == (weight, percent(weight, weighted))
