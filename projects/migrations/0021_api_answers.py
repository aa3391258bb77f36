"""What programs were answered under keys of their own."""

import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0020_api_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('request_hash', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('body', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('token', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='projects.apitoken')),
            ],
            options={
                'verbose_name': 'API の応答',
                'verbose_name_plural': 'API の応答',
                'db_table': 'api_answers',
                'indexes': [models.Index(fields=['token', 'created_at'], name='idx_api_answers_age')],
                'constraints': [models.UniqueConstraint(fields=('token', 'key'), name='program_is_answered_once')],
            },
        ),
        *secure("api_answers", {"token_id": "api_tokens"}),
    ]
