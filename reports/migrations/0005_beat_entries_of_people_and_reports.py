"""The jobs of utilization, notifications, recurring projects and reports. An operator's edit of an entry stays."""

from typing import Any

from django.db import migrations

ENTRIES = [
    # name, job, minute, hour
    ("稼働率を計画と照合する", "update_resource_utilization", "5", "1"),
    ("繰り返しプロジェクトを作る", "make_recurring_projects", "5", "*"),
    ("遅れているタスクを知らせる", "check_late_tasks", "30", "6"),
    ("未読の通知をまとめてメールで送る", "send_digests", "*/10", "7"),
    ("古い通知を消す", "discard_old_notifications", "35", "1"),
    ("プロジェクトの一日の数字を残す", "record_project_days", "50", "23"),
    ("止まった報告書を作り直す", "resume_reports", "*", "*"),
    ("期限の切れた報告書を消す", "discard_expired_reports", "25", "1"),
]


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    for name, job, minute, hour in ENTRIES:
        crontab, _ = crontabs.get_or_create(minute=minute, hour=hour, timezone="Asia/Tokyo")
        entries.get_or_create(name=name, defaults={"task": job, "crontab": crontab})


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("reports", "0004_reports_and_days")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
