"""What a person was told: the bell, the list, and marking as read."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web.formats import as_date
from config.web.htmx import is_fragment, render, toast
from config.web.pagination import paginate
from config.web.query import positive
from projects.models import Notification
from projects.notifications.notify import told
from projects.notifications.services import mark_all_read, mark_read

if TYPE_CHECKING:
    from django.http import HttpRequest

    from projects.requests import SignedInRequest

#: The bell counts so far and says "99+" from there on.
MOST_COUNTED: Final = 100
LARGEST_ID: Final = 2**63 - 1


@require_safe
@login_required
def notification_list(request: SignedInRequest) -> HttpResponse:
    """What this person was told, by day, the newest first."""
    return _page(request)


def _page(request: SignedInRequest) -> HttpResponse:
    own = Notification.objects.visible_to(request.user)
    only_unread = request.GET.get("show") == "unread"
    rows = own.unread() if only_unread else own
    page = paginate(request, rows.select_related("project", "organization").order_by("-created_at", "-pk"))
    context = {
        "page": page,
        "days": _by_day(page.items),
        "only_unread": only_unread,
        "unread_notifications": _unread(request),
        "newest": max((each.pk for each in page.items), default=0),
    }
    return render(request, "projects/notifications/list.html", context, partials=["notification-list"])


def _by_day(rows: Any) -> list[tuple[Any, list[Any]]]:
    lines = [{"notification": row, "told": told(row)} for row in rows]
    days = groupby(lines, key=lambda line: as_date(line["notification"].created_at))
    return [(day, list(some)) for day, some in days]


def _unread(request: SignedInRequest) -> int:
    own = Notification.objects.visible_to(request.user).unread()
    return own.values("pk")[:MOST_COUNTED].count()


@require_safe
@login_required
def notification_bell(request: SignedInRequest) -> HttpResponse:
    """The bell with its figure. Pages leave a hole for it, so that they can be kept while it changes."""
    if not is_fragment(request):
        return redirect("projects:notification_list")
    return render(request, "projects/notifications/bell.html", {"unread_notifications": _unread(request)})


@require_POST
@login_required
def notification_open(request: SignedInRequest, notification_id: int) -> HttpResponse:
    """Go where a notification leads; it is read then."""
    notification = _find(request, notification_id)
    mark_read(notification=notification)
    return redirect(told(notification).url or reverse("projects:notification_list"))


@require_POST
@login_required
def notification_read(request: SignedInRequest, notification_id: int) -> HttpResponse:
    """Mark one as read without going there."""
    mark_read(notification=_find(request, notification_id))
    return _answer(request)


@require_POST
@login_required
def notifications_read(request: SignedInRequest) -> HttpResponse:
    """Mark all as read that the page showed, and those before them; what came meanwhile stays new."""
    count = mark_all_read(user=request.user, until=positive(request.POST.get("until"), 1, LARGEST_ID))
    words = ngettext("%(count)d件を既読にしました。", "%(count)d件を既読にしました。", count)
    toast(request, words % {"count": count})
    return _answer(request)


def _answer(request: SignedInRequest) -> HttpResponse:
    """The list anew with its bell; without htmx, back to the page."""
    if is_fragment(request):
        return _page(request)
    query = request.GET.urlencode()
    return redirect(reverse("projects:notification_list") + (f"?{query}" if query else ""))


def _find(request: HttpRequest, notification_id: int) -> Notification:
    return get_object_or_404(Notification.objects.visible_to(request.user), pk=notification_id)  # type: ignore[arg-type]  # behind login_required
