"""The summary of all projects is refreshed by a function of the owner, so that no process of the site need be the owner."""

from django.db import migrations

MAKE = """
CREATE FUNCTION refresh_project_summary() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY public.mv_project_summary;
    UPDATE public.project_summary_refresh SET refreshed_at = now();
END $$;
"""


class Migration(migrations.Migration):
    """One function; who may call it is said by `migrate` (projects/rls/roles.py)."""

    dependencies = [("reports", "0010_day_add_forecast")]
    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION refresh_project_summary()")]
