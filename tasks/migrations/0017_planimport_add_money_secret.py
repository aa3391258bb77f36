"""Room for what of an imported file is money; 0018 fills it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tasks", "0016_imports_are_jobs")]
    operations = [
        migrations.AddField(
            model_name="planimport",
            name="money_secret",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
