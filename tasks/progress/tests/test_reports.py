"""Reports of progress: hours add up, reports of others stay, and a report can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry
from tasks.models import Assignment, Task, TaskProgress, TaskStatus
from tasks.progress.services import report_progress
from tests.pages import compact

HTMX = {"HX-Request": "true"}
DRAWER = HTMX | {"HX-Target": "task-drawer"}


@pytest.fixture
def task(chain: dict[str, Task], work_on: Callable[..., Any]) -> Task:
    """Three and a half hours were reported on it, by the contributor whose task it is."""
    task = chain["設計"]
    work_on(task)
    Task.objects.filter(pk=task.pk).update(actual_work_minutes=210)
    return Task.objects.get(pk=task.pk)


@pytest.fixture
def report(contributor_client: Client, task: Task) -> Callable[..., Any]:
    """Send a report from a line of マイタスク."""

    def send(**fields: str) -> Any:
        headers = HTMX | {"HX-Target": f"my-task-{task.pk}"}
        return contributor_client.post(
            reverse("tasks:progress_report", args=[task.pk]), fields, headers=headers
        )

    return send


def stands(task: Task) -> tuple[int, int]:
    """Progress in percent and actual work in minutes, as they are stored."""
    row = Task.objects.get(pk=task.pk)
    return row.progress_percentage, row.actual_work_minutes


def undo_url(task: Task) -> str:
    """The address that takes the newest report back."""
    entry = AuditEntry.objects.filter(action="progress.reported", target_id=task.pk).order_by("-pk")[0]
    return reverse("tasks:progress_undo", args=[task.pk, entry.pk])


class TestProgressReport:
    def test_adds_hours_to_what_is_there(self, report: Callable[..., Any], task: Task) -> None:
        html = compact(report(progress="60", added_work="6h"))
        assert stands(task) == (60, 570)
        assert "報告しました：進捗 60%、実績工数 3.5h + 6h = 9.5h" in html
        assert undo_url(task) in html
        assert TaskProgress.objects.get(task=task).actual_work_minutes == 570

    def test_says_before_it_is_sent_that_hours_are_added(
        self, contributor_client: Client, task: Task
    ) -> None:
        assert "3.5h +" in compact(contributor_client.get(reverse("tasks:my_tasks")))
        page = compact(contributor_client.get(reverse("tasks:task_detail", args=[task.pk])))
        assert "これまでの3.5hに足します。" in page

    def test_adds_the_hours_of_two_tabs(self, report: Callable[..., Any], task: Task) -> None:
        for hours in ("1h", "2h"):
            report(progress="0", added_work=hours, seen="0")
        assert stands(task) == (0, 390)

    def test_leaves_progress_alone_that_others_have_reported(
        self, report: Callable[..., Any], task: Task, cast: Any
    ) -> None:
        report_progress(task=task, percentage=80, actor=cast.planner)
        report(progress="0", added_work="1h", seen="0")
        assert stands(task) == (80, 270)

    def test_asks_before_it_overwrites_a_report_of_others(
        self, report: Callable[..., Any], task: Task, cast: Any
    ) -> None:
        report_progress(task=task, percentage=80, actor=cast.planner)
        refused = report(progress="60", added_work="1h", seen="0")
        assert refused.status_code == 422
        html = compact(refused)
        assert "ほかの報告で80%になっています" in html
        assert 'name="seen" value="80"' in html
        assert stands(task) == (80, 210)
        report(progress="60", added_work="1h", seen="80")
        assert stands(task) == (60, 270)

    @pytest.mark.parametrize("typed", ["-1.5h", "−1.5h", "－1.5"])
    def test_takes_hours_off(self, report: Callable[..., Any], task: Task, typed: str) -> None:
        assert "3.5h − 1.5h = 2h" in compact(report(progress="0", added_work=typed))
        assert stands(task) == (0, 120)

    def test_takes_no_more_hours_off_than_there_are(self, report: Callable[..., Any], task: Task) -> None:
        refused = report(progress="50", added_work="-4h")
        assert refused.status_code == 422
        assert "実績工数は3.5hです。" in compact(refused)
        assert stands(task) == (0, 210)

    def test_keeps_a_task_on_hold_that_gets_hours(self, report: Callable[..., Any], task: Task) -> None:
        Task.objects.filter(pk=task.pk).update(progress_percentage=30, status=TaskStatus.ON_HOLD)
        report(progress="30", added_work="1h", seen="30-hold", is_on_hold="on")
        assert Task.objects.get(pk=task.pk).status == TaskStatus.ON_HOLD

    def test_leaves_the_finish_of_a_done_task_alone(
        self, report: Callable[..., Any], task: Task, cast: Any
    ) -> None:
        report_progress(task=task, percentage=100, actor=cast.planner, finished_minute=task.start_minute + 60)
        before = Task.objects.get(pk=task.pk).actual_finish_minute
        report(progress="100", added_work="1h", seen="100")
        assert Task.objects.get(pk=task.pk).actual_finish_minute == before


class TestProgressUndo:
    def test_takes_progress_and_hours_back(
        self, report: Callable[..., Any], contributor_client: Client, task: Task
    ) -> None:
        report(progress="60", added_work="6h")
        headers = HTMX | {"HX-Target": f"my-task-{task.pk}"}
        html = compact(contributor_client.post(undo_url(task), headers=headers))
        assert stands(task) == (0, 210)
        assert Task.objects.get(pk=task.pk).status == TaskStatus.NOT_STARTED
        assert "報告を元に戻しました：進捗 0%、実績工数 3.5h" in html

    def test_leaves_hours_that_came_since(
        self, report: Callable[..., Any], contributor_client: Client, task: Task, cast: Any
    ) -> None:
        report(progress="0", added_work="6h")
        url = undo_url(task)
        report_progress(task=task, percentage=40, added_work_minutes=60, actor=cast.planner)
        contributor_client.post(url)
        assert stands(task) == (40, 270)

    def test_leaves_progress_that_came_since(
        self, report: Callable[..., Any], contributor_client: Client, task: Task, cast: Any
    ) -> None:
        report(progress="60")
        url = undo_url(task)
        report_progress(task=task, percentage=80, actor=cast.planner)
        assert contributor_client.post(url).status_code == 409
        assert stands(task) == (80, 210)

    def test_happens_once(self, report: Callable[..., Any], contributor_client: Client, task: Task) -> None:
        report(progress="0", added_work="2h")
        url = undo_url(task)
        assert [contributor_client.post(url).status_code for _ in range(2)] == [302, 409]
        assert stands(task) == (0, 210)

    def test_leads_back_to_the_page_that_it_was_asked_on(
        self, report: Callable[..., Any], contributor_client: Client, task: Task
    ) -> None:
        report(progress="60")
        shown = f"/projects/{task.project_id}/wbs/?task={task.pk}"
        response = contributor_client.post(undo_url(task), headers={"Referer": f"http://testserver{shown}"})
        assert response["Location"] == shown

    def test_is_for_ones_own_reports(
        self, report: Callable[..., Any], planner_client: Client, viewer_client: Client,
        stranger_client: Client, task: Task,
    ) -> None:  # fmt: skip
        report(progress="60")
        url = undo_url(task)
        clients = (planner_client, viewer_client, stranger_client)
        assert [client.post(url).status_code for client in clients] == [422, 403, 404]

    def test_is_for_those_who_still_work_on_the_task(
        self, report: Callable[..., Any], contributor_client: Client, task: Task
    ) -> None:
        report(progress="60")
        Assignment.objects.filter(task=task).delete()
        assert contributor_client.post(undo_url(task)).status_code == 403
        assert stands(task) == (60, 210)

    def test_rejects_get(self, report: Callable[..., Any], contributor_client: Client, task: Task) -> None:
        report(progress="60")
        assert contributor_client.get(undo_url(task), headers=HTMX).status_code == 405

    def test_is_recorded(self, report: Callable[..., Any], contributor_client: Client, task: Task) -> None:
        report(progress="60")
        contributor_client.post(undo_url(task))
        entry = AuditEntry.objects.filter(target_id=task.pk).order_by("-pk")[0]
        assert (entry.action, entry.after["progress_percentage"]) == ("progress.taken_back", 0)
