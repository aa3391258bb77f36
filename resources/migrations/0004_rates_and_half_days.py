"""What resources cost, and absences of half a day."""

import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import secure



class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0007_notifications_and_feeds'),
        ('resources', '0003_drop_doubled_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResourceRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='適用開始日')),
                ('cost_per_hour', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='単価（円／時）')),
            ],
            options={
                'verbose_name': '単価',
                'verbose_name_plural': '単価',
                'db_table': 'resource_rates',
            },
        ),
        migrations.AddField(
            model_name='absence',
            name='kind',
            field=models.CharField(choices=[('paid', '有休'), ('special', '特別休暇'), ('illness', '病欠'), ('training', '研修'), ('care', '育児・介護'), ('maintenance', '点検・保守'), ('other', 'その他')], default='paid', max_length=12, verbose_name='理由'),
        ),
        migrations.AddField(
            model_name='absence',
            name='portion',
            field=models.CharField(choices=[('day', '終日'), ('morning', '午前'), ('afternoon', '午後')], default='day', max_length=10, verbose_name='時間'),
        ),
        migrations.AddField(
            model_name='resource',
            name='unit',
            field=models.CharField(blank=True, help_text='資材を数える単位（個、t など）。', max_length=20, verbose_name='単位'),
        ),
        migrations.AlterField(
            model_name='absence',
            name='reason',
            field=models.CharField(blank=True, max_length=60, verbose_name='メモ'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('portion__in', ['day', 'morning', 'afternoon'])), name='absence_portion_is_known'),
        ),
        migrations.AddField(
            model_name='resourcerate',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization'),
        ),
        migrations.AddField(
            model_name='resourcerate',
            name='resource',
            field=projects.models.base.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='resources.resource', verbose_name='リソース'),
        ),
        migrations.AddConstraint(
            model_name='resourcerate',
            constraint=models.UniqueConstraint(fields=('resource', 'valid_from'), name='rate_begins_on_a_day_once'),
        ),
        migrations.AddConstraint(
            model_name='resourcerate',
            constraint=models.CheckConstraint(condition=models.Q(('cost_per_hour__gte', 0)), name='rate_is_not_negative'),
        ),
        *secure("resource_rates", {"resource_id": "resources"}),
    ]
