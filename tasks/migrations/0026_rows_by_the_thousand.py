"""What a row costs beside itself, where thousands come at once: keys that check the same twice, and triggers that fire for each.

A key (organization, project) names the organization already. Letters of names are written by triggers alone: they go with
their tasks by a trigger, too, and no key checks forty thousand of them at commit. They are left out of a trial
(`app.plan_trial`), of which nothing stays. Rows that come or go are kept for a step by one statement.
"""

# squawk: ban-drop-constraint: a second key or a trigger keeps what each of them kept

import django.db.models.deletion
from django.db import migrations, models

PARTS = ("assignment", "assignmentload", "plansteprow", "resourceload", "task", "taskgram", "tasklink")
GRAMS = """
ALTER TABLE task_grams DROP CONSTRAINT task_grams_task_id_same_organization;
CREATE FUNCTION task_grams_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM task_grams USING gone WHERE task_grams.task_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER task_grams_delete AFTER DELETE ON tasks
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION task_grams_delete();
DROP TRIGGER task_grams_insert ON tasks;
CREATE TRIGGER task_grams_insert AFTER INSERT ON tasks
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    WHEN (current_setting('app.plan_trial', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION task_grams_insert();
"""
GRAMS_BEFORE = """
DROP TRIGGER task_grams_insert ON tasks;
CREATE TRIGGER task_grams_insert AFTER INSERT ON tasks
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION task_grams_insert();
DROP TRIGGER task_grams_delete ON tasks;
DROP FUNCTION task_grams_delete();
ALTER TABLE task_grams ADD CONSTRAINT task_grams_task_id_same_organization
    FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED;
"""
IS_ON = "current_setting('app.plan_step', true) <> ''"
KEEP = "INSERT INTO plan_step_rows (organization_id, step_id, kind, row_id, before, after)"


def keep(name, columns, rows):
    """A function that keeps all rows of a statement."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {KEEP}
    SELECT organization_id, current_setting('app.plan_step')::bigint, TG_TABLE_NAME, id, {columns} FROM {rows};
    RETURN NULL;
END $$;
"""


def kept_ties(table):
    """The triggers of a table of links or shares."""
    return f"""
DROP TRIGGER keep_step_row ON {table};
CREATE TRIGGER keep_step_row_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_rows_of_new_ties();
CREATE TRIGGER keep_step_row_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_rows_of_gone_ties();
"""


def kept_ties_before(table):
    """As they were: for each row."""
    return f"""
DROP TRIGGER keep_step_row_insert ON {table};
DROP TRIGGER keep_step_row_delete ON {table};
CREATE TRIGGER keep_step_row AFTER INSERT OR DELETE ON {table}
    FOR EACH ROW WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_row_of_tie();
"""


STEPS = (
    keep("keep_step_rows_of_new_tasks", "NULL, '{}'", "made")
    + keep("keep_step_rows_of_new_ties", "NULL, to_jsonb(made)", "made")
    + keep("keep_step_rows_of_gone_ties", "to_jsonb(gone), NULL", "gone")
    + f"""
DROP TRIGGER keep_step_row_insert ON tasks;
CREATE TRIGGER keep_step_row_insert AFTER INSERT ON tasks
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_rows_of_new_tasks();
"""
    + kept_ties("task_links")
    + kept_ties("task_assignments")
)
STEPS_BEFORE = (
    f"""
DROP TRIGGER keep_step_row_insert ON tasks;
CREATE TRIGGER keep_step_row_insert AFTER INSERT ON tasks
    FOR EACH ROW WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_row_of_task();
"""
    + kept_ties_before("task_links")
    + kept_ties_before("task_assignments")
    + """
DROP FUNCTION keep_step_rows_of_new_tasks();
DROP FUNCTION keep_step_rows_of_new_ties();
DROP FUNCTION keep_step_rows_of_gone_ties();
"""
)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0025_pane_width")]

    operations = [
        *(
            migrations.AlterField(
                part,
                "organization",
                models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="projects.organization",
                ),
            )  # fmt: skip
            for part in PARTS
        ),
        migrations.RunSQL(GRAMS, GRAMS_BEFORE),
        migrations.RunSQL(STEPS, STEPS_BEFORE),
    ]
