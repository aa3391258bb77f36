"""The moment of the summary's refresh beside the rows, not in each of them.

A concurrent refresh writes the rows that differ. With the moment in them all of them did, ten thousand at a time.
"""

from django.db import migrations

from projects.rls.tables import POLICY

ROWS = """
SELECT p.id, p.organization_id, p.name,
       coalesce(t.task_count, 0) AS task_count,
       t.avg_progress,
       coalesce(m.member_count, 0) AS member_count{moment}
  FROM projects p
  LEFT JOIN (SELECT project_id, count(*)::integer AS task_count,
                    avg(progress_percentage)::double precision AS avg_progress
               FROM tasks WHERE deleted_at IS NULL AND NOT is_summary GROUP BY project_id) t
    ON t.project_id = p.id
  LEFT JOIN (SELECT project_id, count(*)::integer AS member_count
               FROM project_members GROUP BY project_id) m
    ON m.project_id = p.id
 WHERE p.deleted_at IS NULL
"""
NEW = f"""
DROP VIEW project_summary;
DROP MATERIALIZED VIEW mv_project_summary;
CREATE TABLE project_summary_refresh (refreshed_at timestamptz NOT NULL);
CREATE UNIQUE INDEX summary_has_one_moment ON project_summary_refresh ((true));
INSERT INTO project_summary_refresh VALUES (now());
CREATE MATERIALIZED VIEW mv_project_summary AS {ROWS.format(moment="")};
CREATE UNIQUE INDEX idx_mv_project_summary_id ON mv_project_summary (id);
CREATE VIEW project_summary WITH (security_barrier) AS
SELECT id, organization_id, name, task_count, avg_progress, member_count,
       (SELECT refreshed_at FROM project_summary_refresh) AS refreshed_at
  FROM mv_project_summary WHERE {POLICY};
"""
OLD = f"""
DROP VIEW project_summary;
DROP MATERIALIZED VIEW mv_project_summary;
DROP TABLE project_summary_refresh;
CREATE MATERIALIZED VIEW mv_project_summary AS {ROWS.format(moment=", now() AS refreshed_at")};
CREATE UNIQUE INDEX idx_mv_project_summary_id ON mv_project_summary (id);
CREATE VIEW project_summary WITH (security_barrier) AS
SELECT id, organization_id, name, task_count, avg_progress, member_count, refreshed_at
  FROM mv_project_summary WHERE {POLICY};
"""


class Migration(migrations.Migration):
    """The view reads as before."""

    dependencies = [
        ("reports", "0005_beat_entries_of_people_and_reports"),
        ("tasks", "0013_dates_index_covers_summary"),
    ]
    operations = [migrations.RunSQL(NEW, OLD)]
