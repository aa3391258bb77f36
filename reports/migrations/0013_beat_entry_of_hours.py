"""The clock's entry of the reminders of hours: mornings, before unread messages are mailed. An operator's edit stays."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="40", hour="6", timezone="Asia/Tokyo")
    entries.get_or_create(
        name="工数の提出と承認を促す", defaults={"task": "remind_of_hours", "crontab": crontab}
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("reports", "0012_project_earned_days")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
