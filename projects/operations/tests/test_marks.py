"""What goes well is written down, and how long ago that was is the database's word."""

import pytest
from django.db import connection

from projects.models import OperationMark
from projects.operations import marks


@pytest.mark.django_db
class TestMarks:
    def test_a_name_that_was_never_noted_has_no_age(self) -> None:
        marks.note("backup")
        assert marks.age("clock") is None

    def test_the_last_time_replaces_the_one_before(self) -> None:
        marks.note("backup", kind="full", bytes=7)
        marks.note("backup", kind="incremental")
        mark = OperationMark.objects.get()
        assert (mark.name, mark.details) == ("backup", {"kind": "incremental"})

    def test_ages_are_seconds_of_the_database(self) -> None:
        marks.note("backup")
        marks.note("clock")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE operations_marks SET at = at - interval '26 hours' WHERE name = 'backup'")
        ages = marks.ages()
        assert 26 * 3600 <= ages["backup"] < 27 * 3600
        assert 0 <= ages["clock"] < 3600

    def test_a_moment_that_lies_a_little_ahead_is_no_age_below_zero(self) -> None:
        marks.note("clock")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE operations_marks SET at = at + interval '30 seconds'")
        assert marks.age("clock") == 0

    def test_one_that_lies_far_ahead_is_not_fresh_until_then(self) -> None:
        marks.note("clock")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE operations_marks SET at = at + interval '1 day'")
        assert marks.age("clock") is None
