"""From plans to the plain data of reports."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from projects.models import Project
from reports.documents.contents import Mark, Report
from reports.documents.kinds import Subject, report_kinds
from reports.documents.kinds.utilization import percentage
from reports.documents.kinds.wbs import MOST_DAYS
from reports.documents.options import Options, weeks_between
from reports.models import ProjectDay
from reports.utilization.selectors import Utilization
from resources.models import Resource
from tasks.models import Assignment, Task, TaskComment
from tasks.models.loads import ResourceLoad

TODAY = dt.date(2026, 4, 13)  # Monday after the first task of the chain was due


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def ask(project, cast):
    """Reads a report for a user."""

    def read(kind: str, user=None, **options) -> Report:
        project.refresh_from_db()
        subject = Subject(user or cast.leader, project.organization, Options(on=TODAY, **options), project)
        return report_kinds()[kind].read(subject)

    return read


def values(report: Report, table: str, column: int) -> list:
    return [line.values[column] for line in report.table(table).lines]


def queries(call) -> int:
    with CaptureQueriesContext(connection) as found:
        call()
    return len(found)


def many(project: Project, count: int) -> None:
    """So many late tasks more, each with a person on it."""
    first = Task.objects.filter(project=project).count() + 1
    tasks = Task.objects.bulk_create(
        Task(
            organization=project.organization, project=project, name=f"追加{number}", row_number=number,
            start_minute=1440 * 20_549, finish_minute=1440 * 20_552, wbs_code=str(number),
            is_milestone=number % 5 == 0,
        )
        for number in range(first, first + count)
    )  # fmt: skip
    person = Resource.objects.create(organization=project.organization, name=f"追加 {first}")
    Assignment.objects.bulk_create(
        Assignment(organization=project.organization, project=project, task=task, resource=person)
        for task in tasks
    )


class TestProgressReport:
    def test_says_how_the_project_stands(self, ask, chain):
        facts = {fact.label: fact for fact in ask("progress").facts}
        assert facts["進捗"].value == 0
        assert facts["遅延タスク"].value == 1
        assert facts["遅延タスク"].is_late
        assert facts["終了見込み"].value == dt.date(
            2026, 5, 12
        )  # five days after the plan, with four holidays
        assert facts["終了見込み"].note == "計画 2026/04/30、期限 2027/03/31"

    def test_says_what_makes_the_forecast_later_than_the_plan(self, ask, chain):
        (line,) = ask("progress").table("causes").lines
        assert (line.values, line.target_id) == (("1 設計", 5), chain["設計"].pk)
        assert values(ask("progress"), "statuses", 1)

    def test_counts_tasks_by_their_state(self, ask, chain):
        report = ask("progress")
        assert values(report, "statuses", 1) == [4, 0, 0, 0, 4]
        assert values(report, "statuses", 3)[-1] == 100

    def test_says_what_a_late_task_holds_up(self, ask, cast, chain):
        task = chain["設計"]
        TaskComment.objects.create(
            organization=task.organization, project=task.project, task=task, author=cast.planner,
            body="**至急** 部品が\n遅れています",
        )  # fmt: skip
        (line,) = ask("progress").table("late").lines
        assert line.values[1] == "設計"
        assert line.values[4] > 0
        assert "クリティカルパス上です" in line.values[6]
        assert "「開発」が待っています" in line.values[6]
        assert line.values[7] == "常磐 朝陽: 至急 部品が 遅れています"

    def test_lists_milestones_with_what_is_left(self, ask, chain):
        assert values(ask("progress"), "milestones", 3) == ["あと 17日"]

    def test_counts_the_load_of_members(self, ask, project, chain):
        haru = Resource.objects.create(
            organization=project.organization, name="藍沢 湊", department="開発1課"
        )
        for name in ("設計", "開発"):
            Assignment.objects.create(
                organization=project.organization,
                project=project,
                task=chain[name],
                resource=haru,
                work_minutes=600,
            )
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=50)
        (line,) = ask("progress").table("load").lines
        assert line.values == ("藍沢 湊", "開発1課", 2, 2, 1, 900, 0)

    def test_puts_those_with_nothing_left_last(self, ask, project, chain):
        for name, task, minutes in (("済", "設計", 600), ("少", "開発", 60), ("多", "試験", 900)):
            person = Resource.objects.create(organization=project.organization, name=name)
            Assignment.objects.create(
                organization=project.organization, project=project, task=chain[task], resource=person,
                work_minutes=minutes,
            )  # fmt: skip
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=100)
        assert values(ask("progress"), "load", 0) == ["多", "少", "済"]

    def test_shows_the_last_day_of_each_week(self, ask, project, chain):
        for day, progress in ((dt.date(2026, 4, 2), 5), (dt.date(2026, 4, 3), 9), (TODAY, 20)):
            ProjectDay.objects.create(
                organization=project.organization, project=project, day=day, revision=1, status="active",
                progress_percentage=progress, planned_percentage=30, task_count=4, done_count=0, late_count=1,
                work_minutes=0, remaining_minutes=0,
            )  # fmt: skip
        report = ask("progress")
        assert values(report, "trend", 0) == [dt.date(2026, 4, 3), TODAY]
        assert values(report, "trend", 3) == [-21, -10]

    def test_shows_money_only_when_it_may(self, ask, cast, chain):
        assert "money" not in [table.name for table in ask("progress").tables]
        assert values(ask("progress", cast.admin, money=True), "money", 0)[0] == "予算"

    def test_counts_people_without_a_rate_as_people(self, ask, cast, project, chain):
        person = Resource.objects.create(organization=project.organization, name="藍沢 湊")
        Assignment.objects.create(
            organization=project.organization, project=project, task=chain["設計"], resource=person,
            work_minutes=600,
        )  # fmt: skip
        assert (
            ask("progress", cast.admin, money=True)
            .table("money")
            .note.startswith("単価のない担当者が 1人いる")
        )

    def test_leaves_out_what_was_not_chosen(self, ask, chain):
        report = ask("progress", parts=("late",))
        assert [table.name for table in report.tables] == ["causes", "statuses", "late"]
        assert report.curve is None

    def test_works_without_tasks(self, ask):
        report = ask("progress")
        assert report.curve is None
        assert not report.table("late").lines

    def test_costs_the_same_for_three_and_for_three_hundred(self, ask, project, chain):
        many(project, 3)
        ask("progress")
        few = queries(lambda: ask("progress"))
        many(project, 300)
        assert queries(lambda: ask("progress")) <= few


class TestWbsReport:
    def test_lists_and_draws_every_row(self, ask, chain):
        report = ask("wbs")
        assert values(report, "wbs", 1) == ["設計", "開発", "試験", "完了"]
        assert values(report, "wbs", 5) == [5.0, 10.0, 3.0, None]
        assert values(report, "wbs", 10) == ["", "1", "2", "3"]
        assert report.plan is not None
        assert len(report.plan.rows) == 4
        assert len(report.plan.links) == 3

    def test_shows_rows_that_a_user_has_closed(self, ask, cast, project, plan):
        from tasks.models import CollapsedTask

        made = plan(("準備", 1, 1), ("調査", 2, 3), ("見積", 2, 2))
        CollapsedTask.objects.create(
            organization=project.organization, project=project, task=made["準備"], user=cast.leader
        )
        report = ask("wbs")
        assert [line.level for line in report.table("wbs").lines] == [1, 2, 2]
        assert report.table("wbs").lines[0].mark is Mark.SUMMARY

    def test_calls_a_summary_what_its_children_are(self, ask, project, plan):
        made = plan(("準備", 1, 1), ("調査", 2, 3))
        Task.objects.filter(pk=made["準備"].pk).update(progress_percentage=40)
        assert values(ask("wbs"), "wbs", 8) == ["進行中", "未着手"]

    def test_works_without_tasks(self, ask):
        assert not ask("wbs").table("wbs").lines

    def test_shows_no_more_than_some_years(self, ask, project, chain):
        Project.objects.filter(pk=project.pk).update(planned_finish_minute=1440 * 2_500_000)
        plan = ask("wbs").plan
        assert plan is not None
        assert plan.last_day - plan.first_day == MOST_DAYS

    def test_costs_the_same_for_three_and_for_three_hundred(self, ask, project, chain):
        many(project, 3)
        ask("wbs")
        few = queries(lambda: ask("wbs"))
        many(project, 300)
        assert queries(lambda: ask("wbs")) <= few


class TestPortfolioReport:
    def test_holds_what_the_person_sees(self, ask, cast, project, chain):
        assert values(ask("portfolio"), "portfolio", 1) == ["新システム導入"]
        assert values(ask("portfolio", cast.outsider), "portfolio", 1) == []

    def test_marks_what_is_late(self, ask, chain):
        (line,) = ask("portfolio").table("portfolio").lines
        assert line.mark is Mark.LATE
        assert line.values[7] == 1

    def test_shows_money_only_when_it_may(self, ask, cast, project):
        assert len(ask("portfolio").table("portfolio").columns) == 13
        assert values(ask("portfolio", cast.admin, money=True), "portfolio", 13) == [project.budget]


class TestUtilizationReport:
    def test_compares_loads_with_what_people_can_do(self, ask, project):
        haru = Resource.objects.create(
            organization=project.organization, name="藍沢 湊", department="開発1課"
        )
        for week, minutes in ((dt.date(2026, 4, 13), 1200), (dt.date(2026, 4, 20), 2880)):
            ResourceLoad.objects.create(
                organization=project.organization,
                resource=haru,
                grain="w",
                first_on=week,
                planned_minutes=minutes,
            )
        report = ask("utilization", first=TODAY, last=dt.date(2026, 4, 26))
        line, total = report.table("utilization").lines
        assert line.values == ("藍沢 湊", "開発1課", 50, 120, 85, 4080)
        assert line.mark is Mark.LATE
        assert total.values[2:4] == (50, 120)
        assert report.facts[2].value == 1

    def test_leaves_out_resources_of_one_plan_and_those_who_left(self, ask, project):
        organization = project.organization
        Resource.objects.create(organization=organization, name="取り込み", project=project)
        Resource.objects.create(organization=organization, name="退職", is_active=False)
        assert ask("utilization").table("utilization").lines == ()

    def test_is_about_people_and_not_about_rooms(self, ask, project):
        for name, kind in (("藍沢 湊", "person"), ("会議室", "equipment")):
            Resource.objects.create(organization=project.organization, name=name, kind=kind)
        report = ask("utilization")
        assert values(report, "utilization", 0) == ["藍沢 湊", "全員"]
        assert report.facts[1].value == 1

    @pytest.mark.parametrize(
        ("planned", "able", "percent"),
        [
            (0, 0, None),
            (60, 0, 999),
            (0, 480, 0),
            (481, 480, 101),
            (10**9, 1, 999),
            (240, 480, 50),
            (1, 480, 1),
        ],
    )
    def test_never_says_100_where_it_is_more(self, planned, able, percent):
        assert percentage(Utilization(planned, able)) == percent


class TestOptions:
    def test_come_back_as_they_were_stored(self):
        options = Options(TODAY, "en", True, "a3", ("late",), TODAY, TODAY + dt.timedelta(days=30))
        assert Options.read(options.store()) == options
        assert Options.read(Options(TODAY).store()) == Options(TODAY)

    def test_bounds_the_weeks(self):
        assert weeks_between(TODAY, TODAY) == [TODAY]
        assert len(weeks_between(TODAY, dt.date(2100, 1, 1))) == 53
        assert weeks_between(TODAY, TODAY - dt.timedelta(days=99)) == [TODAY]


class TestLanguage:
    @pytest.mark.parametrize("kind", report_kinds())
    def test_reads_in_english_too(self, ask, chain, kind):
        with translation.override("en"):
            assert ask(kind).head.language == "ja"  # of the options; the words are of the active language
