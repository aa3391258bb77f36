"""Sessions that have ended are deleted every night."""

from typing import Any

from django.db import migrations

NAME = "終わったセッションを消す"


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="5", hour="1", timezone="Asia/Tokyo")
    entries.get_or_create(name=NAME, defaults={"task": "discard_ended_sessions", "crontab": crontab})


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [
        ("projects", "0008_sign_in_and_sessions"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
