"""Find the first task that is not done, where a chart opens; made without locking the table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Runs outside of a transaction, as CONCURRENTLY asks."""

    atomic = False
    dependencies = [("tasks", "0006_task_code_of_any_length")]
    operations = [
        AddIndexConcurrently(
            "task",
            models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True), ("is_summary", False), ("progress_percentage__lt", 100)
                ),
                fields=["project", "row_number"],
                name="idx_tasks_unfinished",
            ),
        )
    ]
