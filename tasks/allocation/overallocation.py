"""Who has more than the whole of a day: for rows, drawers and the answer to an edit. One query, whatever is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import day_number, day_of
from resources.models import Resource
from tasks.allocation.rules import days_text, name_text, percent
from tasks.models import ResourceLoad
from tasks.plan.arrays import arrays_cursor

if TYPE_CHECKING:
    from datetime import date

    from tasks.plan.outcome import PlanChange

#: So many people are named in one warning.
MOST_NAMED: Final = 2
#: So many days of one person are listed beside a task.
MOST_DAYS: Final = 5
_FEATURE: Final = "RESOURCE_MANAGEMENT"


class OverallocatedDay(NamedTuple):
    """A day with more planned than there is; a capacity of 0 is a day off."""

    day: int
    planned: int
    capacity: int


class Overallocated(NamedTuple):
    """A resource on one or several days that are too full."""

    resource_id: int
    name: str
    kind: str
    days: int
    first: int
    last: int
    #: The fullest of them; 0 where all are days off.
    percent: int

    @property
    def text(self) -> str:
        """130%, or that they are days off."""
        return f"{self.percent}%" if self.percent else _("休日")

    @property
    def sentence(self) -> str:
        """Who, when and how much."""
        values = {
            "who": name_text(self.name, self.kind),
            "days": days_text((self.first, self.last)),
            "count": self.days,
            "percent": self.percent,
        }
        if not self.percent:
            return _("%(who)sは%(days)sに休みですが、予定があります。") % values
        if self.days == 1:
            return _("%(who)sは%(days)sに%(percent)d%%です。") % values
        return _("%(who)sは%(days)sの%(count)d日で最大%(percent)d%%です。") % values


def overallocated_days(
    resource_ids: Collection[int], first: date, last: date
) -> dict[int, list[OverallocatedDay]]:
    """The too full days of resources in a period."""
    found: dict[int, list[OverallocatedDay]] = defaultdict(list)
    rows = ResourceLoad.objects.filter(
        resource__in=list(resource_ids), grain="d", first_on__range=(first, last),
        planned_minutes__gt=F("capacity_minutes"),
    ).order_by("resource", "first_on")  # fmt: skip
    for pk, day, planned, capacity in rows.values_list(
        "resource_id", "first_on", "planned_minutes", "capacity_minutes"
    ):
        found[pk].append(OverallocatedDay(day_number(day), planned, capacity or 0))
    return dict(found)


def overallocated_by_task(project_id: int, task_ids: Collection[int]) -> dict[int, list[Overallocated]]:
    """The people of tasks who are too full on a day on which they work on it, whatever else fills it."""
    if not settings.FEATURES[_FEATURE] or not task_ids:
        return {}
    with connection.cursor() as cursor:
        # Dates that are made before the join are compared in the index; made within it, they leak past a row policy
        # and are compared only behind it, with every full day of everybody.
        cursor.execute(
            """
            WITH loads AS MATERIALIZED (
                SELECT task_id, resource_id, days, DATE '1970-01-01' + days[1] AS first_on,
                    DATE '1970-01-01' + days[cardinality(days)] AS last_on
                FROM assignment_loads WHERE project_id = %s AND task_id = ANY(%s::bigint[])
            )
            SELECT loads.task_id, resources.id, resources.name, resources.kind, busy.count, busy.first, busy.last,
                busy.percent
            FROM loads
            CROSS JOIN LATERAL (
                SELECT count(*), min(first_on) - DATE '1970-01-01' AS first,
                    max(first_on) - DATE '1970-01-01' AS last,
                    COALESCE(max(round(100.0 * planned_minutes / NULLIF(capacity_minutes, 0))), 0)::int AS percent
                FROM resource_loads
                WHERE resource_id = loads.resource_id AND grain = 'd' AND planned_minutes > capacity_minutes
                    AND first_on BETWEEN loads.first_on AND loads.last_on
                    AND first_on - DATE '1970-01-01' = ANY(loads.days)
            ) AS busy
            JOIN resources ON resources.id = loads.resource_id
            WHERE busy.count > 0 ORDER BY loads.task_id, resources.id
            """,
            [project_id, list(task_ids)],
        )
        found: dict[int, list[Overallocated]] = defaultdict(list)
        for task_id, *rest in cursor.fetchall():
            found[task_id].append(Overallocated(*rest))
    return dict(found)


def overallocated_ids(project_id: int, only: Collection[int] | None = None) -> list[int]:
    """The tasks of a plan, or some of them, of which a resource is too full on a day on which it works on them; one query."""
    if not settings.FEATURES[_FEATURE]:
        return []
    among = "" if only is None else "AND task_id = ANY(%(only)s::bigint[])"
    with connection.cursor() as cursor:
        # Day by day, since both sides can then be hashed: thousands of arrays that are compared cost five times as much.
        cursor.execute(
            f"""
            WITH loads AS MATERIALIZED (
                SELECT task_id, resource_id, unnest(days) AS day FROM assignment_loads
                WHERE project_id = %(project)s {among}
            ), busy AS MATERIALIZED (
                SELECT resource_id, first_on - DATE '1970-01-01' AS day FROM resource_loads
                WHERE resource_id IN (SELECT resource_id FROM loads) AND grain = 'd'
                    AND planned_minutes > capacity_minutes
            )
            SELECT DISTINCT loads.task_id FROM loads JOIN busy USING (resource_id, day)
            """,  # nosec B608  # one of two conditions of ours
            {"project": project_id, "only": list(only or ())},
        )
        return [task_id for (task_id,) in cursor.fetchall()]


class OverallocatedPerson(NamedTuple):
    """A person on one task, with the days of it on which they have too much; `more` are not listed."""

    over: Overallocated
    days: list[dict[str, Any]]
    more: int


def overallocated_people(project_id: int, task_id: int) -> list[OverallocatedPerson]:
    """Who of a task has too much, day by day; two queries where a person has, else one."""
    items = overallocated_by_task(project_id, [task_id]).get(task_id, [])
    if not items:
        return []
    first, last = min(item.first for item in items), max(item.last for item in items)
    days = overallocated_days([item.resource_id for item in items], day_of(first), day_of(last))
    found = []
    for item in items:
        own = [day for day in days.get(item.resource_id, ()) if item.first <= day.day <= item.last]
        listed = [
            {"on": day_of(day.day), "percent": percent(day.planned, day.capacity)} for day in own[:MOST_DAYS]
        ]
        found.append(OverallocatedPerson(item, listed, len(own) - len(listed)))
    return found


def tasks_beside(change: PlanChange) -> frozenset[int]:
    """Tasks of a plan that share people and days with a change of it: their marks may differ now."""
    people = change.busy
    if not people or not settings.FEATURES[_FEATURE]:
        return frozenset()
    with arrays_cursor() as cursor:
        cursor.execute(
            """
            SELECT array_agg(loads.task_id) FROM assignment_loads AS loads
            JOIN unnest(%s::bigint[], %s::int[], %s::int[]) AS changed(resource_id, first, last)
                ON changed.resource_id = loads.resource_id
            WHERE loads.project_id = %s AND loads.days[1] <= changed.last
                AND loads.days[cardinality(loads.days)] >= changed.first
            """,
            [
                list(people),
                [first for first, _ in people.values()],
                [last for _, last in people.values()],
                change.project.pk,
            ],
        )
        (found,) = cursor.fetchone() or (None,)
    return frozenset() if found is None else frozenset(found.tolist())


def worst(items: Iterable[Overallocated]) -> Overallocated | None:
    """The one to show where there is room for one."""
    return max(items, key=lambda item: (item.percent, item.days), default=None)


def warning(change: PlanChange) -> str:
    """What a change has filled too much, as a sentence or two; nothing when it has not."""
    items = change.overallocated if settings.FEATURES[_FEATURE] else ()
    people = sorted({item.resource_id for item in items})
    if not people:
        return ""
    sentences = []
    for resource in Resource.objects.filter(pk__in=people[:MOST_NAMED]).order_by("pk"):
        own = [item for item in items if item.resource_id == resource.pk]
        days = sorted(OverallocatedDay(item.day, item.planned, item.capacity) for item in own)
        sentences.append(_summed(resource, days).sentence)
    if len(people) > MOST_NAMED:
        sentences.append(_("ほかにも%(count)d人が100%%を超えます。") % {"count": len(people) - MOST_NAMED})
    return formats.sentences(sentences)


def _summed(resource: Resource, days: Sequence[OverallocatedDay]) -> Overallocated:
    peak = max(percent(day.planned, day.capacity) for day in days)
    return Overallocated(
        resource.pk, resource.name, resource.kind, len(days), days[0].day, days[-1].day, peak
    )
