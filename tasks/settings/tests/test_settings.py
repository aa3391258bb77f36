"""計画の設定: one change of all that dates are computed by, one revision, one run of the engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Calendar, Project
from projects.worktime.moments import day_number, minute_of
from tasks.models import Task
from tests.pages import compact


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
    """A week, two weeks after it, and two days beside them."""
    return plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("教育", 1, 2))


@pytest.fixture
def address(project: Project) -> str:
    return reverse("tasks:project_settings", args=[project.pk])


@pytest.fixture
def typed(project: Project, tasks: dict[str, Task]) -> dict[str, Any]:
    """The form as it comes."""
    return {
        "schedule_from": "start", "calendar": project.calendar_id, "start_date": f"{project.start_date:%Y/%m/%d}",
        "end_date": f"{project.end_date:%Y/%m/%d}", "status_on": "", "critical_slack": "0", "honours_constraints": "on",
        "minutes_per_day": "480", "minutes_per_week": "2400", "days_per_month": "20",
        "default_task_type": "fixed_units", "progress_rule": "hand",
    }  # fmt: skip


def stored(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def start_of(task: Task) -> int | None:
    return Task.objects.values_list("start_minute", flat=True).get(pk=task.pk)


class TestProjectSettings:
    def test_shows_what_stands(self, leader_client: Client, address: str, project: Project) -> None:
        Project.objects.filter(pk=project.pk).update(critical_slack_minutes=720, status_on=date(2026, 5, 8))
        page = compact(leader_client.get(address))
        assert 'value="2026/05/08"' in page
        assert 'value="1.5"' in page
        assert 'value="2400"' in page

    def test_is_one_change_and_moves_the_tasks(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project,
        tasks: dict[str, Task],
    ) -> None:  # fmt: skip
        before, later = stored(project), project.start_date + timedelta(days=7)
        typed |= {"start_date": f"{later:%Y/%m/%d}", "critical_slack": "2", "minutes_per_day": "450"}
        assert leader_client.post(address, typed).status_code == 302
        now = stored(project)
        assert now.revision == before.revision + 1
        assert (now.critical_slack_minutes, now.minutes_per_day) == (900, 450)
        assert start_of(tasks["設計"]) == minute_of(later, 540)
        entry = AuditEntry.objects.get(project=project, revision=now.revision)
        assert (entry.action, entry.after) == (
            "project.edited",
            {"start_date": f"{later}", "minutes_per_day": 450, "critical_slack_minutes": 900},
        )
        assert entry.consequences["count"] == 3

    def test_lays_the_plan_from_its_finish(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project,
        tasks: dict[str, Task],
    ) -> None:  # fmt: skip
        typed |= {"schedule_from": "finish", "end_date": "2026/06/06"}  # a Saturday
        assert leader_client.post(address, typed).status_code == 302
        now = stored(project)
        friday = day_number(date(2026, 6, 5))
        assert now.finish_minute is not None
        assert now.finish_minute // 1440 == friday
        assert now.planned_finish_minute == now.finish_minute
        last = Task.objects.get(pk=tasks["開発"].pk)
        assert last.finish_minute == now.finish_minute
        # The last day is what the plan hangs on now: it follows it.
        assert leader_client.post(address, typed | {"end_date": "2026/06/12"}).status_code == 302
        assert stored(project).planned_finish_minute == (now.finish_minute or 0) + 7 * 1440

    def test_keeps_a_finish_to_the_minute_that_came_with_a_file(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project
    ) -> None:
        minute = minute_of(date(2026, 6, 5), 600)
        Project.objects.filter(pk=project.pk).update(schedule_from="finish", finish_minute=minute)
        assert (
            leader_client.post(
                address, typed | {"schedule_from": "finish", "days_per_month": "19"}
            ).status_code
            == 302
        )
        assert stored(project).finish_minute == minute

    def test_takes_a_wider_measure_of_what_is_critical(
        self, leader_client: Client, address: str, typed: dict[str, Any], tasks: dict[str, Task]
    ) -> None:
        education = Task.objects.get(pk=tasks["教育"].pk)
        assert not education.is_critical
        assert leader_client.post(address, typed | {"critical_slack": "13"}).status_code == 302
        assert Task.objects.get(pk=education.pk).is_critical

    def test_moves_nothing_with_the_lengths_of_units(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project,
        tasks: dict[str, Task],
    ) -> None:  # fmt: skip
        before = {name: start_of(task) for name, task in tasks.items()}
        typed |= {"minutes_per_day": "420", "minutes_per_week": "2100", "days_per_month": "21"}
        assert leader_client.post(address, typed).status_code == 302
        assert {name: start_of(task) for name, task in tasks.items()} == before
        now = stored(project)
        assert (now.minutes_per_day, now.minutes_per_week, now.days_per_month) == (420, 2100, 21)

    def test_that_others_have_overtaken_says_what_it_would_overwrite(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project
    ) -> None:
        revision = stored(project).revision
        assert leader_client.post(address, typed | {"schedule_from": "finish"}).status_code == 302
        answer = leader_client.post(address, typed | {"critical_slack": "3", "revision": f"{revision}"})
        page = compact(answer)
        assert answer.status_code == 409
        assert "終了日から" in page
        assert stored(project).critical_slack_minutes == 0
        # Sent once more, on top of what stands now, it is saved.
        renewed = typed | {"critical_slack": "3", "revision": f"{stored(project).revision}"}
        assert f'value="{renewed["revision"]}"' in page
        assert leader_client.post(address, renewed).status_code == 302
        assert stored(project).critical_slack_minutes == 1440

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("minutes_per_day", "0", "1 以上"),
            ("minutes_per_week", "20000", "10080 以下"),
            ("critical_slack", "とても", "数"),
            ("end_date", "2020/01/01", "以後の日"),
            ("schedule_from", "middle", "middle"),
        ],
    )
    def test_says_what_is_wrong(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project, field: str,
        value: str, said: str,
    ) -> None:  # fmt: skip
        before = stored(project).revision
        answer = leader_client.post(address, typed | {field: value})
        assert answer.status_code == 422
        assert said in compact(answer)
        assert stored(project).revision == before

    def test_stays_within_the_parent(
        self, leader_client: Client, address: str, typed: dict[str, Any], project: Project
    ) -> None:
        parent = Project.objects.create(
            organization=project.organization, code="P-0", name="全体", start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar,
            budget=1_000_000,
        )  # fmt: skip
        Project.objects.filter(pk=project.pk).update(parent=parent)
        outside = project.end_date + timedelta(days=1)
        answer = leader_client.post(address, typed | {"end_date": f"{outside:%Y/%m/%d}"})
        assert answer.status_code == 422
        assert "親プロジェクト" in compact(answer)

    def test_offers_calendars_of_the_organization_and_of_the_plan_alone(
        self, leader_client: Client, address: str, project: Project, cast: SimpleNamespace
    ) -> None:
        other = Project.objects.create(
            organization=project.organization, code="P-9", name="別の計画", start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar,
        )  # fmt: skip
        make = {"organization": project.organization, "week": project.calendar.week}
        Calendar.objects.create(name="夜勤", project=project, **make)
        Calendar.objects.create(name="休日出勤の人", project=project, base=project.calendar, **make)
        Calendar.objects.create(name="よその夜勤", project=other, **make)
        page = compact(leader_client.get(address))
        assert "夜勤" in page
        assert "休日出勤の人" not in page
        assert "よその夜勤" not in page
