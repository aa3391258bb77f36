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
from projects.jobs.heartbeat import heartbeat
from projects.models import (
    Calendar,
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


@pytest.fixture
def queued(project, cast):
    """Puts a report of the leader into the queue."""

    def make(kind="progress", file_format="csv", **fields):
        of_project = kind in {"progress", "wbs"}
        return GeneratedReport.objects.create(
            organization=project.organization, project=project if of_project else None, kind=kind,
            format=file_format, options=Options(on=timezone.localdate()).store(), requested_by=cast.leader, **fields,
        )  # fmt: skip

    return make


def told(user) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", "facts__title"))


def long_ago() -> dt.datetime:
    return timezone.now() - making.STALE - dt.timedelta(seconds=1)


class TestMakeReport:
    @pytest.mark.parametrize("kind", ["progress", "wbs", "portfolio", "utilization"])
    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_keeps_the_file_and_tells(self, queued, cast, chain, kind, file_format):
        report = queued(kind, file_format)
        making.make_report(report.pk)
        report.refresh_from_db()
        content = bytes(report.files.get().content)
        assert (report.state, report.progress_percentage) == (ReportState.DONE, 100)
        assert report.sha256 == hashlib.sha256(content).hexdigest()
        assert report.byte_count == len(content) > 0
        assert report.file_name.endswith(f".{file_format}")
        assert report.expires_at - report.finished_at == dt.timedelta(days=settings.REPORT_KEEP_DAYS)
        assert [kind for kind, _title in told(cast.leader)] == ["report.done"]

    def test_notes_the_revision_of_its_figures(self, queued, project, chain):
        report = queued()
        making.make_report(report.pk)
        report.refresh_from_db()
        assert report.revision == project.revision > 0

    def test_does_nothing_the_second_time(self, queued, cast, chain):
        report = queued()
        making.make_report(report.pk)
        first = GeneratedReport.objects.values().get(pk=report.pk)
        making.make_report(report.pk)
        assert GeneratedReport.objects.values().get(pk=report.pk) == first
        assert len(told(cast.leader)) == 1
        assert ReportFile.objects.count() == 1

    def test_leaves_one_alone_that_somebody_else_makes(self, queued, chain):
        report = queued(state="running", alive_at=timezone.now(), attempt_count=1)
        making.make_report(report.pk)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == (ReportState.RUNNING, 1)

    def test_takes_over_from_a_worker_that_gives_no_sign(self, queued, chain):
        report = queued(state="running", alive_at=long_ago(), attempt_count=1)
        making.make_report(report.pk)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == (ReportState.DONE, 2)

    def test_stops_where_it_is_cancelled(self, queued, cast, chain):
        report = queued()

        def cancelled_while_drawn(*args, tell, **kwargs):
            documents.cancel_report(report=report)
            tell("write")
            raise AssertionError("goes on after it was cancelled")

        making.make_report(report.pk, make=cancelled_while_drawn)
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
        making.make_report(report.pk)
        report.refresh_from_db()
        assert report.state == ReportState.CANCELLED
        assert not ReportFile.objects.exists()

    def test_stops_when_its_row_is_deleted(self, queued, chain):
        report = queued()

        def deleted_while_drawn(*args, tell, **kwargs):
            documents.delete_report(report=GeneratedReport.objects.get(pk=report.pk))
            tell("write")
            raise AssertionError("goes on without a row")

        making.make_report(report.pk, make=deleted_while_drawn)
        assert not GeneratedReport.objects.exists()
        assert not ReportFile.objects.exists()

    def test_a_slow_worker_cannot_finish_what_was_taken_over(self, queued, cast, chain):
        report = queued()

        def taken_over(*args, **kwargs):
            GeneratedReport.objects.filter(pk=report.pk).update(alive_at=long_ago())
            making.make_report(report.pk)  # another worker, which finishes first
            return b"late"

        making.make_report(report.pk, make=taken_over)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == (ReportState.DONE, 2)
        assert bytes(report.files.get().content) != b"late"
        assert len(told(cast.leader)) == 1

    def test_says_so_when_it_fails(self, queued, cast, chain, caplog):
        report = queued()

        def broken(*args, **kwargs):
            raise ZeroDivisionError

        making.make_report(report.pk, make=broken)
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

        making.make_report(report.pk, make=look)
        assert seen == ["en"]

    def test_waits_for_the_database(self, queued, cast, chain):
        report = queued()

        def away(*args, **kwargs):
            raise OperationalError

        making.make_report(report.pk, make=away)
        report.refresh_from_db()
        assert report.state == ReportState.RUNNING
        assert told(cast.leader) == []

    def test_ends_what_takes_too_long(self, queued, chain, settings):
        settings.REPORT_SECONDS = -1
        report = queued()
        making.make_report(report.pk)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "時間がかかりすぎた" in report.problem

    def test_shows_nothing_of_a_project_that_its_maker_may_not_see_any_more(
        self, queued, cast, project, chain
    ):
        report = queued()
        ProjectMember.objects.filter(user=cast.leader).delete()
        making.make_report(report.pk)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert not report.files.exists()

    def test_leaves_money_out_when_the_right_is_gone(self, queued, chain):
        report = queued(kind="portfolio")
        GeneratedReport.objects.filter(pk=report.pk).update(options=report.options | {"money": True})
        making.make_report(report.pk)
        assert "予算" not in bytes(report.files.get().content).decode()

    def test_fails_with_a_sentence_without_pango(self, queued, chain, monkeypatch):
        from reports.documents.paper import typesetter

        def no_libraries():
            raise typesetter.NoTypesetterError

        monkeypatch.setattr(typesetter, "weasyprint", no_libraries)
        report = queued(file_format="pdf")
        making.make_report(report.pk)
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "Excel か CSV" in report.problem

    def test_tells_how_far_it_is(self, queued, chain):
        report, seen = queued(file_format="xlsx"), []

        def watched(*args, tell, **kwargs):
            content = make_file(*args, tell=tell, **kwargs)
            row = GeneratedReport.objects.get(pk=report.pk)
            seen.append((row.step, row.progress_percentage))
            return content

        making.make_report(report.pk, make=watched)
        assert seen == [("write", 40)]

    def test_makes_the_same_bytes_of_the_same_question(self, queued, chain, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 4, 13, 3, tzinfo=dt.UTC))
        for file_format in ("csv", "xlsx", "pdf"):
            reports = [queued("wbs", file_format) for _ in range(2)]
            for report in reports:
                making.make_report(report.pk)
            sums = {GeneratedReport.objects.get(pk=report.pk).sha256 for report in reports}
            assert len(sums) == 1


class TestResumeReports:
    @pytest.fixture
    def called(self, monkeypatch):
        """Reports for which a worker was called."""
        calls: list[int] = []
        monkeypatch.setattr(making, "start", lambda report: calls.append(report.pk))
        return calls

    def test_calls_a_worker_again_for_one_whose_worker_is_gone(self, queued, called):
        gone = queued(state="running", alive_at=long_ago(), attempt_count=1)
        queued(state="running", alive_at=timezone.now(), attempt_count=1)
        assert making.resume_reports(now=timezone.now()) == 1
        gone.refresh_from_db()
        assert called == [gone.pk]
        assert gone.state == ReportState.QUEUED

    def test_calls_a_worker_again_for_one_that_nobody_heard_of(self, queued, called):
        lost = queued()
        GeneratedReport.objects.update(requested_at=long_ago())
        assert making.resume_reports(now=timezone.now()) == 1
        assert making.resume_reports(now=timezone.now()) == 0  # once a minute
        assert called == [lost.pk]

    def test_leaves_a_fresh_one_to_its_message(self, queued, called):
        queued()
        assert making.resume_reports(now=timezone.now()) == 0

    def test_gives_up_after_the_fifth_worker(self, queued, cast, called):
        report = queued(state="running", alive_at=long_ago(), attempt_count=making.MOST_ATTEMPTS)
        jobs.resume_reports()
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert "5回続けて" in report.problem
        assert called == []
        assert [kind for kind, _title in told(cast.leader)] == ["report.failed"]

    def test_leaves_what_has_ended(self, queued, called):
        for state in ("done", "failed", "cancelled"):
            queued(state=state, alive_at=long_ago())
        assert making.resume_reports(now=timezone.now()) == 0

    def test_three_killed_workers_end_it(self, queued, called):
        report = queued()
        for _attempt in range(making.MOST_ATTEMPTS):
            assert making.claim(report.pk) is not None  # and then it is killed
            GeneratedReport.objects.update(alive_at=long_ago())
            making.resume_reports(now=timezone.now())
        report.refresh_from_db()
        assert report.state == ReportState.FAILED
        assert making.claim(report.pk) is None


class TestGenerateProjectReport:
    def test_is_registered_under_its_name(self):
        assert jobs.generate_project_report.name == "generate_project_report"

    def test_makes_a_report_for_the_leader(self, project, cast, chain):
        jobs.generate_project_report(project_id=project.pk, format="csv")
        report = GeneratedReport.objects.get()
        assert (report.state, report.requested_by, report.kind) == ("done", cast.leader, "progress")

    def test_makes_it_once_for_a_message_that_comes_twice(self, project, cast, chain):
        for _ in range(2):
            jobs.generate_project_report(project_id=project.pk, format="csv")
        assert GeneratedReport.objects.count() == ReportFile.objects.count() == 1

    def test_makes_a_new_one_of_a_new_plan(self, project, cast, chain):
        jobs.generate_project_report(project_id=project.pk, format="csv")
        type(project).objects.filter(pk=project.pk).update(revision=project.revision + 1)
        jobs.generate_project_report(project_id=project.pk, format="csv")
        assert GeneratedReport.objects.count() == 2

    def test_takes_somebody_of_the_office_without_a_leader(self, project, cast, person, chain):
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


class TestSignsOfLife:
    def test_come_until_the_block_ends(self, db):
        heard = threading.Event()

        def give() -> bool:
            heard.set()
            return True

        with heartbeat(give, every=0.001):
            assert heard.wait(5)
        assert threading.active_count() >= 1
        assert not any(thread.name == "heartbeat" for thread in threading.enumerate())

    def test_end_when_nobody_wants_them(self, db):
        calls = []
        ended = threading.Event()

        def give() -> bool:
            calls.append(1)
            ended.set()
            return False

        with heartbeat(give, every=0.001):
            assert ended.wait(5)
        assert len(calls) == 1

    def test_fall_silent_when_the_time_is_up(self, queued):
        report = queued(state="running", attempt_count=1, alive_at=long_ago())
        work = making.Work(report.pk, report.organization_id, 1, ends_at=0.0)
        assert not work.beat()
        work.ends_at = float("inf")
        assert work.beat()
        report.refresh_from_db()
        assert report.alive_at > long_ago()


@pytest.fixture
def committed(transactional_db: None) -> GeneratedReport:
    """A report that waits, which other connections see; it stays, so each has an organization of its own."""
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
        return GeneratedReport.objects.create(
            organization=organization, project=project, kind="wbs", format="csv", requested_by=leader,
            options=Options(on=dt.date(2026, 4, 13)).store(),
        )  # fmt: skip


class TestFiveWorkersAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_make_one_file_and_tell_once(self, committed: GeneratedReport) -> None:
        together = threading.Barrier(5)

        def work(_number: int) -> None:
            try:
                together.wait(20)
                making.make_report(committed.pk)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(work, range(5)))
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
                with scope.scope([committed.organization_id]):
                    seen.append(GeneratedReport.objects.values_list("step", "progress_percentage").get())
            finally:
                connections.close_all()

        def watched(*_args: object, tell: Callable[[str], None], **_kwargs: object) -> bytes:
            tell("write")
            with ThreadPoolExecutor(1) as pool:
                list(pool.map(look, range(1)))
            return b"x"

        making.make_report(committed.pk, make=watched)
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
