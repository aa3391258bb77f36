"""Holidays from 2015 to 2035; the daily job goes on from there."""

from typing import Any

import jpholiday
from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    Holiday = apps.get_model("projects", "Holiday")
    rows = [
        Holiday(held_on=day, name=name) for year in range(2015, 2036) for day, name in jpholiday.year_holidays(year)
    ]
    Holiday.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    """Data only; going back leaves the rows, which the table's removal takes along."""

    dependencies = [("projects", "0003_project_add_status_index")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
