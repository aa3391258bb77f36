"""Settings are a step that their leader takes back: all of them, to the minute, unless another change has set them since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Calendar, Project
from projects.worktime.moments import minute_of
from tasks.editing.project import update_project_and_plan
from tasks.models import PlanStep, Task
from tasks.plan.rescheduling import repair_plan
from tasks.undo.services import ClashError, OnClash, redo, undo
from tasks.undo.tests.doing import dumped
from tests.pages import compact

KEPT = (
    "start_date", "end_date", "start_minute", "finish_minute", "calendar", "status_on", "schedule_from", "honours_constraints",
    "critical_slack_minutes", "minutes_per_day", "minutes_per_week", "days_per_month", "default_task_type", "progress_rule",
    "progress_steps",
    "planned_finish_minute",
)  # fmt: skip


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """A week, two weeks after it, and two days beside them."""
    found = plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("教育", 1, 2))
    repair_plan(project=project)
    return found


def stored(project: Project) -> dict[str, Any]:
    return Project.objects.values(*KEPT).get(pk=project.pk)


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def nights(project: Project) -> Calendar:
    """Another calendar of the same organization."""
    return Calendar.objects.create(
        organization=project.organization, name="夜勤", week=[[[1320, 1800]]] * 5 + [[], []]
    )


class TestUndo:
    def test_brings_back_every_setting_and_the_plan(
        self, project: Project, tasks: dict[str, Task], cast: SimpleNamespace, nights: Calendar
    ) -> None:
        to_the_minute = minute_of(date(2026, 6, 5), 600)
        Project.objects.filter(pk=project.pk).update(finish_minute=to_the_minute)
        before, plan = stored(project), dumped(project)
        changes = {
            "start_date": date(2026, 4, 13), "end_date": date(2026, 9, 30), "calendar": nights, "status_on": date(2026, 4, 20),
            "schedule_from": "finish", "honours_constraints": False, "critical_slack_minutes": 900, "minutes_per_day": 450,
            "minutes_per_week": 2250, "days_per_month": 19, "default_task_type": "fixed_work", "progress_rule": "steps",
            "progress_steps": "着手 50\n完了 100",
        }  # fmt: skip
        update_project_and_plan(project=fresh(project), actor=cast.leader, changes=changes)
        after, new_plan = stored(project), dumped(project)
        assert all(after[name] != before[name] for name in KEPT)
        revision = fresh(project).revision
        undo(project=fresh(project), actor=cast.leader)
        assert stored(project) == before
        assert dumped(project) == plan
        assert fresh(project).revision == revision + 1
        redo(project=fresh(project), actor=cast.leader)
        assert stored(project) == after
        assert dumped(project) == new_plan
        undo(project=fresh(project), actor=cast.leader)
        assert stored(project) == before

    def test_is_named_and_recorded(
        self, project: Project, tasks: dict[str, Task], cast: SimpleNamespace, leader_client: Client
    ) -> None:
        update_project_and_plan(
            project=fresh(project), actor=cast.leader, changes={"start_date": date(2026, 4, 13)}
        )
        assert "計画の設定の変更" in compact(
            leader_client.get(reverse("tasks:plan_steps", args=[project.pk]))
        )
        leader_client.post(reverse("tasks:plan_undo", args=[project.pk]))
        entry = AuditEntry.objects.filter(project=project).latest("sequence")
        assert (entry.action, entry.before, entry.after) == (
            "project.edited", {"start_date": "2026-04-13"}, {"start_date": "2026-04-06"},
        )  # fmt: skip

    def test_leaves_what_another_person_has_set_since(
        self, project: Project, tasks: dict[str, Task], cast: SimpleNamespace, leader_client: Client
    ) -> None:
        changes = {"start_date": date(2026, 4, 13), "minutes_per_day": 450}
        update_project_and_plan(project=fresh(project), actor=cast.leader, changes=changes)
        update_project_and_plan(project=fresh(project), actor=cast.admin, changes={"minutes_per_day": 420})
        before = stored(project)
        with pytest.raises(ClashError):
            undo(project=fresh(project), actor=cast.leader)
        asked = leader_client.post(reverse("tasks:plan_undo", args=[project.pk]))
        assert asked.status_code == 409
        assert "計画の設定" in compact(asked)
        undo(project=fresh(project), actor=cast.leader, on_clash=OnClash.REST)
        assert stored(project) == before

    def test_is_no_step_where_facts_beside_the_plan_changed_with_it(
        self, project: Project, tasks: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        changes = {"name": "新しい名前", "start_date": date(2026, 4, 13)}
        update_project_and_plan(project=fresh(project), actor=cast.leader, changes=changes)
        assert not PlanStep.objects.filter(project=project).exists()

    def test_is_refused_where_the_calendar_is_gone(
        self, project: Project, tasks: dict[str, Task], cast: SimpleNamespace, nights: Calendar,
        leader_client: Client,
    ) -> None:  # fmt: skip
        standard = project.calendar
        Project.objects.filter(pk=project.pk).update(calendar=nights)
        update_project_and_plan(project=fresh(project), actor=cast.leader, changes={"calendar": standard})
        nights.delete()
        answer = leader_client.post(reverse("tasks:plan_undo", args=[project.pk]))
        assert answer.status_code == 422
        assert "このカレンダーは使えません" in compact(answer)
