"""Issues and risks of projects."""

import django.contrib.postgres.fields
import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0020_api_tokens'),
        ('tasks', '0038_risk_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProjectIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issue', '課題'), ('risk', 'リスク')], max_length=5, verbose_name='種類')),
                ('title', models.CharField(max_length=200, verbose_name='件名')),
                ('detail', models.TextField(blank=True, default='', max_length=2000, verbose_name='内容')),
                ('probability', models.PositiveSmallIntegerField(blank=True, choices=[(1, '1 ごく小さい'), (2, '2 小さい'), (3, '3 中くらい'), (4, '4 大きい'), (5, '5 ごく大きい')], null=True, verbose_name='発生確率')),
                ('impact', models.PositiveSmallIntegerField(choices=[(1, '1 ごく小さい'), (2, '2 小さい'), (3, '3 中くらい'), (4, '4 大きい'), (5, '5 ごく大きい')], verbose_name='影響')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('measure', models.TextField(blank=True, default='', max_length=2000, verbose_name='対策')),
                ('state', models.CharField(choices=[('open', '未対応'), ('doing', '対応中'), ('closed', '完了'), ('dropped', '取り下げ')], default='open', max_length=7, verbose_name='状態')),
                ('task_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='関連タスク')),
                ('version', models.BigIntegerField(default=0)),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='登録日時')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登録者')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='対応者')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='projects.project')),
            ],
            options={
                'verbose_name': '課題・リスク',
                'verbose_name_plural': '課題・リスク',
                'db_table': 'project_issues',
                'indexes': [models.Index(fields=['project', 'state'], name='idx_project_issues_project')],
                'constraints': [models.CheckConstraint(condition=models.Q(('impact__range', (1, 5)), models.Q(('probability', None), ('probability__range', (1, 5)), _connector='OR')), name='issue_levels_are_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'risk'), ('probability__isnull', False)), models.Q(('kind', 'issue'), ('probability__isnull', True)), _connector='OR'), name='risk_alone_has_a_probability'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'doing', 'closed', 'dropped'])), name='issue_state_is_known')],
            },
        ),
        *secure("project_issues", {"project_id": "projects"}),
    ]
