"""What a person has changed of a plan, step by step. Triggers keep the rows, whatever an action writes and however.

They are at work while `app.plan_step` names a step, which the unit of work sets for its transaction. What rescheduling and
renumbering write is left out: dates and sums are computed again when a step is taken back, and places are kept as an order.
What a person wrote and the plan is about to compute over (the duration of a task that becomes a summary, the dates of one
that is no longer set by hand) is kept in `before` alone.
"""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure

# Names of columns as they were when this was written; `tasks/undo/tests/test_capture.py` looks that they still are all.
PLACE = "row_number outline_level wbs_code descendant_count is_summary parent_id start_date end_date".split()
PLACED = ("row_number", "outline_level", "wbs_code", "descendant_count", "is_summary", "parent_id")
DATES = (
    "early_start_minute", "early_finish_minute", "late_start_minute", "late_finish_minute", "total_slack_minutes",
    "free_slack_minutes", "is_critical", "driver_kind", "driver_task_id",
)  # fmt: skip
SPAN = ("start_minute", "finish_minute")
SUMS = ("duration_minutes", "work_minutes", "progress_percentage")


def same(names):
    """A comparison of some columns of the old and the new row."""
    old, new = (", ".join(f"{side}.{name}" for name in names) for side in ("OLD", "NEW"))
    return f"({old}) IS NOT DISTINCT FROM ({new})"


IS_ON = "current_setting('app.plan_step', true) <> ''"
IS_OURS = f"""
    OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR (NEW.is_summary AND NOT OLD.is_summary)
    OR (
        OLD.* IS DISTINCT FROM NEW.* AND {same(PLACED)} AND {same(DATES)}
        AND (OLD.mode = 'manual' OR OLD.is_pinned OR {same(SPAN)}) AND (NOT NEW.is_summary OR {same(SUMS)})
    )"""
FUNCTIONS = f"""
CREATE FUNCTION keep_step_row_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb;
    new_row jsonb;
    was jsonb;
    became jsonb := '{{}}';
    is_by_hand boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        old_row := to_jsonb(OLD);
        new_row := to_jsonb(NEW);
        SELECT coalesce(jsonb_object_agg(key, value), '{{}}'), coalesce(jsonb_object_agg(key, new_row -> key), '{{}}')
          INTO was, became FROM jsonb_each(old_row)
         WHERE value IS DISTINCT FROM new_row -> key AND key <> ALL ('{{{",".join(PLACE)}}}'::text[]);
        is_by_hand := OLD.mode = 'manual' OR OLD.is_pinned;
        IF NEW.is_summary AND NOT OLD.is_summary THEN
            was := jsonb_build_object({", ".join(f"'{name}', OLD.{name}" for name in SUMS)}) || was;
        END IF;
        IF is_by_hand AND (NOT (NEW.mode = 'manual' OR NEW.is_pinned) OR NEW.is_summary AND NOT OLD.is_summary) THEN
            was := jsonb_build_object({", ".join(f"'{name}', OLD.{name}" for name in SPAN)}) || was;
        END IF;
        IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN
            was := was || jsonb_build_object('row_number', OLD.row_number, 'outline_level', OLD.outline_level);
        END IF;
    END IF;
    INSERT INTO plan_step_rows (organization_id, step_id, kind, row_id, before, after)
    VALUES (NEW.organization_id, current_setting('app.plan_step')::bigint, TG_TABLE_NAME, NEW.id, was, became);
    RETURN NULL;
END $$;
CREATE FUNCTION keep_step_row_of_tie() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_row jsonb;
    was jsonb;
    became jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        new_row := to_jsonb(NEW);
        SELECT jsonb_object_agg(key, value), jsonb_object_agg(key, new_row -> key) INTO was, became
          FROM jsonb_each(to_jsonb(OLD)) WHERE value IS DISTINCT FROM new_row -> key;
    ELSIF TG_OP = 'INSERT' THEN
        became := to_jsonb(NEW);
    ELSE
        was := to_jsonb(OLD);
    END IF;
    INSERT INTO plan_step_rows (organization_id, step_id, kind, row_id, before, after)
    VALUES (
        CASE WHEN TG_OP = 'DELETE' THEN OLD.organization_id ELSE NEW.organization_id END,
        current_setting('app.plan_step')::bigint, TG_TABLE_NAME,
        CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END, was, became
    );
    RETURN NULL;
END $$;
CREATE TRIGGER keep_step_row_insert AFTER INSERT ON tasks
    FOR EACH ROW WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_row_of_task();
CREATE TRIGGER keep_step_row_update AFTER UPDATE ON tasks
    FOR EACH ROW WHEN ({IS_ON} AND ({IS_OURS})) EXECUTE FUNCTION keep_step_row_of_task();
CREATE TRIGGER keep_step_row AFTER INSERT OR DELETE ON task_links
    FOR EACH ROW WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_row_of_tie();
CREATE TRIGGER keep_step_row_update AFTER UPDATE ON task_links
    FOR EACH ROW WHEN ({IS_ON} AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_step_row_of_tie();
CREATE TRIGGER keep_step_row AFTER INSERT OR DELETE ON task_assignments
    FOR EACH ROW WHEN ({IS_ON}) EXECUTE FUNCTION keep_step_row_of_tie();
CREATE TRIGGER keep_step_row_update AFTER UPDATE ON task_assignments
    FOR EACH ROW WHEN ({IS_ON} AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_step_row_of_tie();
"""
REMOVE = """
DROP TRIGGER keep_step_row_insert ON tasks;
DROP TRIGGER keep_step_row_update ON tasks;
DROP TRIGGER keep_step_row ON task_links;
DROP TRIGGER keep_step_row_update ON task_links;
DROP TRIGGER keep_step_row ON task_assignments;
DROP TRIGGER keep_step_row_update ON task_assignments;
DROP FUNCTION keep_step_row_of_task();
DROP FUNCTION keep_step_row_of_tie();
"""
# A step that falls out takes its rows along.
WITH_STEP = """
ALTER TABLE plan_step_rows ADD CONSTRAINT plan_step_rows_step_id_same_organization
    FOREIGN KEY (organization_id, step_id) REFERENCES plan_steps (organization_id, id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
"""

class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0015_project_add_forecast'),
        ('tasks', '0019_partitions_by_the_owner'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.BigIntegerField()),
                ('needs', models.CharField(max_length=30)),
                ('is_undone', models.BooleanField(default=False)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('order', models.JSONField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'plan_steps',
            },
        ),
        migrations.CreateModel(
            name='PlanStepRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('row_id', models.BigIntegerField()),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('step', projects.models.base.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='tasks.planstep')),
            ],
            options={
                'db_table': 'plan_step_rows',
            },
        ),
        migrations.AddIndex(
            model_name='planstep',
            index=models.Index(fields=['project', 'user', '-id'], name='idx_plan_steps_person'),
        ),
        migrations.AddIndex(
            model_name='planstep',
            index=models.Index(fields=['project', 'revision'], name='idx_plan_steps_revision'),
        ),
        *secure("plan_steps", {"project_id": "projects"}),
        *secure("plan_step_rows"),
        migrations.RunSQL(WITH_STEP, "ALTER TABLE plan_step_rows DROP CONSTRAINT plan_step_rows_step_id_same_organization"),
        migrations.RunSQL(FUNCTIONS, REMOVE),
    ]
