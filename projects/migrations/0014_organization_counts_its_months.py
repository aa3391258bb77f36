"""Nothing is divided by a month without days. What an organization had set stays; the words say what it is for."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """One constraint, looked at without holding the table, and words of two fields."""

    atomic = False
    dependencies = [("projects", "0013_job_progress")]

    operations = [
        # Nothing had read it, so nothing had refused a month without days.
        migrations.RunSQL(
            "UPDATE organizations SET days_per_month = 20 WHERE days_per_month NOT BETWEEN 1 AND 31",
            migrations.RunSQL.noop,
        ),
        AddConstraintNotValid(
            model_name="organization",
            constraint=models.CheckConstraint(
                name="organization_has_a_sensible_month",
                condition=models.Q(("days_per_month__gte", 1), ("days_per_month__lte", 31)),
                violation_error_message="1人月の日数は 1 から 31 にしてください。",
            ),
        ),
        ValidateConstraint(model_name="organization", name="organization_has_a_sensible_month"),
        # Words alone from here on; no statement runs.
        migrations.AlterConstraint(
            model_name="organization",
            name="organization_has_a_sensible_working_day",
            constraint=models.CheckConstraint(
                name="organization_has_a_sensible_working_day",
                condition=models.Q(("minutes_per_day__gte", 60), ("minutes_per_day__lte", 1440)),
                violation_error_message="1人日の分数は 60 から 1440 にしてください。",
            ),
        ),
        migrations.AlterField(
            model_name="organization",
            name="minutes_per_day",
            field=models.PositiveIntegerField(
                default=480,
                help_text="工数を人日で表すときの換算です。8時間は 480 分です。期間の1日は、プロジェクトの稼働時間に従います。",
                verbose_name="1人日の分数",
            ),
        ),
        migrations.AlterField(
            model_name="organization",
            name="days_per_month",
            field=models.PositiveIntegerField(
                default=20,
                help_text="工数を人月で表すときの換算です。1人月は、1人日の分数にこの日数を掛けたものです。",
                verbose_name="1人月の日数",
            ),
        ),
    ]
