"""Custom fields: declared by an organization, their values in the rows of tasks."""
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

from projects.rls.tables import secure


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0019_project_field_ids'),
        ('tasks', '0035_leveling_decisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='field_amounts',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='field_values',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名前')),
                ('help', models.CharField(blank=True, max_length=300, verbose_name='説明')),
                ('kind', models.CharField(choices=[('text', 'テキスト'), ('number', '数値'), ('money', '金額'), ('date', '日付'), ('duration', '期間'), ('flag', 'フラグ（はい・いいえ）'), ('choice', '選択リスト')], default='text', max_length=10, verbose_name='種類')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='選択肢')),
                ('roll_up', models.CharField(blank=True, choices=[('', 'まとめない（サマリーにも入力する）'), ('sum', '合計'), ('min', '最小（日付は最も早い日）'), ('max', '最大（日付は最も遅い日）'), ('average', '平均'), ('any', '1つでも「はい」なら「はい」'), ('all', 'すべて「はい」なら「はい」')], default='', max_length=10, verbose_name='サマリーへのまとめ方')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='順序')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
            ],
            options={
                'verbose_name': 'カスタムフィールド',
                'verbose_name_plural': 'カスタムフィールド',
                'db_table': 'custom_fields',
                'constraints': [models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('name'), name='custom_field_has_a_name_of_its_own'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='custom_field_has_a_name'), models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'number', 'money', 'date', 'duration', 'flag', 'choice'])), name='custom_field_kind_is_known'), models.CheckConstraint(condition=models.Q(('roll_up__in', ['', 'sum', 'min', 'max', 'average', 'any', 'all'])), name='custom_field_roll_up_is_known')],
            },
        ),
        *secure("custom_fields"),
    ]
