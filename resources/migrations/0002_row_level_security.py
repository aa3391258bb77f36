"""Put the rows of organizations behind PostgreSQL's own wall."""

from django.db import migrations

from projects.rls.tables import secure


class Migration(migrations.Migration):
    """Policies, and foreign keys that compare organizations."""

    dependencies = [("resources", "0001_initial"), ("projects", "0002_row_level_security")]
    operations = [
        *secure("resources", {"calendar_id": "calendars", "project_id": "projects"}),
        *secure("skills"),
        *secure("resource_skills", {"resource_id": "resources", "skill_id": "skills"}),
        *secure("absences", {"resource_id": "resources"}),
    ]
