"""How probable the order of a project is."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0022_project_default_task_type'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='order_probability',
            field=models.PositiveSmallIntegerField(db_default=100, default=100, verbose_name='受注確度（%）'),
        ),
    ]
