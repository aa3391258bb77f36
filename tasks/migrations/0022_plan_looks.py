"""When a person looked at a plan last."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0017_beat_entry_of_verifying'),
        ('tasks', '0021_chosen_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since_revision', models.BigIntegerField()),
                ('since_at', models.DateTimeField(null=True)),
                ('seen_revision', models.BigIntegerField()),
                ('seen_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'plan_looks',
                'constraints': [models.UniqueConstraint(fields=('project', 'user'), name='plan_is_looked_at_once_by_each')],
            },
        ),
        *secure("plan_looks", {"project_id": "projects"}),
    ]
