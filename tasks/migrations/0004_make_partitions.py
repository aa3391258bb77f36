"""Partitions of the progress history for the years around now; the daily job goes on from there.

Its own copy of what `ensure_progress_partitions` does today: a migration stays as it was.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone
from psycopg import sql


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "owner":
        return
    year = timezone.localdate().year
    with schema_editor.connection.cursor() as cursor:
        for each in range(year - 1, year + 3):
            words = {
                "name": sql.Identifier(f"task_progress_{each}"),
                "first": sql.Literal(f"{each}-01-01"),
                "end": sql.Literal(f"{each + 1}-01-01"),
            }
            for statement in (
                "CREATE TABLE {name} (LIKE task_progress INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
                "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE task_progress ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})",
            ):
                cursor.execute(sql.SQL(statement).format(**words))


class Migration(migrations.Migration):
    """Going back leaves them: they go with their table."""

    dependencies = [("tasks", "0003_task_add_dates_index")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
