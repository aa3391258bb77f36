"""What projects need of roles, by month."""

import django.contrib.postgres.fields
import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0023_project_order_probability'),
        ('resources', '0005_encrypt_rates'),
        ('tasks', '0039_project_issues'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleDemand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='役割')),
                ('department', models.CharField(blank=True, default='', max_length=100, verbose_name='部署')),
                ('months', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None, verbose_name='月')),
                ('minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None, verbose_name='工数')),
                ('version', models.BigIntegerField(default=0)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='role_demands', to='projects.project')),
                ('skill', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='resources.skill', verbose_name='スキル')),
            ],
            options={
                'verbose_name': '要員計画',
                'verbose_name_plural': '要員計画',
                'db_table': 'role_demands',
                'indexes': [models.Index(fields=['project'], name='idx_role_demands_project')],
                'constraints': [models.CheckConstraint(condition=models.Q(('months__len', models.F('minutes__len'))), name='role_demand_months_have_minutes')],
            },
        ),
        *secure("role_demands", {"project_id": "projects", "skill_id": "skills"}),
    ]
