"""Which rows of a plan a program asks for, and what each says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from reports.api.refusals import UnreadableError
from reports.api.values import TREE, in_json
from tasks.models import Task
from tasks.sheet.filtering.matching import rows_found
from tasks.sheet.filtering.reading import read_text
from tasks.sheet.filtering.words import Asked
from tasks.sheet.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project, User
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.look import Look


def rows_asked(
    project: Project, user: User, columns: Sequence[Column], filter_text: str, *, cursor: int, limit: int
) -> tuple[list[Row], int | None]:
    """The rows behind a row number that a filter finds, and the number behind which more of them stand.

    One query, one for each source of the columns, and those of the filter. Raises UnreadableError.
    """
    on = timezone.localdate()
    found = _numbered(project, user, filter_text, cursor, limit)
    rows = rows_of(project, [pk for pk, _row in found[:limit]], (*columns, TREE), on=on)
    return list(rows.values()), found[limit - 1][1] if len(found) > limit else None


def _numbered(
    project: Project, user: User, filter_text: str, cursor: int, limit: int
) -> list[tuple[int, int]]:
    """Ids and row numbers, one more than were asked for where there are more."""
    if not filter_text.strip():
        tasks = Task.objects.filter(project=project, deleted_at__isnull=True, row_number__gt=cursor)
        rows = tasks.order_by("row_number").values_list("pk", "row_number")[: limit + 1]
        return [(pk, row or 0) for pk, row in rows]
    reading = read_text(filter_text, project, user)
    if reading.problems:
        raise UnreadableError(" ".join(reading.problems), field="filter")
    found = rows_found(reading.filter, Asked(project, user, timezone.localdate()))
    return [each for each in found if each[1] > cursor][: limit + 1]


def task_out(row: Row, columns: Sequence[Column], look: Look) -> dict[str, Any]:
    """A row as programs read it."""
    return {
        "id": row.id, "row": row.row_number, "level": row.outline_level, "code": row.wbs_code, "parent_id": row.parent_id,
        "is_summary": row.is_summary, "is_milestone": row.is_milestone,
        "values": {column.name: in_json(column, row, look) for column in columns},
    }  # fmt: skip
