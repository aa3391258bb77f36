"""The pages of an import, asked as everybody of the cast."""

from __future__ import annotations

import gzip
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import AskedJob, AuditEntry, Calendar, Project
from tasks.importing.tests.asking import run, send_off
from tasks.importing.tests.plan_files import DAY, MONDAY_8, long_plan, packed, small_plan, upload_of, xml_of
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import Recorded
from tasks.models import PlanImport, Task
from tests.pages import compact

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "differences"}
CASES = Path(__file__).parents[4] / "shared" / "cases"


def wrong_plan(count):
    """A chain whose dates the file has a week too late."""
    plan = long_plan(count)
    tasks = tuple(
        replace(task, recorded=Recorded(MONDAY_8 + 7 * DAY * task.uid, MONDAY_8 + 7 * DAY * task.uid + 540))
        for task in plan.tasks
    )
    return replace(plan, tasks=tasks)


def late_plan():
    """Two tasks in a row; the file lets the first one end later than the second one has to begin."""
    plan = long_plan(2)
    monday, later = MONDAY_8, MONDAY_8 + 14 * DAY
    first, second = plan.tasks
    return replace(
        plan,
        tasks=(
            replace(first, recorded=Recorded(late_start_minute=later, late_finish_minute=later + 540)),
            replace(second, recorded=Recorded(late_start_minute=monday + DAY)),
        ),
    )


class TestPlanImport:
    def test_shows_what_it_takes(self, pmo_client):
        page = compact(pmo_client.get("/import/"))
        assert 'type="file"' in page
        assert 'enctype="multipart/form-data"' in page

    def test_leads_to_the_preview(self, pmo_client):
        response = pmo_client.post("/import/", {"file": upload_of(small_plan())})
        assert response.url == f"/import/{PlanImport.objects.get().pk}/"
        assert not Task.objects.exists()

    def test_is_for_those_who_make_projects(self, planner_client, viewer_client):
        assert planner_client.get("/import/").status_code == 403
        assert viewer_client.post("/import/", {"file": upload_of(small_plan())}).status_code == 403
        assert not PlanImport.objects.exists()

    def test_puts_a_strangers_file_into_their_own_organization(self, stranger_client, cast):
        stranger_client.post("/import/", {"file": upload_of(small_plan())})
        assert PlanImport.objects.get().organization.code == "yoso"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "空です"),
            (b"<Project><Tasks>", "壊れています"),
            (b"PK\x03\x04 xl/workbook.xml", "Excel"),
            (b"%PDF-1.7", "PDF"),
            (b'<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "b">]><Project>&amp;</Project>', "DOCTYPE"),
            (gzip.compress(b"<Project>" + b" " * 100)[:-12], "壊れている"),
        ],
        ids=["empty", "broken", "excel", "pdf", "entities", "cut"],
    )
    def test_refuses_other_files_with_a_sentence(self, pmo_client, content, words):
        response = pmo_client.post("/import/", {"file": SimpleUploadedFile("plan.xml", content)})
        assert response.status_code == 422
        assert words in compact(response)
        assert not PlanImport.objects.exists()

    def test_asks_for_a_file(self, pmo_client):
        response = pmo_client.post("/import/", {})
        assert response.status_code == 422
        assert "選んでください" in compact(response)

    def test_throws_away_what_was_never_imported(self, pmo_client, upload):
        old = upload()
        PlanImport.objects.update(created_at="2020-01-01T00:00:00Z")
        upload()
        assert not PlanImport.objects.filter(pk=old.pk).exists()


class TestPlanImportPreview:
    def test_says_what_will_be_made(self, pmo_client, upload):
        page = compact(pmo_client.get(f"/import/{upload().pk}/"))
        for words in ("基幹システム更改", "調査", "作図", "ユーザー設定フィールド", "理由がわかりません"):
            assert words in page

    def test_names_what_is_doubtful(self, pmo_client, upload):
        from tasks.interchange.plan_file import PlanTask

        kept = upload(small_plan(tasks=(PlanTask(1, "一"), PlanTask(9, "九")), links=(), assignments=()))
        summary = PlanImport.objects.get(pk=kept.pk).summary
        summary["notices"] = [
            {"kind": "lost", "code": "blank_rows_lost", "params": {"count": 3}},
            {"kind": "doubtful", "code": "link_to_missing_task", "params": {"uid": 1, "name": "一", "predecessor_uid": 77}},
        ]  # fmt: skip
        PlanImport.objects.filter(pk=kept.pk).update(summary=summary)
        page = compact(pmo_client.get(f"/import/{kept.pk}/"))
        assert "空白の行 3行は取り込みません" in page
        assert "先行タスク 77 がファイルにないため" in page

    def test_lists_each_date_that_will_not_be_the_files(self, pmo_client, upload):
        kept = upload(wrong_plan(30))
        found = pmo_client.get(f"/import/{kept.pk}/").context["differences"]
        assert (len(found.rows), found.page.total, found.counts["late"]) == (10, 30, 0)
        assert found.rows[1].cause == "1 作業 1"
        assert [pair.differs for pair in found.rows[0].pairs] == [True, True]
        narrowed = compact(pmo_client.get(f"/import/{kept.pk}/?reason=unexplained", headers=HTMX))
        assert narrowed.lstrip().startswith('<section class="section" id="differences">')
        assert "作業 2" not in narrowed

    def test_keeps_a_bounded_list(self, pmo_client, upload, monkeypatch):
        monkeypatch.setattr("tasks.importing.differences.MOST_LISTED", 20)
        monkeypatch.setattr("tasks.importing.difference_rows.MOST_LISTED", 20)
        kept = upload(wrong_plan(30))
        assert len(PlanImport.objects.get(pk=kept.pk).summary["differing"]["early"]) == 20
        assert "先頭の1,000件まで" in compact(pmo_client.get(f"/import/{kept.pk}/"))

    def test_is_seen_by_its_owner_alone(self, upload, admin_client, stranger_client):
        kept = upload()
        assert admin_client.get(f"/import/{kept.pk}/").status_code == 404
        assert stranger_client.get(f"/import/{kept.pk}/").status_code == 404

    def test_costs_the_same_for_300_tasks(self, pmo_client, upload):
        counts = []
        for size in (3, 300):
            kept = upload(long_plan(size))
            with CaptureQueriesContext(connection) as queries:
                pmo_client.get(f"/import/{kept.pk}/")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestPlanImportRun:
    def test_makes_the_project_with_its_record(self, pmo_client, upload):
        response = run(pmo_client, kept := upload())
        made = Project.objects.get(code="PRJ-200")
        assert response.url == f"/projects/{made.pk}/imports/{kept.pk}/"
        assert made.task_count == 5
        assert made.revision == 1
        assert AuditEntry.objects.filter(project=made, action="plan.imported").exists()
        assert AuditEntry.objects.filter(action="project.created", target_id=made.pk).exists()

    def test_fills_an_empty_project(self, pmo_client, upload, project):
        run(pmo_client, upload(), target="existing", project=project.pk)
        project.refresh_from_db()
        assert project.task_count == 5

    def test_is_hidden_from_strangers(self, stranger_client, admin_client, upload):
        kept = upload()
        assert run(stranger_client, kept).status_code == 404
        assert run(admin_client, kept).status_code == 404

    def test_needs_the_right_at_the_moment_it_happens(self, pmo_client, upload):
        kept = upload()
        kept.uploaded_by.memberships.update(role="member")
        assert run(pmo_client, kept).status_code == 403
        assert not Project.objects.filter(code="PRJ-200").exists()

    def test_rejects_get(self, pmo_client, upload):
        assert pmo_client.get(f"/import/{upload().pk}/run").status_code == 405

    def test_refuses_a_code_that_is_taken(self, pmo_client, upload, project):
        response = run(pmo_client, upload(), code=project.code)
        assert response.status_code == 422
        assert "が使っています" in compact(response)
        assert not Task.objects.exists()

    def test_refuses_a_project_without_a_name(self, pmo_client, upload):
        response = run(pmo_client, upload(), name="")
        assert response.status_code == 422
        assert "プロジェクト名を入力してください" in compact(response)

    def test_refuses_a_project_that_was_filled_meanwhile(self, pmo_client, upload, project, chain):
        Project.objects.filter(pk=project.pk).update(task_count=0)
        response = run(pmo_client, upload(), target="existing", project=project.pk)
        assert response.status_code == 422
        assert "すでにタスクがある" in compact(response)

    def test_a_second_click_leads_to_the_result(self, pmo_client, upload):
        run(pmo_client, kept := upload())
        assert "/imports/" in run(pmo_client, kept).url
        assert Project.objects.filter(code="PRJ-200").count() == 1

    def test_a_second_click_while_it_is_made_is_the_first_one(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        assert send_off(pmo_client, kept, code="PRJ-201").url == f"/import/{kept.pk}/"
        assert AskedJob.objects.filter(name="import_plan_file").count() == 1
        kept.refresh_from_db()
        assert kept.chosen["fields"]["code"] == "PRJ-200"


class TestPlanImportDiscard:
    def test_throws_the_upload_away(self, pmo_client, upload):
        kept = upload()
        assert pmo_client.post(f"/import/{kept.pk}/discard").status_code == 302
        assert not PlanImport.objects.exists()

    def test_is_hidden_from_others(self, admin_client, upload):
        assert admin_client.post(f"/import/{upload().pk}/discard").status_code == 404

    def test_rejects_get(self, pmo_client, upload):
        assert pmo_client.get(f"/import/{upload().pk}/discard").status_code == 405

    def test_keeps_what_was_imported(self, pmo_client, upload):
        run(pmo_client, kept := upload())
        pmo_client.post(f"/import/{kept.pk}/discard")
        assert PlanImport.objects.filter(pk=kept.pk).exists()


class TestProjectImport:
    def test_lets_a_planner_fill_an_empty_project(self, planner_client, upload, project):
        kept = upload(client=planner_client, to=f"/projects/{project.pk}/import/")
        assert planner_client.get(f"/import/{kept.pk}/").status_code == 200
        assert AuditEntry.objects.filter(action="upload.kept", target_id=kept.pk).exists()
        response = run(planner_client, kept)
        assert response.url == f"/projects/{project.pk}/imports/{kept.pk}/"
        assert Task.objects.filter(project=project).count() == 5

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(f"/projects/{project.pk}/import/").status_code == 404

    def test_needs_a_planner(self, viewer_client, project):
        address = f"/projects/{project.pk}/import/"
        assert viewer_client.get(address).status_code == 403
        assert viewer_client.post(address, {"file": upload_of(small_plan())}).status_code == 403

    def test_refuses_a_project_with_tasks(self, planner_client, project, chain):
        response = planner_client.post(f"/projects/{project.pk}/import/", {"file": upload_of(small_plan())})
        assert response.status_code == 422
        assert "すでにタスクがある" in compact(response)

    def test_forgets_an_upload_for_a_project_that_is_no_longer_seen(
        self, planner_client, upload, project, cast
    ):
        kept = upload(client=planner_client, to=f"/projects/{project.pk}/import/")
        project.members.filter(user=cast.planner).delete()
        assert planner_client.get(f"/import/{kept.pk}/").status_code == 404


class TestPlanImportResult:
    def test_lists_both_values_and_the_reason(self, pmo_client, upload):
        page = compact(pmo_client.get(run(pmo_client, upload()).url))
        assert "2026/04/13 8:00" in page
        assert "2026/04/14 8:00" in page
        assert "理由がわかりません" in page

    def test_parts_late_dates_from_the_others(self, pmo_client, upload):
        url = run(pmo_client, upload(late_plan())).url
        page = compact(pmo_client.get(url))
        assert "最遅の日付 1／3" in page
        late = compact(pmo_client.get(f"{url}?dates=late"))
        assert "2026/04/20 8:00" in late
        assert "ファイルの最遅日が、ファイルの依存関係と合っていません" in late

    def test_shows_fifty_a_page_and_narrows_down_to_a_reason(self, pmo_client, upload):
        url = run(pmo_client, upload(wrong_plan(120))).url
        page = pmo_client.get(url).context["differences"]
        assert (len(page.rows), page.page.total) == (50, 120)
        assert [(code, count) for code, _, count in page.reasons] == [("follows", 119), ("unexplained", 1)]
        last = pmo_client.get(f"{url}?reason=follows&page=3").context["differences"]
        assert (len(last.rows), last.page.number, last.page.total) == (19, 3, 119)
        alone = pmo_client.get(f"{url}?reason=unexplained").context["differences"]
        assert [row.name for row in alone.rows] == ["作業 1"]

    def test_leads_to_the_task_and_to_what_made_it_differ(self, pmo_client, upload):
        page = pmo_client.get(run(pmo_client, upload(wrong_plan(2))).url)
        first, second = Task.objects.order_by("row_number")
        row = page.context["differences"].rows[1]
        assert row.href == reverse("tasks:task_detail", args=[second.pk])
        assert row.cause_href == reverse("tasks:task_detail", args=[first.pk])
        assert row.cause == "1 作業 1"

    def test_answers_nonsense_with_the_whole_list(self, pmo_client, upload):
        url = run(pmo_client, upload(wrong_plan(3))).url
        found = pmo_client.get(f"{url}?reason=%00'&dates=x&page=-9").context["differences"]
        assert (found.kind, found.reason, len(found.rows)) == ("early", "", 3)

    def test_costs_the_same_for_300_tasks(self, pmo_client, upload):
        counts = []
        for size in (3, 300):
            url = run(pmo_client, upload(wrong_plan(size)), code=f"PRJ-{size}").url
            with CaptureQueriesContext(connection) as queries:
                pmo_client.get(url)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_says_that_all_agree(self, pmo_client, upload):
        url = run(pmo_client, upload(wrong_plan(3)), dates="recorded").url
        page = compact(pmo_client.get(url))
        assert "すべての開始日と終了日が、ファイルと同じです" in page
        assert "ファイルの日付で固定" in page

    def test_is_hidden_from_strangers(self, pmo_client, upload, stranger_client):
        assert stranger_client.get(run(pmo_client, upload()).url).status_code == 404

    def test_belongs_to_its_project(self, pmo_client, upload, project):
        run(pmo_client, kept := upload())
        assert pmo_client.get(f"/projects/{project.pk}/imports/{kept.pk}/").status_code == 404


class TestPlanImportRecompute:
    @pytest.fixture
    def kept(self, pmo_client, upload):
        """Three tasks whose dates a week too late are held, one of them by hand in the file already."""
        plan = wrong_plan(3)
        by_hand = replace(plan.tasks[2], mode="manual", manual_start_minute=MONDAY_8 + 70 * DAY)
        run(pmo_client, upload(replace(plan, tasks=(*plan.tasks[:2], by_hand))), dates="recorded")
        return PlanImport.objects.get(state="imported")

    def address(self, kept):
        return reverse("tasks:plan_import_recompute", args=[kept.project_id, kept.pk])

    def test_computes_what_was_held(self, pmo_client, kept):
        assert "計算に切り替える" in compact(
            pmo_client.get(f"/projects/{kept.project_id}/imports/{kept.pk}/")
        )
        response = pmo_client.post(self.address(kept))
        page = pmo_client.get(response.url)
        first, second, third = Task.objects.order_by("row_number")
        assert [task.mode for task in (first, second, third)] == ["auto", "auto", "manual"]
        assert (first.start_minute, second.start_minute) == (MONDAY_8, MONDAY_8 + DAY)
        assert third.start_minute == third.recorded_start_minute
        assert [row.name for row in page.context["differences"].rows] == ["作業 1", "作業 2"]
        assert "計算に切り替える" not in compact(page)

    def test_writes_the_record_and_raises_the_revision(self, pmo_client, kept):
        before = kept.project.revision
        pmo_client.post(self.address(kept))
        kept.project.refresh_from_db()
        entry = AuditEntry.objects.filter(project=kept.project).latest("pk")
        assert (entry.action, entry.before, entry.after) == ("plan.rescheduled", {"manual": 2}, {"manual": 0})
        assert kept.project.revision == before + 1

    def test_happens_once(self, pmo_client, kept):
        pmo_client.post(self.address(kept))
        pmo_client.post(self.address(kept))
        assert AuditEntry.objects.filter(project=kept.project, action="plan.rescheduled").count() == 1

    def test_leaves_what_a_user_has_made_automatic_as_it_is(self, pmo_client, kept):
        Task.objects.filter(name="作業 1").update(mode="auto")
        pmo_client.post(self.address(kept))
        assert Task.objects.get(name="作業 1").mode == "auto"

    def test_is_hidden_from_strangers(self, stranger_client, kept):
        assert stranger_client.post(self.address(kept)).status_code == 404

    def test_needs_a_planner(self, viewer_client, pmo_client, upload, project):
        done = run(pmo_client, upload(wrong_plan(2)), target="existing", project=project.pk, dates="recorded")
        kept = PlanImport.objects.get(project=project)
        assert viewer_client.post(self.address(kept)).status_code == 403
        assert "計算に切り替える" not in compact(viewer_client.get(done.url))
        assert Task.objects.filter(project=project, mode="manual").count() == 2

    def test_rejects_get(self, pmo_client, kept):
        assert pmo_client.get(self.address(kept)).status_code == 405


class TestPlanExport:
    def test_gives_a_file_that_can_be_imported(self, pmo_client, upload):
        run(pmo_client, upload())
        made = Project.objects.get(code="PRJ-200")
        response = pmo_client.get(f"/projects/{made.pk}/export/")
        assert 'filename="PRJ-200.xml"' in response["Content-Disposition"]
        plan = read_mspdi(BytesIO(b"".join(response.streaming_content)))
        assert [task.name for task in plan.tasks] == ["設計", "調査", "作図", "開発", "完了"]

    def test_shows_no_rates_to_a_viewer(self, viewer_client, admin_client, upload, project, pmo_client):
        run(pmo_client, upload(), target="existing", project=project.pk)
        for client, rate in ((viewer_client, None), (admin_client, 6250)):
            response = client.get(f"/projects/{project.pk}/export/")
            plan = read_mspdi(BytesIO(b"".join(response.streaming_content)))
            assert plan.resources[0].standard_rate == rate

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(f"/projects/{project.pk}/export/").status_code == 404

    def test_costs_the_same_for_300_tasks(self, pmo_client, upload):
        counts = []
        for size in (3, 300):
            run(pmo_client, upload(long_plan(size)), code=f"PRJ-{size}")
            made = Project.objects.get(code=f"PRJ-{size}")
            with CaptureQueriesContext(connection) as queries:
                b"".join(pmo_client.get(f"/projects/{made.pk}/export/").streaming_content)
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of shared cases is not beside the project")
class TestForeignFiles:
    """Every file of another program is imported, or refused in one sentence with nothing saved."""

    @pytest.mark.parametrize("folder", ["hostile", "import"])
    def test_is_taken_or_refused(self, pmo_client, folder):
        for number, path in enumerate(sorted((CASES / folder).glob("*.*"))):
            response = pmo_client.post("/import/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
            if response.status_code == 302:
                kept = PlanImport.objects.latest("pk")
                assert pmo_client.get(response.url).status_code == 200, path.name
                response = run(pmo_client, kept, code=f"{folder}-{number}", name=path.stem)
                assert response.status_code == 302, (path.name, compact(response)[-3000:])
                assert pmo_client.get(response.url).status_code == 200, path.name
            else:
                assert response.status_code == 422, path.name
                assert not PlanImport.objects.filter(state="previewed").exists()
        assert not Calendar.objects.filter(project__isnull=True, is_default=False).exists()


def test_the_fixture_is_a_file_that_browsers_send():
    assert gzip.decompress(packed(small_plan())) == xml_of(small_plan())
