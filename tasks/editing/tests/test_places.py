"""Where tasks cannot lie: outside of the years that calendars know; and where they lie already."""

from __future__ import annotations

from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.models import AuditEntry
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


class TestNowhere:
    """A bar that is let go where it lay writes no line of the record, and makes no revision."""

    def test_a_move_and_a_resize_that_change_nothing(
        self, chain: dict[str, Task], project: Any, cast: Any
    ) -> None:
        task = Task.objects.select_related("project").get(pk=chain["設計"].pk)
        start, finish = task.start_minute or 0, task.finish_minute or 0
        moving.move_task(task=task, start_minute=start, actor=cast.planner)  # from now on it is held there
        lines = AuditEntry.objects.filter(project=project).count()
        for mode in ("auto", "manual"):
            Task.objects.filter(pk=task.pk).update(mode=mode)
            moving.move_task(task=task, start_minute=start, actor=cast.planner)
            moving.resize_task(task=task, finish_minute=finish, actor=cast.planner)
            write_cell(task=task, column="finish", text=f"{task.end_date:%-m月%-d日}", actor=cast.planner)
        assert AuditEntry.objects.filter(project=project).count() == lines
        project.refresh_from_db()
        revision = project.revision
        moving.resize_task(task=task, finish_minute=finish - MINUTES_PER_DAY, actor=cast.planner)
        project.refresh_from_db()
        assert project.revision == revision + 1
