"""リスク分析: how likely a project makes its deadline, by many runs of its plan with other durations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.jobs.showing import progress_of
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from reports.risk import selectors
from reports.risk.drivers import DriverForms
from reports.risk.forms import RiskForm, form_of
from tasks.models import RiskRun
from tasks.risk import asking

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.models import Project
    from projects.requests import SignedInRequest

#: The part of the page that asks how far a run is.
JOB_PART: Final = "risk-job"


@require_safe
@login_required
def project_risk(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What the runs say of a plan; while they are made, how far they are."""
    return _now(request, find_project(request, project_id))


@require_POST
@login_required
def risk_start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Have the plan simulated by a worker."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    form, drivers = RiskForm(request.POST), DriverForms(project, None, request.POST)
    if not all([form.is_valid(), drivers.is_valid()]):
        return _now(request, project, status=422, form=form, drivers=drivers)
    asking.start_simulation(project=project, actor=request.user, asked=drivers.added_to(form.asked))
    return redirect("reports:project_risk", project.pk)


@require_POST
@login_required
def risk_cancel(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Stop what is under way."""
    project = find_project(request, project_id)
    asking.cancel_simulation(project=project, actor=request.user)
    toast(request, _("リスク分析を中止しました"))
    return redirect("reports:project_risk", project.pk)


def _now(
    request: SignedInRequest, project: Project, *,
    status: int = 200, form: RiskForm | None = None, drivers: DriverForms | None = None,
) -> HttpResponse:  # fmt: skip
    """The page as things stand."""
    run = selectors.run_of(project)
    job = asking.job_of(run) if run is not None else None
    if job is None and request.headers.get("HX-Target") == JOB_PART:
        return redirect("reports:project_risk", project.pk)
    context: dict[str, Any] = {
        "section": "projects", "tab": "risk", "project": project, "run": run, "form": form or form_of(run),
        "may_edit": Right.EDIT_PLAN in rights_in(request.user, project),
    }  # fmt: skip
    if run is not None and job is not None:
        progress = progress_of(job, asking.STEPS, since=run.asked_at, now=timezone.now())
        context |= {"progress": progress, "is_new": not is_fragment(request)}
    elif run is not None and run.state == RiskRun.State.DONE:
        found = selectors.shown(project, run)
        context |= {"shown": found, "is_outdated": project.revision != found.found.revision}
    elif run is not None:
        context["problem"] = asking.problem_of(run)
    if job is None and context["may_edit"]:
        context["drivers"] = drivers or DriverForms(project, run)
    return render(request, "reports/risk/page.html", context, partials=[JOB_PART], status=status)
