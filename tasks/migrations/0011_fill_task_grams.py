"""The pieces of the names that are there already. Apart from the table: its keys are still being added in 0010."""

from django.db import migrations


class Migration(migrations.Migration):
    """Data only; going back empties the table with its removal."""

    dependencies = [("tasks", "0010_task_add_grams")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO task_grams (organization_id, gram, task_id)"
            " SELECT organization_id, gram, id FROM tasks, LATERAL task_grams_of(name) AS gram"
            " ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        )
    ]
