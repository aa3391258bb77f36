"""Formulas and marks of custom fields."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0036_custom_fields'),
    ]

    operations = [
        migrations.AddField(
            model_name='customfield',
            name='formula',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='数式'),
        ),
        migrations.AddField(
            model_name='customfield',
            name='marks',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='信号'),
        ),
    ]
