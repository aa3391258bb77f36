"""A person's secret calendar address: made, shown once, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.web.htmx import render, toast
from projects.feeds.services import make_feed, open_feed, revoke_feed
from projects.lifecycle.forms import PreferencesForm

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@require_POST
@login_required
@never_cache
def feed_make(request: SignedInRequest) -> HttpResponse:
    """Make a new address and show it for the only time: it is in this answer and nowhere else."""
    secret = make_feed(user=request.user)
    address = request.build_absolute_uri(reverse("tasks:calendar_feed", args=[secret]))
    context = {
        "form": PreferencesForm(instance=request.user),
        "feed": open_feed(request.user),
        "address": address,
    }
    return render(request, "projects/people/preferences.html", context)


@require_POST
@login_required
def feed_revoke(request: SignedInRequest) -> HttpResponse:
    """Close the address: subscribers get nothing from now on."""
    revoke_feed(user=request.user)
    toast(request, _("カレンダーの購読を取り消しました。"))
    return redirect(reverse("projects:preferences") + "#calendar")
