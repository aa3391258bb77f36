"""No person is given twice the work of a day, whichever projects it comes from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.moments import day_of
from resources.models import Resource, ResourceKind
from tasks.allocation.store import beside
from tasks.allocation.sums import deltas_of
from tasks.models import Task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from projects.models import User
    from tasks.allocation.store import LoadChange
    from tasks.allocation.sums import Total, Totals

#: This share of a day's capacity and more is refused; more than 100 % is a warning.
REFUSED_PERCENT: Final = 200
#: So many other tasks are named; the rest is a number.
MOST_NAMED: Final = 3
#: Of so many of a person's other tasks it is known whether the actor sees them.
MOST_OTHERS: Final = 50
#: So many people have a sentence of their own where one is said for all; of the others so many are named.
MOST_TOLD, MOST_PEOPLE_NAMED = 3, 20


class Overfull(NamedTuple):
    """A resource with twice the work of a day or more, what is said of it, and the tasks of the change that fill these days."""

    who: str
    sentence: str
    task_ids: Collection[int]


class DoubleLoadError(RuleBrokenError):
    """People would have twice the work of a day or more: it names all of them, and `refusals` say it of each task."""

    def __init__(self, full: Sequence[Overfull]) -> None:
        super().__init__(_of_all(full), field="assignees")
        said: dict[int, list[str]] = {}
        for each in full:
            for task_id in each.task_ids:
                said.setdefault(task_id, []).append(each.sentence)
        self.refusals = [
            (pk, RuleBrokenError(" ".join(sentences), field="assignees")) for pk, sentences in said.items()
        ]


def _of_all(full: Sequence[Overfull]) -> str:
    told, others = full[:MOST_TOLD], full[MOST_TOLD:]
    sentences = [each.sentence for each in told]
    if others:
        names = [each.who for each in others[:MOST_PEOPLE_NAMED]]
        if len(others) > MOST_PEOPLE_NAMED:
            names.append(_("ほか%(count)d人") % {"count": len(others) - MOST_PEOPLE_NAMED})
        sentences.append(
            _("%(people)sにも、%(percent)d%%以上になる日があります。")
            % {"people": _("、").join(names), "percent": REFUSED_PERCENT}
        )
    return " ".join(sentences)


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
    for items in days.values():
        items.sort(key=lambda item: item.day)
    first = sorted(days.items(), key=lambda pair: (pair[1][0].day, pair[0]))
    raise DoubleLoadError(_told(dict(first), by_hand, changes, actor))


def _told(
    days: Mapping[int, Sequence[Total]], by_hand: Sequence[LoadChange], changes: Sequence[LoadChange], actor: User
) -> list[Overfull]:  # fmt: skip
    """What is said of each resource, in their order. Three queries, whatever their number."""
    full = {pk: {item.day for item in items} for pk, items in days.items()}
    mine: dict[int, set[int]] = {pk: set() for pk in days}
    filling: dict[int, set[int]] = {pk: set() for pk in days}
    for change in changes:
        if change.resource_id in mine and change.new.days:
            mine[change.resource_id].add(change.task_id)
    for change in by_hand:
        if change.resource_id in full and full[change.resource_id] & set(change.new.days):
            filling[change.resource_id].add(change.task_id)
    others = _others(full, mine, actor)
    known = Resource.objects.in_bulk(list(days))
    return [
        Overfull(named(known[pk]), _sentence(named(known[pk]), items, others[pk]), filling[pk])
        for pk, items in days.items()
    ]


def _sentence(who: str, items: Sequence[Total], others: str) -> str:
    peak = max(percent(item.planned, item.capacity) for item in items)
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


def _others(
    days: Mapping[int, Collection[int]], mine: Mapping[int, Collection[int]], actor: User
) -> dict[int, str]:
    """By resource what else is on these days: tasks that the actor sees by name, the others as "ほかのプロジェクト"."""
    found = beside(days, mine, limit=MOST_OTHERS)
    ids = {task_id for task_ids in found.values() for task_id in task_ids}
    seen = dict(Task.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))
    return {pk: _names(found.get(pk, ()), seen) for pk in days}


def _names(ids: Sequence[int], seen: Mapping[int, str]) -> str:
    names = [_("「%(name)s」") % {"name": seen[pk]} for pk in ids if pk in seen]
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(_("ほか%(count)d件") % {"count": len(names) - MOST_NAMED})
    if len(names) < len(ids):
        shown.append(_("ほかのプロジェクト"))
    return _("、").join(shown)
