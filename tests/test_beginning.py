"""Every test begins as a process does, whatever the one before it left."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.utils import timezone, translation


@pytest.mark.parametrize("time", ["once", "again"])
def test_begins_in_the_site_s_language_and_zone(time):
    assert (translation.get_language(), timezone.get_current_timezone_name()) == ("ja", "Asia/Tokyo")
    translation.activate("en")
    timezone.activate(UTC)
