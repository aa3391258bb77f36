"""A person's tokens: made and shown once, listed, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.web.htmx import render, toast
from projects.context import current_organization
from projects.lifecycle.forms import apply
from projects.models import ApiToken, Organization, Project
from projects.tokens.forms import TokenForm
from projects.tokens.services import make_token, revoke_token

if TYPE_CHECKING:
    from projects.requests import SignedInRequest

#: Expired ones fill no page.
MOST_LISTED: Final = 50


@require_GET
@login_required
def token_list(request: SignedInRequest) -> HttpResponse:
    """My tokens in the organization that I look at, and the form of another one."""
    organization = _organization(request)
    form = TokenForm(user=request.user, organization=organization)
    return render(request, "projects/tokens/list.html", _context(request, organization, form))


@require_POST
@login_required
@never_cache
def token_make(request: SignedInRequest) -> HttpResponse:
    """Make a token and show it for the only time: it is in this answer and nowhere else."""
    organization = _organization(request)
    form = TokenForm(request.POST, user=request.user, organization=organization)
    text = apply(form, lambda: _make(form, request, organization)) if form.is_valid() else None
    if text is None:
        context = _context(request, organization, form)
        return render(request, "projects/tokens/list.html", context, status=422)
    context = _context(request, organization, TokenForm(user=request.user, organization=organization))
    return render(request, "projects/tokens/list.html", {**context, "secret": text})


@require_POST
@login_required
def token_revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    """Take one back."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user).unrevoked(), pk=token_id)
    revoke_token(token=token, user=request.user)
    toast(request, _("トークン「%(name)s」を取り消しました。") % {"name": token.name})
    return redirect("projects:token_list")


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    return organization


def _make(form: TokenForm, request: SignedInRequest, organization: Organization) -> str:
    said = dict(form.cleaned_data)
    projects = said.pop("codes")
    _token, text = make_token(user=request.user, organization=organization, projects=projects, **said)
    return text


def _context(request: SignedInRequest, organization: Organization, form: TokenForm) -> dict[str, Any]:
    own = ApiToken.objects.visible_to(request.user).unrevoked().filter(organization=organization)
    tokens = list(own.order_by("-created_at", "-pk")[:MOST_LISTED])
    named = {pk for token in tokens for pk in token.project_ids}
    codes = dict(Project.objects.visible_to(request.user).filter(pk__in=named).values_list("pk", "code"))
    now = timezone.now()
    lines = [
        {
            "token": token, "is_open": token.is_open(now),
            "codes": [codes[pk] for pk in token.project_ids if pk in codes], "is_bound": bool(token.project_ids),
        }
        for token in tokens
    ]  # fmt: skip
    return {"form": form, "lines": lines, "organization": organization}
