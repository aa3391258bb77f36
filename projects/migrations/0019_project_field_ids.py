"""The custom fields that the plan of a project uses."""
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0018_user_knows_sheet'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='field_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)), default=list, editable=False, size=None),
        ),
    ]
