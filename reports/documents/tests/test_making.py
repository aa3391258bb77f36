"""A worker makes reports: once each, whatever happens to it."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone

from projects.calendars.services import JAPANESE_WEEK
from projects.jobs import Lease, outbox, running
from projects.jobs.running import MOST_DEATHS, STALE, JobMessage
from projects.models import (
    AskedJob,
    Calendar,
    DeadJob,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.rls import scope
from reports import jobs
from reports.documents import making
from reports.documents import services as documents
from reports.documents.files import make_file
from reports.documents.options import Options
from reports.documents.reading import snapshot
from reports.models import GeneratedReport, ReportFile, ReportState

NAME = "generate_project_report"


@pytest.fixture
def queued(project, cast):
    """Puts a report of the leader into the queue."""

    def make(kind="progress", file_format="csv", **fields):
        of_project = kind in {"progress", "wbs"}
        report = GeneratedReport.objects.create(
            organization=project.organization, project=project if of_project else None, kind=kind,
            format=file_format, options=Options(on=timezone.localdate()).store(), requested_by=cast.leader, **fields,
        )  # fmt: skip
        if report.state == ReportState.QUEUED:
            documents.start(report)
        return report

    return make


def take(report: GeneratedReport, **message) -> Lease | None:
    """The lease of a worker that gets the message of the report's job."""
    return running.take(NAME, JobMessage(report.job_id, **message), {"report_id": report.pk})


def work(report: GeneratedReport, make: Callable[..., bytes] = make_file) -> None:
    """What a worker does that gets the message."""

    def make_it(lease: Lease) -> None:
        making.make_report(lease, report.pk, make=make)

    running.run(NAME, JobMessage(report.job_id), {"report_id": report.pk}, make_it)


def told(user) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", "facts__title"))


def long_ago() -> dt.datetime:
    return timezone.now() - STALE - dt.timedelta(seconds=1)


class TestMakeReport:
    @pytest.mark.parametrize("kind", ["progress", "wbs", "portfolio", "utilization"])
    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_keeps_the_file_and_tells(self, queued, cast, chain, kind, file_format):
        report = queued(kind, file_format)
        work(report)
        report.refresh_from_db()
        content = bytes(report.files.get().content)
        assert report.state == ReportState.DONE
        assert AskedJob.objects.get().outcome == "done"
        assert report.sha256 == hashlib.sha256(content).hexdigest()
        assert report.byte_count == len(content) > 0
        assert report.file_name.endswith(f".{file_format}")
        assert report.expires_at - report.finished_at == dt.timedelta(days=settings.REPORT_KEEP_DAYS)
        assert [kind for kind, _title in told(cast.leader)] == ["report.done"]

    def test_notes_the_revision_of_its_figures(self, queued, project, chain):
        report = queued()
        work(report)
        report.refresh_from_db()
        assert report.revision == project.revision > 0

    def test_does_nothing_the_second_time(self, queued, cast, chain):
        report = queued()
        work(report)
        first = GeneratedReport.objects.values().get(pk=report.pk)
        work(report)
        assert GeneratedReport.objects.values().get(pk=report.pk) == first
        assert len(told(cast.leader)) == 1
        assert ReportFile.objects.count() == 1

    def test_leaves_one_alone_that_another_worker_makes(self, queued, chain):
        report = queued()
        take(report)
        work(report)
        # Nor does another job of the same report, which a program may have enqueued.
        jobs.generate_project_report(report_id=report.pk, project_id=report.project_id, format=report.format)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == (ReportState.QUEUED, 0)

    def test_takes_over_from_a_worker_that_gives_no_sign(self, queued, chain):
        report = queued()
        take(report)
        AskedJob.objects.update(alive_at=long_ago())
        work(report)
        report.refresh_from_db()
        assert report.state == ReportState.DONE
        assert AskedJob.objects.get().run_count == 2

    def test_stops_where_it_is_cancelled(self, queued, cast, chain):
        report = queued()

        def cancelled_while_drawn(*args, tell, **kwargs):
            documents.cancel_report(report=report)
            tell("write")
            raise AssertionError("goes on after it was cancelled")

        work(report, make=cancelled_while_drawn)
        report.refresh_from_db()
        assert report.state == ReportState.CANCELLED
        assert not ReportFile.objects.exists()
        assert told(cast.leader) == []

    def test_keeps_nothing_when_it_is_cancelled_at_the_last_moment(self, queued, cast, chain, monkeypatch):
        report = queued()
        genuine = making._finish

        def cancelled_before(work, *args):
            documents.cancel_report(report=report)
            genuine(work, *args)

        monkeypatch.setattr(making, "_finish", cancelled_before)
        work(report)
        report.refresh_from_db()
        assert report.state == ReportState.CANCELLED
        assert not ReportFile.objects.exists()

    def test_stops_when_its_row_is_deleted(self, queued, chain):
        report = queued()

        def deleted_while_drawn(*args, tell, **kwargs):
            documents.delete_report(report=GeneratedReport.objects.get(pk=report.pk))
            tell("write")
            raise AssertionError("goes on without a row")

        work(report, make=deleted_while_drawn)
        assert not GeneratedReport.objects.exists()
        assert not ReportFile.objects.exists()

    def test_a_slow_worker_cannot_finish_what_was_taken_over(self, queued, cast, chain):
        report = queued()

        def taken_over(*args, **kwargs):
            AskedJob.objects.update(alive_at=long_ago())
            work(report)  # another worker, which finishes first
            return b"late"

        work(report, make=taken_over)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == (ReportState.DONE, 2)
        assert bytes(report.files.get().content) != b"late"
        assert len(told(cast.leader)) == 1

    def test_says_so_when_it_fails(self, queued, cast, chain, caplog):
        report = queued()

        def broken(*args, **kwargs):
            raise ZeroDivisionError

        work(report, make=broken)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "もう一度お試しください" in report.problem
        assert "ZeroDivisionError" not in report.problem
        assert "could not be made" in caplog.text
        assert [kind for kind, _title in told(cast.leader)] == ["report.failed"]

    def test_says_so_in_the_persons_language(self, queued, chain):
        report = queued()
        GeneratedReport.objects.filter(pk=report.pk).update(options=report.options | {"language": "en"})
        seen = []

        def look(*args, **kwargs):
            from django.utils.translation import get_language

            seen.append(get_language())
            return b""

        work(report, make=look)
        assert seen == ["en"]

    def test_waits_for_the_database(self, queued, cast, chain):
        report = queued()

        def away(*args, **kwargs):
            raise OperationalError

        with pytest.raises(OperationalError):  # the machine tries it again
            work(report, make=away)
        report.refresh_from_db()
        assert report.state == ReportState.RUNNING
        assert told(cast.leader) == []

    def test_ends_what_takes_too_long(self, queued, chain, settings):
        settings.REPORT_SECONDS = -1
        report = queued()
        jobs.generate_project_report.apply(
            kwargs={"project_id": report.project_id, "format": "csv", "report_id": report.pk},
            task_id=report.job_id,
        )
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "時間がかかりすぎた" in report.problem

    def test_shows_nothing_of_a_project_that_its_maker_may_not_see_any_more(
        self, queued, cast, project, chain
    ):
        report = queued()
        ProjectMember.objects.filter(user=cast.leader).delete()
        work(report)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert not report.files.exists()

    def test_leaves_money_out_when_the_right_is_gone(self, queued, chain):
        report = queued(kind="portfolio")
        GeneratedReport.objects.filter(pk=report.pk).update(options=report.options | {"money": True})
        work(report)
        assert "予算" not in bytes(report.files.get().content).decode()

    def test_fails_with_a_sentence_without_pango(self, queued, chain, monkeypatch):
        from reports.documents.paper import typesetter

        def no_libraries():
            raise typesetter.NoTypesetterError

        monkeypatch.setattr(typesetter, "weasyprint", no_libraries)
        report = queued(file_format="pdf")
        work(report)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "Excel か CSV" in report.problem

    def test_tells_how_far_it_is(self, queued, chain):
        report, seen = queued(file_format="xlsx"), []

        def watched(*args, tell, **kwargs):
            content = make_file(*args, tell=tell, **kwargs)
            seen.append(AskedJob.objects.values_list("step", "progress_percentage").get())
            return content

        work(report, make=watched)
        assert seen == [("write", 40)]

    def test_makes_the_same_bytes_of_the_same_question(self, queued, chain, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 4, 13, 3, tzinfo=dt.UTC))
        for file_format in ("csv", "xlsx", "pdf"):
            reports = [queued("wbs", file_format) for _ in range(2)]
            for report in reports:
                work(report)
            sums = {GeneratedReport.objects.get(pk=report.pk).sha256 for report in reports}
            assert len(sums) == 1


class TestGiveUp:
    def test_tells_the_maker_after_the_fifth_worker(self, queued, cast):
        report = queued()
        for _attempt in range(MOST_DEATHS):
            assert take(report, is_redelivered=True) is not None  # and then it is killed
        assert take(report, is_redelivered=True) is None
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "5回続けて" in report.problem
        assert [kind for kind, _title in told(cast.leader)] == ["report.failed"]
        assert DeadJob.objects.get().reason == "killed"

    def test_says_so_when_what_should_pass_does_not(self, queued, cast):
        report = queued()
        making.give_up(report.job_id, DeadJob.Reason.ERROR)
        making.give_up(report.job_id, DeadJob.Reason.ERROR)
        report.refresh_from_db()
        assert "もう一度お試しください" in report.problem
        assert len(told(cast.leader)) == 1

    def test_is_made_after_all_when_an_operator_starts_the_job_again(self, queued, cast, chain):
        report = queued()
        making.give_up(report.job_id, DeadJob.Reason.ERROR)
        jobs.generate_project_report(report_id=report.pk, project_id=report.project_id, format=report.format)
        report.refresh_from_db()
        assert (report.state, report.problem) == (ReportState.DONE, "")
        assert [kind for kind, _title in told(cast.leader)] == ["report.failed", "report.done"]


class TestResumeReports:
    def test_enqueues_one_that_has_no_job(self, queued):
        report = queued()
        AskedJob.objects.all().delete()
        assert making.resume_reports(now=timezone.now()) == 0  # it may just be on its way
        GeneratedReport.objects.update(requested_at=long_ago())
        jobs.resume_reports()
        report.refresh_from_db()
        assert AskedJob.objects.get().pk == report.job_id
        assert making.resume_reports(now=timezone.now()) == 0

    def test_leaves_one_that_waits_or_has_ended(self, queued):
        queued()
        for state in ("done", "failed", "cancelled"):
            queued(state=state)
        GeneratedReport.objects.update(requested_at=long_ago())
        assert making.resume_reports(now=timezone.now()) == 0


class TestGenerateProjectReport:
    def test_is_registered_under_its_name(self):
        assert jobs.generate_project_report.name == "generate_project_report"

    def test_makes_a_report_for_the_leader(self, project, cast, chain):
        jobs.generate_project_report(project_id=project.pk, format="csv")
        report = GeneratedReport.objects.get()
        assert (report.state, report.requested_by, report.kind) == ("done", cast.leader, "progress")

    def test_takes_project_and_format_by_position_as_the_design_writes_them(self, project, cast, chain):
        jobs.generate_project_report.delay(project.pk, "csv")
        assert GeneratedReport.objects.get().state == "done"

    def test_makes_it_once_for_a_message_that_comes_twice(self, project, cast, chain):
        for _ in range(2):
            jobs.generate_project_report(project_id=project.pk, format="csv")
        assert GeneratedReport.objects.count() == ReportFile.objects.count() == 1

    def test_makes_a_new_one_of_a_new_plan(self, project, cast, chain):
        jobs.generate_project_report(project_id=project.pk, format="csv")
        type(project).objects.filter(pk=project.pk).update(revision=project.revision + 1)
        jobs.generate_project_report(project_id=project.pk, format="csv")
        assert GeneratedReport.objects.count() == 2

    def test_takes_a_person_of_the_office_without_a_leader(self, project, cast, person, chain):
        ProjectMember.objects.filter(project=project).delete()
        jobs.generate_project_report(project_id=project.pk, format="csv", kind="wbs")
        assert GeneratedReport.objects.get().requested_by == cast.admin

    def test_does_nothing_for_a_project_that_is_gone(self, project, db):
        jobs.generate_project_report(project_id=10**9, format="csv")
        project.delete_softly(at=timezone.now())
        jobs.generate_project_report(project_id=project.pk, format="csv")
        assert not GeneratedReport.objects.exists()

    def test_refuses_a_format_that_there_is_not(self, project):
        with pytest.raises(ValueError, match="docx"):
            jobs.generate_project_report(project_id=project.pk, format="docx")


class TestDiscardExpiredReports:
    def test_throws_away_what_was_kept_long_enough(self, queued):
        old, fresh, going = queued(state="done"), queued(state="done"), queued(state="running")
        ReportFile.objects.create(organization=old.organization, report=old, content=b"x")
        yesterday = timezone.now() - dt.timedelta(days=1)
        GeneratedReport.objects.filter(pk__in=[old.pk, going.pk]).update(expires_at=yesterday)
        GeneratedReport.objects.filter(pk=fresh.pk).update(expires_at=timezone.now() + dt.timedelta(days=1))
        for _ in range(2):
            jobs.discard_expired_reports()
        assert set(GeneratedReport.objects.values_list("pk", flat=True)) == {fresh.pk, going.pk}
        assert not ReportFile.objects.exists()


@pytest.fixture
def committed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> GeneratedReport:
    """A report that waits, which other connections see; it stays, so each has an organization of its own."""
    monkeypatch.setattr(outbox, "send", lambda _messages: None)
    number = Organization.objects.count()
    organization = Organization.objects.create(code=f"making-{number}", name="作成テスト")
    leader = User.objects.create_user(f"report-leader-{number}", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization)
    with scope.scope([organization.pk]):
        calendar = Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK)
        project = Project.objects.create(
            organization=organization, code="PRJ-001", name="新システム導入", calendar=calendar, status="active",
            start_date=dt.date(2026, 4, 6), end_date=dt.date(2027, 3, 31), start_minute=1440 * 20_549,
        )  # fmt: skip
        ProjectMember.objects.create(organization=organization, project=project, user=leader, role="leader")
        report = GeneratedReport.objects.create(
            organization=organization, project=project, kind="wbs", format="csv", requested_by=leader,
            options=Options(on=dt.date(2026, 4, 13)).store(),
        )  # fmt: skip
        documents.start(report)
        return report


class TestFiveWorkersAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_make_one_file_and_tell_once(self, committed: GeneratedReport) -> None:
        together = threading.Barrier(5)

        def worker(_number: int) -> None:
            try:
                together.wait(20)
                work(committed)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(worker, range(5)))
        with scope.scope([committed.organization_id]):
            report = GeneratedReport.objects.get()
            assert (report.state, report.attempt_count) == (ReportState.DONE, 1)
            assert ReportFile.objects.count() == 1
            assert Notification.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_others_see_how_far_it_is(self, committed: GeneratedReport) -> None:
        """Progress is committed while the work goes on, not with its end."""
        seen: list[tuple[str, int]] = []

        def look(_number: int) -> None:
            try:
                seen.append(
                    AskedJob.objects.filter(pk=committed.job_id)
                    .values_list("step", "progress_percentage")
                    .get()
                )
            finally:
                connections.close_all()

        def watched(*_args: object, tell: Callable[[str], None], **_kwargs: object) -> bytes:
            tell("write")
            with ThreadPoolExecutor(1) as pool:
                list(pool.map(look, range(1)))
            return b"x"

        work(committed, make=watched)
        assert seen == [("write", 40)]

    @pytest.mark.django_db(transaction=True)
    def test_reads_the_plan_as_it_stood_at_one_moment(self, committed: GeneratedReport) -> None:
        def rename(_number: int) -> None:
            try:
                with scope.scope([committed.organization_id]):
                    Project.objects.update(name="変わった名前")
            finally:
                connections.close_all()

        def name() -> str:
            return Project.objects.values_list("name", flat=True).get()

        with snapshot(committed.organization_id):
            before = name()
            with ThreadPoolExecutor(1) as pool:
                list(pool.map(rename, range(1)))
            assert name() == before == "新システム導入"
        with scope.scope([committed.organization_id]):
            assert name() == "変わった名前"
