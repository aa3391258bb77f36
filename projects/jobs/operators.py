"""What operators do with jobs that failed for good: start them again, or be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery.exceptions import NotRegistered
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.jobs import enqueue
from projects.models import DeadJob, Organization, Project
from projects.rls import scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projects.models import User
    from projects.permissions import System

Resolution = DeadJob.Resolution


def start_again(*, dead: DeadJob, actor: System) -> None:
    """Ask for the job again; it may run twice without harm. Raises RuleBrokenError when it cannot be."""
    with transaction.atomic():
        row = _unresolved(dead)
        try:
            enqueue(row.name, **row.arguments)
        except NotRegistered:
            raise RuleBrokenError(
                _(
                    "「%(name)s」というジョブは、この版のプログラムにありません。「対応済みにする」で片付けてください。"
                )
                % {"name": row.name}
            ) from None
        _resolve(row, Resolution.RESTARTED, actor)


def put_away(*, dead: DeadJob, actor: System) -> None:
    """Nothing is to be done, or it was done by hand. Raises RuleBrokenError when it is resolved already."""
    with transaction.atomic():
        _resolve(_unresolved(dead), Resolution.PUT_AWAY, actor)


def _unresolved(dead: DeadJob) -> DeadJob:
    row = DeadJob.objects.select_for_update(of=("self",)).unresolved().filter(pk=dead.pk).first()
    if row is None:
        raise RuleBrokenError(_("このジョブは、ほかの運用担当者が対応しました。"))
    return row


def _resolve(row: DeadJob, resolution: Resolution, actor: System) -> None:
    user: User | None = actor.user
    row.resolved_at, row.resolved_by, row.resolution = timezone.now(), user, resolution
    row.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    for organization in _organizations(row.arguments):
        with (
            scope.scope([organization.pk]),
            changing_organization(organization, actor=actor) as record,
        ):
            after = {"job": row.name, "arguments": row.arguments, "times": row.times}
            record(f"job.{resolution.value}", target=row, after=after)


def _organizations(arguments: dict[str, Any]) -> Iterator[Organization]:
    """Whose record tells of it: the one that the job is about. One over all organizations is in the row itself alone."""
    with scope.every_organization():
        found = {arguments.get("organization_id")}
        if arguments.get("project_id"):
            found.add(
                Project.objects.filter(pk=arguments["project_id"])
                .values_list("organization_id", flat=True)
                .first()
            )
    yield from Organization.objects.filter(pk__in=[each for each in found if each]).order_by("pk")
