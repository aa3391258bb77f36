"""The record of a project."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from config.web.pagination import paginate
from projects.actions import groups
from projects.models import AuditEntry, User
from projects.permissions import Right, rights_in
from projects.requests import SignedInRequest, find_project
from reports.history.selectors import entries_of, readable


@require_safe
@login_required
def project_history(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Who changed what and when, with the values before and after."""
    project = find_project(request, project_id)
    kind, text = query.text(request.GET, "kind"), query.text(request.GET, "q")
    actor = query.positive(request.GET.get("actor"), 0, 2**62) if request.GET.get("actor") else None
    until = query.positive(request.GET.get("until"), 0, 2**62) if request.GET.get("until") else None
    page = paginate(request, entries_of(project, kind=kind, actor=actor, text=text, until=until or None))
    rights = rights_in(request.user, project)
    actors = AuditEntry.objects.filter(project=project).values("actor")
    people = User.objects.filter(pk__in=actors)  # nosemgrep: unscoped-lookup  # of this project
    kinds = groups(of_project=True)
    context = {
        "section": "projects",
        "tab": "history",
        "project": project,
        "page": page,
        "lines": readable(page.items, viewer=request.user, sees_money=Right.SEE_MONEY in rights),
        "kinds": [(each.noun, each.label) for each in kinds.values()],
        "kind": kind if kind in kinds else "",
        "actor": actor,
        "text": text,
        "until": until,
        "actors": people.order_by("kana", "pk"),
    }
    return render(request, "reports/history/page.html", context, partials=["history"])
