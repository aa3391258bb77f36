"""How far a job is, and that it may be cancelled. Both columns have a default in the database, since the release before writes none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns, and a word for an outcome."""

    dependencies = [
        ("projects", "0012_asked_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="askedjob",
            name="step",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="工程"),
        ),
        migrations.AddField(
            model_name="askedjob",
            name="progress_percentage",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="進捗率"),
        ),
        migrations.AlterField(
            model_name="askedjob",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("done", "完了"), ("dead", "失敗"), ("cancelled", "中止")],
                max_length=10,
                verbose_name="結果",
            ),
        ),
    ]
