"""Columns of the sheet that say what was agreed on, and how far it is from that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from resources.models import ResourceRate
from tasks.baselines.services import Asked, take_baseline
from tasks.editing.fields import edit_task
from tasks.models import Task
from tasks.plan.agreed_costs import costs_now
from tasks.sheet.columns.baselines import COLUMNS
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within
from tasks.sheet.visible import VisibleRows
from tests.pages import compact

Cells = Callable[[str], dict[str, str]]


@pytest.fixture
def cells(project: Project) -> Cells:
    """What the columns say of a task, by its name."""

    def read(name: str) -> dict[str, str]:
        project.refresh_from_db()
        everything = VisibleRows(project.task_count, (), frozenset())
        rows = rows_within(project, everything, COLUMNS, first=0, count=99, on=timezone.localdate())
        (row,) = [row for row in rows if row.name == name]
        return {column.name: column.text_of(row, make_look(project)) for column in COLUMNS}

    return read


@pytest.fixture
def priced(project: Project, plan: Any, work_on: Callable[..., Any], resource: Any) -> dict[str, Task]:
    """A summary over two tasks; 調査 is ten hours of a person at 5,000 yen and 1,200.50 yen besides."""
    tasks: dict[str, Task] = plan(("工程", 1, 1), ("調査", 2, 5), ("設計", 2, 3, "2"), ("完了", 2, 0, "3"))
    assignment = work_on(tasks["調査"])
    type(assignment).objects.filter(pk=assignment.pk).update(work_minutes=600)
    ResourceRate.objects.create(
        organization=project.organization,
        resource=resource,
        valid_from="2026-01-01",
        cost_per_hour=Decimal(5000),
    )
    Task.objects.filter(pk=tasks["調査"].pk).update(fixed_cost=Decimal("1200.50"), work_minutes=600)
    return tasks


class TestColumns:
    def test_are_ten_with_unit_and_read_only(self) -> None:
        assert [column.name for column in COLUMNS] == [
            "baseline_start", "baseline_finish", "baseline_duration", "baseline_work", "baseline_cost",
            "start_variance", "finish_variance", "duration_variance", "work_variance", "cost_variance",
        ]  # fmt: skip
        assert all(registry[column.name].edit is None for column in COLUMNS)

    def test_say_what_was_agreed_on_and_what_has_become_of_it(
        self, project: Project, priced: dict[str, Task], cast: Any, cells: Cells
    ) -> None:
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        same = cells("調査")
        assert same == {
            "baseline_start": "2026/04/06", "baseline_finish": "2026/04/10", "baseline_duration": "5日",
            "baseline_work": "10h", "baseline_cost": "¥51,201",
            "start_variance": "0日", "finish_variance": "0日", "duration_variance": "0日",
            "work_variance": "0h", "cost_variance": "¥0",
        }  # fmt: skip
        edit_task(task=priced["調査"], changes={"duration_minutes": 8 * 480}, actor=cast.planner)
        Task.objects.filter(pk=priced["調査"].pk).update(fixed_cost=Decimal(200), work_minutes=570)
        now = cells("調査")
        assert {name: text for name, text in now.items() if same[name] != text} == {
            "finish_variance": "+3日", "duration_variance": "+3日", "work_variance": "−0.5h", "cost_variance": "+¥29,000",
        }  # fmt: skip
        assert cells("設計")["start_variance"] == cells("完了")["finish_variance"] == "+3日"
        assert cells("完了")["baseline_duration"] == ""
        above = cells("工程")
        assert (above["baseline_cost"], above["cost_variance"]) == ("¥51,201", "+¥29,000")
        assert (above["baseline_duration"], above["duration_variance"]) == ("8日", "+3日")

    def test_are_empty_where_the_baseline_has_no_such_row_and_where_there_is_none(
        self, project: Project, priced: dict[str, Task], cast: Any, cells: Cells
    ) -> None:
        assert set(cells("調査").values()) == {""}
        take_baseline(
            project=project, actor=cast.planner, name="設計だけ", rows=Asked([(3, 3)], with_summaries=False)
        )
        assert set(cells("調査").values()) == {""}
        assert cells("設計")["baseline_start"] == "2026/04/13"

    def test_count_days_on_the_clock_as_days_on_the_clock(
        self, project: Project, priced: dict[str, Task], cast: Any, cells: Cells
    ) -> None:
        edit_task(
            task=priced["設計"],
            changes={"duration_minutes": 4 * 1440, "is_elapsed": True},
            actor=cast.planner,
        )
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        edit_task(
            task=priced["設計"],
            changes={"duration_minutes": 2 * 480, "is_elapsed": False},
            actor=cast.planner,
        )
        found = cells("設計")
        assert (found["baseline_duration"], found["duration_variance"]) == ("経過4日", "−2日")

    def test_ask_as_much_for_many_rows_as_for_few(self, project: Project, plan: Any, cast: Any) -> None:
        plan(("工程", 1, 1), *((f"作業{number}", 2, 2) for number in range(30)))
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        project.refresh_from_db()
        counts = []
        for count in (3, 31):
            everything = VisibleRows(project.task_count, (), frozenset())
            with CaptureQueriesContext(connection) as queries:
                assert rows_within(
                    project, everything, COLUMNS, first=0, count=count, on=timezone.localdate()
                )
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_stand_in_the_sheet_for_those_who_choose_them(
        self, viewer_client: Client, project: Project, priced: dict[str, Task], cast: Any
    ) -> None:
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        edit_task(task=priced["調査"], changes={"duration_minutes": 8 * 480}, actor=cast.planner)
        url = reverse("tasks:wbs", args=[project.pk])
        viewer_client.post(
            reverse("tasks:columns_choose", args=[project.pk]),
            {"columns": ["number", "name", "finish_variance", "cost_variance"]},
        )
        page = compact(viewer_client.get(url))
        assert '<td data-column="finish_variance"><span class="is-late">+3日</span></td>' in page
        assert "コストの差異" not in page


class TestCostsNow:
    def test_of_some_rows_are_those_of_the_whole(self, project: Project, priced: dict[str, Task]) -> None:
        whole = costs_now(project.pk)
        assert whole[priced["工程"].pk] == whole[priced["調査"].pk] == 10 * 5000 * 100 + 120050
        assert costs_now(project.pk, [priced["工程"].pk]) == whole
        assert costs_now(project.pk, [priced["調査"].pk]) == {priced["調査"].pk: whole[priced["調査"].pk]}
        assert costs_now(project.pk, [priced["設計"].pk]) == {}
