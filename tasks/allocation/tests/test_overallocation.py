"""More than the whole of a day: said where people plan, and when they have just caused it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from projects.models import Project, ProjectMember
from projects.permissions import System
from projects.worktime.moments import day_number
from resources.models import Absence, Resource
from tasks.allocation.overallocation import (
    OverallocatedDay,
    overallocated_by_task,
    overallocated_days,
    tasks_beside,
    warning,
)
from tasks.details.tests.filled_form import fields_of
from tasks.editing import fields as editing
from tasks.editing import tree
from tasks.models import Task
from tests.pages import compact

MONDAY = date(2026, 4, 6)
ACTOR = System("test")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def parallel(plan: Any) -> dict[str, Task]:
    """Two tasks of the same week, and one long after."""
    return plan(("設計", 1, 5), ("調査", 1, 2), ("試験", 1, 3, "1FS+20d"))


@pytest.fixture
def crowded(parallel: dict[str, Task], resource: Resource) -> dict[str, Task]:
    """The contributor is 130 % full for two days."""
    editing.set_assignees(task=parallel["設計"], units={resource.pk: 100}, actor=ACTOR)
    editing.set_assignees(task=parallel["調査"], units={resource.pk: 30}, actor=ACTOR)
    editing.set_assignees(task=parallel["試験"], units={resource.pk: 100}, actor=ACTOR)
    return parallel


class TestOverDays:
    def test_are_those_with_more_than_there_is(self, crowded: dict[str, Task], resource: Resource) -> None:
        found = overallocated_days([resource.pk], MONDAY, date(2026, 6, 30))
        first = day_number(MONDAY)
        assert found == {
            resource.pk: [OverallocatedDay(first, 624, 480), OverallocatedDay(first + 1, 624, 480)]
        }
        assert overallocated_days([resource.pk], date(2026, 4, 8), date(2026, 6, 30)) == {}


class TestOverOfTasks:
    def test_says_who_when_and_how_much(self, crowded: dict[str, Task], project: Any) -> None:
        found = overallocated_by_task(project.pk, [task.pk for task in crowded.values()])
        assert set(found) == {crowded["設計"].pk, crowded["調査"].pk}
        over = found[crowded["設計"].pk][0]
        assert (over.text, over.sentence) == ("130%", "茜部 陽斗さんは4/6～4/7の2日で最大130%です。")

    def test_names_a_day_off(
        self, crowded: dict[str, Task], project: Any, organization: Any, resource: Resource, calendar: Any
    ) -> None:
        Absence.objects.create(organization=organization, resource=resource, first_on=MONDAY, last_on=MONDAY)
        changes = {"calendar_id": calendar.pk, "ignores_resource_calendar": True}
        editing.edit_task(task=crowded["調査"], changes=changes, actor=ACTOR)
        over = overallocated_by_task(project.pk, [crowded["調査"].pk])[crowded["調査"].pk][0]
        assert (over.days, over.text) == (2, "130%")
        editing.set_assignees(task=crowded["設計"], units={}, actor=ACTOR)
        over = overallocated_by_task(project.pk, [crowded["調査"].pk])[crowded["調査"].pk][0]
        assert (over.text, over.sentence) == ("休日", "茜部 陽斗さんは4/6に休みですが、予定があります。")

    def test_is_silent_without_the_feature(
        self, crowded: dict[str, Task], project: Any, settings: Any
    ) -> None:
        settings.FEATURES = {**settings.FEATURES, "RESOURCE_MANAGEMENT": False}
        assert overallocated_by_task(project.pk, [crowded["設計"].pk]) == {}

    def test_needs_one_query_for_any_number_of_tasks(self, crowded: dict[str, Task], project: Any) -> None:
        with CaptureQueriesContext(connection) as captured:
            overallocated_by_task(project.pk, [task.pk for task in crowded.values()])
        assert len(captured) == 1


class TestWarning:
    def test_is_about_the_change_just_made(
        self, parallel: dict[str, Task], resource: Resource, cast: Any
    ) -> None:
        first = editing.set_assignees(task=parallel["設計"], units={resource.pk: 100}, actor=cast.planner)
        assert warning(first) == ""
        second = editing.set_assignees(task=parallel["調査"], units={resource.pk: 30}, actor=cast.planner)
        assert warning(second) == "茜部 陽斗さんは4/6～4/7の2日で最大130%です。"
        assert tasks_beside(second) == {parallel["設計"].pk, parallel["調査"].pk}
        third = editing.edit_task(task=parallel["設計"], changes={"name": "設計 2"}, actor=cast.planner)
        assert warning(third) == ""
        assert tasks_beside(third) == frozenset()

    def test_names_two_people_and_counts_the_others(
        self, parallel: dict[str, Task], organization: Any, cast: Any
    ) -> None:
        people = [
            Resource.objects.create(organization=organization, name=f"人{number}") for number in range(5)
        ]
        units = {person.pk: 100 for person in people}
        editing.set_assignees(task=parallel["設計"], units=units, actor=cast.planner)
        change = editing.set_assignees(
            task=parallel["調査"], units=dict.fromkeys(units, 1), actor=cast.planner
        )
        assert warning(change).count("101%") == 2
        assert "ほかにも3人が100%を超えます。" in warning(change)
        assert "。 " not in warning(change)
        with override("en"):
            assert warning(change).count(". ") == 2


class TestPages:
    def test_wbs_marks_the_people_beside_their_names(
        self, crowded: dict[str, Task], project: Any, viewer_client: Client
    ) -> None:
        html = compact(viewer_client.get(reverse("tasks:wbs", args=[project.pk])))
        assert html.count('class="over"') == 2
        assert 'title="茜部 陽斗さんは4/6～4/7の2日で最大130%です。"' in html
        assert '<span class="visually-hidden">過負荷</span>130%</span>' in html
        assert "<span>茜部 陽斗[30%]</span></span>" in html

    def test_nothing_is_marked_that_is_done(
        self, crowded: dict[str, Task], project: Any, planner_client: Client
    ) -> None:
        Task.objects.filter(pk=crowded["設計"].pk).update(progress_percentage=100)
        html = compact(planner_client.get(reverse("tasks:wbs", args=[project.pk])))
        assert html.count('class="over"') == 1
        html = compact(planner_client.get(reverse("tasks:gantt", args=[project.pk])))
        assert html.count('<tspan class="gantt-label--late">130%</tspan>') == 1
        html = compact(planner_client.get(reverse("tasks:task_detail", args=[crowded["設計"].pk])))
        assert "最大130%" not in html

    def test_wbs_says_it_with_the_answer_to_a_cell(
        self, parallel: dict[str, Task], resource: Resource, planner_client: Client
    ) -> None:
        editing.set_assignees(task=parallel["設計"], units={resource.pk: 100}, actor=ACTOR)
        answer = compact(planner_client.post(
            reverse("tasks:task_cell", args=[parallel["調査"].pk]),
            {"column": "assignees", "text": "茜部 陽斗[30%]", "was": "", "first": 0, "count": 40}, headers=HTMX,
        ))  # fmt: skip
        assert "茜部 陽斗さんは4/6～4/7の2日で最大130%です。" in answer.partition('id="toasts"')[2]
        # The other task of that person has its mark now, too.
        assert f'id="row-{parallel["設計"].pk}"' in answer
        assert f'id="row-{parallel["試験"].pk}"' not in answer

    def test_wbs_refuses_twice_the_work(
        self, parallel: dict[str, Task], resource: Resource, planner_client: Client
    ) -> None:
        editing.set_assignees(task=parallel["設計"], units={resource.pk: 100}, actor=ACTOR)
        response = planner_client.post(
            reverse("tasks:task_cell", args=[parallel["調査"].pk]),
            {"column": "assignees", "text": "茜部 陽斗", "was": "", "first": 0, "count": 40}, headers=HTMX,
        )  # fmt: skip
        assert response.status_code == 422
        assert "4/6～4/7に200%になるため、割り当てられません（「設計」と重なります）" in compact(response)

    def test_what_was_there_comes_back_however_full_it_is(
        self, parallel: dict[str, Task], resource: Resource, planner_client: Client
    ) -> None:
        """A file may have brought it so: the rule is for what a planner does, and not for taking it back."""
        for name in ("設計", "調査"):
            editing.set_assignees(task=parallel[name], units={resource.pk: 100}, actor=ACTOR)
        project = parallel["設計"].project
        marked = {"tasks": f"{parallel['設計'].pk},{parallel['調査'].pk}", "first": 0, "count": 40}
        gone = planner_client.post(reverse("tasks:tasks_delete", args=[project.pk]), marked, headers=HTMX)
        assert gone.status_code == 200
        back = planner_client.post(
            reverse("tasks:plan_undo", args=[project.pk]), {"first": 0, "count": 40}, headers=HTMX
        )
        assert back.status_code == 200
        assert Task.objects.filter(project=project, deleted_at=None).count() == 3
        assert "茜部 陽斗さんは4/6～4/7の2日で最大200%です。" in compact(back)

    def test_form_of_a_task_keeps_what_was_typed_when_it_is_refused(
        self, parallel: dict[str, Task], resource: Resource, planner_client: Client
    ) -> None:
        editing.set_assignees(task=parallel["設計"], units={resource.pk: 100}, actor=ACTOR)
        address = reverse("tasks:task_detail", args=[parallel["調査"].pk])
        html = compact(planner_client.get(address))
        fields = fields_of(html, "task-form") | {"assignees": "茜部 陽斗"}
        response = planner_client.post(reverse("tasks:task_edit", args=[parallel["調査"].pk]), fields)
        assert response.status_code == 422
        assert "200%になるため" in compact(response)
        assert not parallel["調査"].assignments.exists()

    def test_gantt_marks_rows_and_bars(
        self, crowded: dict[str, Task], project: Any, viewer_client: Client
    ) -> None:
        html = compact(viewer_client.get(reverse("tasks:gantt", args=[project.pk])))
        assert html.count('<tspan class="gantt-label--late">130%</tspan>') == 2
        assert html.count('title="茜部 陽斗さんは4/6～4/7の2日で最大130%です。"') == 2

    def test_gantt_says_it_with_a_move(
        self, crowded: dict[str, Task], resource: Resource, project: Any, planner_client: Client
    ) -> None:
        address = reverse("tasks:task_move", args=[project.pk, crowded["調査"].pk])
        fields = {
            "start": "2026-04-09",
            "revision": _revision(project),
            "first": "0",
            "count": "40",
            "zoom": "week",
        }
        answer = compact(planner_client.post(address, fields, headers=HTMX))
        assert "茜部 陽斗さんは4/9～4/10の2日で最大130%です。" in answer.partition('id="toasts"')[2]
        assert f'id="row-{crowded["設計"].pk}"' in answer

    def test_drawer_lists_the_days_and_leads_to_them(
        self, crowded: dict[str, Task], resource: Resource, planner_client: Client
    ) -> None:
        html = compact(planner_client.get(reverse("tasks:task_detail", args=[crowded["設計"].pk])))
        link = reverse("reports:utilization_cell", args=[resource.pk, "d", "2026-04-06"])
        assert f'<a href="{link}">4/6</a><b>130%</b>' in html

    def test_drawer_leads_guests_nowhere(self, crowded: dict[str, Task], project: Any, person: Any) -> None:
        guest = person("guest", "客", role="guest")
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=guest, role="viewer"
        )
        client = Client()
        client.force_login(guest, backend="projects.auth.AccountBackend")
        html = compact(client.get(reverse("tasks:task_detail", args=[crowded["設計"].pk])))
        assert "最大130%" in html
        assert "/utilization/" not in html.partition("<main")[2]

    def test_marks_follow_a_plan_of_another_project(
        self,
        crowded: dict[str, Task],
        project: Any,
        viewer_client: Client,
        resource: Resource,
        organization: Any,
    ) -> None:
        """The page's ETag holds the generation of the organization, which rises with every change of loads."""
        other = Project.objects.create(
            organization=organization, code="PRJ-002", name="移転", start_date=MONDAY, end_date=date(2027, 3, 31),
            start_minute=project.start_minute, calendar=project.calendar, status="active",
        )  # fmt: skip
        task, _ = tree.add_task(project=other, name="荷造り", actor=ACTOR)
        address = reverse("tasks:wbs", args=[project.pk])
        viewer_client.get(address)  # the first one sets a cookie
        tag = viewer_client.get(address)["ETag"]
        assert viewer_client.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304
        with TestCase.captureOnCommitCallbacks(execute=True):
            editing.set_assignees(task=task, units={resource.pk: 50}, actor=ACTOR)
        html = compact(viewer_client.get(address, HTTP_IF_NONE_MATCH=tag))
        assert "最大180%です。" in html


def _revision(project: Any) -> int:
    project.refresh_from_db()
    return int(project.revision)
