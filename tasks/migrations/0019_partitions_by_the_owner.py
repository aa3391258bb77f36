"""Partitions of the progress history are made by a function of the owner, so that no process of the site need be the owner.

It takes no argument: every caller gets the years around now, and nothing else.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION make_progress_partition(year integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    name text := 'task_progress_' || year;
    first date := make_date(year, 1, 1);
    after date := make_date(year + 1, 1, 1);
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- A table of its own first, filled, then attached: attaching over rows in the default would be refused.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.task_progress INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('WITH moved AS (DELETE FROM public.task_progress_default WHERE recorded_on >= %L AND recorded_on < %L'
        ' RETURNING *) INSERT INTO public.%I SELECT * FROM moved', first, after, name);
    EXECUTE format('ALTER TABLE public.task_progress ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, first, after);
    RETURN true;
END $$;
CREATE FUNCTION ensure_progress_partitions(OUT made text[], OUT stray bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    this integer := extract(year FROM now() AT TIME ZONE 'Asia/Tokyo');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
    made := '{}';
    FOR year IN this - 1 .. this + 2 LOOP
        IF public.make_progress_partition(year) THEN
            made := made || ('task_progress_' || year);
        END IF;
    END LOOP;
    SELECT count(*) INTO stray FROM (SELECT 1 FROM public.task_progress_default LIMIT 1000) AS rows;
END $$;
"""
BACK = "DROP FUNCTION ensure_progress_partitions(); DROP FUNCTION make_progress_partition(integer);"


class Migration(migrations.Migration):
    """Two functions; who may call them is said by `migrate` (projects/rls/roles.py)."""

    dependencies = [("tasks", "0018_seal_imported_money")]
    operations = [migrations.RunSQL(MAKE, BACK)]
