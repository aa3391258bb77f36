"""Style sheets keep what paper shows apart from what a narrow window hides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted(Path(settings.BASE_DIR, "static/css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_narrow_windows_are_screens(sheet: Path) -> None:
    """A sheet of A4 is as narrow as a tablet: without `screen` its width would take columns off the paper, too."""
    for condition in re.findall(r"@media([^{]*)\{", sheet.read_text(encoding="utf-8")):
        for each in condition.split(","):
            assert "width" not in each or "screen" in each, condition
