"""Room for the days of progress lines of before in what a view shows."""
from django.db import migrations, models


# squawk: changing-column-type: a longer limit of a text is kept in the catalogue, and no row is written anew.
class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0040_role_demands'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sheetview',
            name='show',
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
