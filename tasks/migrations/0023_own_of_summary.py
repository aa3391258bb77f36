"""What a summary had of its own: kept while its children are computed over it, and given back when it is an ordinary task again.

The database does it, whatever makes a summary of a task: typing, a paste, a delete, an undo. So steps that can be taken back need not
keep it any more, and know of what a person wrote over only the dates of a task that is no longer set by hand.
"""

from django.db import migrations, models

PLACE = "row_number outline_level wbs_code descendant_count is_summary parent_id start_date end_date own".split()
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


def own_of(row):
    """What a row has of its own, as JSON: dates only where they are set by hand, as all others are computed."""
    by_hand = f"{row}.mode = 'manual' OR {row}.is_pinned"
    sums = [f"'{name}', {row}.{name}" for name in SUMS]
    span = [f"'{name}', CASE WHEN {by_hand} THEN {row}.{name} END" for name in SPAN]
    return f"jsonb_build_object({', '.join(sums + span)})"


GIVEN_BACK = "\n".join(
    f"        NEW.{name} := coalesce((OLD.own ->> '{name}')::bigint, NEW.{name});" for name in (*SUMS, *SPAN)
)
OWN = f"""
CREATE FUNCTION keep_own_of_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_summary THEN
        NEW.own := {own_of("NEW")};
    ELSE
{GIVEN_BACK}
        NEW.own := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_own_insert BEFORE INSERT ON tasks
    FOR EACH ROW WHEN (NEW.is_summary AND NEW.own IS NULL) EXECUTE FUNCTION keep_own_of_summary();
CREATE TRIGGER keep_own_update BEFORE UPDATE OF is_summary ON tasks
    FOR EACH ROW WHEN (NEW.is_summary <> OLD.is_summary) EXECUTE FUNCTION keep_own_of_summary();
"""
REMOVE_OWN = """
DROP TRIGGER keep_own_insert ON tasks;
DROP TRIGGER keep_own_update ON tasks;
DROP FUNCTION keep_own_of_summary();
"""
# Summaries of before have nothing of their own that is still known; their next span is as good as the one that they show.
FILL = f"UPDATE tasks SET own = {own_of('tasks')} WHERE is_summary"

IS_ON = "current_setting('app.plan_step', true) <> ''"


def capture(*, place, of_summaries, was_lost):
    """The function and the trigger that keep what a step writes of a task."""
    return f"""
CREATE OR REPLACE FUNCTION keep_step_row_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
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
         WHERE value IS DISTINCT FROM new_row -> key AND key <> ALL ('{{{",".join(place)}}}'::text[]);
        is_by_hand := OLD.mode = 'manual' OR OLD.is_pinned;
        {was_lost}
        IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN
            was := was || jsonb_build_object('row_number', OLD.row_number, 'outline_level', OLD.outline_level);
        END IF;
    END IF;
    INSERT INTO plan_step_rows (organization_id, step_id, kind, row_id, before, after)
    VALUES (NEW.organization_id, current_setting('app.plan_step')::bigint, TG_TABLE_NAME, NEW.id, was, became);
    RETURN NULL;
END $$;
DROP TRIGGER keep_step_row_update ON tasks;
CREATE TRIGGER keep_step_row_update AFTER UPDATE ON tasks FOR EACH ROW WHEN ({IS_ON} AND (
    OLD.deleted_at IS DISTINCT FROM NEW.deleted_at {of_summaries}
    OR (
        OLD.* IS DISTINCT FROM NEW.* AND {same(PLACED)} AND {same(DATES)}
        AND (OLD.mode = 'manual' OR OLD.is_pinned OR {same(SPAN)}) AND (NOT NEW.is_summary OR {same(SUMS)})
    ))) EXECUTE FUNCTION keep_step_row_of_task();
"""


def lost(names, condition):
    """What was there goes into `was` alone."""
    return f"""
        IF {condition} THEN
            was := jsonb_build_object({", ".join(f"'{name}', OLD.{name}" for name in names)}) || was;
        END IF;"""


NOW = capture(
    place=PLACE,
    of_summaries="",
    was_lost=lost(SPAN, "is_by_hand AND NOT (NEW.mode = 'manual' OR NEW.is_pinned)"),
)
BEFORE = capture(
    place=PLACE[:-1],
    of_summaries="OR (NEW.is_summary AND NOT OLD.is_summary)",
    was_lost=lost(SUMS, "NEW.is_summary AND NOT OLD.is_summary")
    + lost(
        SPAN,
        "is_by_hand AND (NOT (NEW.mode = 'manual' OR NEW.is_pinned) OR NEW.is_summary AND NOT OLD.is_summary)",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0022_plan_looks")]

    operations = [
        migrations.AddField("task", "own", models.JSONField(blank=True, editable=False, null=True)),
        # Rows that are filled would have events of keys waiting, which a trigger cannot be made beside.
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunSQL(OWN, REMOVE_OWN),
        migrations.RunSQL(NOW, BEFORE),
    ]
