"""Selected cells as other programs take them: which rows, which columns, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.pasting.clipboard.table import MOST_ROWS
from tasks.pasting.clipboard.writing import CopiedCell, as_html, as_text
from tasks.pasting.layout import NAME
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of
from tasks.sheet.selected import selected_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.look import Look
    from tasks.sheet.selected import Selected
    from tasks.sheet.visible import VisibleRows

_FIGURES: Final = frozenset(ValueKind) - {ValueKind.TEXT, ValueKind.NAME, ValueKind.DAY}


class Copied(NamedTuple):
    """What goes onto a clipboard."""

    html: str
    text: str
    rows: int


def copied(
    project: Project, visible: VisibleRows, chosen: Selected, columns: Sequence[Column], *, has_head: bool
) -> Copied:
    """The cells of the selected rows, from top to bottom. As many queries for one row as for thousands.

    Raises RuleBrokenError where more is selected than is pasted at once.
    """
    ids = selected_ids(project, visible, chosen, MOST_ROWS)
    if len(ids) > MOST_ROWS:
        raise RuleBrokenError(
            _("一度にコピーできるのは%(rows)d行までです。選択を狭めてください。") % {"rows": MOST_ROWS}
        )
    by_id = rows_of(project, ids, tuple(columns), on=timezone.localdate())
    found = list(by_id.values()) if visible.order is None else [by_id[pk] for pk in ids if pk in by_id]
    look = make_look(project)
    # A list without summaries has no levels.
    is_flat = visible.ordered is not None and visible.ordered.is_flat
    least = min((row.outline_level for row in found), default=1)
    depths = [0 if is_flat else row.outline_level - least for row in found]
    rows = [
        [_cell(column, row, look, depth) for column in columns]
        for row, depth in zip(found, depths, strict=True)
    ]
    heads = [column.title for column in columns] if has_head else []
    return Copied(as_html(rows, heads), as_text(rows, heads), len(rows))


def _cell(column: Column, row: Row, look: Look, depth: int) -> CopiedCell:
    text = column.text_of(row, look)
    day = column.value_of(row, look) if column.kind is ValueKind.DAY else None
    return CopiedCell(text, day, column.kind in _FIGURES, depth if column.name == NAME else 0)
