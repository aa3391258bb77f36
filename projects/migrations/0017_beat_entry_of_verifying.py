"""The record of changes is looked at every night, wherever the site runs; once was a job of Kubernetes alone."""

from typing import Any

from django.db import migrations

NAME = "変更履歴が完全か調べる"


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="30", hour="4", timezone="Asia/Tokyo")
    entries.get_or_create(name=NAME, defaults={"task": "verify_audit", "crontab": crontab})


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [
        ("projects", "0016_installation_entries"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
