"""The one answer to a change of a plan: it says everything that follows, whatever was changed and wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.htmx import is_fragment, toast
from tasks.allocation.overallocation import warning
from tasks.models import Task
from tasks.plan.actions.membership import joined_words
from tasks.plan.refusals import refused

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange

#: So many tasks are named in one sentence about deadlines.
MOST_NAMED: Final = 2


class AnswerFace(Protocol):
    """Where a plan is shown: the sheet, the chart, the drawer of a task, a list."""

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """What it shows differently after a change."""

    def page(self, change: PlanChange) -> str:
        """The address of its whole page, for a browser without scripts."""


def answer(
    request: SignedInRequest, change: PlanChange, *, face: AnswerFace, said: str, undo: str = ""
) -> HttpResponse:
    """Say what was done and what follows from it, and show it. `undo` is an address that takes it back by POST."""
    tell(request, change)
    if is_fragment(request):
        return face.draw(request, change, said=said)
    if said:
        toast(request, said, undo=undo)
    return redirect(face.page(change))


def tell(request: SignedInRequest, change: PlanChange) -> None:
    """What a planner has to know beside what they did: seen, and not only spoken."""
    for text in (joined_words(change.joined), change.rebalanced):
        if text:
            toast(request, text)
    for text in warnings_of(change):
        toast(request, text, level="error")


def warnings_of(change: PlanChange) -> list[str]:
    """What a change has broken that was kept before: capacity of people, links, deadlines."""
    said = (warning(change), *(str(refused(error)) for error in change.conflicts), deadlines(change))
    return [text for text in said if text]


def deadlines(change: PlanChange) -> str:
    """Which tasks have begun to miss their deadlines; one query where there is one."""
    if not change.missed_deadlines:
        return ""
    tasks = Task.objects.filter(pk__in=change.missed_deadlines[:MOST_NAMED]).order_by("row_number")
    names = _("、").join(
        _("「%(name)s」") % {"name": f"{task.wbs_code} {task.name}".strip()} for task in tasks
    )
    more = len(change.missed_deadlines) - MOST_NAMED
    if more > 0:
        return _("%(tasks)sなど%(count)d件のタスクが期限に間に合わなくなりました。") % {
            "tasks": names, "count": more + MOST_NAMED
        }  # fmt: skip
    return _("%(tasks)sが期限に間に合わなくなりました。") % {"tasks": names}
