"""The ends of the record's chains are written down every night. An operator's edit of the entry stays."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="40", hour="1", timezone="Asia/Tokyo")
    entries.get_or_create(
        name="変更履歴の末尾を書き出す", defaults={"task": "export_audit_heads", "crontab": crontab}
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("reports", "0002_beat_entries")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
