"""What a filtered sheet does not do to the tree: rows that the user does not see are not passed, and take no rows under them.

Excel and Microsoft Project do such things beside what is seen, and the user finds out later; here they are refused with the reason. What
has one place for those who see a part of the rows is done: a row above another, a row that is deleted, values of the rows that are seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import Task
from tasks.sheet.filtering.reading import visible_to

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.models import Project
    from projects.requests import SignedInRequest


def check_moves(request: SignedInRequest, project: Project) -> None:
    """Raises RuleBrokenError where rows are hidden by a filter: what moves might pass them."""
    visible = visible_to(request, project)
    if visible.filtered and visible.hidden:
        raise RuleBrokenError(
            _(
                "絞り込みで隠れている行を飛び越えるため、動かせません。F3 ですべて表示してから動かしてください。"
            )
        )


def check_levels(request: SignedInRequest, project: Project, ids: Collection[int], *, outwards: bool) -> None:
    """Raises RuleBrokenError where a row would come under one that the filter hides, or hidden rows under it."""
    visible = visible_to(request, project)
    if not visible.filtered or not visible.hidden:
        return
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, pk__in=ids)
    places = rows.values_list(
        "row_number", "descendant_count", "parent__row_number", "parent__descendant_count"
    )
    for row, below, head, in_branch in places:
        if outwards:
            first, last = (row or 0) + below + 1, (head or 0) + (in_branch or 0)
        else:
            first = last = (row or 0) - 1
        if last >= max(first, 1) and visible.hides(max(first, 1), last):
            raise RuleBrokenError(
                _(
                    "となりの行が絞り込みで隠れているため、階層を変えられません。F3 ですべて表示してから変えてください。"
                )
            )
