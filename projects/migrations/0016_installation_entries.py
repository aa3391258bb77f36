"""A record of what belongs to no organization, and which way each entry of the others was hashed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A new table, and a column with a value that the server knows: nothing is rewritten."""

    dependencies = [
        ("projects", "0015_project_add_forecast"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="hash_version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="InstallationEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(unique=True)),
                ("happened_at", models.DateTimeField(verbose_name="日時")),
                ("system_name", models.CharField(blank=True, max_length=100, verbose_name="ジョブ")),
                ("action", models.CharField(max_length=60, verbose_name="操作")),
                ("target_type", models.CharField(blank=True, max_length=40, verbose_name="対象の種類")),
                ("target_id", models.BigIntegerField(blank=True, null=True, verbose_name="対象")),
                ("before", models.JSONField(blank=True, null=True, verbose_name="変更前")),
                ("after", models.JSONField(blank=True, null=True, verbose_name="変更後")),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("hash_version", models.PositiveSmallIntegerField()),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作者",
                    ),
                ),
            ],
            options={
                "verbose_name": "システム全体の変更履歴",
                "verbose_name_plural": "システム全体の変更履歴",
                "db_table": "installation_entries",
                "indexes": [
                    models.Index(fields=["target_type", "target_id", "-sequence"], name="idx_installation_target"),
                ],
            },
        ),
    ]
