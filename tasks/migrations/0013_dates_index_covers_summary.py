"""Let the index of a plan's dates carry what the summary of all projects counts, so that it never reads the tasks.

Both columns decide already whether a row is in another index, so an edit writes no more than before.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index in place of another. Outside of a transaction, as CONCURRENTLY asks: people read and write on meanwhile."""

    atomic = False
    dependencies = [("tasks", "0012_loads_and_recurring")]
    operations = [
        RemoveIndexConcurrently(model_name="task", name="idx_tasks_project_dates"),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["project", "start_date", "end_date"],
                include=["progress_percentage", "is_summary"],
                name="idx_tasks_project_dates",
            ),
        ),
    ]
