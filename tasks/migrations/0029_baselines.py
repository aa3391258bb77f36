"""What was agreed on: baselines of plans, and their rows.

What a baseline says is never changed. Of a baseline its name, whether it is compared with, and the key that its costs are encrypted by may be.
"""

import django.db.models.deletion
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import POLICY, secure

#: What names a baseline and how it is looked at; everything else is what was agreed on.
MAY_CHANGE = ("name", "is_chosen", "cost_secret")
FUNCTIONS = f"""
CREATE FUNCTION keep_baseline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - '{{{",".join(MAY_CHANGE)}}}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{{{",".join(MAY_CHANGE)}}}'::text[] THEN
        RAISE EXCEPTION 'a baseline is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keep_baseline_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a baseline is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_baseline BEFORE UPDATE ON baselines FOR EACH ROW EXECUTE FUNCTION keep_baseline();
CREATE TRIGGER keep_baseline_tasks BEFORE UPDATE ON baseline_tasks FOR EACH STATEMENT EXECUTE FUNCTION keep_baseline_tasks();
"""
REMOVE = """
DROP TRIGGER keep_baseline ON baselines;
DROP TRIGGER keep_baseline_tasks ON baseline_tasks;
DROP FUNCTION keep_baseline();
DROP FUNCTION keep_baseline_tasks();
"""
# Rows go with their baseline. They have no number of their own, so that the ten thousand have one index.
POLICY_OF_ROWS = f"""
ALTER TABLE baseline_tasks ADD CONSTRAINT baseline_tasks_baseline_id_same_organization
    FOREIGN KEY (organization_id, baseline_id) REFERENCES baselines (organization_id, id) ON DELETE CASCADE;
ALTER TABLE baseline_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY baseline_tasks_of_organization ON baseline_tasks USING ({POLICY}) WITH CHECK ({POLICY});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0018_user_knows_sheet'),
        ('tasks', '0028_plan_writes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Baseline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='名前')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('taken_at', models.DateTimeField(verbose_name='設定した日時')),
                ('is_chosen', models.BooleanField(default=False, verbose_name='比較の基準')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Microsoft Project の番号')),
                ('revision', models.BigIntegerField()),
                ('is_whole', models.BooleanField(default=True)),
                ('task_count', models.PositiveIntegerField()),
                ('start_minute', models.BigIntegerField()),
                ('finish_minute', models.BigIntegerField()),
                ('work_minutes', models.BigIntegerField()),
                ('cost_secret', models.TextField(blank=True, default='')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='baselines', to='projects.project')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='設定した人')),
            ],
            options={
                'verbose_name': 'ベースライン',
                'verbose_name_plural': 'ベースライン',
                'db_table': 'baselines',
            },
        ),
        migrations.CreateModel(
            name='BaselineTask',
            fields=[
                ('pk', models.CompositePrimaryKey('baseline', 'task', blank=True, editable=False, primary_key=True, serialize=False)),
                ('start_minute', models.BigIntegerField()),
                ('finish_minute', models.BigIntegerField()),
                ('duration_minutes', models.BigIntegerField()),
                ('work_minutes', models.BigIntegerField()),
                ('row_number', models.PositiveIntegerField()),
                ('is_elapsed', models.BooleanField()),
                ('is_summary', models.BooleanField()),
                ('is_milestone', models.BooleanField()),
                ('is_critical', models.BooleanField()),
                ('baseline', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rows', to='tasks.baseline')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('task', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tasks.task')),
            ],
            options={
                'db_table': 'baseline_tasks',
            },
        ),
        migrations.AddIndex(
            model_name='baseline',
            index=models.Index(fields=['project', '-taken_at'], name='idx_baselines_project'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.UniqueConstraint(condition=models.Q(('is_chosen', True)), fields=('project',), name='one_baseline_is_chosen'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('project', 'number'), name='baseline_number_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.CheckConstraint(condition=models.Q(('number__isnull', True), ('number__lte', 10), _connector='OR'), name='baseline_number_is_of_eleven'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='baseline_name_is_not_empty'),
        ),
        *secure("baselines", {"project_id": "projects"}),
        migrations.RunSQL(POLICY_OF_ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, REMOVE),
    ]
