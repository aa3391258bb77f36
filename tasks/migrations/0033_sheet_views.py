"""Views of sheet and chart that users keep."""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0018_user_knows_sheet'),
        ('tasks', '0032_leveling_searches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名前')),
                ('face', models.CharField(max_length=10, verbose_name='画面')),
                ('columns', models.JSONField(default=list, verbose_name='列')),
                ('pane_width', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('filter', models.CharField(blank=True, max_length=1000, verbose_name='フィルター')),
                ('sort', models.CharField(blank=True, max_length=200, verbose_name='並べ替え')),
                ('zoom', models.CharField(blank=True, max_length=10)),
                ('show', models.CharField(blank=True, max_length=60)),
                ('saved_at', models.DateTimeField(auto_now=True, verbose_name='保存した日時')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='持ち主')),
                ('project', projects.models.base.TenantKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project', verbose_name='プロジェクト')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='保存した人')),
            ],
            options={
                'verbose_name': 'ビュー',
                'verbose_name_plural': 'ビュー',
                'db_table': 'sheet_views',
                'indexes': [models.Index(condition=models.Q(('project__isnull', False)), fields=['project'], name='views_of_a_project')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'project', 'owner', 'name'), name='a_view_has_a_name_of_its_own', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('owner', None), ('project', None), _connector='OR'), name='a_view_is_kept_in_one_place')],
            },
        ),
        *secure("sheet_views", {"project_id": "projects"}),
    ]
