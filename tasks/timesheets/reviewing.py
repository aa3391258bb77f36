"""Weeks of others: those that wait for this user, one of them with what can be done about it, and the months of the organization."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import render, toast
from projects.context import current_organization
from projects.lifecycle.forms import apply
from projects.models import OrganizationMember
from projects.permissions import Right, require_in_organization
from tasks.models import ClosedMonth, TimeEntry, Timesheet, WorkKind
from tasks.timesheets import closing, rows, services
from tasks.timesheets.approvers import approved_by
from tasks.timesheets.forms import CorrectionForm, KindForm, MonthForm, WordsForm
from tasks.timesheets.selectors import week_sheet
from tasks.timesheets.weeks import Week, month_of

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest

#: Weeks that the list shows; who has more sees the oldest ones and how many there are.
MOST_WAITING: Final = 50
#: Months that can be closed, from this one back.
MONTHS: Final = 12


@require_safe
@login_required
def timesheet_waiting(request: SignedInRequest) -> HttpResponse:
    """Weeks that were handed in and that this user decides about, the oldest first."""
    organization = current_organization(request.user)
    waiting = approved_by(request.user).filter(organization=organization, state=Timesheet.State.SUBMITTED)
    listed = waiting.annotate(minutes=Sum("entries__minutes")).select_related("resource")
    context = {
        "section": "timesheet", "sheets": listed.order_by("week_on", "resource__kana", "pk")[:MOST_WAITING],
        "count": waiting.count(),
    }  # fmt: skip
    return render(request, "tasks/timesheets/waiting.html", context)


def _find(request: SignedInRequest, sheet_id: int) -> Timesheet:
    """A week that this user decides about, or their own; of others no one learns."""
    places = OrganizationMember.objects.filter(user=request.user).values("organization")
    decides = approved_by(request.user).values("pk")
    sheets = Timesheet.objects.filter(
        Q(pk__in=decides) | Q(resource__user=request.user), organization__in=places
    )
    return get_object_or_404(
        sheets.select_related("resource__organization", "resource__user", "decided_by"), pk=sheet_id
    )


@require_safe
@login_required
def timesheet_review(request: SignedInRequest, sheet_id: int) -> HttpResponse:
    """A week of another, to decide about; one's own is where it is written."""
    sheet = _find(request, sheet_id)
    if sheet.resource.user_id == request.user.pk:
        return redirect("tasks:timesheet_week", str(Week(sheet.week_on)))
    return _page(request, sheet, WordsForm(), CorrectionForm())


def _page(
    request: SignedInRequest,
    sheet: Timesheet,
    words: WordsForm,
    correction: CorrectionForm,
    status: int = 200,
) -> HttpResponse:
    week = Week(sheet.week_on)
    shown = week_sheet(sheet.resource, week, reader=request.user, today=timezone.localdate(), with_all=False)
    context: dict[str, Any] = {
        "section": "timesheet", "sheet": sheet, "shown": shown, "week": week, "words": words,
        "correction": correction, "body": rows.sheet_rows(shown, is_written=False), "foot": rows.day_sums(shown),
        "is_closed": any(head.is_closed for head in shown.heads),
        "comments": [
            (row, head, cell)
            for row in shown.rows
            for head, cell in zip(shown.heads, row.cells, strict=True)
            if cell.comment
        ],
    }  # fmt: skip
    return render(request, "tasks/timesheets/review.html", context, status=status)


@require_POST
@login_required
def timesheet_approve(request: SignedInRequest, sheet_id: int) -> HttpResponse:
    """Approve a week as it was shown."""
    sheet = _find(request, sheet_id)
    version = request.POST.get("version", "")
    is_number = version.isascii() and version.isdigit() and len(version) < 19
    services.approve_week(sheet=sheet, version=int(version) if is_number else -1, actor=request.user)
    toast(request, _("%(name)sさんの週を承認しました") % {"name": sheet.resource.name})
    return redirect("tasks:timesheet_waiting")


@require_POST
@login_required
def timesheet_return(request: SignedInRequest, sheet_id: int) -> HttpResponse:
    """Send a week back with the reason."""
    sheet = _find(request, sheet_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, sheet, form, CorrectionForm(), status=422)
    services.send_week_back(sheet=sheet, words=form.cleaned_data["words"], actor=request.user)
    toast(request, _("%(name)sさんに差し戻しました") % {"name": sheet.resource.name})
    return redirect("tasks:timesheet_waiting")


@require_POST
@login_required
def timesheet_correct(request: SignedInRequest, sheet_id: int) -> HttpResponse:
    """Correct a cell of a closed month."""
    sheet = _find(request, sheet_id)
    form = CorrectionForm(request.POST, organization=sheet.resource.organization)
    made = None
    if form.is_valid():
        data = form.cleaned_data
        day = Week(sheet.week_on).days[data["day"]]
        made = apply(
            form,
            lambda: closing.correct_hours(
                sheet=sheet, row=data["row"], day=day, minutes=data["hours"], reason=data["reason"],
                actor=request.user,
            ),
        )  # fmt: skip
    if made is None:
        return _page(request, sheet, WordsForm(), form, status=422)
    toast(request, _("工数を訂正しました"))
    return redirect("tasks:timesheet_review", sheet_id)


# -- the organization ----------------------------------------------------------------------------------------------


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.CLOSE_MONTHS, organization)
    return organization


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def month_list(request: SignedInRequest) -> HttpResponse:
    """The last months with their hours; those that are over can be closed."""
    organization = _organization(request)
    form = MonthForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        month = form.cleaned_data["month"]
        closing.close_month(
            organization=organization, month=month, actor=request.user, today=timezone.localdate()
        )
        toast(request, _("%(month)sを締めました") % {"month": f"{month:%Y/%m}"})
        return redirect("tasks:month_list")
    return _months(request, organization, KindForm(), status=422 if request.method == "POST" else 200)


def _months(
    request: SignedInRequest, organization: Organization, kind_form: KindForm, status: int = 200
) -> HttpResponse:
    months = _last_months(month_of(timezone.localdate()))
    closed = ClosedMonth.objects.filter(organization=organization, month_on__in=months).select_related(
        "closed_by"
    )
    entries = TimeEntry.objects.filter(organization=organization, worked_on__gte=months[-1])
    sums = dict(
        entries.annotate(year=F("worked_on__year"), month=F("worked_on__month"))
        .values_list("year", "month").annotate(sum=Sum("minutes")).values_list("month", "sum")
    )  # fmt: skip
    by_month = {each.month_on: each for each in closed}
    asked = MonthForm({"month": request.GET.get("close", "")})
    month = month_of(asked.cleaned_data["month"]) if asked.is_valid() else None
    month = month if month in months and month not in by_month else None
    kinds = WorkKind.objects.filter(organization=organization, is_active=True).order_by("position", "pk")
    context = {
        "section": "timesheet", "kinds": kinds, "kind_form": kind_form, "usual": _("、").join(closing.USUAL_KINDS),
        "asked": month, "open_count": _not_approved(organization, month) if month else 0,
        "months": [(each, by_month.get(each), sums.get(each.month, 0)) for each in months],
    }  # fmt: skip
    return render(request, "tasks/timesheets/months.html", context, status=status)


def _not_approved(organization: Organization, month: date) -> int:
    """Weeks with days of a month that are written or wait still."""
    last = date.fromordinal(month_of(date.fromordinal(month.toordinal() + 31)).toordinal() - 1)
    weeks = Timesheet.objects.filter(organization=organization, week_on__range=(Week.of(month).monday, last))
    return weeks.exclude(state=Timesheet.State.APPROVED).count()


def _last_months(last: date) -> list[date]:
    """This month and those before it, the newest first."""
    found = [last]
    while len(found) < MONTHS:
        found.append(month_of(date.fromordinal(found[-1].toordinal() - 1)))
    return found


@require_POST
@login_required
def kind_add(request: SignedInRequest) -> HttpResponse:
    """One more kind of indirect work, or the usual ones where there is none."""
    organization = _organization(request)
    if "usual" in request.POST:
        closing.add_kinds(organization=organization, names=closing.USUAL_KINDS, actor=request.user)
        return redirect("tasks:month_list")
    form = KindForm(request.POST)
    added = None
    if form.is_valid():
        names = (form.cleaned_data["name"],)
        added = apply(
            form, lambda: closing.add_kinds(organization=organization, names=names, actor=request.user)
        )
    if added:
        toast(request, _("「%(name)s」を加えました") % form.cleaned_data)
        return redirect("tasks:month_list")
    return _months(request, organization, form, status=422)


@require_POST
@login_required
def kind_retire(request: SignedInRequest, kind_id: int) -> HttpResponse:
    """Offer a kind no longer."""
    organization = _organization(request)
    kind = get_object_or_404(WorkKind.objects.filter(organization=organization), pk=kind_id)
    closing.retire_kind(kind=kind, actor=request.user)
    toast(request, _("「%(name)s」を外しました。入力済みの工数は残ります") % {"name": kind.name})
    return redirect("tasks:month_list")
