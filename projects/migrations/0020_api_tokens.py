"""Tokens by which programs ask in a person's name."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0019_project_field_ids'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='名前')),
                ('prefix', models.CharField(max_length=32, verbose_name='先頭')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('scope', models.CharField(choices=[('read', '閲覧'), ('progress', '閲覧と進捗・実績の報告'), ('plan', '閲覧・進捗と計画の変更')], max_length=8, verbose_name='できること')),
                ('project_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='プロジェクト')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='作成')),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='最後の利用')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='取り消し')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL, verbose_name='ユーザー')),
            ],
            options={
                'verbose_name': 'API トークン',
                'verbose_name_plural': 'API トークン',
                'db_table': 'api_tokens',
                'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['read', 'progress', 'plan'])), name='token_scope_is_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='token_is_named')],
            },
        ),
        *secure("api_tokens"),
    ]
