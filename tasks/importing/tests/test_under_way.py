"""What an owner sees of an import that a worker makes: how far it is, the result, or the form again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from projects.jobs import Lease
from projects.models import AskedJob, DeadJob, Project
from tasks.importing import running
from tasks.importing.tests.asking import import_later, run, send_off
from tasks.models import PlanImport, Task
from tests.pages import compact

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "import-job"}


class TestPlanImportUnderWay:
    def test_shows_how_far_it_is(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        page = compact(pmo_client.get(f"/import/{kept.pk}/"))
        assert "待機中" in page
        assert "中止する" in page
        assert 'hx-trigger="load delay:0.6s, every 2s"' in page
        AskedJob.objects.update(alive_at=timezone.now(), step="make", progress_percentage=40)
        part = compact(pmo_client.get(f"/import/{kept.pk}/", headers=PART))
        assert part.lstrip().startswith('<section class="section job" id="import-job"')
        assert 'aria-valuenow="40"' in part
        assert 'hx-trigger="every 2s"' in part
        assert "計画を計算して保存" in part

    def test_leads_to_the_result_and_says_so(self, pmo_client, upload):
        run(pmo_client, kept := upload())
        answer = pmo_client.get(f"/import/{kept.pk}/", headers=PART)
        assert answer["HX-Location"].startswith("/projects/")
        assert "「基幹更改」に計画を取り込みました" in compact(pmo_client.get(answer["HX-Location"]))

    def test_comes_back_to_the_form_as_it_was_sent(self, pmo_client, upload, project):
        """The code was free when it was sent off, and taken when the plan was made."""
        send_off(pmo_client, kept := upload(), code="PRJ-300", dates="recorded")
        Project.objects.filter(pk=project.pk).update(code="PRJ-300")
        import_later(kept)
        assert pmo_client.get(f"/import/{kept.pk}/", headers=PART)["HX-Location"] == f"/import/{kept.pk}/"
        form = pmo_client.get(f"/import/{kept.pk}/").context["form"]
        assert "が使っています" in form.errors["code"][0]
        assert (form["code"].value(), form["name"].value(), form["dates"].value()) == (
            "PRJ-300",
            "基幹更改",
            "recorded",
        )
        assert not Task.objects.exists()
        assert "/imports/" in run(pmo_client, kept, code="PRJ-301").url

    def test_makes_nothing_for_one_whose_right_was_taken_away(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        kept.uploaded_by.memberships.update(role="member")
        import_later(kept)
        kept.refresh_from_db()
        assert kept.state == PlanImport.State.PREVIEWED
        assert "この操作ができる役割は管理者、PMOです" in kept.problem["text"]
        assert not Project.objects.filter(code="PRJ-200").exists()

    def test_is_stopped_by_its_owner(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        job_id = PlanImport.objects.get(pk=kept.pk).job_id
        pmo_client.post(f"/import/{kept.pk}/discard")
        assert AskedJob.objects.get(pk=job_id).outcome == AskedJob.Outcome.CANCELLED
        import_later(kept, job_id=job_id)
        assert not Project.objects.filter(code="PRJ-200").exists()

    def test_leaves_nothing_where_it_is_stopped_at_the_end(self, pmo_client, upload, monkeypatch):
        send_off(pmo_client, kept := upload())
        monkeypatch.setattr(Lease, "end", lambda _lease: False)
        import_later(kept)
        assert not Project.objects.filter(code="PRJ-200").exists()
        kept.refresh_from_db()
        assert kept.state == PlanImport.State.RUNNING

    def test_says_so_where_it_is_given_up(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        running.give_up(PlanImport.objects.get(pk=kept.pk).job_id, DeadJob.Reason.KILLED)
        assert "何も作られていません" in compact(pmo_client.get(f"/import/{kept.pk}/"))

    def test_says_so_where_its_job_is_gone(self, pmo_client, upload):
        send_off(pmo_client, kept := upload())
        AskedJob.objects.all().delete()
        assert "何も作られていません" in compact(pmo_client.get(f"/import/{kept.pk}/"))
        assert "/imports/" in run(pmo_client, kept).url
