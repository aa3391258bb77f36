"""Settings of the project that a step has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.undo.rows import PROJECTS, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.undo.rows import RowChange, Values


def settings_before(changes: Iterable[RowChange]) -> tuple[Values, bool]:
    """What the project is set back to, and whether it stays since another change has set it: settings hang together."""
    for each in changes:
        if each.kind == PROJECTS:
            before, after = each.before or {}, each.after or {}
            now = read_rows(PROJECTS, {each.row_id}, after).get(each.row_id, {})
            is_held = any(now.get(name) != value for name, value in after.items())
            return ({}, True) if is_held else ({name: before[name] for name in after}, False)
    return {}, False
