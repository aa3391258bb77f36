"""Which job makes a report. The column has a default in the database, since the release before writes none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [
        ("reports", "0007_watched_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="generatedreport",
            name="job_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=155),
        ),
    ]
