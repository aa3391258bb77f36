"""What projects had earned by the end of each day, and the clock's entry of the job that keeps it."""

from typing import Any

import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure


NAME = "プロジェクトの出来高を残す"
JOB = "record_project_earned"


def make(apps: Any, schema_editor: Any) -> None:
    """Every hour; an operator's edit of an entry stays."""
    using = schema_editor.connection.alias
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule").objects.using(using)
    entries = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
    crontab, _ = crontabs.get_or_create(minute="15", hour="*", timezone="Asia/Tokyo")
    entries.get_or_create(name=NAME, defaults={"task": JOB, "crontab": crontab})


class Migration(migrations.Migration):
    """A table under row-level security."""

    dependencies = [
        ("projects", "0019_project_field_ids"),
        ("reports", "0011_refresh_by_the_owner"),
        ("tasks", "0037_field_formulas"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectEarnedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日")),
                ("revision", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("budget_minutes", models.BigIntegerField()),
                ("planned_minutes", models.BigIntegerField()),
                ("earned_minutes", models.BigIntegerField()),
                ("actual_minutes", models.BigIntegerField()),
                ("budget_cost", models.DecimalField(decimal_places=0, max_digits=18, null=True)),
                ("planned_cost", models.DecimalField(decimal_places=0, max_digits=18, null=True)),
                ("earned_cost", models.DecimalField(decimal_places=0, max_digits=18, null=True)),
                ("actual_cost", models.DecimalField(decimal_places=0, max_digits=18, null=True)),
                (
                    "baseline",
                    projects.models.base.TenantKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tasks.baseline",
                    ),
                ),
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
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "プロジェクトの出来高（日次）",
                "verbose_name_plural": "プロジェクトの出来高（日次）",
                "db_table": "project_earned_days",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "day"), name="project_has_earned_a_day_once")
                ],
            },
        ),
        *secure("project_earned_days", {"project_id": "projects", "baseline_id": "baselines"}),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
