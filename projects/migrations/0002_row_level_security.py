"""Put the rows of organizations behind PostgreSQL's own wall."""

from django.db import migrations

from projects.rls.tables import refer, secure


class Migration(migrations.Migration):
    """Policies, and foreign keys that compare organizations."""

    dependencies = [("projects", "0001_initial")]
    operations = [
        *secure("job_titles"),
        *secure("calendars"),
        *secure("projects", {"calendar_id": "calendars", "parent_id": "projects"}),
        *secure("calendar_exceptions", {"calendar_id": "calendars"}),
        *secure("project_members", {"project_id": "projects", "job_title_id": "job_titles"}),
        *secure("audit_entries", {"project_id": "projects"}),
        refer("calendars", "base_id", "calendars"),
        refer("calendars", "project_id", "projects"),
    ]
