"""A task that becomes a summary and is an ordinary one again has what it had of its own."""

from __future__ import annotations

from typing import Any

import pytest

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.editing import tree
from tasks.editing.cells import write_cell
from tasks.editing.fields import edit_task
from tasks.models import Task
from tasks.progress.services import report_progress
from tasks.undo.services import OnClash, undo

OF_A_TASK = (
    "duration_minutes", "is_elapsed", "work_minutes", "task_type", "mode", "constraint_type", "constraint_minute",
    "deadline_minute", "progress_percentage", "start_minute", "finish_minute", "own",
)  # fmt: skip


def now(task: Task) -> dict[str, Any]:
    return Task.objects.values(*OF_A_TASK).get(pk=task.pk)


@pytest.fixture
def pair(plan: Any, cast: Any) -> dict[str, Task]:
    """Two days with work, progress, a type, a constraint and a deadline; seventeen days behind them."""
    tasks: dict[str, Task] = plan(("設計", 1, 2), ("開発", 1, 17))
    task = tasks["設計"]
    changes = {
        "task_type": "fixed_duration", "constraint_type": "SNET", "constraint_minute": task.start_minute,
        "deadline_minute": task.finish_minute,
    }  # fmt: skip
    edit_task(task=task, changes=changes, actor=cast.planner)
    write_cell(task=task, column="work", text="12h", actor=cast.planner)
    report_progress(task=Task.objects.get(pk=task.pk), percentage=50, actor=cast.planner)
    return tasks


class TestOwn:
    def indent(self, project: Any, pair: dict[str, Task], actor: Any) -> None:
        tree.indent_tasks(project=project, task_ids=[pair["開発"].pk], actor=actor)
        assert now(pair["設計"])["duration_minutes"] == 17 * 480

    def test_comes_back_with_the_last_child_outdented(self, pair: Any, project: Any, cast: Any) -> None:
        before = now(pair["設計"])
        assert (before["duration_minutes"], before["work_minutes"]) == (2 * 480, 12 * 60)
        self.indent(project, pair, cast.planner)
        tree.outdent_tasks(project=project, task_ids=[pair["開発"].pk], actor=cast.planner)
        assert now(pair["設計"]) == before

    def test_comes_back_with_the_last_child_deleted(self, pair: Any, project: Any, cast: Any) -> None:
        before = now(pair["設計"])
        self.indent(project, pair, cast.planner)
        tree.delete_tasks(project=project, task_ids=[pair["開発"].pk], actor=cast.planner)
        assert now(pair["設計"]) == before
        undo(project=project, actor=cast.planner)
        assert now(pair["設計"])["duration_minutes"] == 17 * 480
        undo(project=project, actor=cast.planner)
        assert now(pair["設計"]) == before

    def test_of_dates_by_hand_comes_back(self, pair: Any, project: Any, cast: Any) -> None:
        task = pair["設計"]
        edit_task(task=task, changes={"mode": "manual"}, actor=cast.planner)
        task.refresh_from_db()
        changes = {"start_minute": (task.start_minute or 0) + 7 * MINUTES_PER_DAY}
        Task.objects.filter(pk=task.pk).update(
            **changes, finish_minute=(task.finish_minute or 0) + 7 * MINUTES_PER_DAY
        )
        edit_task(task=pair["開発"], changes={"name": "実装", "duration_minutes": 480}, actor=cast.planner)
        before = now(task)
        tree.indent_tasks(project=project, task_ids=[pair["開発"].pk], actor=cast.planner)
        assert now(task)["own"]["start_minute"] == before["start_minute"]
        tree.outdent_tasks(project=project, task_ids=[pair["開発"].pk], actor=cast.planner)
        assert now(task) == before

    def test_is_not_overwritten_by_undo_of_the_indent_once_it_was_edited(
        self, pair: Any, project: Any, cast: Any
    ) -> None:
        """The indent was turned round by a colleague, who then gave the task another duration: that stays."""
        self.indent(project, pair, cast.planner)
        tree.outdent_tasks(project=project, task_ids=[pair["開発"].pk], actor=cast.leader)
        write_cell(
            task=Task.objects.get(pk=pair["設計"].pk), column="duration", text="4日", actor=cast.leader
        )
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        assert now(pair["設計"])["duration_minutes"] == 4 * 480
