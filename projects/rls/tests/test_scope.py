"""Row-level security: PostgreSQL itself shows no user another company's rows."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from projects.models import AuditEntry, Calendar, Organization, Project
from projects.models.base import TenantModel, TenantPart
from projects.rls import scope


def tenant_tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


class TestDatabaseRoles:
    def test_the_site_is_neither_superuser_nor_past_the_policies(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False, False, False)

    def test_the_site_owns_nothing(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (0,)

    def test_the_owner_is_no_superuser_either(self, db: None) -> None:
        with connection.cursor() as cursor:
            owner = connections["owner"].settings_dict["USER"]
            cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [owner])
            assert cursor.fetchone() == (False, False)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries",
            "UPDATE installation_entries SET action = 'x'", "DELETE FROM installation_entries", "TRUNCATE installation_entries",
        ],
    )  # fmt: skip
    def test_the_record_cannot_be_altered(self, db: None, statement: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    @pytest.mark.parametrize(
        "statement", ["DELETE FROM django_migrations", "UPDATE django_migrations SET name = 'x'"]
    )
    def test_what_migrations_there_are_is_only_read(self, db: None, statement: str) -> None:
        """Commands ask for it before they work on the tables (`createsuperuser`)."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            assert cursor.fetchone()[0] > 30
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)

    def test_the_summary_is_read_through_its_filter_only(self, db: None) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM mv_project_summary")


class TestRowLevelSecurity:
    def test_stands_on_every_table_of_a_tenant(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid WHERE relrowsecurity ORDER BY 1"
            )
            assert [row[0] for row in cursor.fetchall()] == tenant_tables()

    def test_every_table_with_an_organization_is_one_of_them(self, db: None) -> None:
        """Apart from the tables of sign-in, and from partitions, which have no policy and so show nothing."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE a.attname = 'organization_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            )
            found = {row[0] for row in cursor.fetchall()}
        assert found - set(tenant_tables()) == {"organization_members"}

    def test_shows_nothing_when_nothing_is_set(self, project: Project) -> None:
        with scope.scope([]):
            assert Project.objects.count() == 0

    def test_shows_the_named_organizations_only(self, project: Project, cast: Any) -> None:
        with scope.scope([cast.stranger.memberships.get().organization_id]):
            assert not Project.objects.filter(pk=project.pk).exists()
        with scope.scope([project.organization_id]):
            assert Project.objects.filter(pk=project.pk).exists()

    def test_ends_with_its_block(self, project: Project) -> None:
        with scope.scope([project.organization_id]):
            with scope.scope([]):
                assert Project.objects.count() == 0
            assert Project.objects.count() == 1

    def test_refuses_to_write_into_another_organization(self, project: Project) -> None:
        with (
            scope.scope([]),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            AuditEntry.objects.create(
                organization=project.organization,
                sequence=1,
                happened_at="2026-01-01T00:00Z",
                action="x",
                hash="x",
            )

    def test_partitions_show_nothing_past_their_parent(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, relrowsecurity FROM pg_class WHERE relname LIKE 'task\\_progress\\_%%' AND relkind = 'r'"
            )
            rows = cursor.fetchall()
        assert len(rows) > 1
        assert all(secured for _name, secured in rows)


class TestCompositeKeys:
    def test_names_the_organization_where_no_other_key_does(self, db: None) -> None:
        """But for letters of names and lines of what was written, which triggers alone write and take away."""
        parts = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantPart)}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conname LIKE %s",
                ["%same_organization"],
            )
            assert parts - {row[0] for row in cursor.fetchall()} == {"plan_writes", "task_grams"}

    def test_keep_a_row_from_pointing_into_another_organization(self, project: Project) -> None:
        other = Organization.objects.create(code="other", name="他社")
        foreign = Calendar.objects.create(organization=other, name="他社カレンダー", week=[[]] * 7)
        Project.objects.filter(pk=project.pk).update(calendar=foreign)
        with pytest.raises(IntegrityError, match="same_organization"), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
