"""The jobs that run by the clock. An operator's edit stays: entries are only made where they are missing."""

from typing import Any

from django.db import migrations

ENTRIES = [
    # name, job, minute, hour
    ("祝日を先の年まで登録する", "ensure_holidays", "10", "1"),
    ("進捗履歴のパーティションを作る", "ensure_partitions", "15", "1"),
    ("取り込まれなかったファイルを捨てる", "discard_old_uploads", "20", "1"),
    ("すべての計画を計算し直す", "repair_plans", "30", "1"),
    ("プロジェクト集計を更新する", "refresh_project_summary", "*/10", "*"),
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

    dependencies = [
        ("reports", "0001_project_summary"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
