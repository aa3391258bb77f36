"""The kept loads of resources, and projects that come again by a rule."""

import django.contrib.postgres.fields
import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import POLICY, secure

# Its key is composite, so `secure` does not fit.
SECURE_LOADS = f"""
ALTER TABLE resource_loads ADD CONSTRAINT resource_loads_resource_id_same_organization
    FOREIGN KEY (organization_id, resource_id) REFERENCES resources (organization_id, id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE resource_loads ENABLE ROW LEVEL SECURITY;
CREATE POLICY resource_loads_of_organization ON resource_loads USING ({POLICY}) WITH CHECK ({POLICY});
"""



class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0007_notifications_and_feeds'),
        ('resources', '0004_rates_and_half_days'),
        ('tasks', '0011_fill_task_grams'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecurringProject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='名称')),
                ('code_prefix', models.CharField(max_length=30, verbose_name='コードの先頭')),
                ('description', models.TextField(blank=True, verbose_name='説明')),
                ('task_lines', models.TextField(blank=True, help_text='1行に1つ、「タスク名 期間」で書きます。例：点検 2日', verbose_name='タスク')),
                ('copies_people', models.BooleanField(default=True, verbose_name='担当者も写す')),
                ('rule', models.CharField(help_text='RFC 5545 の RRULE。例：FREQ=MONTHLY;BYMONTHDAY=1', max_length=300, verbose_name='繰り返し')),
                ('first_on', models.DateField(verbose_name='最初の日')),
                ('length_days', models.PositiveSmallIntegerField(default=5, verbose_name='長さ（稼働日）')),
                ('budget', models.DecimalField(decimal_places=0, default=0, max_digits=15, verbose_name='1回の予算')),
                ('holiday_rule', models.CharField(choices=[('before', '前の稼働日に移す'), ('after', '次の稼働日に移す'), ('keep', 'そのままにする')], default='after', max_length=6, verbose_name='休日に当たるとき')),
                ('lead_days', models.PositiveSmallIntegerField(default=30, verbose_name='何日前に作るか')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='リーダー')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('source', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.project', verbose_name='元にするプロジェクト')),
            ],
            options={
                'verbose_name': '繰り返しプロジェクト',
                'verbose_name_plural': '繰り返しプロジェクト',
                'db_table': 'recurring_projects',
            },
        ),
        migrations.CreateModel(
            name='RecurringPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_on', models.DateField(verbose_name='期日')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='開始日')),
                ('state', models.CharField(choices=[('made', '作成済み'), ('skipped', '見送り'), ('failed', '失敗')], max_length=8, verbose_name='状態')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('attempt_count', models.PositiveSmallIntegerField(default=1)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.project')),
                ('recurring', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='tasks.recurringproject')),
            ],
            options={
                'verbose_name': '繰り返しの回',
                'verbose_name_plural': '繰り返しの回',
                'db_table': 'recurring_periods',
            },
        ),
        migrations.CreateModel(
            name='ResourceLoad',
            fields=[
                ('pk', models.CompositePrimaryKey('resource_id', 'grain', 'first_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('grain', models.CharField(choices=[('d', '日'), ('w', '週'), ('m', '月')], max_length=1)),
                ('first_on', models.DateField()),
                ('planned_minutes', models.BigIntegerField(default=0)),
                ('capacity_minutes', models.IntegerField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('resource', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='resources.resource')),
            ],
            options={
                'db_table': 'resource_loads',
            },
        ),
        migrations.CreateModel(
            name='UtilizationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(auto_now_add=True)),
                ('compared_count', models.PositiveIntegerField(verbose_name='比べた行')),
                ('difference_count', models.PositiveIntegerField(verbose_name='違っていた行')),
                ('differences', models.JSONField(default=list)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
            ],
            options={
                'verbose_name': '稼働率の照合',
                'verbose_name_plural': '稼働率の照合',
                'db_table': 'utilization_checks',
            },
        ),
        migrations.CreateModel(
            name='AssignmentLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_id', models.BigIntegerField()),
                ('assignment_id', models.BigIntegerField(unique=True)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('resource', projects.models.base.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='resources.resource')),
            ],
            options={
                'verbose_name': '割り当ての負荷',
                'verbose_name_plural': '割り当ての負荷',
                'db_table': 'assignment_loads',
                'indexes': [models.Index(fields=['project', 'task_id'], name='idx_assignment_loads_task')],
            },
        ),
        migrations.AddConstraint(
            model_name='recurringproject',
            constraint=models.UniqueConstraint(fields=('organization', 'code_prefix'), name='recurring_prefix_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='recurringproject',
            constraint=models.CheckConstraint(condition=models.Q(('length_days__gte', 1)), name='recurring_project_lasts_a_day_or_more'),
        ),
        migrations.AddConstraint(
            model_name='recurringproject',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='recurring_budget_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='recurringperiod',
            constraint=models.UniqueConstraint(fields=('recurring', 'period_on'), name='period_is_made_once'),
        ),
        migrations.AddIndex(
            model_name='resourceload',
            index=models.Index(fields=['organization', 'grain', 'first_on'], name='idx_resource_loads_period'),
        ),
        migrations.AddIndex(
            model_name='resourceload',
            index=models.Index(condition=models.Q(('grain', 'd'), ('planned_minutes__gt', models.F('capacity_minutes'))), fields=['resource', 'first_on'], name='idx_resource_loads_over'),
        ),
        *secure("assignment_loads", {"project_id": "projects", "resource_id": "resources"}),
        *secure("utilization_checks"),
        *secure("recurring_projects", {"source_id": "projects"}),
        *secure("recurring_periods", {"recurring_id": "recurring_projects", "project_id": "projects"}),
        migrations.RunSQL(SECURE_LOADS, migrations.RunSQL.noop),
    ]
