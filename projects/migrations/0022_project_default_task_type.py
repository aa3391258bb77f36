"""Of which type new tasks of a project are."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0021_api_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='default_task_type',
            field=models.CharField(choices=[('fixed_units', '単位数固定'), ('fixed_duration', '期間固定'), ('fixed_work', '作業時間固定')], db_default='fixed_units', default='fixed_units', max_length=14),
        ),
    ]
