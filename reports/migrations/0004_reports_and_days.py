"""Reports with their files, and the daily figures of projects."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0007_notifications_and_feeds"),
        ("reports", "0003_beat_audit_heads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GeneratedReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("progress", "プロジェクト進捗報告"),
                            ("wbs", "WBS 一覧"),
                            ("utilization", "稼働率"),
                            ("portfolio", "ポートフォリオ"),
                        ],
                        max_length=12,
                        verbose_name="報告書",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("xlsx", "Excel"), ("csv", "CSV")],
                        max_length=4,
                        verbose_name="形式",
                    ),
                ),
                ("options", models.JSONField(default=dict)),
                ("requested_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "待機中"),
                            ("running", "作成中"),
                            ("done", "完成"),
                            ("failed", "失敗"),
                            ("cancelled", "中止"),
                        ],
                        default="queued",
                        max_length=9,
                        verbose_name="状態",
                    ),
                ),
                ("progress_percentage", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("attempt_count", models.PositiveSmallIntegerField(default=0)),
                ("alive_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.BigIntegerField(blank=True, null=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("byte_count", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("problem", models.CharField(blank=True, max_length=400)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.organization",
                    ),
                ),
                (
                    "project",
                    projects.models.base.TenantKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                        verbose_name="プロジェクト",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "報告書",
                "verbose_name_plural": "報告書",
                "db_table": "generated_reports",
            },
        ),
        migrations.CreateModel(
            name="ProjectDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日")),
                ("revision", models.BigIntegerField()),
                ("status", models.CharField(max_length=12)),
                ("progress_percentage", models.PositiveSmallIntegerField()),
                ("planned_percentage", models.PositiveSmallIntegerField()),
                ("task_count", models.PositiveIntegerField()),
                ("done_count", models.PositiveIntegerField()),
                ("late_count", models.PositiveIntegerField()),
                ("work_minutes", models.BigIntegerField()),
                ("remaining_minutes", models.BigIntegerField()),
                ("finish_on", models.DateField(null=True)),
                ("cost", models.DecimalField(decimal_places=0, default=0, max_digits=15)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.organization",
                    ),
                ),
                (
                    "project",
                    projects.models.base.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "プロジェクトの日次",
                "verbose_name_plural": "プロジェクトの日次",
                "db_table": "project_days",
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.organization",
                    ),
                ),
                (
                    "report",
                    projects.models.base.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="reports.generatedreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "報告書のファイル",
                "verbose_name_plural": "報告書のファイル",
                "db_table": "report_files",
            },
        ),
        migrations.AddIndex(
            model_name="generatedreport",
            index=models.Index(
                fields=["organization", "requested_by", "-requested_at"], name="idx_generated_reports_person"
            ),
        ),
        migrations.AddIndex(
            model_name="generatedreport",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["state", "alive_at"],
                name="idx_generated_reports_open",
            ),
        ),
        migrations.AddIndex(
            model_name="generatedreport",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["expires_at"],
                name="idx_generated_reports_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="generatedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "running", "done", "failed", "cancelled"])),
                name="report_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="generatedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress_percentage__lte", 100)), name="report_progress_is_a_percentage"
            ),
        ),
        migrations.AddIndex(
            model_name="projectday",
            index=models.Index(fields=["organization", "day"], name="idx_project_days_day"),
        ),
        migrations.AddConstraint(
            model_name="projectday",
            constraint=models.UniqueConstraint(fields=("project", "day"), name="project_has_a_day_once"),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.UniqueConstraint(fields=("report",), name="report_has_one_file"),
        ),
        *secure("generated_reports", {"project_id": "projects"}),
        *secure("report_files", {"report_id": "generated_reports"}),
        *secure("project_days", {"project_id": "projects"}),
    ]
