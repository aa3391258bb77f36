"""Look up tasks by two letters of their names; triggers keep the rows, whatever writes the name.

An insert of thousands of rows is one statement and fires once; an update fires for rows whose name is set and differs.
"""

import django.db.models.deletion
import projects.models.base
from django.db import migrations, models

from projects.rls.tables import POLICY

FUNCTIONS = """
CREATE FUNCTION task_grams_of(name text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT substr(word, i, 2)
      FROM (SELECT lower(normalize(name, NFKC)) AS word) AS folded, generate_series(1, length(word) - 1) AS i
$$;
CREATE FUNCTION task_grams_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_grams (organization_id, gram, task_id)
    SELECT organization_id, gram, id FROM made, LATERAL task_grams_of(name) AS gram;
    RETURN NULL;
END $$;
CREATE FUNCTION task_grams_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM task_grams WHERE task_id = NEW.id;
    INSERT INTO task_grams (organization_id, gram, task_id)
    SELECT NEW.organization_id, gram, NEW.id FROM task_grams_of(NEW.name) AS gram;
    RETURN NULL;
END $$;
CREATE TRIGGER task_grams_insert AFTER INSERT ON tasks
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION task_grams_insert();
CREATE TRIGGER task_grams_update AFTER UPDATE OF name ON tasks
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION task_grams_update();
"""
REMOVE = """
DROP TRIGGER task_grams_insert ON tasks;
DROP TRIGGER task_grams_update ON tasks;
DROP FUNCTION task_grams_insert();
DROP FUNCTION task_grams_update();
DROP FUNCTION task_grams_of(text);
"""
SECURE = f"""
ALTER TABLE task_grams ADD CONSTRAINT task_grams_task_id_same_organization
    FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_grams ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_grams_of_organization ON task_grams USING ({POLICY}) WITH CHECK ({POLICY});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_drop_doubled_indexes'),
        ('tasks', '0009_task_add_milestone_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskGram',
            fields=[
                ('pk', models.CompositePrimaryKey('organization_id', 'gram', 'task_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('gram', models.CharField(max_length=2)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.organization')),
                ('task', projects.models.base.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tasks.task')),
            ],
            options={
                'db_table': 'task_grams',
            },
        ),
        migrations.RunSQL(SECURE, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, REMOVE),
    ]
