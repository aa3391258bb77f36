"""Gestures on many rows cost in proportion to the rows: counted, since a clock says something else each time."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from tasks.editing.links import link_in_order, unlink
from tasks.editing.refused import Cell, CellsRefusedError
from tasks.editing.tree import indent_tasks, outdent_tasks
from tasks.editing.writing import write_cells
from tasks.models import Task, TaskLink
from tasks.plan import outline

ROWS = 60


def made_rows(plan: Any) -> list[int]:
    tasks = plan(*((f"作業 {number}", 1, 1) for number in range(ROWS)))
    return [task.pk for task in tasks.values()]


class TestLinks:
    def test_are_made_and_cut_with_as_many_questions_for_3_as_for_60(
        self, plan: Any, project: Project, cast: Any
    ) -> None:
        ids = made_rows(plan)
        counts = []
        # The first one reads what stays known, like the project's calendar.
        for chosen in (ids[:2], ids[:3], ids[3:]):
            for act in (link_in_order, unlink):
                with CaptureQueriesContext(connection) as queries:
                    act(project=project, task_ids=chosen, actor=cast.planner)
                counts.append(len(queries))
            assert not TaskLink.objects.filter(project=project).exists()
        assert counts[2:4] == counts[4:]


class TestRefusals:
    def test_of_held_starts_are_named_with_as_many_questions_for_9_as_for_50(
        self, plan: Any, project: Project, cast: Any
    ) -> None:
        plan(("設計", 1, 9), *((f"作業 {number}", 1, 1, f"{number}") for number in range(1, ROWS)))
        ids = list(Task.objects.filter(project=project).order_by("row_number").values_list("pk", flat=True))
        counts = []
        for chosen in (ids[1:10], ids[1:10], ids[10:60]):
            cells = [Cell(pk, "start", "2026/4/6") for pk in chosen]
            with CaptureQueriesContext(connection) as queries, pytest.raises(CellsRefusedError) as refused:
                write_cells(project=project, cells=cells, actor=cast.planner)
            assert len(refused.value.refused) == len(chosen)
            assert "先行タスク「" in str(refused.value.refused[-1].error)
            counts.append(len(queries))
        assert counts[1] == counts[2]


class TestLevels:
    def test_are_changed_in_one_walk(self, plan: Any, project: Project, cast: Any) -> None:
        ids = made_rows(plan)
        for act, levels in ((indent_tasks, {1, 2}), (outdent_tasks, {1})):
            with mock.patch.object(outline, "OutlineRow", side_effect=outline.OutlineRow) as made:
                act(project=project, task_ids=ids[1:], actor=cast.planner)
            # Each chosen row once, and all rows where levels are settled.
            assert made.call_count <= 2 * ROWS
            assert set(Task.objects.filter(project=project).values_list("outline_level", flat=True)) == levels
