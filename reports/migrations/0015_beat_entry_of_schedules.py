"""The clock's entry of scheduled reports: each hour from seven in the morning, so that a clock that was down catches up. An operator's edit stays."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="0", hour="7-20", timezone="Asia/Tokyo")
    entries.get_or_create(
        name="定期配信のレポートを作る", defaults={"task": "send_scheduled_reports", "crontab": crontab}
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("reports", "0014_report_schedules")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
