"""A plan whose dates are past begins on another day: offered by the preview, made by the import."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from projects.models import Project
from projects.worktime.moments import minute_of
from tasks.importing.shifting import begins_on, shifted
from tasks.importing.tests.asking import run, send_off
from tasks.importing.tests.plan_files import DAY, MONDAY_8, WORKDAY, small_plan, xml_of
from tasks.importing.words import Notes, notice_text
from tasks.interchange.plan_file import PlanProject, PlanTask, Recorded
from tasks.models import PlanImport, Task
from tests.pages import compact

#: The plan begins on Monday 2026-04-06; four weeks later that is Monday 2026-05-04.
FOUR_WEEKS = 28 * DAY
NEW = date(2026, 5, 4)
AFTERWARDS = "2026-12-01 12:00:00+09:00"
FRIDAY_17 = MONDAY_8 + 4 * DAY + 540


def dated(**fields: Any) -> PlanTask:
    return replace(PlanTask(9, "日付", duration_minutes=WORKDAY), **fields)


class TestShifted:
    @pytest.mark.parametrize(
        ("fields", "same"),
        [
            ({"constraint_type": "SNET", "constraint_minute": MONDAY_8}, "constraint_minute"),
            ({"constraint_type": "MFO", "constraint_minute": FRIDAY_17}, "constraint_minute"),
            ({"deadline_minute": FRIDAY_17}, "deadline_minute"),
            ({"mode": "manual", "manual_start_minute": MONDAY_8}, "manual_start_minute"),
            ({"mode": "manual", "manual_finish_minute": FRIDAY_17}, "manual_finish_minute"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_moves_the_dates_of_tasks_by_days_of_work(self, fields, same):
        # The file's calendar has a holiday on Thursday 9 April, and none in May.
        task = shifted(small_plan(tasks=(dated(**fields),), links=(), assignments=()), NEW, Notes()).tasks[0]
        days = FOUR_WEEKS if fields[same] == MONDAY_8 else FOUR_WEEKS - DAY
        assert getattr(task, same) == fields[same] + days

    def test_keeps_lengths_links_and_calendars(self):
        plan = small_plan()
        moved = shifted(plan, NEW, Notes())
        assert begins_on(moved) == NEW
        assert moved.project.start_minute == MONDAY_8 + FOUR_WEEKS
        assert (moved.links, moved.calendars) == (plan.links, plan.calendars)
        assert [task.duration_minutes for task in moved.tasks] == [
            task.duration_minutes for task in plan.tasks
        ]

    def test_has_not_begun(self):
        notes = Notes()
        task = shifted(small_plan(), NEW, notes).tasks[1]
        assert (task.percent_complete, task.actual_start_minute, task.remaining_minutes) == (
            0, None, 2 * WORKDAY,
        )  # fmt: skip
        said = [notice_text(item["code"], item["params"]) for item in notes.finished()]
        assert said == [
            "2026/04/06 に始まる計画を、2026/05/04 に始まるようにずらしました。ファイルの日付との比較も、ずらした日付で行います。",
            "着手済みのタスク 1件の実績は取り込みません。新しい開始日の計画は、まだ始まっていないためです。",
        ]

    def test_moves_pieces_and_dates_that_are_held(self):
        pieces = ((MONDAY_8, MONDAY_8 + 540), (FRIDAY_17 - 540, FRIDAY_17))
        task = dated(splits=pieces, recorded=Recorded(MONDAY_8, FRIDAY_17, late_start_minute=FRIDAY_17))
        moved = shifted(small_plan(tasks=(task,), links=(), assignments=()), NEW, Notes()).tasks[0]
        assert moved.splits[0] == (MONDAY_8 + FOUR_WEEKS, MONDAY_8 + 540 + FOUR_WEEKS)
        # Late dates are computed, and only differ from those of the file as far as the calendar does.
        assert moved.recorded == Recorded(MONDAY_8 + FOUR_WEEKS, FRIDAY_17 + FOUR_WEEKS - DAY)

    def test_of_a_plan_from_its_finish_begins_with_its_first_task(self):
        project = PlanProject(
            start_minute=MONDAY_8, finish_minute=FRIDAY_17, from_finish=True, calendar_uid=1, name="kikan"
        )
        task = dated(recorded=Recorded(MONDAY_8 + DAY, FRIDAY_17))
        plan = small_plan(project=project, tasks=(task,), links=(), assignments=())
        assert begins_on(plan) == date(2026, 4, 7)
        moved = shifted(plan, NEW, Notes())
        assert begins_on(moved) == NEW
        assert moved.project.finish_minute < FRIDAY_17 + FOUR_WEEKS


@pytest.mark.django_db
class TestImport:
    @pytest.fixture(autouse=True)
    def _afterwards(self):
        with time_machine.travel(AFTERWARDS, tick=False):
            yield

    def test_is_offered_where_the_plan_is_past(self, pmo_client, upload):
        page = compact(pmo_client.get(f"/import/{upload().pk}/"))
        assert 'name="begin"' in page
        assert 'value="2026/12/01"' in page

    def test_is_not_offered_where_it_is_not(self, pmo_client, upload):
        with time_machine.travel("2026-04-06 12:00:00+09:00", tick=False):
            pmo_client.get("/")  # a session of these days
            assert 'name="begin"' not in compact(pmo_client.get(f"/import/{upload().pk}/"))

    def test_asks_for_the_day(self, pmo_client, upload):
        response = send_off(pmo_client, upload(), begin="shift", starts_on="")
        assert response.status_code == 422
        assert "計画を始める日を入力してください。" in compact(response)

    def test_makes_the_plan_begin_then(self, pmo_client, upload):
        kept = upload()
        run(pmo_client, kept, begin="shift", starts_on="2026/12/07")
        made = Project.objects.get(code="PRJ-200")
        assert (made.start_date, made.start_minute) == (date(2026, 12, 7), minute_of(date(2026, 12, 7), 480))
        tasks = Task.objects.filter(project=made)
        assert min(task.start_date for task in tasks) == date(2026, 12, 7)
        assert not tasks.exclude(progress_percentage=0).exists()
        codes = [item["code"] for item in PlanImport.objects.get(pk=kept.pk).summary["notices"]]
        assert codes[:2] == ["plan_shifted", "progress_left_out"]

    def test_is_made_by_the_command_too(self, organization, cast, tmp_path):
        file = tmp_path / "plan.xml"
        file.write_bytes(xml_of(small_plan()))
        chosen = (
            "--organization",
            organization.code,
            "--project",
            "PRJ-200",
            "--leader",
            cast.leader.username,
        )
        call_command("import_plan", str(file), *chosen, "--start", "2026-12-07")
        assert Project.objects.get(code="PRJ-200").start_date == date(2026, 12, 7)

    def test_keeps_the_dates_unless_it_was_chosen(self, pmo_client, upload):
        run(pmo_client, upload(), begin="keep", starts_on="2026/12/07")
        assert Project.objects.get(code="PRJ-200").start_date == date(2026, 4, 6)
