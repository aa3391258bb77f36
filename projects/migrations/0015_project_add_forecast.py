"""When a project will be done beside when its plan says so; rescheduling fills it, at the latest in the night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns with values that the server knows: nothing is rewritten."""

    dependencies = [
        ("projects", "0014_organization_counts_its_months"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="forecast_finish_minute",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="forecast_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="forecast_causes",
            field=models.JSONField(
                blank=True, db_default=models.Value([], models.JSONField()), default=list
            ),
        ),
    ]
