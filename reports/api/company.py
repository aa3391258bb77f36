"""Reading what belongs to the organization: calendars, resources, absences."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import BeforeValidator

from projects.models import Calendar, CalendarException, Project
from projects.permissions import Right
from reports.api import company_shapes
from reports.api.finding import (
    LARGEST,
    Cursor,
    Limit,
    page_of,
    require_whole_organization,
    signed_in,
)
from reports.api.shapes import PROBLEMS
from resources.models import Absence, Resource
from resources.selectors.listing import visible_resources
from resources.views.finding import find_resource

if TYPE_CHECKING:
    from projects.models.calendars import CalendarQuerySet
    from resources.models import OrganizationRows

router = Router(tags=["organization"])


def _only_dates(value: object) -> object:
    """A number, which the library would take for a moment, is no day."""
    if isinstance(value, str) and not _ISO.fullmatch(value):
        raise ValueError("an ISO date, such as 2026-04-01")
    return value


_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
Day = Annotated[dt.date | None, BeforeValidator(_only_dates), Query(None, description="An ISO date.")]


@router.get("/calendars", response={200: company_shapes.CalendarPage, **PROBLEMS})
def calendar_list(request: HttpRequest, cursor: Cursor, limit: Limit) -> Any:
    """Working calendars: those of the organization, and those that came with a project that is seen."""
    rows = _calendars(request)
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    names = [name for name in company_shapes.CalendarOut.model_fields if name != "id"]
    items = [{"id": each.pk, **{name: getattr(each, name) for name in names}} for each in found]
    return {"items": items, "next_cursor": following}


@router.get(
    "/calendars/{int:calendar_id}/exceptions",
    response={200: company_shapes.CalendarExceptionPage, **PROBLEMS},
)
def calendar_exception_list(request: HttpRequest, calendar_id: int, cursor: Cursor, limit: Limit) -> Any:
    """Days of a calendar that differ from its week. Japanese holidays, where it follows them, are not listed."""
    calendar = get_object_or_404(_calendars(request), pk=calendar_id)
    rows = CalendarException.objects.filter(calendar=calendar)
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    names = ("name", "first_on", "last_on", "shifts")
    items = [
        {
            "id": each.pk,
            **{name: getattr(each, name) for name in names},
            "is_recurring": bool(each.recurrence),
        }
        for each in found
    ]
    return {"items": items, "next_cursor": following}


def _calendars(request: HttpRequest) -> CalendarQuerySet:
    organization, user = require_whole_organization(request), signed_in(request).user
    own = Q(project=None) | Q(project__in=Project.objects.visible_to(user))
    return Calendar.objects.visible_to(user).filter(own, organization=organization)


@router.get("/resources", response={200: company_shapes.ResourcePage, **PROBLEMS})
def resource_list(request: HttpRequest, cursor: Cursor, limit: Limit) -> Any:
    """People, machines and material."""
    rows = _resources(request)
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    return {"items": [_resource_out(each) for each in found], "next_cursor": following}


@router.get("/resources/{int:resource_id}", response={200: company_shapes.ResourceOut, **PROBLEMS})
def resource_detail(request: HttpRequest, resource_id: int) -> Any:
    """One of them."""
    require_whole_organization(request)
    return _resource_out(find_resource(signed_in(request), resource_id))


@router.get("/absences", response={200: company_shapes.AbsencePage, **PROBLEMS})
def absence_list(
    request: HttpRequest, cursor: Cursor, limit: Limit, first: Day, last: Day,
    resource: Annotated[int | None, Query(None, ge=1, le=LARGEST, description="Of this resource alone.")],
) -> Any:  # fmt: skip
    """Who is away when: absences that touch the days from `first` to `last`."""
    rows = Absence.objects.filter(resource__in=_resources(request).values("pk"))
    if first is not None:
        rows = rows.filter(last_on__gte=first)
    if last is not None:
        rows = rows.filter(first_on__lte=last)
    if resource is not None:
        rows = rows.filter(resource=resource)
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    names = [name for name in company_shapes.AbsenceOut.model_fields if name != "id"]
    items = [{"id": each.pk, **{name: getattr(each, name) for name in names}} for each in found]
    return {"items": items, "next_cursor": following}


def _resources(request: HttpRequest) -> OrganizationRows:
    organization = require_whole_organization(request, Right.VIEW_RESOURCES)
    return visible_resources(signed_in(request).user).filter(organization=organization)


def _resource_out(each: Resource) -> dict[str, Any]:
    names = ("name", "kana", "kind", "department", "calendar_id", "unit", "project_id", "is_active")
    return {
        "id": each.pk,
        **{name: getattr(each, name) for name in names},
        "capacity": each.capacity_percentage,
    }
