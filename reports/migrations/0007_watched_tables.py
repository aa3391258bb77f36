"""What watching asks of tables that row policies, or the owner, keep from the site: three figures, and no row.

The function runs as the owner, who sees all organizations; it gives counts and an age.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION watched_tables(OUT stray_progress_rows bigint, OUT missing_partitions bigint, OUT summary_seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT (SELECT count(*) FROM (SELECT 1 FROM public.task_progress_default LIMIT 1000) AS stray),
       (SELECT count(*) FROM generate_series(0, 1) AS ahead
         WHERE to_regclass('public.task_progress_'
               || (extract(year FROM now() AT TIME ZONE 'Asia/Tokyo')::integer + ahead)) IS NULL),
       (SELECT extract(epoch FROM now() - refreshed_at)::float8 FROM public.project_summary_refresh)
$$
"""


class Migration(migrations.Migration):
    """One function."""

    dependencies = [
        ("reports", "0006_summary_refresh_apart"),
        ("tasks", "0004_make_partitions"),
    ]
    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION watched_tables()")]
