"""A person's calendar, for programs that subscribe to it: no session, the address is the secret."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.feeds.services import find_feed, note_reading
from projects.models import OrganizationMember
from projects.rls import scope
from tasks.feeds.selectors import events_of
from tasks.interchange.icalendar import write_calendar

if TYPE_CHECKING:
    from projects.models import User


@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """My open tasks and the milestones of my projects; 404 for a secret that is unknown, revoked or of a user who left."""
    feed = find_feed(secret)
    if feed is None:
        raise Http404
    note_reading(feed, now=timezone.now())
    body = _calendar(feed.user)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="itdo.ics"'
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _calendar(user: User) -> bytes:
    organizations = OrganizationMember.objects.filter(user=user).values_list("organization", flat=True)
    with scope.scope(organizations), translation.override(user.language):
        events = events_of(user, today=timezone.localdate())
        return write_calendar(_("ITDO %(name)s") % {"name": user.display_name}, events)
