"""The forecast of a day beside the plan's finish; days before it have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column without a value."""

    dependencies = [
        ("reports", "0009_report_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectday",
            name="forecast_on",
            field=models.DateField(null=True),
        ),
    ]
