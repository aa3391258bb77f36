"""Which rows of a plan were written, version by version, so that what a process holds of it can follow.

One line a statement and plan, with all that one transaction writes under one version. The lock on the project puts transactions in
one order; every unit of work holds it already. Versions that are further back than what is kept here are read as a whole.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure

TABLES = ("tasks", "task_links", "task_assignments")
#: Rows of one statement that are named; versions that are kept, and after how many the older ones go.
NAMED, KEPT, EVERY = 2_000, 64, 32
FUNCTIONS = f"""
CREATE FUNCTION note_plan_writes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me bigint := pg_current_xact_id()::text::bigint;
    plan record;
    last record;
    now_at bigint;
BEGIN
    FOR plan IN
        SELECT project_id, organization_id, CASE WHEN count(*) <= {NAMED} THEN array_agg(id) END AS ids
          FROM written GROUP BY project_id, organization_id ORDER BY project_id
    LOOP
        PERFORM 1 FROM projects WHERE id = plan.project_id FOR NO KEY UPDATE;
        SELECT version, writer INTO last FROM plan_writes
         WHERE project_id = plan.project_id ORDER BY version DESC LIMIT 1;
        now_at := CASE WHEN last.writer = me THEN last.version ELSE coalesce(last.version, 0) + 1 END;
        INSERT INTO plan_writes (organization_id, project_id, version, writer, kind, ids)
        VALUES (plan.organization_id, plan.project_id, now_at, me, TG_TABLE_NAME, plan.ids);
        IF now_at % {EVERY} = 0 AND last.version < now_at THEN
            DELETE FROM plan_writes WHERE project_id = plan.project_id AND version < now_at - {KEPT};
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE FUNCTION forget_plan_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM plan_writes USING gone WHERE plan_writes.project_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_plan_writes AFTER DELETE ON projects
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_plan_writes();
"""
REMOVE = """
DROP TRIGGER forget_plan_writes ON projects;
DROP FUNCTION forget_plan_writes();
DROP FUNCTION note_plan_writes();
"""


def noted(table):
    """The triggers of one table: each kind of statement says in its own way which rows it wrote."""
    sides = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
    return "".join(
        f"CREATE TRIGGER note_plan_writes_{kind} AFTER {kind.upper()} ON {table}"
        f" REFERENCING {side} TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_plan_writes();\n"
        for kind, side in sides.items()
    )


def noted_before(table):
    return "".join(f"DROP TRIGGER note_plan_writes_{kind} ON {table};\n" for kind in ("insert", "update", "delete"))


# A plan that nothing is known of is held by no process: those that are there begin with a line that says "all of it".
BEGIN = """
INSERT INTO plan_writes (organization_id, project_id, version, writer, kind)
SELECT organization_id, id, 1, pg_current_xact_id()::text::bigint, 'tasks' FROM projects
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0027_room_for_codes")]

    operations = [
        migrations.CreateModel(
            name="PlanWrite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField()),
                ("writer", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("ids", django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), null=True, size=None)),
                ("organization", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.organization")),
                ("project", projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="projects.project")),
            ],
            options={"db_table": "plan_writes"},
        ),
        migrations.AddIndex("planwrite", models.Index(fields=["project", "version"], name="idx_plan_writes_version")),
        *secure("plan_writes"),
        migrations.RunSQL(FUNCTIONS, REMOVE),
        *(migrations.RunSQL(noted(table), noted_before(table)) for table in TABLES),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
