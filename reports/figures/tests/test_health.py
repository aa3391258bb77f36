"""How a project stands: rules that a page says in a sentence."""

from __future__ import annotations

import pytest

from reports.figures.health import CELLS, ProjectHealth, health_of, is_behind, read_cell, risk_of
from reports.figures.standing import Standing


class TestHealth:
    @pytest.mark.parametrize(
        ("over", "behind", "health"),
        [
            (0, False, ProjectHealth.GOOD),
            (0, True, ProjectHealth.WARN),
            (1, False, ProjectHealth.LATE),
            (1, True, ProjectHealth.LATE),
        ],
    )
    def test_is_worst_over_the_end(self, over: int, behind: bool, health: ProjectHealth) -> None:
        assert health_of(over=over, is_behind=behind) == health

    @pytest.mark.parametrize(
        ("percentage", "plan", "late", "behind"),
        [(50, 59, 0, False), (50, 60, 0, True), (50, 50, 1, True), (0, None, 0, False)],
    )
    def test_is_behind_with_late_tasks_or_ten_points(
        self, percentage: int, plan: int | None, late: int, behind: bool
    ) -> None:
        assert is_behind(Standing(percentage, plan), late) is behind


class TestRisk:
    @pytest.mark.parametrize(
        ("hours", "worst", "cell"),
        [(0, 0, (0, 0)), (499, 1, (0, 1)), (500, 4, (1, 1)), (2000, 5, (2, 2)), (6000, 10, (3, 3)), (9**9, 999, (3, 3))],
    )  # fmt: skip
    def test_is_told_by_work_and_by_the_latest_task(
        self, hours: int, worst: int, cell: tuple[int, int]
    ) -> None:
        assert risk_of(weight=hours * 60, worst=worst) == cell

    def test_reads_its_cells_and_nothing_else(self) -> None:
        assert [read_cell("{}-{}".format(*cell)) for cell in CELLS] == list(CELLS)
        assert [read_cell(text) for text in ("", "4-0", "1", "a-b", "1-2-3")] == [None] * 5
