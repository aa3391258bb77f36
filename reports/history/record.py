"""The whole record of an organization, as auditors search it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from config.web import query
from projects.actions import groups, names_in
from projects.models import AuditEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from projects.models import Organization


@dataclass(frozen=True, slots=True)
class Sought:
    """What an address asks for; nonsense asks for nothing."""

    kind: str = ""
    actor: int | None = None
    project: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    #: The newest entry to begin with: pages stay what they were while others write.
    until: int | None = None

    @classmethod
    def read(cls, typed: QueryDict) -> Sought:
        """From the fields of the form."""
        kind = query.text(typed, "kind")
        return cls(
            kind=kind if kind in groups() else "",
            actor=_number(typed, "actor"),
            project=_number(typed, "project"),
            first=_day(typed, "first"),
            last=_day(typed, "last"),
            until=_number(typed, "until"),
        )

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Sought(until=self.until)


def _number(typed: QueryDict, name: str) -> int | None:
    return query.positive(typed.get(name), 0, 2**62) or None if typed.get(name) else None


def _day(typed: QueryDict, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(query.text(typed, name).replace("/", "-"))
    except ValueError:
        return None


def sought_entries(organization: Organization, sought: Sought) -> QuerySet[AuditEntry]:
    """Those entries, newest first."""
    entries = AuditEntry.objects.filter(organization=organization).select_related("actor", "project")
    if sought.until:
        entries = entries.filter(pk__lte=sought.until)
    if sought.kind:
        entries = entries.filter(action__in=names_in(sought.kind))
    if sought.actor:
        entries = entries.filter(actor=sought.actor)
    if sought.project:
        made = Q(target_type="project", target_id=sought.project, project=None)
        entries = entries.filter(Q(project=sought.project) | made)
    if sought.first:
        entries = entries.filter(happened_at__gte=_midnight(sought.first))
    if sought.last and sought.last < dt.date.max:
        entries = entries.filter(happened_at__lt=_midnight(sought.last + dt.timedelta(days=1)))
    return entries.order_by("-pk")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
