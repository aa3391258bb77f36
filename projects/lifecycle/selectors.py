"""Questions about projects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from projects.models import Organization, Project

#: A project with all below it, five levels at most; progress weighs each with its own work.
_PROGRESS = """
WITH RECURSIVE family (root, id) AS (
    SELECT id, id FROM projects WHERE id = ANY (%s)
    UNION ALL
    SELECT family.root, child.id FROM family
      JOIN projects child ON child.parent_id = family.id
     WHERE child.deleted_at IS NULL AND child.status <> 'cancelled'
)
SELECT root, sum(p.progress_percentage * p.progress_weight), sum(p.progress_weight)
  FROM family JOIN projects p ON p.id = family.id GROUP BY root
"""


def progress_with_children(project_ids: Collection[int]) -> dict[int, int]:
    """Percent done of each project, its sub-projects included; one query."""
    if not project_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(project_ids)])
        rows = cursor.fetchall()
    return {root: _percent(int(done or 0), int(weight or 0)) for root, done, weight in rows}


def _percent(done: int, weight: int) -> int:
    """Half up; 100 only when all of it is done."""
    if not weight:
        return 0
    percent = (2 * done + weight) // (2 * weight)
    return 99 if percent == 100 and done < 100 * weight else percent


def deleted_projects(organization: Organization) -> QuerySet[Project]:
    """What an admin can bring back, the latest first."""
    return Project.objects.filter(organization=organization, deleted_at__isnull=False).order_by(
        "-deleted_at", "-pk"
    )


def newest_code(organization: Organization) -> str:
    """The code that the next one should look like: the newest in the form that most of the latest fifty have.

    A project that a job made has a code of its own kind, which says nothing about the next one.
    """
    codes = Project.objects.alive().filter(organization=organization).order_by("-created_at", "-pk")
    latest = list(codes.values_list("code", flat=True)[:50])
    forms = Counter(_form_of(code) for code in latest)
    if not forms:
        return f"PRJ-{timezone.localdate().year}-001"
    usual = forms.most_common(1)[0][0]
    return next(code for code in latest if _form_of(code) == usual)


def free_code(organization: Organization, *, like: str) -> str:
    """A code of the same form that is not in use: PRJ-2026-015 after PRJ-2026-014."""
    stem, digits = re.fullmatch(r"(.*?)(\d*)", like).groups()  # type: ignore[union-attr]  # matches anything
    taken = set(
        Project.objects.alive()
        .filter(organization=organization, code__startswith=stem)
        .values_list("code", flat=True)
    )
    number, width = int(digits or 1), len(digits)
    while f"{stem}{number:0{width}d}" in taken or (not digits and f"{stem}-{number}" in taken):
        number += 1
    return f"{stem}{number:0{width}d}" if digits else f"{stem}-{number}"


def _form_of(code: str) -> str:
    return re.sub(r"\d+", "0", code)
