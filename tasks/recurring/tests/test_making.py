"""Each period of a recurring project is made once: by one job or by two, after a crash, with any clock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from threading import Barrier, get_ident
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from projects.calendars.services import JAPANESE_WEEK, make_company_calendar
from projects.errors import RuleBrokenError
from projects.models import (
    AuditEntry,
    Calendar,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.rls import scope
from tasks import jobs
from tasks.copying import rows as copying_rows
from tasks.copying import services as copying
from tasks.editing.tree import delete_tasks
from tasks.models import Assignment, RecurringPeriod, RecurringProject, Task, TaskLink
from tasks.recurring import making
from tasks.recurring import services as recurring
from tasks.recurring.making import MOST_RETRIES, make_period, make_recurring_projects
from tasks.recurring.periods import Office, named_days, periods_of
from tasks.recurring.services import edit_recurring, retry_period, set_active

#: Thirty days before 2027/01/04, where the first period of the template begins.
DUE = date(2026, 12, 5)
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def template(
    organization: Organization, project: Project, chain: Any, cast: SimpleNamespace
) -> RecurringProject:
    """Monthly from 2027/01/01, moved off holidays, copied from the project with its chain of tasks."""
    return make_template(organization, cast.leader, source=project)


def make_template(organization: Organization, leader: User, **fields: Any) -> RecurringProject:
    given = {
        "name": "月次保守", "code_prefix": "MNT", "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "first_on": NEW_YEAR,
        "length_days": 5, "budget": 300_000, "lead_days": 30,
    } | fields  # fmt: skip
    return RecurringProject.objects.create(organization=organization, leader=leader, **given)


def rows(template: RecurringProject) -> list[tuple[date, str]]:
    """What became of each period, in order."""
    found = RecurringPeriod.objects.filter(recurring=template).order_by("period_on")
    return list(found.values_list("period_on", "state"))


def made() -> list[str]:
    """Codes of the projects that templates made."""
    return list(
        Project.objects.filter(code__startswith="MNT").order_by("code").values_list("code", flat=True)
    )


class TestPeriods:
    def test_move_off_holidays_and_are_named_after_the_month(self, template):
        first, second = periods_of(template, Office(template.organization_id))[:2]
        assert (first.on, first.starts_on, first.ends_on) == (NEW_YEAR, date(2027, 1, 4), date(2027, 1, 8))
        assert (first.code, first.name) == ("MNT-202701", "月次保守（2027/01）")
        assert (second.starts_on, second.is_moved) == (date(2027, 2, 1), False)

    def test_are_named_after_the_day_where_a_month_has_several(self, template):
        template.rule = "FREQ=WEEKLY;BYDAY=FR"
        assert [each.code for each in periods_of(template, Office(template.organization_id))[:2]] == [
            "MNT-20270101",
            "MNT-20270108",
        ]

    def test_say_what_a_day_off_is_called(self, template):
        asked = [NEW_YEAR, date(2026, 12, 30), date(2027, 1, 9)]
        assert Office(template.organization_id).reasons(asked) == {
            NEW_YEAR: "元日",
            date(2026, 12, 30): "年末年始",
        }


class TestMakeRecurringProjects:
    def test_makes_what_is_due_with_its_plan(self, template, cast):
        run = make_recurring_projects(today=DUE)
        assert run.count("made") == 1
        assert rows(template) == [(NEW_YEAR, "made")]
        project = Project.objects.get(code="MNT-202701")
        assert (project.start_date, project.end_date) == (date(2027, 1, 4), date(2027, 1, 8))
        assert (project.name, int(project.budget), project.status) == (
            "月次保守（2027/01）",
            300_000,
            "planning",
        )
        tasks = Task.objects.filter(project=project).order_by("row_number")
        assert [task.name for task in tasks] == ["設計", "開発", "試験", "完了"]
        assert tasks[0].start_date == date(2027, 1, 4)
        period = RecurringPeriod.objects.get(recurring=template)
        assert (period.project, period.starts_on) == (project, date(2027, 1, 4))
        entry = AuditEntry.objects.get(project=project, action="project.copied")
        assert (entry.actor, entry.system_name) == (None, "make_recurring_projects")
        assert ProjectMember.objects.get(project=project, role="leader").user == cast.leader

    def test_tells_the_leader_once(self, template, cast):
        make_recurring_projects(today=DUE)
        make_recurring_projects(today=DUE)
        told = Notification.objects.get()
        assert (told.user, told.kind) == (cast.leader, "recurring.made")

    def test_waits_for_its_time(self, template):
        make_recurring_projects(today=DUE - timedelta(days=1))
        assert rows(template) == []

    def test_makes_nothing_twice(self, template):
        make_recurring_projects(today=DUE)
        assert make_recurring_projects(today=DUE).states == {}
        assert made() == ["MNT-202701"]

    def test_makes_nothing_twice_when_the_clock_is_set_back_and_forward(self, template):
        for day in (DUE, DUE - timedelta(days=400), DUE + timedelta(days=30), DUE, DUE + timedelta(days=30)):
            make_recurring_projects(today=day)
        assert made() == ["MNT-202701", "MNT-202702"]

    def test_makes_nothing_again_that_a_user_deleted(self, template):
        make_recurring_projects(today=DUE)
        Project.objects.filter(code="MNT-202701").update(deleted_at="2026-12-06T00:00Z")
        assert make_recurring_projects(today=DUE).states == {}
        assert made() == ["MNT-202701"]

    def test_catches_up_after_a_standstill(self, template):
        """Down from December to 3 February: January is over, February runs, March is due."""
        run = make_recurring_projects(today=date(2027, 2, 3))
        assert run.states == {"skipped": 1, "made": 2}
        assert rows(template) == [
            (NEW_YEAR, "skipped"), (date(2027, 2, 1), "made"), (date(2027, 3, 1), "made"),
        ]  # fmt: skip
        row = RecurringPeriod.objects.get(recurring=template, state="skipped")
        assert row.reason == "期間（2027/01/04–2027/01/08）が過ぎていたため、作成しませんでした。"
        assert made() == ["MNT-202702", "MNT-202703"]

    def test_leaves_out_paused_templates(self, template, cast):
        set_active(recurring=template, actor=cast.admin, is_active=False)
        make_recurring_projects(today=DUE)
        assert rows(template) == []

    def test_makes_no_more_than_sixty(self, template):
        template.rule, template.lead_days = "FREQ=DAILY", 366
        template.length_days = 1
        assert len(named_days(template)) == 60
        template.rule = "FREQ=MONTHLY;BYMONTHDAY=1"
        assert named_days(template)[-1] == date(2031, 12, 1)
        template.rule = "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"
        assert named_days(template)[-1] == date(2031, 1, 1)

    def test_sees_the_organizations_apart(self, template, cast):
        other = Organization.objects.get(code="yoso")
        make_company_calendar(other, name="会社カレンダー")
        theirs = make_template(other, cast.stranger, task_lines="点検 2日\n報告 1日")
        assert make_recurring_projects(today=DUE).count("made") == 2
        project = Project.objects.get(organization=other)
        assert (project.code, theirs.periods.get().project) == ("MNT-202701", project)

    def test_writes_a_plan_of_lines(self, organization, calendar, cast):
        make_template(organization, cast.leader, task_lines="点検　2日\n\n報告書の 作成 4h\n完了 0日")
        make_recurring_projects(today=DUE)
        tasks = list(Task.objects.filter(project__code="MNT-202701").order_by("row_number"))
        assert [(task.name, task.duration_minutes, task.is_milestone) for task in tasks] == [
            ("点検", 960, False),
            ("報告書の 作成", 240, False),
            ("完了", 0, True),
        ]
        assert tasks[1].start_date == date(2027, 1, 6)
        assert TaskLink.objects.filter(project__code="MNT-202701").count() == 2

    def test_brings_people_only_where_wished(self, template, chain, work_on):
        work_on(chain["設計"])
        RecurringProject.objects.update(copies_people=False)
        make_recurring_projects(today=DUE)
        assert not Assignment.objects.filter(project__code="MNT-202701").exists()


def steal_code(template: RecurringProject, cast: SimpleNamespace) -> None:
    source = template.source
    source.pk, source.code, source.name, source.deleted_at = (
        None,
        "MNT-202701",
        "先に作ったもの",
        "2026-11-01T00:00Z",
    )
    source.save()


def send_leader_away(template: RecurringProject, cast: SimpleNamespace) -> None:
    OrganizationMember.objects.filter(user=template.leader).delete()


def delete_source(template: RecurringProject, cast: SimpleNamespace) -> None:
    Project.objects.filter(pk=template.source_id).update(deleted_at="2026-11-01T00:00Z")


def lose_source(template: RecurringProject, cast: SimpleNamespace) -> None:
    RecurringProject.objects.filter(pk=template.pk).update(source=None)


def close_for_ever(template: RecurringProject, cast: SimpleNamespace) -> None:
    Calendar.objects.update(week=[[]] * 7)


FAILURES: list[Any] = [
    (steal_code, "コード MNT-202701 は「先に作ったもの」が使っています。"),
    (send_leader_away, "リーダーの藍沢 湊さんは、もう組織にいません。"),
    (delete_source, "「新システム導入」は削除されているため、"),
    (lose_source, "元にするプロジェクトがもうありません。"),
    (close_for_ever, "カレンダーに稼働時間がないため、"),
]


class TestFailure:
    @pytest.mark.parametrize(("break_it", "words"), FAILURES)
    def test_is_a_sentence_on_the_period(self, template, cast, break_it, words):
        break_it(template, cast)
        before = Project.objects.count()
        today = DUE if break_it is not close_for_ever else NEW_YEAR
        assert make_recurring_projects(today=today).states == {"failed": 1}
        row = RecurringPeriod.objects.get(recurring=template)
        assert (row.state, row.project, row.attempt_count) == ("failed", None, 1)
        assert row.reason.startswith(words)
        assert Project.objects.count() == before

    def test_is_tried_three_times_more(self, template, cast):
        delete_source(template, cast)
        for _number in range(6):
            make_recurring_projects(today=DUE)
        assert RecurringPeriod.objects.get(recurring=template).attempt_count == 1 + MOST_RETRIES

    def test_is_made_good_by_a_later_run(self, template, cast):
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        Project.objects.update(deleted_at=None)
        make_recurring_projects(today=DUE + timedelta(days=1))
        row = RecurringPeriod.objects.get(recurring=template)
        assert (row.state, row.reason, row.attempt_count) == ("made", "", 2)
        assert made() == ["MNT-202701"]

    def test_can_be_tried_by_hand_after_all_runs_have_given_up(self, template, cast):
        delete_source(template, cast)
        for _number in range(6):
            make_recurring_projects(today=DUE)
        Project.objects.update(deleted_at=None)
        row = retry_period(recurring=template, on=NEW_YEAR, actor=cast.admin, today=DUE)
        assert row.state == "made"
        assert AuditEntry.objects.get(project=row.project, action="project.copied").actor == cast.admin

    def test_is_told_to_the_leader_once(self, template, cast):
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        make_recurring_projects(today=DUE)
        told = Notification.objects.get()
        assert (told.user, told.kind) == (cast.leader, "recurring.failed")
        assert told.facts["reason"].startswith("「新システム導入」は削除されている")

    def test_is_told_to_the_admins_when_the_leader_has_gone(self, template, cast):
        send_leader_away(template, cast)
        make_recurring_projects(today=DUE)
        assert Notification.objects.get().user == cast.admin

    def test_of_one_template_does_not_stop_the_others(self, template, cast, monkeypatch):
        make_template(template.organization, cast.leader, code_prefix="MNT2", task_lines="点検 1日")

        def explode(**_more: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(making, "copy_project", explode)
        assert make_recurring_projects(today=DUE).states == {"failed": 1, "made": 1}
        assert RecurringPeriod.objects.get(recurring=template).reason.startswith("思わぬ不具合で")
        assert made() == ["MNT2-202701"]

    def test_of_the_database_ends_the_run_for_the_queue_to_try_again(self, template, monkeypatch):
        def away(**_more: Any) -> None:
            raise OperationalError("the server is gone")

        monkeypatch.setattr(making, "copy_project", away)
        with pytest.raises(OperationalError):
            make_recurring_projects(today=DUE)
        assert rows(template) == []


class Killed(BaseException):
    """What no code catches: the process is gone."""


#: Every step on the way, by module and name.
STEPS = [
    (making, "_claim"), (making, "_check_code"), (copying, "create_project"),
    (copying_rows, "copy_calendars"), (copying_rows, "copy_tasks"), (copying_rows, "copy_links"),
    (copying_rows, "copy_assignments"), (copying, "_copy_members"), (copying, "reschedule"),
    (making, "_tell_made"),
]  # fmt: skip


class TestKilledInTheMiddle:
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
    def test_leaves_nothing_and_the_next_run_completes(self, template, monkeypatch, module, step, after):
        real: Callable[..., Any] = getattr(module, step)

        def killed(*args: Any, **more: Any) -> None:
            if after:
                real(*args, **more)
            raise Killed

        counts = Project.objects.count(), Task.objects.count(), AuditEntry.objects.count()
        monkeypatch.setattr(module, step, killed)
        with pytest.raises(Killed):
            make_recurring_projects(today=DUE)
        assert rows(template) == []
        assert (Project.objects.count(), Task.objects.count(), AuditEntry.objects.count()) == counts
        monkeypatch.undo()
        make_recurring_projects(today=DUE)
        assert rows(template) == [(NEW_YEAR, "made")]
        assert made() == ["MNT-202701"]
        assert Task.objects.filter(project__code="MNT-202701").count() == 4


class TestEditRecurring:
    def edit(self, template: RecurringProject, cast: SimpleNamespace, **changes: Any) -> frozenset[str]:
        return edit_recurring(recurring=template, actor=cast.admin, changes=changes, today=DUE)

    def test_leaves_made_projects_as_they_are(self, template, cast, chain, project):
        make_recurring_projects(today=DUE)
        first = Project.objects.get(code="MNT-202701")
        before = Project.objects.filter(pk=first.pk).values().get()
        delete_tasks(project=project, task_ids=[chain["試験"].pk], actor=cast.leader)
        self.edit(template, cast, name="毎月の保守", length_days=3, budget=1, holiday_rule="before")
        make_recurring_projects(today=date(2027, 1, 5))
        assert Project.objects.filter(pk=first.pk).values().get() == before
        assert Task.objects.filter(project=first).count() == 4
        second = Project.objects.get(code="MNT-202702")
        assert (second.name, second.end_date, int(second.budget)) == (
            "毎月の保守（2027/02）",
            date(2027, 2, 3),
            1,
        )
        assert Task.objects.filter(project=second).count() == 3

    def test_gives_coming_periods_another_rule(self, template, cast):
        make_recurring_projects(today=DUE)
        self.edit(template, cast, rule="FREQ=MONTHLY;BYMONTHDAY=15", first_on=date(2027, 2, 1))
        make_recurring_projects(today=date(2027, 1, 20))
        assert rows(template) == [(NEW_YEAR, "made"), (date(2027, 2, 15), "made")]


@pytest.fixture
def committed(transactional_db: None) -> RecurringProject:
    """A template that other connections see."""
    organization = Organization.objects.create(code="twice", name="二重テスト")
    leader = User.objects.create_user("twice-leader", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization)
    with scope.scope([organization.pk]):
        Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK, is_default=True)
        return make_template(organization, leader, task_lines="点検 2日\n報告 1日", first_on=date(2027, 2, 1))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestTwoAtOnce:
    DAY = date(2027, 2, 1)

    def run(self, work: Callable[[], Any], times: int = 4) -> list[Any]:
        together = Barrier(times)

        def one(_number: int) -> Any:
            try:
                together.wait(20)
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    def test_jobs_make_one(self, committed):
        runs = self.run(lambda: make_recurring_projects(today=date(2027, 1, 20)).count("made"))
        assert sorted(runs) == [0, 0, 0, 1]
        with scope.scope([committed.organization_id]):
            assert rows(committed) == [(self.DAY, "made")]
            assert made() == ["MNT-202702"]
            assert Task.objects.count() == 2

    def test_the_row_alone_is_enough(self, committed, monkeypatch):
        """Without the lock of the template: the second insert waits for the first, and finds it made."""
        monkeypatch.setattr(
            RecurringProject.objects, "select_for_update", lambda **_more: RecurringProject.objects.all()
        )

        def work() -> bool:
            with scope.scope([committed.organization_id]):
                made_it = make_period(
                    recurring_id=committed.pk,
                    on=self.DAY,
                    today=date(2027, 1, 20),
                    actor=making.ACTOR,
                )
                return made_it is not None

        assert sorted(self.run(work)) == [False, False, False, True]
        with scope.scope([committed.organization_id]):
            assert made() == ["MNT-202702"]

    def test_templates_share_no_prefix(self, committed, monkeypatch):
        """Both looked before either was there; the constraint lets one in, and the other hears a sentence."""
        looked, before = Barrier(2), set()
        real = recurring._check_prefix

        def look(template: RecurringProject) -> None:
            real(template)
            if get_ident() not in before:
                before.add(get_ident())
                looked.wait(20)

        monkeypatch.setattr(recurring, "_check_prefix", look)

        def work() -> str:
            with scope.scope([committed.organization_id]):
                fields = {
                    "name": "二つ目", "code_prefix": "TWO", "rule": "FREQ=DAILY", "first_on": self.DAY,
                    "task_lines": "点検 1日", "leader_id": committed.leader_id,
                }  # fmt: skip
                try:
                    recurring.add_recurring(
                        organization=committed.organization, actor=making.ACTOR, fields=fields
                    )
                except RuleBrokenError as refusal:
                    return str(refusal)
            return "added"

        assert sorted(self.run(work, 2)) == ["added", "「二つ目」が使っています。別のコードにしてください。"]

    def test_failures_count_and_a_success_stays(self, committed):
        with scope.scope([committed.organization_id]):
            OrganizationMember.objects.all().delete()
        self.run(lambda: make_recurring_projects(today=date(2027, 1, 20)))
        with scope.scope([committed.organization_id]):
            assert rows(committed) == [(self.DAY, "failed")]
            assert made() == []


class TestJob:
    def test_makes_what_is_due_today(self, template, time_machine_at):
        jobs.make_recurring_projects()
        assert made() == ["MNT-202701"]

    def test_does_nothing_where_the_feature_is_off(self, template, settings, time_machine_at):
        settings.FEATURES = settings.FEATURES | {"RECURRING_PROJECTS": False}
        jobs.make_recurring_projects()
        assert rows(template) == []


class TestCommand:
    def test_says_what_it_made(self, template, time_machine_at):
        out = StringIO()
        call_command("make_recurring_projects", stdout=out)
        assert out.getvalue() == "1 made, 0 skipped, 0 failed.\n"

    def test_says_where_the_feature_is_off(self, template, settings):
        settings.FEATURES = settings.FEATURES | {"RECURRING_PROJECTS": False}
        with pytest.raises(CommandError, match="switched off"):
            call_command("make_recurring_projects")


@pytest.fixture
def time_machine_at() -> Any:
    """The day on which the template is due."""
    import time_machine

    with time_machine.travel(f"{DUE} 09:00+09:00", tick=False):
        yield
