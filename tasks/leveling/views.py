"""平準化: the plan made possible for its people, looked at beside the one there is, applied or left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.features import feature
from config.web.htmx import is_fragment, render, toast
from config.web.pagination import paginate
from projects.jobs.showing import progress_of
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.leveling import asking, selectors, services
from tasks.leveling.deciding import decide, decisions_of
from tasks.leveling.forms import DecisionForm, LevelingForm, aim_of
from tasks.models import LevelingRun

if TYPE_CHECKING:
    from projects.models import AskedJob, Project
    from projects.requests import SignedInRequest

FEATURE: Final = "RESOURCE_MANAGEMENT"
PER_PAGE: Final = 50
#: The part of the page that asks how far a run is, and the one that turns the pages of moves.
JOB_PART, MOVES_PART = "leveling-job", "leveling-moves"


@feature(FEATURE)
@require_safe
@login_required
def leveling(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What levelling would change of a plan; while it is worked out, how far that is."""
    return _now(request, find_project(request, project_id))


@feature(FEATURE)
@require_POST
@login_required
def leveling_start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Have the plan levelled by a worker."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    form = LevelingForm(request.POST)
    if not form.is_valid():
        return _now(request, project, status=422, form=form)
    asking.start_leveling(project=project, actor=request.user, **form.asked)
    return redirect("tasks:leveling", project.pk)


@feature(FEATURE)
@require_POST
@login_required
def leveling_cancel(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Stop what is under way."""
    project = find_project(request, project_id)
    asking.cancel_leveling(project=project, actor=request.user)
    toast(request, _("平準化を中止しました"))
    return redirect("tasks:leveling", project.pk)


@feature(FEATURE)
@require_POST
@login_required
def leveling_apply(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Write what was found into the plan; a plan that is another since is left alone, and that is said."""
    project = find_project(request, project_id)
    try:
        change = services.apply_run(project=project, actor=request.user)
    except services.OutdatedError as outdated:
        toast(request, str(outdated), level="error")
        return _now(request, project, status=outdated.status)
    if change:
        toast(request, _("平準化を適用しました"))
    return redirect("tasks:leveling", project.pk)


@feature(FEATURE)
@require_POST
@login_required
def leveling_decide(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Note that a task stays where it is, keeps its delay, or may move again; the next levelling goes by it."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _now(request, project, status=422)
    task_id, decision = form.cleaned_data["task"], form.cleaned_data["decision"]
    if not decide(project=project, actor=request.user, task_id=task_id, decision=decision):
        toast(request, _("このタスクの結果はもうありません。もう一度平準化してください。"), level="error")
        return _now(request, project, status=409)
    return redirect("tasks:leveling", project.pk)


@feature(FEATURE)
@require_POST
@login_required
def leveling_clear(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Take all levelling delays of the plan away."""
    project = find_project(request, project_id)
    change = services.clear_leveling(project=project, actor=request.user)
    if change:
        toast(request, _("平準化の遅れを取り除きました"))
    return redirect("tasks:leveling", project.pk)


def _now(
    request: SignedInRequest, project: Project, *, status: int = 200, form: LevelingForm | None = None
) -> HttpResponse:
    """The page as things stand."""
    run = selectors.run_of(project)
    job = asking.job_of(run) if run is not None else None
    if job is None and request.headers.get("HX-Target") == JOB_PART:
        return redirect("tasks:leveling", project.pk)
    context = _context(request, project, run, job) | ({"form": form} if form else {})
    partials = [JOB_PART, MOVES_PART]
    return render(request, "tasks/leveling/page.html", context, partials=partials, status=status)


def _context(
    request: SignedInRequest, project: Project, run: LevelingRun | None, job: AskedJob | None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "section": "projects", "tab": "leveling", "project": project, "run": run,
        "may_edit": Right.EDIT_PLAN in rights_in(request.user, project),
        "form": LevelingForm(initial={"aim": aim_of(run)}),
        "has_delays": selectors.has_delays(project),
    }  # fmt: skip
    if run is not None and job is not None:
        progress = progress_of(job, asking.STEPS, since=run.asked_at, now=timezone.now())
        context |= {"progress": progress, "is_new": not is_fragment(request)}
    elif run is not None and run.state == LevelingRun.State.DONE:
        context |= _result(request, project, run)
    elif run is not None:
        context["problem"] = asking.problem_of(run)
    if run is not None and run.decisions:
        context["decided"] = selectors.decided_rows(run)
    return context


def _result(request: SignedInRequest, project: Project, run: LevelingRun) -> dict[str, Any]:
    shown = selectors.shown(project, run)
    page = paginate(request, shown.found.moved, per_page=PER_PAGE)
    is_applied = run.applied_revision is not None and run.applied_revision == project.revision
    return {
        "shown": shown,
        "page": page,
        "rows": selectors.moved_rows(project, shown.found, page.items, decisions_of(run)),
        "is_applied": is_applied,
        "is_outdated": not is_applied and project.revision != shown.found.revision,
    }
