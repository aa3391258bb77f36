"""Dates outside of the years that calendars know are refused with a sentence, however they come about."""

from __future__ import annotations

from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.worktime.calendar import LAST_DAY
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.editing import moving
from tasks.editing.cells import write_cell
from tasks.models import Task

SAID = "この日付は計画の範囲の外です。"
END = LAST_DAY * MINUTES_PER_DAY


@pytest.fixture
def task(chain: dict[str, Task]) -> Task:
    """By hand, so that its finish is counted when it is moved."""
    Task.objects.filter(pk=chain["設計"].pk).update(mode="manual")
    return Task.objects.select_related("project").get(pk=chain["設計"].pk)


class TestFar:
    def test_start_that_leaves_no_room_for_the_work(self, task: Task, cast: Any) -> None:
        with pytest.raises(RuleBrokenError, match=SAID):
            moving.move_task(task=task, start_minute=END - 2 * MINUTES_PER_DAY, actor=cast.planner)

    def test_finish(self, task: Task, cast: Any) -> None:
        with pytest.raises(RuleBrokenError, match=SAID):
            moving.resize_task(task=task, finish_minute=END + 9 * MINUTES_PER_DAY, actor=cast.planner)

    def test_duration_of_a_task_that_has_begun(self, task: Task, cast: Any) -> None:
        start = END - 30 * MINUTES_PER_DAY
        Task.objects.filter(pk=task.pk).update(
            start_minute=start, finish_minute=start + 480, actual_start_minute=start, mode="auto"
        )
        with pytest.raises(RuleBrokenError, match=SAID):
            write_cell(
                task=Task.objects.select_related("project").get(pk=task.pk), column="duration", text="60日",
                actor=cast.planner,
            )  # fmt: skip
