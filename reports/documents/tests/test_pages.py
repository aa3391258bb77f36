"""Asking for reports, watching them, taking them, and reading them as pages."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.jobs import Lease, outbox
from projects.jobs.running import JobMessage, take
from projects.models import Project, ProjectMember
from reports.documents.options import Options
from reports.documents.paper import typesetter
from reports.models import GeneratedReport, ReportFile, ReportState
from resources.models import Resource
from tests.pages import compact

FRAGMENT = {"HX-Request": "true", "HX-Target": "report-jobs"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2026, 4, 13))


@pytest.fixture
def called(monkeypatch):
    """What workers were called for."""
    calls: list[dict] = []
    monkeypatch.setattr(outbox, "send", lambda letters: calls.extend(each.arguments for each in letters))
    return calls


@pytest.fixture
def report(project, cast):
    """Puts a report in a state into the list of a user."""

    def make(user=None, state="done", *, money=False, **fields):
        made = GeneratedReport.objects.create(
            organization=project.organization, project=project, kind="wbs", format="csv",
            options=Options(on=timezone.localdate(), money=money).store(), requested_by=user or cast.viewer,
            state=state, file_name="WBS一覧_PRJ-001_20260413.csv", **fields,
        )  # fmt: skip
        if state == "done":
            ReportFile.objects.create(organization=made.organization, report=made, content=b"abc")
        return made

    return make


def running(report) -> Lease:
    """A worker has it."""
    lease = take("generate_project_report", JobMessage(report.job_id), {"report_id": report.pk})
    assert lease is not None
    return lease


def queries(call) -> int:
    with CaptureQueriesContext(connection) as found:
        assert call().status_code == 200
    return len(found)


class TestReportList:
    url = "/reports/"

    def test_offers_what_can_be_asked_for(self, viewer_client, project):
        html = compact(viewer_client.get(f"{self.url}?kind=progress&project={project.pk}"))
        assert f'<option value="{project.pk}" selected>' in html
        assert "遅延タスクと対策" in html
        assert f"/projects/{project.pk}/report/?kind=progress" in html

    @pytest.mark.parametrize("kind", ["progress", "wbs", "portfolio", "utilization", "nonsense", ""])
    def test_answers_for_every_kind(self, viewer_client, project, kind):
        assert viewer_client.get(f"{self.url}?kind={kind}&project=x").status_code == 200

    def test_offers_no_project_of_others(self, stranger_client, project):
        assert project.name not in compact(stranger_client.get(f"{self.url}?project={project.pk}"))

    def test_shows_ones_own_alone(self, viewer_client, cast, report):
        mine, other = report(), report(cast.leader)
        html = compact(viewer_client.get(self.url))
        assert f"/reports/{mine.pk}/file/" in html
        assert f"/reports/{other.pk}/file/" not in html

    def test_says_why_there_is_none(self, viewer_client, report):
        failed = report(state="failed", problem="作成に時間がかかりすぎました。")
        html = compact(viewer_client.get(self.url))
        assert "作成に時間がかかりすぎました。" in html
        assert f"/reports/{failed.pk}/retry/" in html

    def test_says_that_pdf_is_off_without_pango(self, viewer_client, project, monkeypatch):
        monkeypatch.setattr("reports.documents.views.can_typeset", lambda: False)
        monkeypatch.setattr("reports.documents.forms.can_typeset", lambda: False)
        html = compact(viewer_client.get(self.url))
        assert "Pango がない" in html

    def test_shows_people_to_those_who_may(self, client, cast, person, project):
        guest = person("guest", "客 一", role="guest")
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=guest, role="viewer"
        )
        client.force_login(guest, backend="projects.auth.AccountBackend")
        assert "kind=utilization" not in compact(client.get(self.url))

    def test_is_bounded(self, viewer_client, report):
        for _ in range(25):
            report()
        assert compact(viewer_client.get(self.url)).count("/file/") == 2 * 20
        assert compact(viewer_client.get(f"{self.url}?page=2")).count("/file/") == 2 * 5

    def test_costs_the_same_for_three_and_for_thirty(self, viewer_client, report):
        for _ in range(3):
            report()
        viewer_client.get(self.url)
        few = queries(lambda: viewer_client.get(self.url))
        for _ in range(30):
            report()
        assert queries(lambda: viewer_client.get(self.url)) <= few + 1


class TestReportCreate:
    url = "/reports/ask/"

    @pytest.fixture
    def typed(self, project):
        return {"kind": "progress", "project": project.pk, "format": "pdf-a3", "parts": ["late", "load"]}

    def test_puts_it_into_the_queue(
        self, viewer_client, cast, project, typed, called, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = viewer_client.post(self.url, typed)
        report = GeneratedReport.objects.get()
        assert answer["Location"] == f"/reports/?kind=progress&project={project.pk}&asked={report.pk}"
        assert (report.state, report.format, report.requested_by) == ("queued", "pdf", cast.viewer)
        assert report.options["paper"] == "a3"
        assert report.options["parts"] == ["late", "load"]
        assert report.options["money"] is False
        assert called == [{"project_id": project.pk, "format": "pdf", "report_id": report.pk}]

    def test_is_acknowledged(self, viewer_client, project, typed, called):
        html = compact(viewer_client.post(self.url, typed, follow=True))
        assert f"「プロジェクト進捗報告 {project.name}」（PDF）の作成を受け付けました。" in html
        assert f"&amp;asked={GeneratedReport.objects.get().pk}" in html

    def test_changes_nothing_in_the_project(self, viewer_client, project, typed):
        viewer_client.post(self.url, typed)
        before = project.revision
        project.refresh_from_db()
        assert project.revision == before

    def test_takes_two_clicks_for_one(self, viewer_client, typed, called, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                viewer_client.post(self.url, typed)
        assert GeneratedReport.objects.count() == len(called) == 1

    def test_notes_that_a_user_may_see_money(self, admin_client, typed):
        admin_client.post(self.url, typed)
        assert GeneratedReport.objects.get().options["money"] is True

    def test_asks_for_a_period_of_people(self, viewer_client, project):
        typed = {"kind": "utilization", "format": "xlsx", "first": "2026/04/06", "last": "2026/06/28"}
        assert viewer_client.post(self.url, typed).status_code == 302
        report = GeneratedReport.objects.get()
        assert (report.project, report.options["last"]) == (None, "2026-06-28")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"format": "docx"},
            {"format": ""},
            {"project": "99999999"},
            {"project": "x"},
            {"parts": ["everything"]},
            {"kind": "utilization", "first": "2026/04/06", "last": "2026/04/01"},
            {"kind": "utilization", "first": "2026/04/06", "last": "2036/04/01"},
            {"kind": "utilization", "first": "いつか", "last": ""},
        ],
    )
    def test_refuses_nonsense(self, viewer_client, typed, wrong):
        answer = viewer_client.post(self.url, typed | wrong)
        assert answer.status_code == 422
        assert "か所を直すと" in compact(answer)
        assert not GeneratedReport.objects.exists()

    def test_refuses_a_project_of_others(self, stranger_client, typed):
        assert stranger_client.post(self.url, typed).status_code == 422
        assert not GeneratedReport.objects.exists()

    def test_knows_no_other_kind(self, viewer_client, typed):
        assert viewer_client.post(self.url, typed | {"kind": "money"}).status_code == 404

    def test_shows_people_to_those_who_may(self, client, person, project):
        guest = person("guest", "客 一", role="guest")
        client.force_login(guest, backend="projects.auth.AccountBackend")
        typed = {"kind": "utilization", "format": "csv", "first": "2026/04/06", "last": "2026/06/28"}
        assert client.post(self.url, typed).status_code == 403

    def test_has_a_limit_for_each_person(self, viewer_client, report, typed):
        for _ in range(settings.REPORT_MOST_OPEN):
            report(state="queued")
        answer = viewer_client.post(self.url, typed)
        assert answer.status_code == 429
        assert f"上限の {settings.REPORT_MOST_OPEN}件" in compact(answer)

    def test_refuses_a_pdf_without_pango(self, viewer_client, typed, monkeypatch):
        monkeypatch.setattr("reports.documents.forms.can_typeset", lambda: False)
        answer = viewer_client.post(self.url, typed)
        assert answer.status_code == 422
        assert "Excel か CSV" in compact(answer)
        assert viewer_client.post(self.url, typed | {"format": "csv"}).status_code == 302

    def test_rejects_get(self, viewer_client):
        assert viewer_client.get(self.url).status_code == 405


class TestReportStatus:
    url = "/reports/status/"

    def test_goes_on_asking_while_something_is_made(self, viewer_client, report):
        job = report(state="running", job_id="a")
        running(job).progress("write", 40)
        html = compact(viewer_client.get(self.url, headers=FRAGMENT))
        assert 'hx-trigger="every 1s"' in html
        assert 'aria-valuenow="40"' in html
        assert f"/reports/{job.pk}/cancel/" in html
        assert 'id="report-made"' not in html

    @pytest.mark.parametrize(("seconds", "is_said"), [(5, False), (60, True)])
    def test_says_so_when_no_one_begins(self, viewer_client, report, seconds, is_said):
        job = report(state="queued")
        asked_at = timezone.now() - dt.timedelta(seconds=seconds)
        GeneratedReport.objects.filter(pk=job.pk).update(requested_at=asked_at)
        html = compact(viewer_client.get(self.url, headers=FRAGMENT))
        assert ("依頼は保存してあり" in html) is is_said

    def test_stops_when_nothing_is(self, viewer_client, project):
        html = compact(viewer_client.get(self.url, headers=FRAGMENT))
        assert "hx-trigger" not in html

    def test_brings_the_list_and_says_so_when_one_is_done(self, viewer_client, report):
        done = report()
        html = compact(viewer_client.get(f"{self.url}?open={done.pk},", headers=FRAGMENT))
        assert 'id="report-made" hx-swap-oob="true"' in html
        assert "ができました" in html

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("queued", "作成を受け付けました"),
            ("done", "ができました"),
            ("failed", "部品がありません。"),
            ("cancelled", "作成を中止しました"),
        ],
    )
    def test_tells_what_became_of_the_one_that_was_requested(self, viewer_client, report, state, words):
        one = report(state=state, problem="部品がありません。" if state == "failed" else "")
        answer = viewer_client.get(f"{self.url}?open={one.pk},&asked={one.pk}", headers=FRAGMENT)
        notice, _rest = compact(answer).split('id="report-asked"')[1].split("</div>", 1)
        assert 'hx-swap-oob="true"' in notice
        assert words in notice
        assert compact(answer).count("ができました") == (state == "done")  # and no toast says it again

    def test_acknowledges_nothing_of_others(self, viewer_client, cast, report):
        other = report(cast.leader)
        for asked in (other.pk, "x", "9" * 30):
            html = compact(viewer_client.get(f"{self.url}?asked={asked}", headers=FRAGMENT))
            assert "report-asked" not in html

    def test_is_a_page_without_htmx(self, viewer_client, project):
        assert viewer_client.get(self.url)["Location"] == "/reports/"

    def test_shows_nothing_of_others(self, stranger_client, report):
        report(state="running")
        assert "hx-trigger" not in compact(stranger_client.get(self.url, headers=FRAGMENT))


class TestReportCancel:
    def test_stops_it(self, viewer_client, report):
        job = report(state="running", job_id="a")
        lease = running(job)
        assert viewer_client.post(f"/reports/{job.pk}/cancel/").status_code == 302
        job.refresh_from_db()
        assert (job.state, job.finished_at is None) == (ReportState.CANCELLED, False)
        assert not lease.beat()

    def test_leaves_what_has_ended(self, viewer_client, report):
        done = report()
        viewer_client.post(f"/reports/{done.pk}/cancel/")
        done.refresh_from_db()
        assert done.state == ReportState.DONE

    @pytest.mark.parametrize("act", ["cancel", "retry", "delete"])
    def test_is_the_makers_own(self, leader_client, stranger_client, report, act):
        job = report(state="failed")
        for client in (leader_client, stranger_client):
            assert client.post(f"/reports/{job.pk}/{act}/").status_code == 404
        job.refresh_from_db()
        assert job.state == ReportState.FAILED

    @pytest.mark.parametrize("act", ["cancel", "retry", "delete"])
    def test_rejects_get(self, viewer_client, report, act):
        assert viewer_client.get(f"/reports/{report(state='failed').pk}/{act}/").status_code == 405


class TestReportRetry:
    @pytest.mark.parametrize("state", ["failed", "cancelled"])
    def test_makes_it_again_for_today(
        self, viewer_client, report, called, state, django_capture_on_commit_callbacks
    ):
        job = report(state=state, attempt_count=3, problem="止まりました。")
        GeneratedReport.objects.update(options=job.options | {"on": "2026-01-01"})
        with django_capture_on_commit_callbacks(execute=True):
            viewer_client.post(f"/reports/{job.pk}/retry/")
        job.refresh_from_db()
        assert (job.state, job.attempt_count, job.problem) == (ReportState.QUEUED, 0, "")
        assert job.options["on"] == "2026-04-13"
        assert [call["report_id"] for call in called] == [job.pk]

    def test_leaves_one_that_is_done(self, viewer_client, report, called):
        done = report()
        viewer_client.post(f"/reports/{done.pk}/retry/")
        done.refresh_from_db()
        assert done.state == ReportState.DONE

    def test_has_a_limit_for_each_person(self, viewer_client, report):
        job = report(state="failed")
        for _ in range(settings.REPORT_MOST_OPEN):
            report(state="queued")
        assert viewer_client.post(f"/reports/{job.pk}/retry/").status_code == 429


class TestReportDelete:
    def test_takes_the_file_along(self, viewer_client, report):
        viewer_client.post(f"/reports/{report().pk}/delete/")
        assert not GeneratedReport.objects.exists()
        assert not ReportFile.objects.exists()


class TestReportDownload:
    def url(self, report) -> str:
        return f"/reports/{report.pk}/file/"

    def test_gives_the_file_under_its_japanese_name(self, viewer_client, report):
        answer = viewer_client.get(self.url(report()))
        assert answer.content == b"abc"
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == (
            "attachment; filename*=utf-8''WBS%E4%B8%80%E8%A6%A7_PRJ-001_20260413.csv"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"

    def test_is_for_its_maker_alone(self, leader_client, admin_client, stranger_client, report):
        url = self.url(report())
        assert [client.get(url).status_code for client in (leader_client, admin_client, stranger_client)] == [
            404
        ] * 3

    def test_ends_when_its_maker_leaves_the_project(self, viewer_client, cast, report):
        url = self.url(report())
        ProjectMember.objects.filter(user=cast.viewer).delete()
        assert viewer_client.get(url).status_code == 404

    def test_ends_when_the_project_is_deleted(self, viewer_client, project, report):
        url = self.url(report())
        project.delete_softly(at=timezone.now())
        assert viewer_client.get(url).status_code == 404

    def test_ends_for_money_when_the_right_is_taken_away(self, viewer_client, cast, report):
        url = self.url(report(money=True))
        assert viewer_client.get(url).status_code == 403
        ProjectMember.objects.filter(user=cast.viewer).update(may_see_money=True)
        assert viewer_client.get(url).status_code == 200

    def test_is_not_there_before_it_is_made(self, viewer_client, report):
        assert viewer_client.get(self.url(report(state="running"))).status_code == 404


class TestReportPage:
    def url(self, project: Project, kind: str = "progress") -> str:
        return f"/projects/{project.pk}/report/?kind={kind}"

    @pytest.mark.parametrize(("kind", "words"), [("progress", "遅延タスクと対策"), ("wbs", "設計")])
    def test_shows_the_same_as_the_file(self, viewer_client, project, chain, kind, words):
        html = compact(viewer_client.get(self.url(project, kind)))
        assert words in html
        assert project.name in html
        assert "style=" not in html

    def test_leads_to_the_tasks(self, viewer_client, project, chain):
        html = compact(viewer_client.get(self.url(project, "wbs")))
        assert f'href="/tasks/{chain["設計"].pk}/"' in html

    def test_escapes_what_was_typed(self, viewer_client, project, plan):
        plan(("<script>alert(1)</script>", 1, 5))
        for kind in ("progress", "wbs"):
            assert "<script>alert" not in compact(viewer_client.get(self.url(project, kind)))

    def test_hides_money_from_viewers(self, viewer_client, admin_client, project, chain):
        assert "計画コスト" not in compact(viewer_client.get(self.url(project)))
        assert "計画コスト" in compact(admin_client.get(self.url(project)))

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(self.url(project)).status_code == 404

    def test_knows_the_kinds_of_a_project(self, viewer_client, project):
        assert viewer_client.get(self.url(project, "portfolio")).status_code == 404
        assert viewer_client.get(f"/projects/{project.pk}/report/").status_code == 200

    def test_is_bounded(self, viewer_client, project, plan, monkeypatch):
        monkeypatch.setattr("reports.documents.rows.MOST_ROWS", 2)
        monkeypatch.setattr("reports.documents.page_views.MOST_ROWS", 2)
        plan(*((f"作業{number}", 1, 1) for number in range(4)))
        html = compact(viewer_client.get(self.url(project, "wbs")))
        assert "作業1" in html
        assert "作業2" not in html
        assert "2行までを表示" in html


class TestReportPageOfAll:
    def test_shows_every_project_that_one_sees(self, viewer_client, project):
        html = compact(viewer_client.get("/report/?kind=portfolio"))
        assert f'href="/projects/{project.pk}/"' in html

    def test_shows_nothing_of_others(self, stranger_client, project):
        assert project.name not in compact(stranger_client.get("/report/"))

    def test_shows_how_busy_people_are(self, viewer_client, project):
        Resource.objects.create(organization=project.organization, name="藍沢 湊")
        html = compact(viewer_client.get("/report/?kind=utilization"))
        assert "heat__cell--0" in html

    def test_hides_people_from_guests(self, client, person, project):
        client.force_login(person("guest", "客 一", role="guest"), backend="projects.auth.AccountBackend")
        assert client.get("/report/?kind=utilization").status_code == 403

    @pytest.mark.parametrize("kind", ["progress", "wbs", "nonsense"])
    def test_knows_its_kinds(self, viewer_client, project, kind):
        assert viewer_client.get(f"/report/?kind={kind}").status_code == 404


class TestWholeWay:
    @pytest.mark.skipif(not typesetter.can_typeset(), reason="no Pango on this machine")
    def test_from_the_click_to_the_file(
        self, leader_client, project, chain, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            leader_client.post("/reports/ask/", {"kind": "wbs", "project": project.pk, "format": "pdf-a4"})
        report = GeneratedReport.objects.get()
        assert report.state == ReportState.DONE
        answer = leader_client.get(f"/reports/{report.pk}/file/")
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Type"] == "application/pdf"
