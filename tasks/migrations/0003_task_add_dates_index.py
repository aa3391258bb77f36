"""Find the tasks of a project by their dates; made without locking the table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Runs outside of a transaction, as CONCURRENTLY asks."""

    atomic = False
    dependencies = [("tasks", "0002_row_level_security")]
    operations = [
        AddIndexConcurrently(
            "task",
            models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["project", "start_date", "end_date"],
                name="idx_tasks_project_dates",
            ),
        )
    ]
