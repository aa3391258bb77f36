"""Jobs that were asked for, and what looks after them: every minute, and every night."""

from typing import Any

from django.db import migrations, models


ENTRIES = [
    # name, job, minute, hour
    ("待っているジョブを送り直す", "send_jobs_again", "*", "*"),
    ("終わったジョブの記録を消す", "discard_old_jobs", "25", "1"),
]


def make(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    for name, job, minute, hour in ENTRIES:
        crontab, _ = crontabs.get_or_create(minute=minute, hour=hour, timezone="Asia/Tokyo")
        entries.get_or_create(name=name, defaults={"task": job, "crontab": crontab})


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0011_dead_jobs'),
        ('django_celery_beat', '0019_alter_periodictasks_options'),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedJob',
            fields=[
                ('id', models.CharField(max_length=155, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='ジョブ')),
                ('arguments', models.JSONField(default=dict, verbose_name='引数')),
                ('key', models.CharField(max_length=64)),
                ('occasion', models.CharField(blank=True, max_length=255, null=True, unique=True, verbose_name='定期実行')),
                ('queue', models.CharField(max_length=20, verbose_name='キュー')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='リクエスト ID')),
                ('asked_at', models.DateTimeField(verbose_name='依頼')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送信')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='開始')),
                ('alive_at', models.DateTimeField(blank=True, null=True, verbose_name='最後の応答')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='終了')),
                ('outcome', models.CharField(blank=True, choices=[('done', '完了'), ('dead', '失敗')], max_length=10, verbose_name='結果')),
                ('run_count', models.PositiveSmallIntegerField(default=0, verbose_name='実行回数')),
                ('retry_count', models.PositiveSmallIntegerField(default=0, verbose_name='再試行')),
                ('death_count', models.PositiveSmallIntegerField(default=0, verbose_name='中断回数')),
            ],
            options={
                'verbose_name': '依頼されたジョブ',
                'verbose_name_plural': '依頼されたジョブ',
                'db_table': 'asked_jobs',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['sent_at'], name='idx_asked_jobs_open'), models.Index(fields=['ended_at'], name='idx_asked_jobs_ended')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('started_at__isnull', True)), fields=('key',), name='job_waits_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='asked_job_ends_somehow')],
            },
        ),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
