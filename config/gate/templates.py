"""No line of a template is longer than a screen is wide: an attribute or an element a line, where they would be more."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
LONGEST: Final = 120


def long_lines(folder: Path) -> Iterator[str]:
    """Where such a line is, and how many characters it has."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > LONGEST:
                yield f"{path.relative_to(folder)}:{number}: {len(line)} characters"


if __name__ == "__main__":
    found = list(long_lines(PROJECT / "templates"))
    # An empty text would be a fault, too.
    sys.exit("\n".join(found) or None)
