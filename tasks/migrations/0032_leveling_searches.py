"""Whether a levelling has searched for an earlier finish."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0031_leveling_runs'),
    ]

    operations = [
        migrations.AddField(
            model_name='levelingrun',
            name='searches',
            field=models.BooleanField(db_default=False, default=False, verbose_name='早く終わる順を探す'),
        ),
    ]
