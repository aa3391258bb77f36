"""定期配信 of a project: which reports are mailed to whom and when, and the form for another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from reports.models import ReportSchedule
from reports.schedules import services
from reports.schedules.forms import ScheduleForm
from reports.schedules.selectors import lines_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schedule_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """All of a project; for those who edit it, with the form."""
    project = find_project(request, project_id, "organization")
    may_edit, today = Right.EDIT_PROJECT in rights_in(request.user, project), timezone.localdate()
    if request.method == "POST":
        require(request.user, Right.EDIT_PROJECT, project)
    form = ScheduleForm(request.POST or None, project=project, user=request.user, today=today)
    if request.method == "POST" and form.is_valid():
        made = apply(
            form,
            lambda: services.add_schedule(
                project=project, actor=request.user, values=form.values, today=today
            ),
        )
        if made is not None:
            toast(request, _("定期配信を登録しました"))
            return redirect("reports:schedule_list", project.pk)
    context = {
        "section": "reports", "project": project, "may_edit": may_edit, "form": form, "lines": lines_of(project),
    }  # fmt: skip
    return render(request, "reports/schedules/page.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def schedule_remove(request: SignedInRequest, project_id: int, schedule_id: int) -> HttpResponse:
    """Make no more of it."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.EDIT_PROJECT, project)
    schedules = ReportSchedule.objects.visible_to(request.user).filter(project=project)
    schedule = get_object_or_404(schedules.select_related("project", "organization"), pk=schedule_id)
    services.remove_schedule(schedule=schedule, actor=request.user)
    toast(request, _("定期配信をやめました"))
    return redirect("reports:schedule_list", project.pk)
