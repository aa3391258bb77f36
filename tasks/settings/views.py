"""計画の設定: the form, what would follow from it, and the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web import formats
from config.web.htmx import render, toast
from projects.errors import StaleRevisionError
from projects.lifecycle.forms import apply, renew
from projects.permissions import Right, require
from projects.requests import find_project
from tasks.editing.answer import tell
from tasks.editing.project import update_project_and_plan
from tasks.preview.words import first_day, words_of
from tasks.settings.forms import SettingsForm, settings_of
from tasks.settings.services import preview_settings

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange

PREVIEW: Final = "preview"
#: So many of the tasks that would lie elsewhere are listed beside the form.
MOST_LISTED: Final = 10


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_settings(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What the dates of a plan are computed by, and the answer to a change of it; `step=preview` shows what would follow."""
    project = find_project(request, project_id, "calendar")
    require(request.user, Right.EDIT_PROJECT, project)
    form = SettingsForm(request.POST or None, project=project, initial=settings_of(project))
    if request.method != "POST":
        return _page(request, project, form)
    if not form.is_valid():
        return _page(request, project, form, status=422)
    if request.POST.get("step") == PREVIEW:
        return _foreseen(request, project, form)
    try:
        change = apply(form, lambda: _save(request, project, form))
    except StaleRevisionError:
        now = find_project(request, project_id, "calendar")
        differences = renew(form, form.typed, settings_of(now), revision=now.revision)
        return _page(request, now, form, status=409, differences=differences)
    if change is None:
        # The service has set fields of its own copy; the page names the project as it is stored.
        return _page(request, find_project(request, project_id), form, status=422)
    tell(request, change)
    toast(request, _("計画の設定を保存しました"))
    return redirect("reports:project_overview", project.pk)


def _foreseen(request: SignedInRequest, project: Project, form: SettingsForm) -> HttpResponse:
    """The same form with what would follow, of which nothing is written."""
    per_day = project.minutes_per_day
    found = apply(form, lambda: preview_settings(project=project, actor=request.user, changes=form.changes))
    # The trial has set fields of its own copy; the page names the project as it is stored.
    stored = find_project(request, project.pk, "calendar")
    if found is None:
        return _page(request, stored, form, status=422)
    facts = words_of(found.change, most=MOST_LISTED) | {
        "foreseen": found,
        "start": [first_day(found.start_before), first_day(found.start_after)],
        "day": _day_words(per_day, form.cleaned_data["minutes_per_day"]),
    }
    return _page(request, stored, form, **facts)


def _day_words(before: int, after: int) -> list[str]:
    """How a duration of a day is shown where a day has another length."""
    return [formats.exact_days(before, before), formats.exact_days(before, after)] if before != after else []


def _save(request: SignedInRequest, project: Project, form: SettingsForm) -> PlanChange:
    return update_project_and_plan(
        project=project, actor=request.user, changes=form.changes, revision=form.cleaned_data["revision"]
    )


def _page(
    request: SignedInRequest, project: Project, form: SettingsForm, *, status: int = 200, **facts: Any
) -> HttpResponse:
    context = {"section": "projects", "tab": "overview", "project": project, "form": form, **facts}
    return render(request, "tasks/settings/page.html", context, status=status, partials=["settings-foreseen"])
