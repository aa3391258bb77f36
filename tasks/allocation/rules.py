"""No person is given twice the work of a day, whichever projects it comes from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.moments import day_of
from resources.models import Resource, ResourceKind
from tasks.allocation.sums import deltas_of
from tasks.models import AssignmentLoad, Task

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from projects.models import User
    from tasks.allocation.store import LoadChange
    from tasks.allocation.sums import Total, Totals

#: This share of a day's capacity and more is refused; more than 100 % is a warning.
REFUSED_PERCENT: Final = 200
#: So many other tasks are named; the rest is a number.
MOST_NAMED: Final = 3


class DoubleLoadError(RuleBrokenError):
    """A person would have twice the work of a day or more; `task_ids` are those of the change that fill these days."""

    def __init__(self, message: str, task_ids: Collection[int]) -> None:
        super().__init__(message, field="assignees")
        self.task_ids = task_ids


def percent(planned: int, capacity: int) -> int:
    """Utilization in whole percent; a day without capacity has none, so callers say "休み" there."""
    return round(100 * planned / capacity) if capacity else 0


def refuse_double_load(
    totals: Totals, by_hand: Sequence[LoadChange], changes: Sequence[LoadChange], actor: User
) -> None:
    """Refuse what a person does to a task by hand when a day of a resource rises to 200 % or more.

    Tasks that are only pushed along may do so, and a day on which a person is away has no percentage: both warn.
    """
    is_double = (totals.rise > 0) & (totals.capacity > 0)
    is_double &= 100 * totals.planned >= REFUSED_PERCENT * totals.capacity
    over = totals.some(is_double)
    if over:
        deltas = deltas_of(by_hand)
        fuller = set(zip(*(column[deltas.minutes > 0].tolist() for column in deltas[:2]), strict=True))
        over = [item for item in over if (item.resource_id, item.day) in fuller]
    if not over:
        return
    days: dict[int, list[Total]] = defaultdict(list)
    for item in over:
        days[item.resource_id].append(item)
    resource_id, items = min(days.items(), key=lambda pair: (min(item.day for item in pair[1]), pair[0]))
    items.sort(key=lambda item: item.day)
    mine = {change.task_id for change in changes if change.resource_id == resource_id and change.new.days}
    full = {item.day for item in items}
    filling = {
        change.task_id
        for change in by_hand
        if change.resource_id == resource_id and full & set(change.new.days)
    }
    raise DoubleLoadError(_sentence(Resource.objects.get(pk=resource_id), items, mine, actor), filling)


def _sentence(resource: Resource, items: Sequence[Total], mine: set[int], actor: User) -> str:
    who = named(resource)
    peak = max(percent(item.planned, item.capacity) for item in items)
    others = _others(resource.pk, [item.day for item in items], mine, actor)
    values = {"who": who, "days": days_text([item.day for item in items]), "percent": peak, "others": others}
    if not others:
        return (
            _(
                "%(who)sは%(days)sに%(percent)d%%になるため、割り当てられません。割当%%を下げるか、日を変えてください。"
            )
            % values
        )
    return (
        _(
            "%(who)sは%(days)sに%(percent)d%%になるため、割り当てられません（%(others)sと重なります）。日を変えるか、ほかの人に割り当ててください。"
        )
        % values
    )


def named(resource: Resource) -> str:
    """A person with さん, a machine by its name."""
    return name_text(resource.name, resource.kind)


def name_text(name: str, kind: str) -> str:
    """The same from the columns."""
    return _("%(name)sさん") % {"name": name} if kind == ResourceKind.PERSON else name


def days_text(days: Sequence[int]) -> str:
    """12/7, or the first and the last of several days."""
    first, last = day_of(days[0]), day_of(days[-1])
    if first == last:
        return f"{first:%-m/%-d}"
    return _("%(first)s～%(last)s") % {"first": f"{first:%-m/%-d}", "last": f"{last:%-m/%-d}"}


def _others(resource_id: int, days: list[int], mine: set[int], actor: User) -> str:
    """What else is on these days: tasks that the person sees by name, the others as "ほかのプロジェクト"."""
    rows = AssignmentLoad.objects.filter(resource=resource_id, days__overlap=days).exclude(task_id__in=mine)
    ids = list(rows.order_by("project_id", "task_id").values_list("task_id", flat=True)[:50])
    seen = dict(Task.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))
    names = [_("「%(name)s」") % {"name": seen[pk]} for pk in ids if pk in seen]
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(_("ほか%(count)d件") % {"count": len(names) - MOST_NAMED})
    if len(seen) < len(ids):
        shown.append(_("ほかのプロジェクト"))
    return _("、").join(shown)
