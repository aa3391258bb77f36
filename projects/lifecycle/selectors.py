"""Questions about projects."""

from __future__ import annotations

import re
from collections import Counter

from django.db.models import QuerySet
from django.utils import timezone

from projects.models import Organization, Project, User


def seen_parent(project: Project, viewer: User) -> Project | None:
    """The project above, for those who see it; to all others neither its name nor that it is there is told. One query."""
    if project.parent_id is None:
        return None
    return Project.objects.visible_to(viewer).filter(pk=project.parent_id).first()


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
