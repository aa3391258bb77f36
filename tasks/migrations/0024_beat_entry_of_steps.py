"""Steps that no one takes back any more, and looks at plans of long ago, go at night."""

from typing import Any

from django.db import migrations

NAME = "元に戻せる操作の古いものを捨てる"


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="25", hour="1", timezone="Asia/Tokyo")
    entries.get_or_create(name=NAME, defaults={"task": "discard_old_steps", "crontab": crontab})


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [
        ("tasks", "0023_own_of_summary"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
