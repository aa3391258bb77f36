"""Operators look after jobs that failed for good."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.jobs import dead_letters, outbox
from projects.models import AuditEntry, DeadJob, Project, User
from tests.pages import compact

LIST = "admin:projects_deadjob_changelist"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    letters: list[Any] = []
    monkeypatch.setattr(outbox, "send", letters.extend)
    return letters


def dead(name: str, **arguments: Any) -> DeadJob:
    dead_letters.add_dead_letter(
        name, arguments, queue="now", reason=DeadJob.Reason.ERROR, now=timezone.now(), error=ValueError("odd")
    )
    return DeadJob.objects.latest("pk")


def act(operator_client: Client, action: str, *rows: DeadJob) -> str:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return compact(operator_client.post(reverse(LIST), form, follow=True))


class TestDeadJobs:
    def test_are_listed_with_their_reason(self, operator_client: Client) -> None:
        row = dead("refresh_project_summary")
        page = compact(operator_client.get(reverse(LIST)))
        assert "refresh_project_summary" in page
        assert "ValueError" in page
        shown = compact(operator_client.get(reverse("admin:projects_deadjob_change", args=[row.pk])))
        assert "odd" in shown

    def test_are_started_again(
        self, operator_client: Client, operator: User, project: Project, sent: list[Any],
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        row = dead("calculate_critical_path", project_id=project.pk)
        with django_capture_on_commit_callbacks(execute=True):
            page = act(operator_client, "start_again", row)
        assert "1件のジョブを再実行に回しました。" in page
        assert [(each.name, each.arguments) for each in sent] == [
            ("calculate_critical_path", {"project_id": project.pk})
        ]
        row.refresh_from_db()
        assert (row.resolution, row.resolved_by) == ("restarted", operator)
        entry = AuditEntry.objects.get(action="job.restarted")
        assert (entry.organization, entry.actor, entry.after["job"]) == (
            project.organization,
            operator,
            "calculate_critical_path",
        )
        assert LogEntry.objects.filter(object_id=str(row.pk), user=operator).count() == 1

    def test_are_put_away(self, operator_client: Client, sent: list[Any]) -> None:
        row = dead("refresh_project_summary")
        assert "1件のジョブを対応済みにしました。" in act(operator_client, "put_away", row)
        row.refresh_from_db()
        assert (row.resolution, sent) == ("put_away", [])
        assert not AuditEntry.objects.filter(action="job.put_away").exists()  # about no organization

    def test_are_looked_after_once(self, operator_client: Client, sent: list[Any]) -> None:
        row = dead("refresh_project_summary")
        act(operator_client, "put_away", row)
        assert "ほかの運用担当者が対応しました" in act(operator_client, "start_again", row)
        row.refresh_from_db()
        assert (row.resolution, sent) == ("put_away", [])

    def test_of_a_name_that_is_gone_can_only_be_put_away(self, operator_client: Client) -> None:
        row = dead("gone_since_last_year")
        assert "この版のプログラムにありません" in act(operator_client, "start_again", row)
        assert DeadJob.objects.unresolved().get() == row
        act(operator_client, "put_away", row)
        assert not DeadJob.objects.unresolved().exists()

    def test_are_for_operators_alone(self, leader_client: Client) -> None:
        assert leader_client.get(reverse(LIST)).status_code == 302
