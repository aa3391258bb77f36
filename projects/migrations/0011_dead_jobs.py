"""Jobs that failed for good, for operators."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0010_operation_marks'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='ジョブ')),
                ('arguments', models.JSONField(default=dict, verbose_name='引数')),
                ('key', models.CharField(max_length=64)),
                ('queue', models.CharField(max_length=20, verbose_name='キュー')),
                ('reason', models.CharField(choices=[('error', 'エラー'), ('too_long', '時間切れ'), ('killed', 'ワーカーの停止')], max_length=10, verbose_name='理由')),
                ('error', models.CharField(blank=True, max_length=100, verbose_name='エラーの種類')),
                ('message', models.CharField(blank=True, max_length=400, verbose_name='エラーの内容')),
                ('place', models.TextField(blank=True, verbose_name='発生箇所')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='リクエスト ID')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='回数')),
                ('first_failed_at', models.DateTimeField(verbose_name='最初の失敗')),
                ('last_failed_at', models.DateTimeField(verbose_name='最後の失敗')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='対応日時')),
                ('resolution', models.CharField(blank=True, choices=[('restarted', '再実行'), ('put_away', '対応済み')], max_length=10, verbose_name='対応')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='対応者')),
            ],
            options={
                'verbose_name': '失敗したジョブ',
                'verbose_name_plural': '失敗したジョブ',
                'db_table': 'dead_jobs',
                'indexes': [models.Index(fields=['last_failed_at'], name='idx_dead_jobs_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('key',), name='job_is_dead_once'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolved_at__isnull', True)), models.Q(('resolved_at__isnull', False), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='dead_job_is_resolved_somehow'), models.CheckConstraint(condition=models.Q(('first_failed_at__lte', models.F('last_failed_at'))), name='dead_job_failed_in_order')],
            },
        ),
    ]
