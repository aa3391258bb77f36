"""Which columns a person sees in a view of plans."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0020_plan_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChosenColumns',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('view', models.CharField(max_length=40)),
                ('columns', models.JSONField(default=list)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '選んだ列',
                'verbose_name_plural': '選んだ列',
                'db_table': 'chosen_columns',
                'constraints': [models.UniqueConstraint(fields=('user', 'organization', 'view'), name='columns_are_chosen_once_for_a_view')],
            },
        ),
        *secure("chosen_columns"),
    ]
