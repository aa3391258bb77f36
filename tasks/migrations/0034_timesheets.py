"""Hours as people report them: weeks, their entries, kinds of indirect work, closed months.

What no constraint of a row can say, triggers hold. A week or a month that is closed at the same moment is waited for: an entry locks its
sheet, and shares a lock with all entries of its organization that the closing of a month takes alone.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import projects.models.base
from django.conf import settings
from django.db import migrations, models

from projects.rls.tables import refer, secure

CHECKS = """
CREATE FUNCTION check_time_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    is_closed boolean;
BEGIN
    SELECT week_on, state INTO sheet FROM timesheets WHERE id = NEW.sheet_id FOR NO KEY UPDATE;
    IF NEW.worked_on < sheet.week_on OR NEW.worked_on > sheet.week_on + 6 THEN
        RAISE EXCEPTION 'a time entry lies in the week of its sheet' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.is_correction OR NEW.is_correction
        OR (OLD.sheet_id, OLD.worked_on, OLD.task_id, OLD.kind_id) IS DISTINCT FROM (NEW.sheet_id, NEW.worked_on, NEW.task_id, NEW.kind_id)
    ) THEN
        RAISE EXCEPTION 'a correction is never changed, and an entry stays in its cell' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('hours'), (NEW.organization_id % 2147483648)::integer);
    is_closed := EXISTS (
        SELECT FROM closed_months
         WHERE organization_id = NEW.organization_id AND month_on = date_trunc('month', NEW.worked_on)::date
    );
    IF is_closed <> NEW.is_correction THEN
        RAISE EXCEPTION 'a closed month takes corrections, and they alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT is_closed AND sheet.state NOT IN ('open', 'returned') THEN
        RAISE EXCEPTION 'a week that is handed in takes no entries' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION check_sums_of_time_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(minutes) FROM time_entries WHERE sheet_id = NEW.sheet_id AND worked_on = NEW.worked_on) > 1440 THEN
        RAISE EXCEPTION 'a day has 24 hours' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_has_24_hours_a_day';
    END IF;
    IF NEW.is_correction AND (
        SELECT sum(minutes) FROM time_entries
         WHERE sheet_id = NEW.sheet_id AND worked_on = NEW.worked_on
           AND task_id IS NOT DISTINCT FROM NEW.task_id AND kind_id IS NOT DISTINCT FROM NEW.kind_id
    ) < 0 THEN
        RAISE EXCEPTION 'a correction leaves no hours below zero' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION wait_for_time_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('hours'), (NEW.organization_id % 2147483648)::integer);
    RETURN NEW;
END $$;
CREATE TRIGGER check_time_entry BEFORE INSERT OR UPDATE ON time_entries FOR EACH ROW EXECUTE FUNCTION check_time_entry();
CREATE CONSTRAINT TRIGGER check_sums_of_time_entries AFTER INSERT OR UPDATE ON time_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_sums_of_time_entries();
CREATE TRIGGER wait_for_time_entries BEFORE INSERT ON closed_months FOR EACH ROW EXECUTE FUNCTION wait_for_time_entries();
"""
REMOVE = """
DROP TRIGGER wait_for_time_entries ON closed_months;
DROP TRIGGER check_sums_of_time_entries ON time_entries;
DROP TRIGGER check_time_entry ON time_entries;
DROP FUNCTION wait_for_time_entries();
DROP FUNCTION check_sums_of_time_entries();
DROP FUNCTION check_time_entry();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0018_user_knows_sheet'),
        ('resources', '0005_encrypt_rates'),
        ('tasks', '0033_sheet_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Timesheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week_on', models.DateField(verbose_name='週')),
                ('state', models.CharField(choices=[('open', '入力中'), ('submitted', '承認待ち'), ('approved', '承認済み'), ('returned', '差し戻し')], default='open', max_length=10, verbose_name='状態')),
                ('version', models.BigIntegerField(default=0)),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='提出日時')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('words', models.CharField(blank=True, default='', max_length=300, verbose_name='差し戻しの理由')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('resource', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='timesheets', to='resources.resource', verbose_name='担当者')),
            ],
            options={
                'verbose_name': '工数表',
                'verbose_name_plural': '工数表',
                'db_table': 'timesheets',
            },
        ),
        migrations.CreateModel(
            name='WorkKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='並び順')),
                ('is_active', models.BooleanField(default=True, verbose_name='選べる')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
            ],
            options={
                'verbose_name': '間接作業の種類',
                'verbose_name_plural': '間接作業の種類',
                'db_table': 'work_kinds',
            },
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worked_on', models.DateField(verbose_name='日')),
                ('minutes', models.IntegerField(verbose_name='分')),
                ('comment', models.CharField(blank=True, default='', max_length=300, verbose_name='コメント')),
                ('is_correction', models.BooleanField(default=False)),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('corrects', projects.models.base.TenantKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tasks.timeentry')),
                ('entered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('project', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('task', projects.models.base.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='time_entries', to='tasks.task', verbose_name='タスク')),
                ('sheet', projects.models.base.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='tasks.timesheet')),
                ('kind', projects.models.base.TenantKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tasks.workkind')),
            ],
            options={
                'verbose_name': '工数',
                'verbose_name_plural': '工数',
                'db_table': 'time_entries',
            },
        ),
        migrations.CreateModel(
            name='ClosedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month_on', models.DateField(verbose_name='月')),
                ('closed_at', models.DateTimeField(auto_now_add=True, verbose_name='締めた日時')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='締めた人')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
            ],
            options={
                'verbose_name': '締めた月',
                'verbose_name_plural': '締めた月',
                'db_table': 'closed_months',
                'constraints': [models.UniqueConstraint(fields=('organization', 'month_on'), name='month_is_closed_once'), models.CheckConstraint(condition=models.Q(('month_on__day', 1)), name='month_begins_on_its_first_day')],
            },
        ),
        migrations.AddIndex(
            model_name='timesheet',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['organization', 'week_on'], name='idx_timesheets_waiting'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.UniqueConstraint(fields=('resource', 'week_on'), name='person_has_a_week_once'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(('week_on__iso_week_day', 1)), name='timesheet_begins_on_monday'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'approved', 'returned'])), name='timesheet_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='timesheet_is_sent_back_with_words'),
        ),
        migrations.AddConstraint(
            model_name='workkind',
            constraint=models.UniqueConstraint(fields=('organization', 'name'), name='work_kind_is_listed_once'),
        ),
        migrations.AddConstraint(
            model_name='workkind',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='work_kind_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['sheet'], name='idx_time_entries_sheet'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__isnull', True), ('project__isnull', False), ('task__isnull', False)), models.Q(('kind__isnull', False), ('project__isnull', True), ('task__isnull', True)), _connector='OR'), name='time_entry_is_of_a_task_or_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes__gte', 0), ('minutes__lte', 1440)), models.Q(('is_correction', True), ('minutes__gte', -1440), ('minutes__lte', 1440)), _connector='OR'), name='time_entry_is_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('is_correction', True), ('corrects__isnull', True), _connector='OR'), name='correction_names_what_it_corrects'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('is_correction', False), models.Q(('comment', ''), _negated=True), _connector='OR'), name='correction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.UniqueConstraint(condition=models.Q(('is_correction', False), ('task__isnull', False)), fields=('sheet', 'worked_on', 'task'), name='task_has_one_entry_a_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.UniqueConstraint(condition=models.Q(('is_correction', False), ('kind__isnull', False)), fields=('sheet', 'worked_on', 'kind'), name='kind_has_one_entry_a_day'),
        ),
        *secure("work_kinds"),
        *secure("timesheets", {"resource_id": "resources"}),
        *secure("closed_months"),
        *secure("time_entries", {
            "sheet_id": "timesheets", "project_id": "projects", "task_id": "tasks", "kind_id": "work_kinds",
        }),
        refer("time_entries", "corrects_id", "time_entries"),
        migrations.RunSQL(CHECKS, REMOVE),
    ]
