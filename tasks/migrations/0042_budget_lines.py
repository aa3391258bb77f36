"""Contracts, purchases and orders of projects, by month."""

import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0024_project_progress_rule'),
        ('tasks', '0041_views_show_more'),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('outsourcing', '外注'), ('expense', '経費'), ('revenue', '売上')], max_length=11, verbose_name='種類')),
                ('name', models.CharField(max_length=120, verbose_name='件名')),
                ('partner', models.CharField(blank=True, default='', max_length=120, verbose_name='取引先')),
                ('tax', models.CharField(choices=[('without', '税抜'), ('with', '税込')], default='without', max_length=7, verbose_name='税')),
                ('version', models.BigIntegerField(default=0)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='budget_lines', to='projects.project')),
            ],
            options={
                'verbose_name': '収支明細',
                'verbose_name_plural': '収支明細',
                'db_table': 'budget_lines',
            },
        ),
        migrations.CreateModel(
            name='BudgetAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.IntegerField()),
                ('planned', models.DecimalField(blank=True, decimal_places=0, max_digits=15, null=True, verbose_name='予定')),
                ('actual', models.DecimalField(blank=True, decimal_places=0, max_digits=15, null=True, verbose_name='実績')),
                ('forecast', models.DecimalField(blank=True, decimal_places=0, max_digits=15, null=True, verbose_name='見込')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('line', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='amounts', to='tasks.budgetline')),
            ],
            options={
                'verbose_name': '収支明細の金額',
                'verbose_name_plural': '収支明細の金額',
                'db_table': 'budget_amounts',
            },
        ),
        migrations.AddIndex(
            model_name='budgetline',
            index=models.Index(fields=['project'], name='idx_budget_lines_project'),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.UniqueConstraint(fields=('line', 'month'), name='budget_line_has_a_month_once'),
        ),
        *secure("budget_lines", {"project_id": "projects"}),
        *secure("budget_amounts", {"line_id": "budget_lines"}),
    ]
