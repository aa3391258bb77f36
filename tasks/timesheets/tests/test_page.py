"""The page of a week: what it lists, what its addresses take, and whom they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.models import Absence, Resource
from tasks.editing.tree import delete_tasks
from tasks.models import Assignment, ClosedMonth, Task, TimeEntry, Timesheet
from tasks.timesheets.entering import RowKey, Typed, enter_hours
from tasks.timesheets.remaining import share_done
from tasks.timesheets.tests.conftest import MONDAY, WEEK
from tasks.timesheets.tests.test_entering import enter
from tasks.timesheets.weeks import Week
from tests.signing_in import browser_of

PAGE = reverse("tasks:timesheet_week", args=[WEEK])
CELL = reverse("tasks:timesheet_cell", args=[WEEK])


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with time_machine.travel("2026-04-10T03:00:00Z", tick=False):
        yield


@pytest.fixture
def own(hours: SimpleNamespace) -> Client:
    """The browser of the person whose week it is."""
    return browser_of(hours.user)


def send(client: Client, hours: SimpleNamespace, text: str, day: int = 0, **more: Any) -> Any:
    return client.post(CELL, {"row": f"t{hours.task.pk}", "day": day, "hours": text} | more)


class TestTimesheetWeek:
    def test_lists_own_tasks_of_the_week_and_kinds_of_indirect_work(
        self, own: Client, hours: SimpleNamespace
    ):
        page = own.get(PAGE).content.decode()
        assert f'id="t{hours.task.pk}-0"' in page
        assert f'id="t{hours.other.pk}-0"' not in page
        assert all(name in page for name in ("設計", "会議", "休暇", "新システム導入"))

    def test_of_today_has_an_address_that_stays(self, own: Client):
        assert f'action="{PAGE}"' in own.get(reverse("tasks:timesheet_now")).content.decode()

    @pytest.mark.parametrize("week", ["2026-W54", "nonsense"])
    def test_of_no_week_is_not_there(self, own: Client, week: str):
        assert own.get(f"/timesheet/{week}/").status_code == 404

    def test_of_who_is_no_resource_says_whom_to_ask(self, hours: SimpleNamespace, cast: Any):
        client = browser_of(cast.viewer)
        assert "管理者に依頼" in client.get(PAGE).content.decode()
        answer = client.post(CELL, {"row": f"t{hours.task.pk}", "day": 0, "hours": "1"})
        assert answer.status_code == 422

    def test_adds_a_task_by_search(self, own: Client, hours: SimpleNamespace):
        found = own.get(PAGE, {"find": "開発"}).content.decode()
        assert f"?add={hours.other.pk}" in found
        assert f'id="t{hours.other.pk}-0"' in own.get(PAGE, {"add": hours.other.pk}).content.decode()

    def test_says_when_a_day_is_off_and_why(self, own: Client, hours: SimpleNamespace):
        Absence.objects.create(
            organization=hours.project.organization, resource=hours.resource, first_on=MONDAY, last_on=MONDAY
        )
        page = own.get(PAGE).content.decode()
        assert page.count('class="hours-cell hours--off"') == 3 * 3
        assert "有休" in page

    def test_of_weeks_to_come_is_read_only(self, own: Client):
        page = own.get(reverse("tasks:timesheet_week", args=[WEEK.later(1)])).content.decode()
        assert "hours__in" not in page

    def test_keeps_the_hours_of_a_deleted_task_in_its_sums(self, own: Client, hours: SimpleNamespace):
        enter(hours, 90)
        delete_tasks(project=hours.project, task_ids=[hours.task.pk], actor=hours.leader)
        page = own.get(PAGE).content.decode()
        assert "削除された、または見られないタスク（1件）" in page
        assert "<b>1.5h</b>" in page

    def test_shows_a_closed_month_as_text(self, own: Client, hours: SimpleNamespace):
        ClosedMonth.objects.create(
            organization=hours.project.organization, month_on=MONDAY.replace(day=1), closed_by=hours.leader
        )
        assert (
            "hours__in"
            not in own.get(PAGE).content.decode().replace('name="left-', "").split("hours-left")[0]
        )
        assert send(own, hours, "1").status_code == 409

    def test_costs_the_same_for_a_long_history_and_many_tasks(self, own: Client, hours: SimpleNamespace):
        own.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as few:
            own.get(PAGE)
        for weeks in range(1, 9):
            week = WEEK.later(-weeks)
            typed = [Typed(RowKey(True, hours.task.pk), day, 60) for day in week.days]
            enter_hours(resource=hours.resource, week=week, typed=typed, actor=hours.user, today=MONDAY)
        rows = Task.objects.bulk_create(
            Task(
                organization=hours.project.organization, project=hours.project, name=f"作業{number}",
                row_number=100 + number, start_minute=hours.task.start_minute, finish_minute=hours.task.finish_minute,
            )
            for number in range(60)
        )  # fmt: skip
        Assignment.objects.bulk_create(
            Assignment(
                organization=hours.project.organization,
                project=hours.project,
                task=row,
                resource=hours.resource,
            )
            for row in rows
        )
        enter(hours, 60)
        with CaptureQueriesContext(connection) as many:
            page = own.get(PAGE).content.decode()
        # The entries of a sheet that is there; and how many tasks are not listed.
        assert len(many) <= len(few) + 2
        assert "ほかに担当しているタスクが21件あります" in page


class TestWithoutScripts:
    def test_saves_the_whole_week(self, own: Client, hours: SimpleNamespace):
        key = f"t{hours.task.pk}"
        data = {
            f"was-{key}": "0,0,0,0,0,0,0",
            f"{key}-0": "1:30",
            f"{key}-1": "90分",
            f"{key}-2": "",
            f"{key}-3": "７．５",
        }
        assert own.post(PAGE, data)["Location"] == PAGE
        assert sorted(TimeEntry.objects.values_list("minutes", flat=True)) == [90, 90, 450]

    def test_says_at_the_field_what_cannot_be_read_and_saves_nothing(
        self, own: Client, hours: SimpleNamespace
    ):
        key = f"t{hours.task.pk}"
        answer = own.post(PAGE, {f"was-{key}": "0,0,0,0,0,0,0", f"{key}-0": "いっぱい", f"{key}-1": "2"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "「いっぱい」は読めません" in page
        assert 'value="いっぱい"' in page
        assert not TimeEntry.objects.exists()


class TestTimesheetCell:
    @pytest.mark.parametrize(
        ("text", "minutes"), [("1.5", 90), ("1:30", 90), ("90分", 90), ("", 0), ("2h", 120)]
    )
    def test_reads_what_people_type(self, own: Client, hours: SimpleNamespace, text: str, minutes: int):
        answer = send(own, hours, text)
        assert answer.status_code == 200
        assert sum(TimeEntry.objects.values_list("minutes", flat=True)) == minutes

    def test_answers_with_the_sums_that_follow(self, own: Client, hours: SimpleNamespace):
        send(own, hours, "2")
        page = send(own, hours, "1.5", day=1).content.decode()
        assert f'id="t{hours.task.pk}-sum">3.5h' in page
        assert 'id="hours-total-1"' in page
        assert "<b>3.5h</b>" in page

    @pytest.mark.parametrize("text", ["abc", "25", "-1"])
    def test_refuses_nonsense_with_words(self, own: Client, hours: SimpleNamespace, text: str):
        answer = send(own, hours, text)
        assert answer.status_code == 422
        assert "data-refused" in answer.content.decode()

    def test_does_not_overwrite_what_a_second_screen_wrote(self, own: Client, hours: SimpleNamespace):
        send(own, hours, "3", seen=0)
        answer = send(browser_of(hours.user), hours, "5", seen=0)
        assert answer.status_code == 409
        assert 'data-now="180"' in answer.content.decode()
        assert send(own, hours, "5", seen=180).status_code == 200

    def test_keeps_a_comment(self, own: Client, hours: SimpleNamespace):
        send(own, hours, "3")
        own.post(CELL, {"row": f"t{hours.task.pk}", "day": 0, "comment": "要件の<確認>"})
        assert "要件の&lt;確認&gt;" in own.get(PAGE).content.decode()
        assert TimeEntry.objects.get().minutes == 180

    def test_is_refused_after_the_week_was_handed_in(self, own: Client, hours: SimpleNamespace):
        send(own, hours, "3")
        own.post(reverse("tasks:timesheet_submit", args=[WEEK]))
        answer = send(own, hours, "4")
        assert answer.status_code == 409
        assert "提出済み" in answer.content.decode()
        own.post(reverse("tasks:timesheet_withdraw", args=[WEEK]))
        assert send(own, hours, "4").status_code == 200

    def test_writes_ones_own_week_only(self, hours: SimpleNamespace, cast: Any):
        Resource.objects.create(organization=hours.project.organization, name="常磐 朝陽", user=cast.planner)
        send(browser_of(cast.planner), hours, "1")
        assert TimeEntry.objects.get().sheet.resource.user == cast.planner

    def test_rejects_get(self, own: Client):
        assert own.get(CELL).status_code == 405


class TestTimesheetRemaining:
    def test_is_a_report_of_progress(self, own: Client, hours: SimpleNamespace):
        send(own, hours, "3")
        answer = own.post(
            reverse("tasks:timesheet_remaining", args=[WEEK]), {"row": f"t{hours.task.pk}", "hours": "9"}
        )
        assert answer.status_code == 200
        hours.task.refresh_from_db()
        assert hours.task.progress_percentage == 25
        assert 'value="9"' in answer.content.decode()

    def test_asks_for_hours_first(self, own: Client, hours: SimpleNamespace):
        answer = own.post(
            reverse("tasks:timesheet_remaining", args=[WEEK]), {"row": f"t{hours.task.pk}", "hours": "9"}
        )
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("done", "left", "share"), [(60, 0, 100), (0, 0, 100), (999, 1, 99), (60, 180, 25)]
    )
    def test_is_done_only_when_nothing_is_left(self, done: int, left: int, share: int):
        assert share_done(done, left) == share


class TestFilling:
    def test_takes_the_plan_for_empty_cells(self, own: Client, hours: SimpleNamespace):
        from tasks.allocation.check import refresh_organization

        refresh_organization(hours.project.organization_id)
        send(own, hours, "1")
        own.post(reverse("tasks:timesheet_fill", args=[WEEK]))
        minutes = list(TimeEntry.objects.order_by("worked_on").values_list("minutes", flat=True))
        assert minutes == [60, 480, 480, 480, 480]
        own.post(reverse("tasks:timesheet_fill", args=[WEEK]))
        assert TimeEntry.objects.count() == 5

    def test_copies_last_week_onto_the_same_weekdays(self, own: Client, hours: SimpleNamespace):
        enter(hours, 90, day=MONDAY - timedelta(days=7))
        enter(hours, 30, day=MONDAY - timedelta(days=5), row=RowKey(False, hours.meeting.pk))
        own.post(reverse("tasks:timesheet_copy", args=[WEEK]))
        sheet = Timesheet.objects.get(week_on=MONDAY)
        found = sheet.entries.order_by("worked_on").values_list("worked_on", "minutes")
        assert list(found) == [(MONDAY, 90), (MONDAY + timedelta(days=2), 30)]
        assert Week(sheet.week_on) == WEEK
