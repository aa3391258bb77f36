"""Projects that come again: the templates, and what becomes of their periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web import formats
from config.web.features import feature
from config.web.htmx import render, toast
from config.web.pagination import paginate
from projects.context import current_organization
from projects.errors import StaleRevisionError
from projects.lifecycle.forms import apply
from projects.models import Project
from projects.permissions import Right, require_in_organization, rights_in_organization
from tasks.editing.forms import first_error
from tasks.models import RecurringPeriod, RecurringProject
from tasks.models.recurring import LONGEST_YEARS, MOST_PERIODS
from tasks.recurring import services
from tasks.recurring.forms import PeriodForm, RecurringForm, SkipForm, initial_of
from tasks.recurring.periods import rule_of
from tasks.recurring.selectors import SHOWN_FIRST, coming, listed, rows_of, templates_of
from tasks.recurring.words import end_of, words_of

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest

FEATURE = "RECURRING_PROJECTS"


def _own_organization(request: SignedInRequest) -> Organization:
    """The organization that the user looks at; guests see no templates."""
    organization = current_organization(request.user)
    role = organization and organization.memberships.filter(user=request.user).values_list("role", flat=True)
    if organization is None or not role or role[0] == "guest":
        raise Http404
    return organization


def _find(request: SignedInRequest, recurring_id: int) -> RecurringProject:
    templates = RecurringProject.objects.visible_to(request.user)
    return get_object_or_404(templates.select_related("organization", "source", "leader"), pk=recurring_id)


def _may_edit(request: SignedInRequest, organization: Organization) -> bool:
    return Right.CREATE_PROJECT in rights_in_organization(request.user, organization)


@feature(FEATURE)
@require_safe
@login_required
def recurring_list(request: SignedInRequest) -> HttpResponse:
    """The templates of an organization, with what comes next of each."""
    organization = _own_organization(request)
    page = paginate(request, templates_of(request.user, organization))
    context = {
        "section": "recurring",
        "page": page,
        "templates": listed(page.items, organization, timezone.localdate()),
        "may_edit": _may_edit(request, organization),
    }
    return render(request, "tasks/recurring/list.html", context)


# -- the form ------------------------------------------------------------------------------------------------


def _form(
    request: SignedInRequest, organization: Organization, recurring: RecurringProject | None = None
) -> RecurringForm:
    if recurring is None:
        initial = {"leader": request.user, "first_on": timezone.localdate()}
    else:
        initial = initial_of(recurring, services.revision_of(recurring))
    return _made_form(request, organization, request.POST or None, initial)


def _made_form(
    request: SignedInRequest, organization: Organization, data: QueryDict | None, initial: dict[str, Any]
) -> RecurringForm:
    rights = rights_in_organization(request.user, organization)
    return RecurringForm(data, user=request.user, organization=organization, rights=rights, initial=initial)


def _form_page(
    request: SignedInRequest, form: RecurringForm, recurring: RecurringProject | None, status: int = 200
) -> HttpResponse:
    draft = form.draft if form.is_bound else recurring or form.usual
    context = {
        "section": "recurring",
        "form": form,
        "recurring": recurring,
        "coming": coming(draft, timezone.localdate(), rows={}) if draft else None,
        "problems": form.problems,
    }
    if form.is_bound and status == 200:
        # A planner looks at the dates while typing: what is not filled in yet is no mistake.
        context["form"] = _made_form(request, form.organization, None, form.typed)
    parts = ["recurring-rule", "recurring-dates"]
    return render(request, "tasks/recurring/form.html", context, partials=parts, status=status)


@feature(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recurring_add(request: SignedInRequest) -> HttpResponse:
    """The form for a new template, and its answer."""
    organization = _own_organization(request)
    require_in_organization(request.user, Right.CREATE_PROJECT, organization)
    form = _form(request, organization)
    is_good = request.method == "POST" and form.is_valid()
    if "check" in request.POST:
        return _form_page(request, form, None)
    if is_good:
        made = apply(
            form,
            lambda: services.add_recurring(organization=organization, actor=request.user, fields=form.values),
        )
        if made is not None:
            toast(request, _("「%(name)s」を登録しました") % {"name": made.name})
            return redirect("tasks:recurring_detail", made.pk)
    return _form_page(request, form, None, 422 if form.errors else 200)


@feature(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recurring_edit(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Change a template; projects that were made stay as they are."""
    recurring = _find(request, recurring_id)
    require_in_organization(request.user, Right.CREATE_PROJECT, recurring.organization)
    form = _form(request, recurring.organization, recurring)
    is_good = request.method == "POST" and form.is_valid()
    if "check" in request.POST:
        return _form_page(request, form, recurring)
    if not is_good:
        return _form_page(request, form, recurring, 422 if form.errors else 200)
    try:
        saved = apply(form, lambda: _save(request, form, recurring))
    except StaleRevisionError as stale:
        form.add_error(
            None, _("編集している間に、ほかの人が変えました。今の内容を確かめてから保存してください。")
        )
        # Sent once more, it stands on top of what is there now.
        form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        form.data["revision"] = str(stale.current)  # type: ignore[index]  # the copy is mutable
        return _form_page(request, form, recurring, stale.status)
    if not saved:
        return _form_page(request, form, _find(request, recurring_id), 422)
    toast(request, _("保存しました。作成済みのプロジェクトは変わりません。"))
    return redirect("tasks:recurring_detail", recurring.pk)


def _save(request: SignedInRequest, form: RecurringForm, recurring: RecurringProject) -> bool:
    services.edit_recurring(
        recurring=recurring, actor=request.user, changes=form.values, today=timezone.localdate(),
        revision=form.cleaned_data["revision"],
    )  # fmt: skip
    return True


@feature(FEATURE)
@require_POST
@login_required
def recurring_preview(request: SignedInRequest) -> HttpResponse:
    """The next days of what is being typed; writes nothing."""
    organization = _own_organization(request)
    require_in_organization(request.user, Right.CREATE_PROJECT, organization)
    form = _form(request, organization)
    form.is_valid()
    return _form_page(request, form, None)


# -- one template --------------------------------------------------------------------------------------------


@feature(FEATURE)
@require_safe
@login_required
def recurring_detail(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """The rule in words, what is coming, and what has become of the periods so far."""
    recurring = _find(request, recurring_id)
    today, rows, rule = timezone.localdate(), rows_of(recurring), rule_of(recurring)
    by_day = {row.period_on: row for row in rows}
    limit = MOST_PERIODS if request.GET.get("all") else SHOWN_FIRST
    ahead = coming(recurring, today, rows=by_day, limit=limit)
    still = {line.period.on for line in ahead.lines if line.row}
    context = {
        "section": "recurring",
        "recurring": recurring,
        "rights": rights_in_organization(request.user, recurring.organization),
        "may_edit": _may_edit(request, recurring.organization),
        "sees_source": recurring.source is not None
        and Project.objects.visible_to(request.user).filter(pk=recurring.source.pk).exists(),
        "words": words_of(rule),
        "end": end_of(rule, most=MOST_PERIODS, years=LONGEST_YEARS),
        "coming": ahead,
        "page": paginate(request, [row for row in rows if row.period_on not in still]),
    }
    return render(request, "tasks/recurring/detail.html", context)


@feature(FEATURE)
@require_POST
@login_required
def recurring_pause(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Make no more projects until it is resumed."""
    recurring = _find(request, recurring_id)
    services.set_active(recurring=recurring, actor=request.user, is_active=False)
    toast(request, _("「%(name)s」を止めました") % {"name": recurring.name})
    return redirect("tasks:recurring_detail", recurring.pk)


@feature(FEATURE)
@require_POST
@login_required
def recurring_resume(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Let it go on."""
    recurring = _find(request, recurring_id)
    services.set_active(recurring=recurring, actor=request.user, is_active=True)
    toast(request, _("「%(name)s」を再開しました") % {"name": recurring.name})
    return redirect("tasks:recurring_detail", recurring.pk)


def _read(request: SignedInRequest, recurring: RecurringProject, form: PeriodForm) -> dict[str, Any]:
    """Which period is meant; the right is asked for before the form is read."""
    require_in_organization(request.user, Right.CREATE_PROJECT, recurring.organization)
    if not form.is_valid():
        raise first_error(form)
    return form.cleaned_data


@feature(FEATURE)
@require_POST
@login_required
def recurring_skip(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Leave one period out, with the reason."""
    recurring = _find(request, recurring_id)
    typed = _read(request, recurring, SkipForm(request.POST))
    on, reason = typed["period"], typed["reason"]
    services.skip_period(recurring=recurring, on=on, reason=reason, actor=request.user)
    toast(request, _("%(day)s の回を見送りました") % {"day": formats.day(on)})
    return redirect("tasks:recurring_detail", recurring.pk)


@feature(FEATURE)
@require_POST
@login_required
def recurring_unskip(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Take a skip back."""
    recurring = _find(request, recurring_id)
    on = _read(request, recurring, PeriodForm(request.POST))["period"]
    services.unskip_period(recurring=recurring, on=on, actor=request.user, today=timezone.localdate())
    toast(request, _("%(day)s の回の見送りを取り消しました") % {"day": formats.day(on)})
    return redirect("tasks:recurring_detail", recurring.pk)


@feature(FEATURE)
@require_POST
@login_required
def recurring_retry(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Try a failed period again, now."""
    recurring = _find(request, recurring_id)
    on = _read(request, recurring, PeriodForm(request.POST))["period"]
    row = services.retry_period(recurring=recurring, on=on, actor=request.user, today=timezone.localdate())
    if row.state == RecurringPeriod.State.FAILED:
        toast(request, row.reason, level="error")
    else:
        toast(
            request, _("もう一度試しました。今の状態は「%(state)s」です") % {"state": row.get_state_display()}
        )
    return redirect("tasks:recurring_detail", recurring.pk)


@feature(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recurring_delete(request: SignedInRequest, recurring_id: int) -> HttpResponse:
    """Ask, saying what stays; then forget the template."""
    recurring = _find(request, recurring_id)
    require_in_organization(request.user, Right.CREATE_PROJECT, recurring.organization)
    if request.method == "POST":
        services.delete_recurring(recurring=recurring, actor=request.user)
        toast(request, _("「%(name)s」を削除しました") % {"name": recurring.name})
        return redirect("tasks:recurring_list")
    made = RecurringPeriod.objects.filter(recurring=recurring, state=RecurringPeriod.State.MADE).count()
    context = {"section": "recurring", "recurring": recurring, "made_count": made}
    return render(request, "tasks/recurring/delete.html", context, partials=["dialog"])
