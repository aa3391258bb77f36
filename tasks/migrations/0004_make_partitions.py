"""Partitions of the progress history for the years around now; the daily job goes on from there."""

from typing import Any

from django.db import migrations

from tasks.progress.partitions import ensure_partitions


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias == "owner":
        ensure_partitions()


class Migration(migrations.Migration):
    """Going back leaves them: they go with their table."""

    dependencies = [("tasks", "0003_task_add_dates_index")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
