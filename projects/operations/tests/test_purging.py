"""What was deleted goes for good only after its time, and only by the command."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from projects.calendars.services import JAPANESE_WEEK
from projects.models import AuditEntry, Calendar, Organization, Project
from projects.rls import scope


@pytest.fixture
def deleted(transactional_db: None) -> Project:
    """A project of another connection's making: the owner must see it, so it is committed."""
    organization = Organization.objects.create(code="purge", name="消去テスト")
    with scope.scope([organization.pk]):
        calendar = Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK)
        return Project.objects.create(
            organization=organization, code="OLD", name="古い計画", start_date="2026-01-01", end_date="2026-12-31",
            start_minute=0, calendar=calendar, deleted_at=timezone.now() - timedelta(days=91),
        )  # fmt: skip


def purge(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_projects", *arguments, stdout=out)
    return out.getvalue()


class TestPurgeProjects:
    pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

    def test_first_says_what_it_would_do(self, deleted: Project) -> None:
        assert "would remove OLD 古い計画" in purge("--dry-run")
        assert Project.objects.using("owner").filter(pk=deleted.pk).exists()

    def test_keeps_what_is_younger(self, deleted: Project) -> None:
        assert purge("--days", "92") == "0 projects\n"

    def test_removes_and_leaves_a_line_in_the_record(self, deleted: Project) -> None:
        assert "removed OLD 古い計画" in purge()
        assert not Project.objects.using("owner").filter(pk=deleted.pk).exists()
        with scope.scope([deleted.organization_id]):
            entry = AuditEntry.objects.get()
        assert (entry.action, entry.before) == ("project.purged", {"code": "OLD", "name": "古い計画"})
