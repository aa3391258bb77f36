"""What users set for themselves: language, colours, density, the organization they look at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import render, toast
from projects.feeds.services import open_feed
from projects.lifecycle.forms import PreferencesForm
from projects.models import Organization, User
from projects.people.services import end_tour, fold_rail, look_at_organization, save_preferences
from projects.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
@login_required
def preferences(request: SignedInRequest) -> HttpResponse:
    """How the pages look to this person, and what they are told."""
    # A copy: a refused form must not change the language of the page that says so.
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        save_preferences(user=request.user, **form.cleaned_data)
        with translation.override(request.user.language):
            toast(request, _("設定を保存しました。"))
        return redirect("projects:preferences")
    context = {"form": form, "feed": open_feed(request.user)}
    return render(request, "projects/people/preferences.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def organization_switch(request: SignedInRequest) -> HttpResponse:
    """Look at another of one's own organizations."""
    chosen = request.POST.get("organization", "")
    own = Organization.objects.filter(memberships__user=request.user)
    organization = get_object_or_404(own, pk=chosen if chosen.isdecimal() and len(chosen) < 19 else 0)
    look_at_organization(user=request.user, organization=organization)
    return redirect("reports:project_list")


@require_POST
@login_required
def tour_end(request: SignedInRequest) -> HttpResponse:
    """Remember that the user knows the sheet: its tour comes no more."""
    end_tour(user=request.user)
    return HttpResponse(status=204)


@require_POST
@login_required
def rail_fold(request: SignedInRequest) -> HttpResponse:
    """Remember whether the menu is folded; without a word it turns around."""
    asked = request.POST.get("folded")
    fold_rail(user=request.user, is_folded=not request.user.is_rail_folded if asked is None else asked == "1")
    if asked is not None:
        return HttpResponse(status=204)
    return redirect("/")
