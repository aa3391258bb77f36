"""The record of a whole organization: searched on a page, and taken along as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import render
from config.web.pagination import paginate
from config.web.spreadsheets import harmless
from projects.actions import groups
from projects.changes import changing_organization
from projects.context import current_organization
from projects.models import Project, User
from projects.permissions import Right, require_in_organization, rights_in_organization
from projects.rls import scope
from reports.history.record import Sought, sought_entries
from reports.history.selectors import readable

if TYPE_CHECKING:
    from projects.models import AuditEntry, Organization
    from projects.requests import SignedInRequest

#: A file holds no more; larger records are taken by months.
MOST_ROWS: Final = 100_000
MOST_NAMES: Final = 500
HEAD: Final = (
    "sequence", "happened_at", "project", "actor", "system", "action", "target_type", "target_id", "before", "after",
    "consequences", "revision", "request_id", "previous_hash", "hash",
)  # fmt: skip


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.VIEW_RECORD, organization)
    return organization


@require_safe
@login_required
def record_page(request: SignedInRequest) -> HttpResponse:
    """Who did what, when, in which project: newest first."""
    organization = _organization(request)
    sought = Sought.read(request.GET)
    page = paginate(request, sought_entries(organization, sought))
    sees_money = Right.SEE_MONEY in rights_in_organization(request.user, organization)
    lines = readable(page.items, viewer=request.user, sees_money=sees_money)
    context = {
        "section": "record",
        "sought": sought,
        "page": page,
        "rows": list(zip(page.items, lines, strict=True)),
        "kinds": [
            (each.noun, each.label)
            for each in sorted(groups().values(), key=lambda each: not each.is_of_project)
        ],
        "people": User.objects.visible_to(request.user)
        .filter(memberships__organization=organization)
        .order_by("kana", "pk")[:MOST_NAMES],
        "projects": Project.objects.visible_to(request.user)
        .filter(organization=organization)
        .order_by("code")[:MOST_NAMES],
        "most": MOST_ROWS,
    }
    return render(request, "reports/history/record.html", context, partials=["record"])


@require_POST
@login_required
def record_export(request: SignedInRequest) -> HttpResponseBase:
    """The same as CSV with everything that stands in a line, its hashes too; that it was taken is recorded."""
    organization = _organization(request)
    sought = Sought.read(request.POST)
    entries = list(sought_entries(organization, sought).values_list("pk", flat=True)[:MOST_ROWS])
    with changing_organization(organization, actor=request.user, needs=Right.VIEW_RECORD) as record:
        record("record.exported", after={"lines": len(entries), "kind": sought.kind})
    response = StreamingHttpResponse(
        _lines(organization, sought, len(entries), entries[0] if entries else 0),
        content_type="text/csv; charset=utf-8",
    )
    name = f"record-{organization.code}-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(organization: Organization, sought: Sought, count: int, newest: int) -> Iterator[str]:
    """Written while it is read. The request has ended by then, and its view of the database with it."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(HEAD)
    with scope.scope([organization.pk]):
        rows = sought_entries(organization, sought).filter(pk__lte=newest)[:count]
        for entry in rows.iterator(chunk_size=1_000):
            yield writer.writerow(_cells(entry))


def _cells(entry: AuditEntry) -> list[Any]:
    return [
        entry.sequence, entry.happened_at.isoformat(), harmless(entry.project.code) if entry.project else "",
        harmless(entry.actor.username) if entry.actor else "", harmless(entry.system_name), entry.action,
        entry.target_type, entry.target_id or "", _json(entry.before), _json(entry.after), _json(entry.consequences),
        entry.revision, harmless(entry.request_id), entry.previous_hash, entry.hash,
    ]  # fmt: skip


def _json(value: Any) -> str:
    return "" if value is None else harmless(json.dumps(value, ensure_ascii=False, sort_keys=True))
