"""Put the rows of organizations behind PostgreSQL's own wall."""

from django.db import migrations

from projects.rls.tables import POLICY, refer, secure


class Migration(migrations.Migration):
    """Policies, and foreign keys that compare organizations."""

    dependencies = [("tasks", "0001_initial"), ("resources", "0002_row_level_security")]
    operations = [
        *secure("tasks", {"project_id": "projects", "parent_id": "tasks", "calendar_id": "calendars"}),
        *secure("task_links", {"project_id": "projects", "predecessor_id": "tasks", "successor_id": "tasks"}),
        *secure("task_assignments", {"project_id": "projects", "task_id": "tasks", "resource_id": "resources"}),
        *secure("task_comments", {"project_id": "projects", "task_id": "tasks"}),
        *secure("collapsed_tasks", {"project_id": "projects", "task_id": "tasks"}),
        *secure("plan_imports", {"project_id": "projects"}),
        # task_progress is partitioned: its key would need the partition column, and nothing refers to it.
        migrations.RunSQL(
            "ALTER TABLE task_progress ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY task_progress_of_organization ON task_progress USING ({POLICY}) WITH CHECK ({POLICY})",
            "DROP POLICY task_progress_of_organization ON task_progress;"
            "ALTER TABLE task_progress DISABLE ROW LEVEL SECURITY",
        ),
        refer("task_progress", "project_id", "projects"),
        refer("task_progress", "task_id", "tasks"),
    ]
