"""What a cell shows is what editing begins with, in both languages."""

import pytest
from django.utils import translation

from tasks.sheet.parsing import UnitMinutes, read_duration
from tasks.sheet.text import duration_text


class TestDurationText:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("is_elapsed", [False, True])
    @pytest.mark.parametrize("minutes", [0, 7, 90, 480, 487, 500, 1440, 1501, 2880, 14400, 88_980, 7_200_000])
    def test_can_be_typed_back(self, language: str, is_elapsed: bool, minutes: int) -> None:
        with translation.override(language):
            text = duration_text(minutes, is_elapsed=is_elapsed, minutes_per_day=480)
        assert read_duration(text, UnitMinutes()) == (minutes, is_elapsed)

    @pytest.mark.parametrize(("language", "text"), [("ja", "経過5日"), ("en", "5ed")])
    def test_says_that_time_passes_on_the_clock(self, language: str, text: str) -> None:
        with translation.override(language):
            assert duration_text(5 * 1440, is_elapsed=True, minutes_per_day=480) == text
