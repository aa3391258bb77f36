"""What a migration runs to put a table under row-level security (see `projects/rls/scope.py`)."""

from collections.abc import Mapping

from django.db import migrations

POLICY = "organization_id = ANY ((SELECT NULLIF(current_setting('app.organizations', true), '')::bigint[])::bigint[])"


def secure(table: str, references: Mapping[str, str] | None = None) -> list[migrations.RunSQL]:
    """Add the policy, the key (organization_id, id), and composite foreign keys {column: table}.

    A composite key makes it impossible for a row to point into another organization, whatever the code does.
    """
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_organization_key UNIQUE (organization_id, id)",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_organization_key",
        ),
        migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY {table}_of_organization ON {table} USING ({POLICY}) WITH CHECK ({POLICY})",
            f"DROP POLICY {table}_of_organization ON {table};ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ),
    ]
    return operations + [refer(table, column, parent) for column, parent in (references or {}).items()]


def refer(table: str, column: str, parent: str) -> migrations.RunSQL:
    """A foreign key that also compares the organizations; checked at commit."""
    name = f"{table}_{column}_same_organization"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column}) "
        f"REFERENCES {parent} (organization_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
