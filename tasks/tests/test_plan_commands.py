"""Plans in and out at the terminal: a project is made, or one sentence says why not."""

from __future__ import annotations

import gzip
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import AuditEntry, Project, ProjectMember
from tasks.importing.tests.plan_files import packed, small_plan, xml_of
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import PlanLink
from tasks.models import Task


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "kikan.xml"
    path.write_bytes(xml_of(small_plan()))
    return path


def command(name, *arguments):
    out, err = StringIO(), StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(name, *arguments):
    with pytest.raises(CommandError) as refused:
        command(name, *arguments)
    assert refused.value.returncode == 2
    return str(refused.value)


class TestDryRun:
    def test_accepts_a_plan_without_a_database(self, file):
        out, err = command("import_plan", "--dry-run", file)
        assert "5 tasks, 3 links" in out
        assert err == ""

    def test_reads_gzip(self, file):
        file.write_bytes(packed(small_plan()))
        assert "5 tasks" in command("import_plan", "--dry-run", file)[0]

    def test_warns_on_standard_error(self, file):
        file.write_bytes(xml_of(small_plan(links=(PlanLink(77, 4),))))
        assert "task 77" in command("import_plan", "--dry-run", file)[1]

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"", "empty"), (b"MPX,Microsoft Project", "MPX"), (b"<Project>", "broken")],
        ids=["empty", "mpx", "broken"],
    )
    def test_refuses_with_one_sentence(self, file, content, words):
        file.write_bytes(content)
        assert words in refusal("import_plan", "--dry-run", file)

    def test_says_when_there_is_no_such_file(self, tmp_path):
        assert "cannot be read" in refusal("import_plan", "--dry-run", tmp_path / "none.xml")
        assert "cannot be read" in refusal("import_plan", "--dry-run", tmp_path)


@pytest.mark.django_db
class TestImportPlan:
    def test_makes_a_project_led_by_the_admin(self, file, cast, organization):
        out, _ = command(
            "import_plan", file, "--organization", "kaku", "--project", "NEW-1", "--name", "更改"
        )
        project = Project.objects.get(code="NEW-1")
        assert project.name == "更改"
        assert "タスク 5件" in out
        assert ProjectMember.objects.get(project=project).user == cast.admin
        assert AuditEntry.objects.get(project=project, action="plan.imported").system_name == "import_plan"

    def test_fills_an_empty_project(self, file, cast, project):
        command("import_plan", file, "--organization", "kaku", "--project", project.code)
        assert Task.objects.filter(project=project).count() == 5

    def test_keeps_the_dates_of_the_file(self, file, cast):
        out, _ = command("import_plan", file, "--organization", "kaku", "--as-recorded")
        assert "2件のうち 2件が同じ" in out

    def test_refuses_a_project_with_tasks(self, file, cast, project, chain):
        assert "すでにタスク" in refusal(
            "import_plan", file, "--organization", "kaku", "--project", project.code
        )

    def test_names_the_organizations_that_there_are(self, file, cast):
        assert "kaku" in refusal("import_plan", file, "--organization", "unknown")

    def test_asks_for_an_organization(self, file):
        assert "--organization" in refusal("import_plan", file)

    def test_does_not_know_strangers(self, file, cast):
        assert "stranger" in refusal("import_plan", file, "--organization", "kaku", "--leader", "stranger")


@pytest.mark.django_db
class TestExportPlan:
    def test_writes_what_can_be_read(self, tmp_path, project, chain):
        path = tmp_path / "plan.xml.gz"
        command("export_plan", project.code, "--organization", "kaku", "--output", path)
        plan = read_mspdi(path)
        assert [task.name for task in plan.tasks] == ["設計", "開発", "試験", "完了"]
        assert gzip.decompress(path.read_bytes()).startswith(b"<?xml")

    def test_keeps_the_dates_of_a_plan_that_was_made_here(self, tmp_path, project, chain):
        path = tmp_path / "plan.xml"
        command("export_plan", project.code, "--organization", "kaku", "--output", path)
        out, _ = command("import_plan", "--dry-run", path)
        assert "8 of 8 dates" in out

    def test_names_a_project_that_is_not_there(self, organization):
        assert "NONE" in refusal("export_plan", "NONE", "--organization", "kaku")

    def test_says_when_it_cannot_write(self, tmp_path, project):
        assert "cannot be written" in refusal(
            "export_plan", project.code, "--organization", "kaku", "--output", tmp_path / "no" / "plan.xml"
        )
