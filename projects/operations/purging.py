"""Removing for good, after the retention period. The owner does it: the site may not remove its record."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from projects.changes import changing_organization
from projects.models import Organization, Project
from projects.permissions import System
from projects.rls import scope


def purge_projects(*, older_than: timedelta, dry_run: bool = False) -> list[str]:
    """Remove projects deleted longer ago than this, with all that belongs to them; return code and name of each.

    The organization's own record keeps that they were there, and when they went.
    """
    with transaction.atomic(using="owner"):
        rows = list(
            Project.objects.using("owner")
            .filter(deleted_at__lt=timezone.now() - older_than)
            .order_by("organization_id", "pk")
        )
        if not dry_run:
            # Children first: a parent is protected while it has any.
            for project in sorted(rows, key=lambda project: -project.pk):
                Project.objects.using("owner").filter(parent_id=project.pk).update(parent=None)
                project.delete(using="owner")
    if not dry_run:
        _record(rows)
    return [f"{project.code} {project.name}" for project in rows]


def _record(rows: list[Project]) -> None:
    for organization in Organization.objects.filter(pk__in={project.organization_id for project in rows}):
        with (
            scope.scope([organization.pk]),
            changing_organization(organization, actor=System("purge_projects")) as record,
        ):
            for project in rows:
                if project.organization_id == organization.pk:
                    record("project.purged", before={"code": project.code, "name": project.name})
