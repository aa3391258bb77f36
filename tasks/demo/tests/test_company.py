"""The demo is for those who have nothing yet; beside the file of what it shows, whose tests all stand in one demo."""

from io import StringIO

import pytest
from django.core.management import call_command

from projects.models import Organization


@pytest.mark.django_db
def test_a_company_gets_no_demo(organization: Organization) -> None:
    """One that was restored, or is on a server of one's own: `bin/run` asks with --once."""
    call_command("seed_demo", "--once", stdout=StringIO())
    assert list(Organization.objects.values_list("code", flat=True)) == [organization.code]
