"""What concerns one person: his tasks, and what he is looking for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import render
from config.web.pagination import paginate
from projects.context import current_organization
from projects.requests import SignedInRequest
from reports.selectors.my_tasks import my_tasks as tasks_of
from reports.selectors.search import search as find


@require_safe
@login_required
def my_tasks(request: SignedInRequest) -> HttpResponse:
    """Tasks that the user is assigned to, the urgent ones first."""
    organization = current_organization(request.user)
    today = timezone.localdate()
    found = tasks_of(request.user, organization, view=request.GET.get("view", ""), on=today)
    page = paginate(request, found.tasks)
    context = {
        "section": "my-tasks",
        "view": found.view,
        "counts": found.counts,
        "page": page,
        "today": today,
    }
    return render(request, "reports/my_tasks.html", context, partials=["tasks"])


@require_safe
@login_required
def search(request: SignedInRequest) -> HttpResponse:
    """Projects, tasks and people whose name holds the words."""
    text = request.GET.get("q", "").strip()[:100]
    organization = current_organization(request.user)
    found = find(request.user, organization, text) if organization and text else None
    return render(request, "reports/search.html", {"search_text": text, "found": found})
