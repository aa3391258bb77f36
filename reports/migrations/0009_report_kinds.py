"""Kinds of reports are declared in modules; what may stand in the column is asked of them. No statement runs."""

from django.db import migrations, models

import reports.models.documents


class Migration(migrations.Migration):
    """One choice."""

    dependencies = [
        ("reports", "0008_report_job"),
    ]

    operations = [
        migrations.AlterField(
            model_name="generatedreport",
            name="kind",
            field=models.CharField(
                choices=reports.models.documents.kind_choices, max_length=12, verbose_name="報告書"
            ),
        ),
    ]
