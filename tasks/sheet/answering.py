"""The sheet as it answers: rows in sections, or those alone that a change makes look different, with the chart beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from config.web.htmx import render
from projects.models import Project
from projects.permissions import Right, rights_in
from projects.requests import find_project
from tasks.allocation.overallocation import tasks_beside
from tasks.gantt.canvas import View, make_canvas
from tasks.gantt.page import drawn_changes, drawn_sections
from tasks.sheet.computing import summaries_above
from tasks.sheet.filtering.page import bar_of, context_of
from tasks.sheet.filtering.reading import visible_to
from tasks.sheet.forms import SheetWindowForm
from tasks.sheet.html import MARKS, cells_of, draw_rows, draw_sections
from tasks.sheet.look import make_look
from tasks.sheet.once import keep, once
from tasks.sheet.rows import rows_within
from tasks.sheet.sorting.heads import draw_heads
from tasks.sheet.viewing.reading import columns_in
from tasks.sheet.viewing.seen import Place

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange
    from tasks.sheet.visible import VisibleRows


def drawn_rows(
    request: SignedInRequest, project: Project, visible: VisibleRows, rights: Collection[Right], first: int,
    count: int,
    only: Collection[int] | None = None,
) -> str:  # fmt: skip
    """Sections of rows; or with `only` the rows of these tasks, which replace what is shown."""
    columns = tuple(each.column for each in columns_in(request, project, rights))
    rows = rows_within(
        project, visible, (*columns, MARKS), first=first, count=count, on=timezone.localdate(), only=only
    )
    marks_own = None if Right.EDIT_PLAN in rights else request.user.pk
    context = context_of(project, visible, request.user, rows)
    look = make_look(
        project,
        collapsed=visible.collapsed,
        marks_own=marks_own,
        context=context,
        flat_level=visible.flat_level,
    )
    cells = cells_of(columns)
    heads = draw_heads(
        project, visible, columns, first=first, count=count, on=timezone.localdate(), only=only
    )
    if only is not None:
        own = "".join(html for _place, html in heads)
        return mark_safe(f"<tbody>{own}{draw_rows(rows, cells, look)}</tbody>")  # nosec B308  # nosemgrep: markup-of-words  # every text in it is escaped
    count = min(count, visible.count - first)
    drawn = draw_sections(rows, cells, look, first=first, count=count, heads=heads)
    return mark_safe(drawn)  # nosec B308  # nosemgrep: markup-of-words  # every text in it is escaped


def answer_rows(
    request: SignedInRequest, project: Project, *, message: str = "", focus: int | None = None,
    only: Collection[int] | None = None, along: int = 0,
) -> HttpResponse:  # fmt: skip
    """What the page shows differently after a change, and a sentence about it."""
    first, count = SheetWindowForm(request.POST if request.method == "POST" else request.GET).window
    rights = rights_in(request.user, project)
    visible = visible_to(request, project)
    context = {
        "project": project,
        "total": visible.count,
        "message": message,
        "focus": focus,
        "drawn": drawn_rows(request, project, visible, rights, first, count, only),
        "along": along,
        "bar": bar_of(request, project, visible),
        # Another filter is asked for: its buttons follow.
        "is_sifted": "sift" in request.GET or "sift" in request.POST,
        **_pictures(request, project, visible, first, count, only),
    }
    return render(request, "tasks/sheet/page.html#wbs-part", context)


def _pictures(
    request: SignedInRequest, project: Project, visible: VisibleRows, first: int, count: int,
    only: Collection[int] | None,
) -> dict[str, Any]:  # fmt: skip
    """The same rows in the chart, where the page has one beside them: it then says at which scale."""
    asked = (request.POST if request.method == "POST" else request.GET).dict()
    if "zoom" not in asked or not settings.FEATURES["GANTT_CHART"]:
        return {}
    sheet = make_canvas(project, View.read(asked))
    if only is None:
        drawn = drawn_sections(project, visible, sheet, first=first, count=count)
    else:
        drawn = drawn_changes(project, visible, sheet, first=first, count=count, changed=only)
    return {"sheet": sheet, "pictures": drawn}


@dataclass(frozen=True)
class SheetFace:
    """The sheet as it answers a change: the rows that look different, or all that are shown after one of the tree."""

    #: The task that the cursor goes to.
    focus: int | None = None
    #: Whether rows may have come, gone or changed places.
    is_rearranged: bool = False
    #: Whether the page goes on with a new row behind that task: a plan is being typed.
    goes_on: bool = False
    #: A task that is drawn again whether it looks different or not.
    also: int | None = None
    #: Where a browser without scripts goes on.
    place: Place = Place.ALONE

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The changed rows of those that the page holds."""
        keep(request, change.project.pk, self.focus)
        changed = change.changed_ids | tasks_beside(change) | ({self.also} if self.also else set())
        changed |= summaries_above(change.project, change.edited_ids)
        only = None if self.is_rearranged else changed
        return answer_rows(
            request, change.project, message=said, focus=self.focus, only=only, along=change.along
        )

    def page(self, change: PlanChange) -> str:
        """The sheet, with the task beside it."""
        address = reverse(f"tasks:{self.place}", args=[change.project.pk])
        if self.goes_on:
            return f"{address}?focus={self.focus}&next=1"
        return f"{address}?task={self.focus}" if self.focus else address


def _made_before(request: SignedInRequest, project_id: int, focus: int | None) -> HttpResponse:
    return answer_rows(request, find_project(request, project_id), focus=focus)


#: For views that answer with the sheet: a change that is sent again is made once.
made_once = once(_made_before)
