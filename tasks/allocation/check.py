"""The loads of a company against its plans: compared every night, repaired, and what differed is kept."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from projects.models import Project
from projects.rls import scope
from projects.worktime.moments import day_number, day_of
from resources.models import Resource
from tasks.allocation.capacity import capacity_of
from tasks.allocation.loads import refresh_project
from tasks.allocation.sums import Row, add_rows, rows_from
from tasks.models import Assignment, AssignmentLoad, ResourceLoad, UtilizationCheck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

logger = logging.getLogger(__name__)

#: Resources whose sums are compared in one transaction.
CHUNK: Final = 100
#: So many differences are kept with a check; all are logged.
KEPT_DIFFERENCES: Final = 200


class LoadDifference(NamedTuple):
    """A sum or a capacity that was not what the plans say."""

    resource_id: int
    grain: str
    first_on: str
    kept: int
    rebuilt: int


def check_utilization(organization_id: int, *, repairs: bool = True) -> list[LoadDifference]:
    """Compare, repair and keep the result. Each project and each group of people in a transaction of its own.

    When it is stopped half way, what was repaired is right, and the next run finds the rest.
    """
    found: list[LoadDifference] = []
    for project_id in _project_ids(organization_id):
        found += _check_project(organization_id, project_id, repairs=repairs)
    for resource_ids in _resource_chunks(organization_id):
        found += _check_sums(organization_id, resource_ids, repairs=repairs)
    for item in found:
        logger.warning("utilization of resource %s differed, %s %s: kept %s, by the plans %s minutes", *item)
    if repairs:
        with scope.scope([organization_id]):
            UtilizationCheck.objects.create(
                organization_id=organization_id,
                compared_count=ResourceLoad.objects.filter(organization=organization_id).count(),
                difference_count=len(found),
                differences=[list(item) for item in found[:KEPT_DIFFERENCES]],
            )
    return found


def _project_ids(organization_id: int) -> list[int]:
    with scope.scope([organization_id]):
        rows = Project.objects.filter(
            Q(Exists(Assignment.objects.filter(project=OuterRef("pk"))))
            | Q(Exists(AssignmentLoad.objects.filter(project=OuterRef("pk")))),
            organization=organization_id,
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))


def _resource_chunks(organization_id: int) -> Iterator[list[int]]:
    with scope.scope([organization_id]):
        rows = Resource.objects.filter(organization=organization_id).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


def _check_project(organization_id: int, project_id: int, *, repairs: bool) -> list[LoadDifference]:
    """What the assignments of a project have put in, against its plan."""
    with scope.scope([organization_id]):
        try:
            totals = refresh_project(project_id)
        except Project.DoesNotExist:
            return []  # purged meanwhile
        if not repairs:
            transaction.set_rollback(True)
    return [
        LoadDifference(item.resource_id, "d", f"{day_of(item.day)}", item.planned - item.rise, item.planned)
        for item in totals
    ]


def _check_sums(organization_id: int, resource_ids: Sequence[int], *, repairs: bool) -> list[LoadDifference]:
    """The sums of some resources against what the assignments have put in, and their capacities.

    Repaired by the difference, as everybody adds: a change that comes in between keeps its effect.
    """
    with scope.scope([organization_id]):
        wrong = [*_wrong_sums(resource_ids), *_wrong_capacities(organization_id, resource_ids)]
        if repairs:
            capacity = capacity_of(resource_ids, organization_id=organization_id)
            keys: dict[tuple[int, str, int], int] = {}
            for item, minutes in wrong:
                key = (item.resource_id, item.grain, day_number(date.fromisoformat(item.first_on)))
                keys[key] = keys.get(key, 0) + minutes
            rows: list[Row] = [
                (pk, grain, day, minutes, capacity.day(pk, day) if grain == "d" else None)
                for (pk, grain, day), minutes in keys.items()
            ]
            add_rows(rows_from(rows), organization_id=organization_id)
    return [item for item, _ in wrong]


def _wrong_sums(resource_ids: Sequence[int]) -> list[tuple[LoadDifference, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH put AS (
                SELECT resource_id, DATE '1970-01-01' + day AS day, sum(needed) AS minutes
                FROM assignment_loads, unnest(days, minutes) AS each(day, needed)
                WHERE resource_id = ANY(%(ids)s::bigint[]) GROUP BY 1, 2
            ), wanted AS (
                SELECT resource_id, grain, first_on, sum(minutes) AS minutes
                FROM put, LATERAL (VALUES ('d', day), ('w', date_trunc('week', day)::date),
                                          ('m', date_trunc('month', day)::date)) AS each(grain, first_on)
                GROUP BY 1, 2, 3
            ), kept AS (
                SELECT resource_id, grain, first_on, planned_minutes FROM resource_loads
                WHERE resource_id = ANY(%(ids)s::bigint[])
            )
            SELECT resource_id, grain, first_on, COALESCE(planned_minutes, 0), COALESCE(minutes, 0)
            FROM wanted FULL JOIN kept USING (resource_id, grain, first_on)
            WHERE planned_minutes IS DISTINCT FROM minutes ORDER BY 1, 2, 3
            """,
            {"ids": list(resource_ids)},
        )
        return [
            (LoadDifference(pk, grain, f"{day}", int(kept), int(wanted)), int(wanted) - int(kept))
            for pk, grain, day, kept, wanted in cursor.fetchall()
        ]


def _wrong_capacities(organization_id: int, resource_ids: Sequence[int]) -> list[tuple[LoadDifference, int]]:
    capacity = capacity_of(resource_ids, organization_id=organization_id)
    rows = ResourceLoad.objects.filter(resource__in=list(resource_ids), grain="d").order_by("pk")
    return [
        (LoadDifference(pk, "d", f"{day}", kept or 0, right), 0)
        for pk, day, kept in rows.values_list("resource_id", "first_on", "capacity_minutes")
        if (right := capacity.day(pk, day_number(day))) != kept
    ]


def refresh_organization(organization_id: int) -> None:
    """All loads and capacities of a company anew, after its calendars have changed."""
    for project_id in _project_ids(organization_id):
        _check_project(organization_id, project_id, repairs=True)
    for resource_ids in _resource_chunks(organization_id):
        _check_sums(organization_id, resource_ids, repairs=True)
