"""What a filtered or sorted sheet does not do to the tree: rows that the user does not see are not passed, and take no rows under them.

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
    from tasks.sheet.visible import VisibleRows


def _check_order(visible: VisibleRows) -> None:
    """Raises RuleBrokenError on a sorted sheet: what stands beside a row there is not what stands beside it in the plan."""
    if visible.ordered:
        raise RuleBrokenError(
            _(
                "並べ替えた表では、となりの行が計画での並びと違うため、行の追加、移動、階層の変更はできません。並べ替えを解除してください。"
            )
        )


def check_adding(request: SignedInRequest, project: Project) -> None:
    """Raises RuleBrokenError where a row would come between two that are not neighbours in the plan."""
    _check_order(visible_to(request, project))


def check_moves(request: SignedInRequest, project: Project) -> None:
    """Raises RuleBrokenError where rows are hidden by a filter, which what moves might pass, and on a sorted sheet."""
    visible = visible_to(request, project)
    _check_order(visible)
    if visible.filtered and visible.hidden:
        raise RuleBrokenError(
            _(
                "絞り込みで隠れている行を飛び越えるため、動かせません。F3 ですべて表示してから動かしてください。"
            )
        )


def check_levels(request: SignedInRequest, project: Project, ids: Collection[int], *, outwards: bool) -> None:
    """Raises RuleBrokenError where a row would come under one that the filter hides, or hidden rows under it, and on a sorted sheet."""
    visible = visible_to(request, project)
    _check_order(visible)
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
