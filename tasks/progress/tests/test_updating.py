"""A plan is brought up to a day: progress as planned, and what is not done behind the day; shown first, one change, one step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from projects.worktime.moments import MINUTES_PER_DAY, day_number, day_of
from tasks.models import Constraint, Task
from tasks.progress.services import report_progress
from tasks.progress.updating import Update, preview_update, update_plan
from tasks.undo.tests.doing import dumped
from tests.pages import compact


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
    """A week, then two weeks; a week beside them, and one under a summary."""
    return plan(
        ("設計", 1, 5),
        ("開発", 1, 10, "1"),
        ("教育", 1, 5),
        ("移行", 1, 0),
        ("準備", 2, 2),
        ("公開", 1, 0, "2"),
    )


def now(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def first_day(task: Task) -> date:
    minute = now(task).start_minute
    assert minute is not None
    return day_of(minute // MINUTES_PER_DAY)


def last_minute(task: Task) -> int:
    minute = now(task).finish_minute
    assert minute is not None
    return minute


def friday_of(tasks: dict[str, Task]) -> date:
    """The last day of 設計."""
    return day_of(last_minute(tasks["設計"]) // MINUTES_PER_DAY)


def progress_of(tasks: dict[str, Task]) -> dict[str, int]:
    found = dict(Task.objects.filter(is_summary=False).values_list("name", "progress_percentage"))
    return {name: found[name] for name in tasks if name in found}


class TestProgress:
    def test_is_what_was_planned_up_to_the_end_of_the_day(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        before = {name: last_minute(task) for name, task in tasks.items()}
        on = friday_of(tasks) + timedelta(days=4)  # Tuesday: two of the ten days of 開発
        done = update_plan(project=project, actor=cast.planner, update=Update(on=on))
        assert progress_of(tasks) == {"設計": 100, "開発": 20, "教育": 100, "準備": 100, "公開": 0}
        assert (done.counts.reported, done.counts.moved) == (4, 0)
        # As planned: no date is another one.
        assert {name: last_minute(task) for name, task in tasks.items()} == before
        assert now(tasks["設計"]).actual_finish_minute == before["設計"]

    def test_is_never_taken_back(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        report_progress(task=tasks["開発"], actor=cast.planner, percentage=60)
        update_plan(
            project=project, actor=cast.planner, update=Update(on=friday_of(tasks) + timedelta(days=4))
        )
        assert progress_of(tasks)["開発"] == 60

    def test_of_what_is_on_hold_waits(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        report_progress(task=tasks["教育"], actor=cast.planner, percentage=20, is_on_hold=True)
        update_plan(project=project, actor=cast.planner, update=Update(on=friday_of(tasks)))
        assert progress_of(tasks)["教育"] == 20

    def test_is_of_the_chosen_rows_and_what_is_beneath_them(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        update = Update(on=friday_of(tasks), rows=[(3, 4)])
        update_plan(project=project, actor=cast.planner, update=update)
        assert progress_of(tasks) == {"設計": 0, "開発": 0, "教育": 100, "準備": 100, "公開": 0}


class TestUnfinishedWork:
    def test_goes_on_behind_the_day(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        on = friday_of(tasks)
        report_progress(task=tasks["設計"], actor=cast.planner, percentage=40)
        start = first_day(tasks["設計"])
        done = update_plan(
            project=project, actor=cast.planner, update=Update(on=on, reports=False, moves=True)
        )
        # Three days of 設計 from Monday on; it has begun when it has begun.
        assert first_day(tasks["設計"]) == start
        assert day_of(last_minute(tasks["設計"]) // MINUTES_PER_DAY) == on + timedelta(days=5)
        assert first_day(tasks["教育"]) == on + timedelta(days=3)
        assert now(tasks["教育"]).constraint_type == Constraint.SNET
        assert (done.counts.reported, done.counts.moved) == (0, 3)
        # 開発 was behind the day, and moves with what it waits for; nothing holds it.
        assert now(tasks["開発"]).constraint_type == Constraint.ASAP
        assert first_day(tasks["開発"]) == on + timedelta(days=6)

    def test_stays_where_a_promised_date_holds_it(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        held = now(tasks["教育"])
        Task.objects.filter(pk=held.pk).update(
            constraint_type=Constraint.MSO, constraint_minute=held.start_minute
        )
        project.refresh_from_db()
        update = Update(on=friday_of(tasks), reports=False, moves=True)
        done = update_plan(project=project, actor=cast.planner, update=update)
        assert (done.counts.held, first_day(tasks["教育"])) == (
            1,
            day_of((held.start_minute or 0) // MINUTES_PER_DAY),
        )

    def test_that_is_as_far_as_planned_stays(
        self, tasks: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        before = {name: last_minute(task) for name, task in tasks.items()}
        update = Update(on=friday_of(tasks) - timedelta(days=2), moves=True)
        done = update_plan(project=project, actor=cast.planner, update=update)
        assert done.counts.moved == 0
        assert {name: last_minute(task) for name, task in tasks.items()} == before


class TestUpdate:
    def test_is_refused_where_there_is_nothing_to_do(
        self, tasks: dict[str, Task], planner_client: Client, project: Project
    ) -> None:
        address = reverse("tasks:plan_update", args=[project.pk])
        long_ago = project.start_date - timedelta(days=30)
        page = planner_client.post(
            address, {"on": f"{long_ago:%Y/%m/%d}", "does": "report", "step": "preview"}
        )
        assert page.status_code == 422
        assert "更新するものはありません" in compact(page)

    def test_is_shown_first_and_writes_nothing_then(
        self, tasks: dict[str, Task], planner_client: Client, project: Project, cast: SimpleNamespace
    ) -> None:
        report_progress(task=tasks["設計"], actor=cast.planner, percentage=40)
        before = dumped(project)
        address = reverse("tasks:plan_update", args=[project.pk])
        typed = {"on": f"{friday_of(tasks):%Y/%m/%d}", "does": "move"}
        page = compact(planner_client.post(address, typed | {"step": "preview"}))
        assert "3件" in page
        assert "開発" in page
        assert dumped(project) == before
        answer = planner_client.post(address, typed | {"step": "apply"})
        assert answer.status_code == 302
        assert dumped(project) != before

    def test_is_one_change_and_one_step_to_take_back(
        self, tasks: dict[str, Task], planner_client: Client, project: Project
    ) -> None:
        before, revision = dumped(project), Project.objects.get(pk=project.pk).revision
        address = reverse("tasks:plan_update", args=[project.pk])
        typed = {"on": f"{friday_of(tasks):%Y/%m/%d}", "does": "report", "step": "apply"}
        assert planner_client.post(address, typed).status_code == 302
        assert Project.objects.get(pk=project.pk).revision == revision + 1
        entries = AuditEntry.objects.filter(project=project, action="progress.reported")
        assert entries.count() == 3
        planner_client.post(reverse("tasks:plan_undo", args=[project.pk]), headers={"HX-Request": "true"})
        assert dumped(project) == before

    def test_of_a_plan_that_others_have_changed_is_refused(
        self, tasks: dict[str, Task], planner_client: Client, project: Project, cast: SimpleNamespace
    ) -> None:
        address = reverse("tasks:plan_update", args=[project.pk])
        typed = {"on": f"{friday_of(tasks):%Y/%m/%d}", "does": "report"}
        revision = Project.objects.get(pk=project.pk).revision
        report_progress(task=tasks["公開"], actor=cast.planner, percentage=100)
        page = planner_client.post(address, typed | {"step": "apply", "revision": f"{revision}"})
        assert page.status_code == 409
        assert progress_of(tasks)["設計"] == 0

    def test_begins_with_the_rows_that_were_selected(
        self, tasks: dict[str, Task], planner_client: Client, project: Project
    ) -> None:
        ids = f"{tasks['教育'].pk},{tasks['移行'].pk}"
        page = compact(
            planner_client.post(reverse("tasks:plan_update", args=[project.pk]), {"tasks": ids, "opens": "1"})
        )
        assert 'value="3-4"' in page

    def test_costs_the_same_for_many(
        self,
        plan: Callable[..., dict[str, Task]],
        project: Project,
        cast: SimpleNamespace,
        django_assert_max_num_queries: Any,
    ) -> None:
        tasks = plan(*((f"作業{number}", 1, 5) for number in range(60)))
        update = Update(on=day_of(day_number(project.start_date) + 2), moves=True)
        with django_assert_max_num_queries(60):
            done = preview_update(project=project, actor=cast.planner, update=update)
        assert done.counts.reported == len(tasks)
