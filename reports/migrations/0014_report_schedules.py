"""Reports that are made and mailed by a rule."""

import django.contrib.postgres.fields
import django.db.models.deletion
import projects.models.base
import reports.models.documents
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0021_api_answers'),
        ('reports', '0013_beat_entry_of_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='generatedreport',
            name='mailed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='generatedreport',
            name='schedule_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ReportSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=reports.models.documents.kind_choices, max_length=12, verbose_name='報告書')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('xlsx', 'Excel'), ('csv', 'CSV')], max_length=4, verbose_name='形式')),
                ('paper', models.CharField(default='a4', max_length=2)),
                ('rule', models.CharField(help_text='RFC 5545 の RRULE。例：FREQ=MONTHLY;BYMONTHDAY=1', max_length=300, verbose_name='繰り返し')),
                ('first_on', models.DateField(verbose_name='最初の日')),
                ('recipient_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None, verbose_name='送り先')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='次の日')),
                ('last_on', models.DateField(blank=True, null=True, verbose_name='前回')),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='登録日時')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登録者')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'verbose_name': 'レポートの定期配信',
                'verbose_name_plural': 'レポートの定期配信',
                'db_table': 'report_schedules',
                'indexes': [models.Index(fields=['project'], name='idx_report_schedules_project'), models.Index(condition=models.Q(('next_on__isnull', False)), fields=['next_on'], name='idx_report_schedules_next')],
                'constraints': [models.CheckConstraint(condition=models.Q(('format__in', ['pdf', 'xlsx', 'csv'])), name='schedule_format_is_known')],
            },
        ),
        *secure("report_schedules", {"project_id": "projects"}),
    ]
