"""What other settings would move is shown before they are saved, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import AuditEntry, Project
from projects.worktime.moments import minute_of
from tasks.models import Task
from tasks.plan.rescheduling import repair_plan
from tasks.settings.forms import settings_of
from tasks.settings.services import preview_settings
from tasks.undo.tests.doing import dumped
from tests.pages import compact


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """A week, two weeks after it, and two days beside them."""
    found = plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("教育", 1, 2))
    repair_plan(project=project)
    return found


def typed(project: Project) -> dict[str, Any]:
    """The form as it comes."""
    values = {
        name: f"{value:%Y/%m/%d}" if name.endswith("_date") else value
        for name, value in settings_of(Project.objects.get(pk=project.pk)).items()
    }
    return values | {"calendar": project.calendar_id, "status_on": "", "step": "preview"}


def ask(client: Client, project: Project, **changes: Any) -> Any:
    """As a browser asks when a field has changed."""
    headers = {"HX-Request": "true", "HX-Target": "settings-foreseen"}
    address = reverse("tasks:project_settings", args=[project.pk])
    return client.post(address, typed(project) | changes, headers=headers)


class TestForeseen:
    def test_says_what_would_move_and_writes_nothing(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        before, entries = dumped(project), AuditEntry.objects.count()
        stored = Project.objects.values().get(pk=project.pk)
        answer = ask(leader_client, project, start_date="2026/04/13")
        page = compact(answer)
        assert answer.status_code == 200
        assert "<form" not in page
        assert "3件のタスクが動きます" in page
        assert "プロジェクトの開始：2026/04/06 → 2026/04/13" in page
        # Behind the holidays of May.
        assert "プロジェクトの終了：2026/04/24 → 2026/05/07" in page
        assert "2026/04/06–2026/04/10" in page
        assert "2026/04/13–2026/04/17" in page
        assert dumped(project) == before
        assert Project.objects.values().get(pk=project.pk) == stored
        assert AuditEntry.objects.count() == entries

    def test_is_what_saving_does(
        self, leader_client: Client, project: Project, tasks: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        later = project.start_date + timedelta(days=14)
        changes = {"start_date": later, "schedule_from": "start", "critical_slack_minutes": 14 * 480}
        found = preview_settings(
            project=Project.objects.get(pk=project.pk), actor=cast.leader, changes=changes
        )
        was_critical = dict(Task.objects.values_list("pk", "is_critical"))
        saved = typed(project) | {"start_date": f"{later:%Y/%m/%d}", "critical_slack": "14", "step": ""}
        leader_client.post(reverse("tasks:project_settings", args=[project.pk]), saved)
        now = Project.objects.get(pk=project.pk)
        assert (found.start_after, found.change.finish_after) == (
            now.planned_start_minute, now.planned_finish_minute,
        )  # fmt: skip
        spans = {move.task_id: (move.start, move.finish) for move in found.change.moves}
        assert spans == {pk: (start, finish) for pk, start, finish in Task.objects.values_list(
            "pk", "start_minute", "finish_minute"
        )}  # fmt: skip
        is_critical = dict(Task.objects.values_list("pk", "is_critical"))
        assert found.critical == sum(is_critical[pk] != was_critical[pk] for pk in is_critical) == 1

    def test_counts_tasks_that_begin_to_be_critical_and_miss_deadlines(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        deadline = minute_of(project.start_date + timedelta(days=20))
        Task.objects.filter(pk=tasks["開発"].pk).update(deadline_minute=deadline)
        page = compact(ask(leader_client, project, start_date="2026/04/13", critical_slack="13"))
        assert "1件でクリティカルパスが変わります" in page
        assert "「2 開発」が期限に間に合わなくなりました" in page

    def test_says_how_durations_are_shown_with_another_day(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        page = compact(ask(leader_client, project, minutes_per_day="450"))
        assert "タスクは動きません" in page
        assert "いま 1日 の期間は、1.067日 と表示します" in page

    def test_says_when_nothing_was_changed(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        assert "いまの設定と同じです" in compact(ask(leader_client, project))

    def test_says_what_would_be_refused(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        for changes, said in (
            ({"end_date": "2020/01/01"}, "終了日：開始日"),
            ({"minutes_per_day": "x"}, "1日の長さ："),
        ):
            answer = ask(leader_client, project, **changes)
            assert answer.status_code == 422
            assert said in compact(answer)

    def test_is_a_whole_page_without_scripts(
        self, leader_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        address = reverse("tasks:project_settings", args=[project.pk])
        page = compact(leader_client.post(address, typed(project) | {"start_date": "2026/04/13"}))
        assert "3件のタスクが動きます" in page
        assert 'value="2026/04/13"' in page
        assert Project.objects.get(pk=project.pk).start_date == project.start_date

    def test_asks_as_many_queries_for_many_tasks(
        self, leader_client: Client, project: Project, plan: Callable[..., dict[str, Task]]
    ) -> None:
        counts = []
        for number in (20, 60):
            Task.objects.filter(project=project).delete()
            plan(*((f"作業{each}", 1, 5) for each in range(number)))
            repair_plan(project=project)
            ask(leader_client, project, start_date="2026/04/13")
            with CaptureQueriesContext(connection) as queries:
                page = compact(ask(leader_client, project, start_date="2026/04/13"))
            assert f"{number}件のタスクが動きます" in page
            counts.append(len(queries))
        assert counts[0] == counts[1] < 45
