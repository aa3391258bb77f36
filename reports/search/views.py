"""One field for projects, tasks and people."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from projects.context import current_organization
from projects.requests import SignedInRequest
from reports.search.selectors import search as find


@require_safe
@login_required
def search(request: SignedInRequest) -> HttpResponse:
    """Projects, tasks and people whose name holds the words."""
    text = query.text(request.GET, "q")
    organization = current_organization(request.user)
    found = find(request.user, organization, text) if organization and text else None
    return render(request, "reports/search/page.html", {"search_text": text, "found": found})
