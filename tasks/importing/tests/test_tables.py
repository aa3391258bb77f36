"""Workbooks and tables of text come in by the page, the job and the command of plan files."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import Calendar, Project
from projects.worktime.moments import ends_on, minute_of
from resources.models import Resource
from tasks.importing.tests.asking import import_later, run
from tasks.importing.tests.tables import redmine_csv, table_upload, workbook
from tasks.models import Assignment, PlanImport, Task, TaskLink
from tests.pages import compact

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(pmo_client, resource):
    """Uploads a file and gives what was kept of it."""

    def take(content, name="kikan.xlsx", to="/import/"):
        answer = pmo_client.post(to, {"file": table_upload(content, name)})
        assert answer.status_code == 302, compact(answer)
        return PlanImport.objects.latest("pk")

    return take


@pytest.fixture
def made(pmo_client, taken):
    """The project that came of a file."""

    def make(content, **fields):
        kept = taken(content)
        run(pmo_client, kept, **fields)
        import_later(kept)
        kept.refresh_from_db()
        assert kept.state == PlanImport.State.IMPORTED, kept.problem
        return kept.project

    return make


def tasks_of(project):
    return {task.name: task for task in Task.objects.filter(project=project).order_by("row_number")}


class TestWorkbook:
    def test_is_previewed_and_nothing_is_made(self, pmo_client, taken):
        page = compact(pmo_client.get(f"/import/{taken(workbook()).pk}/"))
        for words in ("調査", "茜部 陽斗", "kikan"):
            assert words in page
        assert "「未定」とあり、まだ決まっていません。" in page
        assert not Task.objects.exists()

    def test_is_known_by_its_content(self, taken):
        assert taken(workbook(), "plan.xml").summary["counts"]["tasks"] == 5
        assert taken(gzip.compress(redmine_csv()), "plan.bin").summary["counts"]["tasks"] == 3

    def test_becomes_a_plan_with_the_days_of_the_file(self, made):
        project = made(workbook())
        tasks = tasks_of(project)
        assert [(task.outline_level, task.is_summary) for task in tasks.values()] == [
            (1, True), (2, False), (2, False), (1, False), (1, False),
        ]  # fmt: skip
        days = {name: (task.start_date, task.end_date) for name, task in tasks.items()}
        assert days["調査"] == (date(2026, 4, 6), date(2026, 4, 8))
        assert days["設計"] == (date(2026, 4, 9), date(2026, 4, 10))
        assert days["準備"] == (date(2026, 4, 6), date(2026, 4, 10))
        assert (tasks["調査"].progress_percentage, tasks["設計"].progress_percentage) == (100, 50)

    def test_keeps_days_off_by_hand(self, made):
        task = tasks_of(made(workbook()))["移行"]
        assert task.mode == "manual"
        assert (task.start_date, ends_on(task.finish_minute)) == (date(2026, 4, 11), date(2026, 4, 12))

    def test_links_lead_where_they_can_and_days_hold_where_not(self, made):
        tasks = tasks_of(made(workbook()))
        link = TaskLink.objects.get()
        assert (link.predecessor, link.successor) == (tasks["調査"], tasks["設計"])
        assert tasks["設計"].constraint_type == "ASAP"
        assert (tasks["公開"].constraint_type, tasks["公開"].constraint_minute) == (
            "SNET",
            minute_of(date(2026, 4, 13), 540),
        )

    def test_works_by_the_companys_calendar_and_makes_none(self, made, calendar):
        project = made(workbook())
        assert project.calendar == calendar
        assert not Calendar.objects.filter(project=project).exists()
        assert PlanImport.objects.get(project=project).summary["counts"]["calendars"] == 0

    def test_takes_people_of_the_organization_and_makes_the_others(self, made, resource):
        project = made(workbook())
        assert {row.resource.name: row.resource.project_id for row in Assignment.objects.all()} == {
            "茜部 陽斗": None,
            "森": project.pk,
        }
        assert Assignment.objects.get(resource=resource).task.name == "調査"

    def test_takes_a_family_name_that_only_one_has(self, made, resource):
        rows = [("1", "調査", "茜部", date(2026, 4, 6), date(2026, 4, 8), 0, None)]
        made(workbook(*rows))
        assert Assignment.objects.get().resource == resource
        assert not Resource.objects.filter(name="茜部").exists()

    def test_goes_into_an_empty_project_by_its_calendar(self, admin_client, project, calendar, resource):
        admin_client.post(f"/projects/{project.pk}/import/", {"file": table_upload(workbook())})
        kept = PlanImport.objects.latest("pk")
        run(admin_client, kept)
        import_later(kept)
        project.refresh_from_db()
        assert project.task_count == 5
        assert project.calendar == calendar


class TestRedmine:
    def test_comes_in_with_parents_and_links(self, made):
        tasks = tasks_of(made(redmine_csv()))
        assert [task.outline_level for task in tasks.values()] == [1, 2, 2]
        assert tasks["受付の帳票"].parent == tasks["新しい窓口"]
        assert TaskLink.objects.get().successor == tasks["受付の帳票"]
        assert tasks["受付の画面"].work_minutes == 16 * 60
        assert tasks["受付の画面"].end_date == date(2026, 4, 8)


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"<workbook>" + b" " * (450 * 2**20))
    return made.getvalue()


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (lambda: b"", "空です"),
            (bomb, "400 MB"),
            (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
            (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "97-2003"),
            (lambda: workbook()[:2000], "壊れ"),
            ("ただの文章です。".encode, "タスクの表が見つかりません"),
        ],
        ids=["empty", "bomb", "locked", "old", "cut", "no table"],
    )  # fmt: skip
    def test_are_answered_with_a_sentence_and_nothing_is_kept(self, pmo_client, content, words):
        answer = pmo_client.post("/import/", {"file": table_upload(content())})
        assert answer.status_code == 422
        assert words in compact(answer)
        assert not PlanImport.objects.exists()

    def test_macros_are_not_run_and_said(self, pmo_client, taken):
        made = io.BytesIO(workbook())
        with zipfile.ZipFile(made, "a") as file:
            file.writestr("xl/vbaProject.bin", b"macro")
        page = compact(pmo_client.get(f"/import/{taken(made.getvalue()).pk}/"))
        assert "マクロは実行しません" in page


class TestCommand:
    def test_makes_a_project_of_a_workbook(self, tmp_path, organization, person):
        person("boss", "上司 一", role="admin")
        path = tmp_path / "kikan.xlsx"
        path.write_bytes(workbook())
        out, err = StringIO(), StringIO()
        call_command("import_plan", str(path), "--organization", organization.code, stdout=out, stderr=err)
        project = Project.objects.get(name="kikan")
        assert project.task_count == 5
        assert PlanImport.objects.get(project=project).summary["counts"]["calendars"] == 0
        assert "E7 「公開」" in err.getvalue()
        assert "タスク 5件、依存関係 1件" in out.getvalue()

    def test_leaves_people_out_whom_no_one_knows(self, tmp_path, organization, person, resource):
        person("boss", "上司 一", role="admin")
        path = tmp_path / "kikan.csv"
        path.write_bytes(redmine_csv())
        err = StringIO()
        call_command(
            "import_plan", str(path), "--organization", organization.code, "--known-people",
            stdout=StringIO(), stderr=err,
        )  # fmt: skip
        assert [row.resource for row in Assignment.objects.all()] == [resource]
        assert "「森」という名前のリソースが組織にない" in err.getvalue()

    def test_judges_without_a_database_what_it_would_be(self, tmp_path):
        path = tmp_path / "kikan.xlsx"
        path.write_bytes(workbook())
        out = StringIO()
        call_command("import_plan", str(path), "--dry-run", stdout=out, stderr=StringIO())
        assert "5 tasks, 1 links, 2 resources" in out.getvalue()

    def test_ends_with_2_where_there_is_no_table(self, tmp_path, organization):
        path = tmp_path / "letter.csv"
        path.write_text("拝啓", encoding="utf-8")
        for chosen in (["--organization", organization.code], ["--dry-run"]):
            with pytest.raises(CommandError, match="タスクの表が見つかりません") as refused:
                call_command("import_plan", str(path), *chosen)
            assert refused.value.returncode == 2
        assert not Task.objects.exists()
