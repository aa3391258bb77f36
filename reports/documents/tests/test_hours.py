"""工数実績表: the hours of a month by person, task and week; others' hours only for those who decide about them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from reports.documents.contents import Report
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.documents.tests.samples import MADE_AT
from reports.documents.workbook.file import excel_file
from resources.models import Resource
from tasks.models import ClosedMonth, Task, TimeEntry, Timesheet

#: Reported about April 2026.
TODAY = dt.date(2026, 5, 8)


@pytest.fixture
def people(project: Project, cast: Any) -> dict[str, Resource]:
    own = {"organization": project.organization}
    return {
        name: Resource.objects.create(**own, name=name, user=user)
        for name, user in (("あかね", cast.contributor), ("いつき", cast.viewer))
    }


def wrote(person: Resource, task: Task, day: dt.date, minutes: int, state: str = "open") -> None:
    own = task.organization
    monday = day - dt.timedelta(days=day.weekday())
    sheet, _new = Timesheet.objects.get_or_create(organization=own, resource=person, week_on=monday)
    TimeEntry.objects.create(
        organization=own, sheet=sheet, project=task.project, task=task, worked_on=day, minutes=minutes
    )
    Timesheet.objects.filter(pk=sheet.pk).update(state=state)


def read(project: Project, user: Any) -> Report:
    project = Project.objects.get(pk=project.pk)
    return report_kinds()["hours"].read(Subject(user, project.organization, Options(TODAY), project))


def values(report: Report) -> list[tuple[Any, ...]]:
    return [line.values for line in report.table("hours").lines]


class TestHoursReport:
    def test_has_people_their_tasks_and_weeks_of_the_month(
        self, project: Project, chain: Any, cast: Any, people: dict[str, Resource]
    ) -> None:
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 6), 120)
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 10), 60, "approved")
        wrote(people["あかね"], chain["開発"], dt.date(2026, 4, 30), 30)
        wrote(people["いつき"], chain["設計"], dt.date(2026, 4, 13), 480)
        wrote(people["いつき"], chain["設計"], dt.date(2026, 3, 31), 480)  # same week, another month
        report = read(project, cast.leader)
        assert values(report) == [
            ("あかね", "", None, 180, None, None, 30, 210), ("設計", "1", None, 180, None, None, None, 180),
            ("開発", "2", None, None, None, None, 30, 30), ("いつき", "", None, None, 480, None, None, 480),
            ("設計", "1", None, None, 480, None, None, 480), ("全員", "", None, 180, 480, None, 30, 690),
        ]  # fmt: skip
        facts = {fact.label: fact.value for fact in report.facts}
        assert (facts["工数"], facts["承認済み"], facts["対象"]) == (690, 180, 2)
        assert report.table("hours").columns[2].title == "04/01"

    def test_counts_corrections_in_the_day_that_they_correct(
        self, project: Project, chain: Any, cast: Any, people: dict[str, Resource]
    ) -> None:
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 6), 120)
        first = TimeEntry.objects.get()
        ClosedMonth.objects.create(
            organization=first.organization, month_on=dt.date(2026, 4, 1), closed_by=cast.leader
        )
        TimeEntry.objects.create(
            organization=first.organization, sheet=first.sheet, project=project, task=chain["設計"],
            worked_on=first.worked_on, minutes=-60, is_correction=True, corrects=first, comment="誤記",
        )  # fmt: skip
        assert values(read(project, cast.leader))[-1][-1] == 60

    def test_shows_users_their_own_hours_and_leaders_all(
        self, project: Project, chain: Any, cast: Any, people: dict[str, Resource]
    ) -> None:
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 6), 120)
        wrote(people["いつき"], chain["設計"], dt.date(2026, 4, 6), 240)
        own = read(project, cast.contributor)
        assert [row[0] for row in values(own)] == ["あかね", "設計", "全員"]
        assert "自分の工数だけ" in own.table("hours").note
        assert {fact.label: fact.value for fact in own.facts}["工数"] == 120
        assert len(values(read(project, cast.leader))) == 5
        assert values(read(project, cast.planner)) == []

    def test_asks_as_much_for_many(
        self, project: Project, chain: Any, cast: Any, people: dict[str, Resource]
    ) -> None:
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 6), 120)
        read(project, cast.leader)
        with CaptureQueriesContext(connection) as few:
            read(project, cast.leader)
        for day in range(7, 25):
            for person in people.values():
                wrote(person, chain["開発"], dt.date(2026, 4, day), 60)
        with CaptureQueriesContext(connection) as many:
            read(project, cast.leader)
        assert len(many) == len(few)

    def test_is_a_page_and_a_workbook_of_numbers(
        self, project: Project, chain: Any, cast: Any, people: dict[str, Resource], leader_client: Client
    ) -> None:
        page = leader_client.get(f"/projects/{project.pk}/report/?kind=hours").content.decode()
        assert "この月に入力された工数はありません。" in page
        wrote(people["あかね"], chain["設計"], dt.date(2026, 4, 6), 90)
        content = excel_file(read(project, cast.leader), made_at=MADE_AT)
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        assert 1.5 in cells
