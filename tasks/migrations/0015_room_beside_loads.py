"""Leave half of each page of `assignment_loads` free.

An edit that moves a thousand tasks writes a thousand of these rows anew, and changes no column of an index. With room
on the same page PostgreSQL then leaves all five indexes alone, which halves the cost. It holds for new pages; old ones
get there as their rows change.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Room on every new page."""

    dependencies = [("tasks", "0014_attachments")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE assignment_loads SET (fillfactor = 50)",
            "ALTER TABLE assignment_loads RESET (fillfactor)",
        )
    ]
