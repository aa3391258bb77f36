"""Names that are no one's here: what is decided for each, as the previews of pastes and of files send it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tasks.pasting.reader import NEW, OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PERSON: Final = re.compile(r"who-(\d{1,4})")
_LONGEST_NAME: Final = 500


def decided_names(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names as they were written, each with NEW, OUT or the digits of a resource's id; what was left open is not among them."""
    for field in data:
        found = _PERSON.fullmatch(field)
        name = data.get(f"name-{found[1]}", "")[:_LONGEST_NAME] if found else ""
        decided = str(data[field])
        is_id = decided.isascii() and decided.isdigit() and len(decided) < 19
        if name and (decided in {NEW, OUT} or is_id):
            yield name, decided
