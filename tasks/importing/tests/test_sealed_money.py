"""That the database holds no amount of an imported file in plain text, and that an export has them all again."""

from __future__ import annotations

import json
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from projects.models import Project
from projects.operations.key_rotation import rotate_keys
from tasks.exporting.services import write_plan
from tasks.exporting.tests.marked_file import MARK
from tasks.exporting.tests.test_money import FILE
from tasks.importing.reading import PlanFileError, read_plan_file
from tasks.importing.services import import_plan
from tasks.importing.tests.plan_files import small_plan, xml_of
from tasks.importing.uploads import content_of, keep_upload
from tasks.models import PlanImport, Task

pytestmark = pytest.mark.django_db

#: A fixed cost is a figure of the plan, typed here too: a column like the budget (docs/security.md says which are plain).
PLAIN = {("tasks", "fixed_cost")}
OLD, NEW = "old-key-" + "o" * 40, "new-key-" + "n" * 40


@pytest.fixture
def pmo(person: Any) -> Any:
    return person("pmo", "計画 花子", role="pmo")


@pytest.fixture
def made(organization: Any, pmo: Any) -> PlanImport:
    upload = PlanImport(organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64)
    return import_plan(
        plan_file=read_plan_file(BytesIO(FILE.encode())), organization=organization, actor=pmo, leader=pmo,
        fields={"code": "PRJ-100", "name": "更改"}, plan_import=upload,
    ).plan_import  # fmt: skip


def columns_with(mark: str) -> set[tuple[str, str]]:
    """Every column of every table that has this text in a row, whatever its type."""
    found = set()
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models()}):
            quoted = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT DISTINCT part.name FROM {quoted} AS whole,"  # nosec B608  # a name of our own
                " jsonb_each_text(to_jsonb(whole)) AS part(name, text) WHERE part.text LIKE %s",
                [f"%{mark}%"],
            )
            found |= {(table, row[0]) for row in cursor.fetchall()}
    return found


def exported(project: Project) -> str:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream)
    return stream.getvalue().decode()


def plain(made: PlanImport) -> None:
    """The rows as they were before: all that is sealed, put back by the migration."""
    with connection.schema_editor(atomic=False) as editor:
        import_module("tasks.migrations.0018_seal_imported_money").unseal(None, editor)
    made.refresh_from_db()


class TestSealedMoney:
    def test_is_in_no_table_in_plain_text(self, made: PlanImport) -> None:
        assert columns_with(MARK) == PLAIN
        assert MARK in exported(made.project)

    def test_is_read_under_a_new_key_alone(self, made: PlanImport, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [NEW, *settings.ENCRYPTION_KEYS]
        turned = {(each.table, each.column): each.turned for each in rotate_keys()}
        assert turned["plan_imports", "money_secret"] == 1
        settings.ENCRYPTION_KEYS = [NEW]
        assert MARK in exported(made.project)

    def test_leaves_the_rest_where_it_was(self, made: PlanImport) -> None:
        task = Task.objects.get(project=made.project, name="調査")
        assert task.extras["as_of"]
        assert made.summary["file"]["resources"]
        assert "standard_rate" not in json.dumps(made.summary)


class TestMigration:
    def test_seals_what_was_stored_and_gives_it_back(
        self, made: PlanImport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        migration = import_module("tasks.migrations.0018_seal_imported_money")
        monkeypatch.setattr(migration, "BATCH", 1)
        before = exported(made.project)
        plain(made)
        assert columns_with(MARK) == PLAIN | {("plan_imports", "summary"), ("tasks", "extras")}
        assert made.money_secret == ""
        with connection.schema_editor(atomic=False) as editor:
            migration.seal(None, editor)
        assert columns_with(MARK) == PLAIN
        assert exported(made.project) == before


class TestUpload:
    @pytest.fixture
    def kept(self, organization: Any, pmo: Any, settings: Any) -> PlanImport:
        settings.ENCRYPTION_KEYS = [OLD]
        return keep_upload(
            stream=BytesIO(xml_of(small_plan())), file_name="kikan.xml", organization=organization, actor=pmo
        )

    def test_waits_encrypted(self, kept: PlanImport) -> None:
        assert bytes(kept.content).startswith(b"gAAAA")
        assert len(read_plan_file(content_of(kept)).tasks) == 5

    def test_that_was_kept_before_an_update_is_read_and_sealed(self, kept: PlanImport) -> None:
        with connection.schema_editor(atomic=False) as editor:
            migration = import_module("tasks.migrations.0018_seal_imported_money")
            migration.unseal(None, editor)
            kept.refresh_from_db()
            assert bytes(kept.content).startswith(b"\x1f\x8b")
            assert len(read_plan_file(content_of(kept)).tasks) == 5
            migration.seal(None, editor)
        kept.refresh_from_db()
        assert bytes(kept.content).startswith(b"gAAAA")

    def test_says_what_to_do_when_its_key_is_gone(self, kept: PlanImport, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [NEW]
        with pytest.raises(PlanFileError, match="もう一度アップロード"):
            content_of(kept)
