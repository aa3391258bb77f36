"""Late is one thing on every page."""

from datetime import date
from typing import Any

import pytest

from tasks.models import Task
from tasks.progress.services import report_progress
from tasks.sheet.visible import days_late_of


class TestDaysLate:
    @pytest.mark.parametrize(
        ("today", "days"),
        [
            (date(2026, 4, 6), 0),  # its first day
            (date(2026, 4, 8), 2),  # two of five days have passed, and nothing is done
            (date(2026, 4, 10), 4),
            (date(2026, 4, 11), 5),  # its finish has passed, and all five days are missing
            (date(2026, 4, 20), 10),
        ],
    )
    def test_counts_what_is_missing_then_at_least_the_days_since_the_finish(
        self, chain: dict[str, Task], today: date, days: int
    ) -> None:
        assert days_late_of(chain["設計"], on=today) == days

    def test_is_none_while_progress_keeps_up(self, chain: dict[str, Task], cast: Any) -> None:
        report_progress(task=chain["設計"], percentage=40, actor=cast.planner)
        assert days_late_of(chain["設計"], on=date(2026, 4, 8)) == 0
        assert days_late_of(chain["設計"], on=date(2026, 4, 9)) == 1

    def test_leaves_out_holidays(self, chain: dict[str, Task]) -> None:
        """試験 runs from 4/27 to 4/30 over 昭和の日: on the 30th two of three working days have passed."""
        assert days_late_of(chain["試験"], on=date(2026, 4, 30)) == 2

    def test_finds_the_same_tasks_as_the_queryset(self, chain: dict[str, Task], project: Any) -> None:
        late = Task.objects.filter(project=project).late(on=date(2026, 4, 14))
        assert {task.name for task in late} == {"設計", "開発"}
