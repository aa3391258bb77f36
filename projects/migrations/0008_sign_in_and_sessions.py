"""Identities of a provider, sessions that know whose they are, and what they hold of the provider."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0007_notifications_and_feeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='UserSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'セッション',
                'verbose_name_plural': 'セッション',
                'db_table': 'user_sessions',
            },
        ),
        migrations.AddField(
            model_name='organizationmember',
            name='is_claimed',
            field=models.BooleanField(default=False, verbose_name='認証サービスによる'),
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=255, verbose_name='発行者')),
                ('subject', models.CharField(max_length=255, verbose_name='識別子')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登録')),
                ('signed_in_at', models.DateTimeField(blank=True, null=True, verbose_name='最後のサインイン')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL, verbose_name='ユーザー')),
            ],
            options={
                'verbose_name': '認証サービスのアカウント',
                'verbose_name_plural': '認証サービスのアカウント',
                'db_table': 'identities',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='identity_belongs_to_one_person'), models.CheckConstraint(condition=models.Q(models.Q(('issuer', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='identity_is_named')],
            },
        ),
        migrations.CreateModel(
            name='ProviderSession',
            fields=[
                ('session', models.OneToOneField(db_column='session_key', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='provider', serialize=False, to='projects.usersession')),
                ('provider_key', models.CharField(blank=True, db_index=True, max_length=255)),
                ('refresh_secret', models.TextField(blank=True)),
                ('id_secret', models.TextField(blank=True)),
                ('refresh_due_at', models.DateTimeField()),
                ('identity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='projects.identity')),
            ],
            options={
                'verbose_name': '認証サービスのセッション',
                'verbose_name_plural': '認証サービスのセッション',
                'db_table': 'provider_sessions',
            },
        ),
    ]
