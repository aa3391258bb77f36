"""Find an organization's projects by status; made without locking the table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Runs outside of a transaction, as CONCURRENTLY asks."""

    atomic = False
    dependencies = [("projects", "0002_row_level_security")]
    operations = [
        AddIndexConcurrently(
            "project",
            models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["organization", "status"],
                name="idx_projects_org_status",
            ),
        )
    ]
