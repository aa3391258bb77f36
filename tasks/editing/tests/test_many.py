"""Gestures on many rows cost in proportion to the rows: counted, since a clock says something else each time."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects import middleware
from projects.models import Project
from tasks.editing.links import link_in_order, unlink
from tasks.editing.refused import Cell, CellsRefusedError
from tasks.editing.tree import indent_tasks, outdent_tasks
from tasks.editing.writing import write_cells
from tasks.models import Task, TaskLink
from tasks.plan import outline

ROWS = 60
HTMX = {"HX-Request": "true"}


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


class TestPlans:
    """What a hand moves costs as many statements in a plan of 10,000 rows as in one of 300."""

    def grow(self, project: Project, rows: int) -> list[int]:
        """So many rows, of which none has a date yet."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tasks (organization_id, project_id, name, row_number, outline_level, wbs_code, is_milestone,"
                " description, status, priority, deliverable, is_active, mode, task_type, is_effort_driven, duration_minutes,"
                " is_elapsed, is_estimated, constraint_type, ignores_resource_calendar, leveling_delay_minutes, work_minutes,"
                " fixed_cost, progress_percentage, actual_duration_minutes, actual_work_minutes, is_pinned, is_critical,"
                " driver_kind, recorded_reason, descendant_count, is_summary)"
                " SELECT %s, %s, '作業 ' || n, n, 1, n::text, false, '', 'not_started', 500, '', true, 'auto', 'fixed_units', false,"
                " 480, false, false, 'ASAP', false, 0, 0, 0, 0, 0, 0, false, false, '', '', 0, false"
                " FROM generate_series((SELECT count(*) + 1 FROM tasks WHERE project_id = %s AND deleted_at IS NULL), %s) AS n",
                [project.organization_id, project.pk, project.pk, rows],
            )
        tasks = Task.objects.filter(project=project, deleted_at=None).order_by("row_number")
        return list(tasks.values_list("pk", flat=True))

    def test_are_changed_with_as_many_statements_whatever_their_size(
        self, planner_client: Any, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # On a slow machine a minute goes by, and the session is written that has been used since.
        monkeypatch.setattr(middleware, "WRITTEN_EVERY_SECONDS", 10**9)
        asked = {
            rows: self.asked(planner_client, project, self.grow(project, rows)) for rows in (300, 10_000)
        }
        for name, statements in asked[300].items():
            assert statements == asked[10_000][name], name
        # Of an order of rows no date is computed, and no plan read.
        assert len(asked[300]["up"]) < len(asked[300]["outdent"])

    def asked(self, client: Any, project: Project, ids: list[int]) -> dict[str, list[str]]:
        block = {"tasks": ",".join(map(str, ids[10:15]))}
        undo: tuple[str, dict[str, Any]] = ("plan_undo", {})
        gestures: dict[str, tuple[str, dict[str, Any]]] = {
            # The first one computes the dates of all rows, and reads what stays known, like the project's calendar.
            "once": ("tasks_indent", {"tasks": ids[5]}),
            "outdent": ("tasks_outdent", {"tasks": ids[5]}),
            "indent": ("tasks_indent", {"tasks": ids[6]}),
            "outdent again": ("tasks_outdent", {"tasks": ids[6]}),
            "down": ("tasks_shift", {**block, "direction": "down"}),
            "up": ("tasks_shift", {**block, "direction": "up"}),
            "place": ("tasks_place", {**block, "target": ids[2]}),
            "place undone": undo,
            "insert": ("task_add", {"name": "新しい行", "rows": 5, "before": ids[3]}),
            "insert undone": undo,
            "delete": ("tasks_delete", block),
            "delete undone": undo,
        }
        found = {}
        for name, (view, form) in gestures.items():
            url = reverse(f"tasks:{view}", args=[project.pk])
            with CaptureQueriesContext(connection) as queries:
                answer = client.post(url, {"first": 0, "count": 40, **form}, headers=HTMX)
            assert answer.status_code == 200, name
            found[name] = [re.sub(r"\d+", "#", query["sql"])[:70] for query in queries]
        del found["once"]
        return found
