"""Marks of the running: when the last backup was made, when the clock last ticked."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0009_beat_entry_of_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='OperationMark',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='名前')),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='詳細')),
            ],
            options={
                'verbose_name': '運用の記録',
                'verbose_name_plural': '運用の記録',
                'db_table': 'operations_marks',
            },
        ),
    ]
