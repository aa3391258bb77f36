"""What simulating a plan has found: one row of a project."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0019_project_field_ids'),
        ('tasks', '0037_field_formulas'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='実行した日時')),
                ('asked', models.JSONField(verbose_name='条件')),
                ('state', models.CharField(choices=[('running', '実行中'), ('done', '完了'), ('failed', '失敗')], default='running', max_length=10, verbose_name='状態')),
                ('job_id', models.CharField(max_length=155)),
                ('problem', models.CharField(blank=True, default='', max_length=400)),
                ('result', models.JSONField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='実行者')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'verbose_name': 'リスク分析',
                'verbose_name_plural': 'リスク分析',
                'db_table': 'risk_runs',
                'constraints': [models.UniqueConstraint(fields=('project',), name='one_risk_run_of_a_project')],
            },
        ),
        *secure("risk_runs", {"project_id": "projects"}),
    ]
