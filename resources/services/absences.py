"""When people and machines are away. Users enter their own absences; others need the right for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from config.web import formats
from projects.changes import Recorder, changing_organization
from projects.errors import RuleBrokenError
from projects.permissions import Right, System
from resources.models import Absence, AbsencePortion, AbsenceReason, Resource, ResourceKind
from resources.working_times import MOST_HALF_DAYS

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: 育児休業 may last until the child is two; longer than three years is a slip of the year.
MOST_DAYS: Final = 3 * 366
FIELDS: Final = ("first_on", "last_on", "portion", "kind", "reason")


def is_own(resource: Resource, user: User | System) -> bool:
    """Whether this resource is the user."""
    return not isinstance(user, System) and resource.user_id == user.pk


@contextmanager
def _changing(resource: Resource, actor: User | System) -> Iterator[Recorder]:
    """The organization's unit of work, with the resource locked: no two absences come at the same moment."""
    needs = Right.VIEW_RESOURCES if is_own(resource, actor) else Right.MANAGE_RESOURCES
    with changing_organization(resource.organization, actor=actor, needs=needs) as record:
        Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)
        yield record


def add_absence(*, resource: Resource, actor: User | System, **fields: Any) -> Absence:
    """A person will be away."""
    with _changing(resource, actor) as record:
        absence = Absence(organization_id=resource.organization_id, resource=resource, **fields)
        _check(absence)
        absence.save()
        record("absence.added", target=absence, after=_plain(absence))
    return absence


def edit_absence(*, absence: Absence, actor: User | System, **fields: Any) -> None:
    """Other days, or another reason; also of what is past."""
    with _changing(absence.resource, actor) as record:
        absence.refresh_from_db(fields=FIELDS)
        before = _plain(absence)
        for name, value in fields.items():
            setattr(absence, name, value)
        _check(absence)
        if _plain(absence) != before:
            absence.save(update_fields=list(FIELDS))
            record("absence.edited", target=absence, before=before, after=_plain(absence))


def remove_absence(*, absence: Absence, actor: User | System) -> None:
    """A person will be there after all."""
    with _changing(absence.resource, actor) as record:
        record(
            "absence.removed", target=absence, before=_plain(absence), after={"resource": absence.resource_id}
        )
        absence.delete()


def _check(absence: Absence) -> None:
    if absence.resource.kind == ResourceKind.MATERIAL:
        raise RuleBrokenError(_("資材に不在はありません。"))
    if absence.portion not in AbsencePortion.values:
        raise RuleBrokenError(_("この時間は選べません。一覧から選び直してください。"), field="portion")
    if absence.kind not in AbsenceReason.values:
        raise RuleBrokenError(_("この理由は選べません。一覧から選び直してください。"), field="kind")
    if absence.last_on < absence.first_on:
        raise RuleBrokenError(
            _("開始日（%(day)s）以後の日にしてください。") % {"day": formats.day_plain(absence.first_on)},
            field="last_on",
        )
    days = (absence.last_on - absence.first_on).days + 1
    if days > MOST_DAYS:
        raise RuleBrokenError(
            _("一度に登録できるのは3年までです。終了日の年を確認してください。"), field="last_on"
        )
    if absence.portion != AbsencePortion.DAY and days > MOST_HALF_DAYS:
        raise RuleBrokenError(_("半日の不在は1年までにしてください。"), field="last_on")
    _check_overlap(absence)


def _check_overlap(absence: Absence) -> None:
    """The morning and the afternoon of one day are two absences; anything else of one day is one too many."""
    same = (
        Q() if absence.portion == AbsencePortion.DAY else Q(portion__in=[absence.portion, AbsencePortion.DAY])
    )
    others = Absence.objects.filter(
        same, resource=absence.resource_id, first_on__lte=absence.last_on, last_on__gte=absence.first_on
    )
    other = others.exclude(pk=absence.pk).order_by("first_on", "pk").first()
    if other:
        raise RuleBrokenError(
            _("%(days)s（%(portion)s）の%(kind)sと重なります。日を変えるか、先にそちらを直してください。")
            % {
                "days": days_of(other.first_on, other.last_on),
                "portion": other.get_portion_display(),
                "kind": other.get_kind_display(),
            },
            field="first_on",
        )


def days_of(first: date, last: date) -> str:
    """One day, or from and to."""
    return formats.day_plain(first) if first == last else formats.day_range(first, last)


def _plain(absence: Absence) -> dict[str, Any]:
    return {"resource": absence.resource_id, **{name: getattr(absence, name) for name in FIELDS}}
