"""The summary of all projects, aggregated side by side, and the view through which the site reads it."""

from django.db import migrations, models
from django.db.models import deletion

from projects.rls.tables import POLICY

SUMMARY = """
CREATE MATERIALIZED VIEW mv_project_summary AS
SELECT p.id, p.organization_id, p.name,
       coalesce(t.task_count, 0) AS task_count,
       t.avg_progress,
       coalesce(m.member_count, 0) AS member_count,
       now() AS refreshed_at
  FROM projects p
  LEFT JOIN (SELECT project_id, count(*)::integer AS task_count,
                    avg(progress_percentage)::double precision AS avg_progress
               FROM tasks WHERE deleted_at IS NULL AND NOT is_summary GROUP BY project_id) t
    ON t.project_id = p.id
  LEFT JOIN (SELECT project_id, count(*)::integer AS member_count
               FROM project_members GROUP BY project_id) m
    ON m.project_id = p.id
 WHERE p.deleted_at IS NULL;
CREATE UNIQUE INDEX idx_mv_project_summary_id ON mv_project_summary (id);
"""
VIEW = f"""
CREATE VIEW project_summary WITH (security_barrier) AS
SELECT id, organization_id, name, task_count, avg_progress, member_count, refreshed_at
  FROM mv_project_summary WHERE {POLICY};
"""


class Migration(migrations.Migration):
    """A plain mean is called avg_progress; progress proper is weighted by work and kept on the project."""

    initial = True
    dependencies = [("tasks", "0003_task_add_dates_index")]
    operations = [
        migrations.RunSQL(SUMMARY, "DROP MATERIALIZED VIEW mv_project_summary"),
        migrations.RunSQL(VIEW, "DROP VIEW project_summary"),
        migrations.CreateModel(
            name="ProjectSummary",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=deletion.DO_NOTHING, related_name="+", to="projects.organization"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("task_count", models.IntegerField()),
                ("avg_progress", models.FloatField(null=True)),
                ("member_count", models.IntegerField()),
                ("refreshed_at", models.DateTimeField()),
            ],
            options={"db_table": "project_summary", "managed": False},
        ),
    ]
