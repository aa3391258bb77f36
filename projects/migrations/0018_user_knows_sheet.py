"""Who has seen the tour of the sheet, or did not want it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0017_beat_entry_of_verifying")]
    operations = [
        migrations.AddField(
            "user",
            "knows_sheet",
            models.BooleanField(db_default=False, default=False, verbose_name="WBS の使い方を見た"),
        ),
    ]
