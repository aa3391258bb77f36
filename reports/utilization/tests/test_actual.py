"""What people have worked against what they could: as reported, for those who decide about hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from reports.utilization.actual import actual_behind, actual_board
from reports.utilization.selectors import Utilization, heat_map
from reports.utilization.window import UtilizationFilters, period_of
from resources.models import Resource
from tasks.models import Task, TimeEntry, Timesheet, WorkKind
from tests.planning import planned

MONDAY = dt.date(2026, 4, 6)
#: The column of this week: a map begins two weeks before.
NOW = 2


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Monday on which the plans of the tests begin."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


@pytest.fixture
def ann(organization: Any) -> Resource:
    return Resource.objects.create(organization=organization, name="Ann", kana="あん", department="開発部")


@pytest.fixture
def worked(organization: Any) -> Any:
    """Enters minutes: `worked(ann, day, 480, task)`; on a kind of indirect work without a task."""

    def enter(person: Resource, day: dt.date, minutes: int, task: Task | None = None) -> None:
        sheet, _ = Timesheet.objects.get_or_create(
            organization=organization, resource=person, week_on=day - dt.timedelta(days=day.weekday())
        )
        kind = None
        if task is None:
            kind, _ = WorkKind.objects.get_or_create(organization=organization, name="会議")
        TimeEntry.objects.create(
            organization=organization, sheet=sheet, task=task, project=task.project if task else None, kind=kind,
            worked_on=day, minutes=minutes,
        )  # fmt: skip

    return enter


def found_of(organization: Any, text: str = "of=actual") -> Any:
    filters = UtilizationFilters.read(QueryDict(text), MONDAY)
    return heat_map(organization, filters, actual_board(organization, filters.window))


class TestMap:
    def test_counts_hours_on_tasks_and_not_what_is_planned(self, organization, chain, ann, worked):
        for place, minutes in enumerate((480, 300, 600)):
            worked(ann, MONDAY + dt.timedelta(days=place), minutes, chain["設計"])
        worked(ann, MONDAY, 120)
        worked(ann, MONDAY + dt.timedelta(days=7), 60, chain["開発"])
        loads = found_of(organization).whole.loads
        assert loads[NOW] == Utilization(1_380, 2_400)
        assert loads[NOW + 1] == Utilization(60, 2_400)
        assert not any(load.planned for load in loads[:NOW])

    @pytest.mark.parametrize(("grain", "column"), [("d", 0), ("w", NOW), ("m", 1)])
    def test_counts_by_every_grain(self, organization, chain, ann, worked, grain, column):
        worked(ann, MONDAY, 480, chain["設計"])
        loads = found_of(organization, f"grain={grain}").whole.loads
        assert [place for place, load in enumerate(loads) if load.planned] == [column]

    def test_is_over_where_more_was_worked_than_there_was(self, organization, chain, ann, worked):
        for place in range(5):
            worked(ann, MONDAY + dt.timedelta(days=place), 600, chain["設計"])
        found = found_of(organization)
        assert (found.over_people, found.over_cells) == (1, 1)

    def test_asks_as_often_for_many_people_as_for_one(self, organization, chain, ann, worked):
        window = UtilizationFilters.read(QueryDict(), MONDAY).window
        worked(ann, MONDAY, 480, chain["設計"])
        actual_board(organization, window)
        with CaptureQueriesContext(connection) as one:
            actual_board(organization, window)
        for place in range(20):
            person = Resource.objects.create(organization=organization, name=f"人{place}")
            worked(person, MONDAY, 480, chain["設計"])
        with CaptureQueriesContext(connection) as many:
            actual_board(organization, window)
        assert len(many) == len(one) == 1  # people and capacity are remembered


class TestBehind:
    def test_adds_up_to_the_figure_and_tells_indirect_work_beside(
        self, organization, cast, chain, ann, worked
    ):
        worked(ann, MONDAY, 300, chain["設計"])
        worked(ann, MONDAY, 120, chain["開発"])
        worked(ann, MONDAY, 60)
        found = actual_behind(ann, period_of("w", MONDAY), cast.admin)
        assert [(part.task.name, part.minutes) for part in found.parts] == [("設計", 300), ("開発", 120)]
        assert (found.load.planned, found.indirect, found.hidden) == (420, 60, 0)

    def test_names_no_task_that_the_user_does_not_see(self, organization, project, cast, chain, ann, worked):
        other = Project.objects.create(
            organization=organization, code="P-2", name="別", start_date=MONDAY, end_date=MONDAY,
            start_minute=project.start_minute, calendar_id=project.calendar_id,
        )  # fmt: skip
        theirs = planned(other, ("秘密", 1, 5))["秘密"]
        worked(ann, MONDAY, 300, theirs)
        found = actual_behind(ann, period_of("w", MONDAY), cast.leader)
        assert (found.parts, found.hidden, found.load.planned) == ([], 300, 300)


class TestPage:
    def test_is_for_those_who_decide_about_hours(
        self, admin_client, leader_client, organization, chain, ann, worked
    ):
        worked(ann, MONDAY, 1_200, chain["設計"])
        address = reverse("reports:utilization")
        page = admin_client.get(address, {"of": "actual"}).content.decode()
        assert ">50<" in page
        assert f"{MONDAY}/?of=actual" in page
        # A leader decides about those who worked on their project, and sees the plan here.
        page = leader_client.get(address, {"of": "actual"}).content.decode()
        assert ">50<" not in page
        assert 'id="of-actual"' not in page
        assert f"{MONDAY}/?of=actual" not in page
        rows = reverse("reports:utilization_rows")
        assert ">50<" not in leader_client.get(rows, {"of": "actual"}).content.decode()

    def test_opens_what_is_behind_a_figure(self, admin_client, leader_client, chain, ann, worked):
        worked(ann, MONDAY, 1_200, chain["設計"])
        worked(ann, MONDAY, 120)
        address = reverse("reports:utilization_cell", args=[ann.pk, "w", f"{MONDAY}"])
        page = admin_client.get(address, {"of": "actual"}).content.decode()
        assert "設計" in page
        assert "ほかに間接作業 2h" in page
        page = leader_client.get(address, {"of": "actual"}).content.decode()
        assert "間接作業" not in page
        assert "20h" not in page
