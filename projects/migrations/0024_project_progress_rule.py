"""By which rule progress is typed."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0023_project_order_probability'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='progress_rule',
            field=models.CharField(choices=[('hand', '進捗（%）を入力する'), ('work', '工数から計算する（実績 ÷（実績＋残り））'), ('zero_hundred', '0/100（完了で100%）'), ('fifty_fifty', '50/50（着手で50%、完了で100%）'), ('steps', '段階を選ぶ')], db_default='hand', default='hand', max_length=12, verbose_name='進捗の入力'),
        ),
        migrations.AddField(
            model_name='project',
            name='progress_steps',
            field=models.CharField(blank=True, db_default='', default='', max_length=600, verbose_name='進捗の段階'),
        ),
    ]
