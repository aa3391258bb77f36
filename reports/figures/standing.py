"""How far projects are and should be, sub-projects included: the one source of progress for every page, list, curve, row and report.

A project holds its sub-projects, so its progress is theirs too, each weighed by its planned work; cancelled ones add nothing.
All of them count for each reader: a figure must not depend on what its reader may open.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from projects import caching
from projects.models import Project, ProjectStatus
from reports.figures.percent import percent
from reports.figures.selectors import figures_of, figures_of_organization, figures_of_project

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from reports.figures.selectors import ProjectFigures

#: Pairs of a project and one that it holds, itself included; five levels at most. Reads `roots`.
FAMILIES: Final = """
    SELECT id AS root, id FROM roots
    UNION ALL
    SELECT family.root, child.id FROM family JOIN projects child ON child.parent_id = family.id
     WHERE child.deleted_at IS NULL AND child.status <> 'cancelled'
"""
_MEMBERS: Final = f"""
WITH RECURSIVE roots AS (SELECT id FROM projects WHERE id = ANY (%s)), family (root, id) AS ({FAMILIES})
SELECT family.root, p.id, p.progress_percentage, p.progress_weight
  FROM family JOIN projects p ON p.id = family.id
"""  # nosec B608  # fixed texts


class Member(NamedTuple):
    """A project as a part of one that holds it: its own progress in percent, and its planned minutes."""

    id: int
    progress: int
    weight: int


class Standing(NamedTuple):
    """How far a project is, and where it should be by tonight, in percent; no plan while it is not under way."""

    progress: int = 0
    plan: int | None = None

    @property
    def difference(self) -> int | None:
        """Points ahead of the plan; negative behind it."""
        return None if self.plan is None else self.progress - self.plan


def standing_of_project(project: Project) -> Standing:
    """Of one project; one query while nothing has changed."""
    family = family_of(project)
    own = len(family) == 1
    figures = {project.pk: figures_of_project(project)} if own else figures_of([each.id for each in family])
    return _standing(project.status, family, figures)


def family_of(project: Project) -> list[Member]:
    """A project and all that it holds; one query."""
    return _families([project.pk])[project.pk]


def standings_of_organization(organization_id: int) -> dict[int, Standing]:
    """Of all its projects; remembered until a list shows something else."""

    def ask() -> dict[int, Standing]:
        alive = Project.objects.alive().filter(organization=organization_id)
        statuses = dict(alive.values_list("pk", "status"))
        families, figures = _families(list(statuses)), figures_of_organization(organization_id)
        return {pk: _standing(status, families[pk], figures) for pk, status in statuses.items()}

    return caching.per_organization(organization_id, "project:list", "standings", ask)


def _families(project_ids: Collection[int]) -> dict[int, list[Member]]:
    families: dict[int, list[Member]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [list(project_ids)])
        for root, *member in cursor.fetchall():
            families[root].append(Member(*member))
    return families


def _standing(status: str, family: Iterable[Member], figures: Mapping[int, ProjectFigures]) -> Standing:
    family = list(family)
    done = sum(each.progress * each.weight for each in family)
    parts = [figures[each.id] for each in family if each.id in figures]
    due = sum(each.weight for each in parts)
    planned = sum(each.planned for each in parts)
    plan = percent(planned, due) if due and status == ProjectStatus.ACTIVE else None
    return Standing(percent(done, 100 * sum(each.weight for each in family)), plan)
