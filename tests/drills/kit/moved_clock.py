"""A time of day that is not the machine's, in processes of the product (`moved/sitecustomize.py`)."""

from __future__ import annotations

from typing import Final

from tests.drills.kit.programs import Room
from tests.ops.files import ROOT

MOVED: Final = ROOT / "tests/drills/kit/moved"


class MovedClock:
    """What is started with its `variables`, and what comes of that, follows it within a second."""

    def __init__(self, room: Room, name: str = "time") -> None:
        self._file = room.folder(name) / "ahead"
        self.move(0)
        self.variables = {"PYTHONPATH": f"{MOVED}:{ROOT}", "DRILL_AHEAD": str(self._file)}

    def move(self, seconds: float) -> None:
        """So far ahead of the machine's; negative: behind."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds}")
        new.replace(self._file)
