"""Notifications, feeds of calendars, and whether a person wants a digest."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure



class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_drop_doubled_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='wants_digest',
            field=models.BooleanField(default=True, verbose_name='未読の通知を毎朝メールで受け取る'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_read_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'カレンダーの購読',
                'verbose_name_plural': 'カレンダーの購読',
                'db_table': 'calendar_feeds',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('user',), name='person_has_one_feed_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='種類')),
                ('target_id', models.BigIntegerField(blank=True, null=True)),
                ('facts', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('emailed_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project', verbose_name='プロジェクト')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='宛先')),
            ],
            options={
                'verbose_name': '通知',
                'verbose_name_plural': '通知',
                'db_table': 'notifications',
                'indexes': [models.Index(fields=['user', '-created_at'], name='idx_notifications_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['organization', 'user'], name='idx_notifications_unread'), models.Index(condition=models.Q(('emailed_at__isnull', True)), fields=['organization', 'created_at'], name='idx_notifications_unsent')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='person_is_told_once')],
            },
        ),
        *secure("notifications", {"project_id": "projects"}),
    ]
