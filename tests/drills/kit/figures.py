"""What a drill found, beside what was to be reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from tests.ops.files import ROOT

FOLDER: Final = ROOT / ".state" / "drills"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    aim: str
    held: bool


class Figures:
    """The lines of one test, written down at its end whatever happened."""

    def __init__(self) -> None:
        self.lines: list[Figure] = []

    def add(self, name: str, value: object, *, aim: str = "", held: bool = True) -> None:
        """Note a figure; one that does not hold fails the drill at its end, so that the others are still seen."""
        shown = (
            f"{value:,.2f}"
            if isinstance(value, float)
            else f"{value:,}"
            if isinstance(value, int)
            else str(value)
        )
        self.lines.append(Figure(name, shown, aim, held))

    def missed(self) -> list[Figure]:
        """Those that were not reached."""
        return [line for line in self.lines if not line.held]

    def save(self, drill: str, test: str) -> None:
        """Keep them beside those of the drill's other tests."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{drill}.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        known[test] = [asdict(line) for line in self.lines]
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1))


def read(drill: str) -> list[Figure]:
    """All lines that a drill has written."""
    path = FOLDER / f"{drill}.json"
    known: dict[str, list[dict[str, object]]] = json.loads(path.read_text()) if path.exists() else {}
    return [Figure(**line) for lines in known.values() for line in lines]  # type: ignore[arg-type]  # as saved


def forget(drill: str) -> None:
    """Before a drill runs again."""
    (FOLDER / f"{drill}.json").unlink(missing_ok=True)
