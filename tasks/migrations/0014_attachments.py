"""Files that hang on tasks."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0007_notifications_and_feeds'),
        ('tasks', '0013_dates_index_covers_summary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='ファイル名')),
                ('content_type', models.CharField(max_length=100, verbose_name='種類')),
                ('byte_count', models.PositiveBigIntegerField(verbose_name='サイズ')),
                ('sha256', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('task', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tasks.task', verbose_name='タスク')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='追加した人')),
            ],
            options={
                'verbose_name': '添付ファイル',
                'verbose_name_plural': '添付ファイル',
                'db_table': 'task_attachments',
                'indexes': [models.Index(fields=['task', 'uploaded_at'], name='idx_task_attachments_task'), models.Index(fields=['project'], name='idx_task_attachments_project')],
            },
        ),
        *secure("task_attachments", {"project_id": "projects", "task_id": "tasks"}),
    ]
