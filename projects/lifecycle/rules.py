"""What must hold for a project among others: code, length, depth, and its place in the parent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from config.web.formats import day_plain, day_range, yen
from projects.errors import RuleBrokenError
from projects.lifecycle.selectors import free_code
from projects.models import Project
from projects.models.projects import LONGEST_DAYS, MAX_LEVELS
from projects.permissions import Right, System, rights_in_each

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from projects.models import User


def check_rules(project: Project, *, viewer: User | System | None = None) -> None:
    """Raise RuleBrokenError for the first rule that the project, as it would be saved, breaks.

    What is said names other projects, their days and their money to a viewer who may see them, and to no one else.
    """
    _check_length(project)
    _check_code(project, viewer)
    if project.parent is not None:
        _check_depth(project, project.parent)
        _check_dates_in(project, project.parent, viewer)
        _check_budget_in(project, project.parent, viewer)
    if project.pk:
        _check_children(project, viewer)
        _check_budget_of_children(project, viewer)


def _check_length(project: Project) -> None:
    if project.end_date < project.start_date:
        raise RuleBrokenError(
            _("開始日（%(start)s）以後の日にしてください。") % {"start": day_plain(project.start_date)},
            field="end_date",
        )
    if project.end_date > project.start_date + dt.timedelta(days=LONGEST_DAYS):
        raise RuleBrokenError(
            _("期間は10年までです。%(last)s までの日にするか、プロジェクトを分けてください。")
            % {"last": day_plain(project.start_date + dt.timedelta(days=LONGEST_DAYS))},
            field="end_date",
        )
    if project.budget < 0:
        raise RuleBrokenError(_("予算は0円以上にしてください。"), field="budget")


def _check_code(project: Project, viewer: User | System | None) -> None:
    taken = Project.objects.alive().filter(organization=project.organization_id, code=project.code)
    owner = taken.exclude(pk=project.pk).first()
    if owner is None:
        return
    text = _("このコードは使われています。空いている番号は %(free)s です。")
    if _sees(viewer, owner):
        text = _("「%(owner)s」が使っています。空いている番号は %(free)s です。")
    free = free_code(project.organization, like=project.code)
    raise RuleBrokenError(text % {"owner": owner.name, "free": free}, field="code")


def _sees(viewer: User | System | None, project: Project) -> bool:
    """Whether another project may be named."""
    if viewer is None or isinstance(viewer, System):
        return viewer is not None
    return Project.objects.visible_to(viewer).filter(pk=project.pk).exists()


def _ancestors(project: Project | None) -> Iterable[Project]:
    seen: set[int] = set()
    while project is not None and project.pk not in seen:
        seen.add(project.pk)
        yield project
        project = project.parent


def _check_depth(project: Project, parent: Project) -> None:
    above = list(_ancestors(parent))
    if project.pk and any(each.pk == project.pk for each in above):
        raise RuleBrokenError(
            _("「%(parent)s」はこのプロジェクトの下にあるので、親にできません。別の親を選んでください。")
            % {"parent": parent.name},
            field="parent",
        )
    depth_below = 0
    if project.pk:
        level = [project.pk]
        while level := list(Project.objects.alive().filter(parent__in=level).values_list("pk", flat=True)):
            depth_below += 1
            if depth_below > MAX_LEVELS:
                break
    if len(above) + 1 + depth_below > MAX_LEVELS:
        raise RuleBrokenError(
            _("サブプロジェクトは%(levels)s階層までです。もっと上の階層の親を選んでください。")
            % {"levels": MAX_LEVELS},
            field="parent",
        )


def _check_dates_in(project: Project, parent: Project, viewer: User | System | None) -> None:
    is_outside = project.start_date < parent.start_date or project.start_date > parent.end_date
    if not is_outside and project.end_date <= parent.end_date:
        return
    text = _(
        "親プロジェクトの期間からはみ出します。日付を戻すか、親プロジェクトの期間をPMOに確かめてください。"
    )
    if _sees(viewer, parent):
        text = _("親プロジェクト「%(parent)s」の期間（%(period)s）の中に収めてください。") % {
            "parent": parent.name,
            "period": day_range(parent.start_date, parent.end_date),
        }
    raise RuleBrokenError(text, field="start_date" if is_outside else "end_date")


def _check_budget_in(project: Project, parent: Project, viewer: User | System | None) -> None:
    siblings = Project.objects.alive().filter(parent=parent).exclude(pk=project.pk)
    left: Decimal = parent.budget - (siblings.aggregate(total=Sum("budget"))["total"] or 0)
    if project.budget > left:
        text = _(
            "親プロジェクトの予算の残りを超えます。金額を下げるか、親の予算を増やすよう依頼してください。"
        )
        if _sees_money(viewer, [parent, *siblings]):
            text = _("親プロジェクトの残りは %(left)s です。金額を下げるか、親の予算を増やしてください。") % {
                "left": yen(max(left, Decimal(0)))
            }
        raise RuleBrokenError(text, field="budget")


def _sees_money(viewer: User | System | None, projects: Collection[Project]) -> bool:
    """Whether a sum over these may be told: what one may see of it, one could take away from the sum."""
    if viewer is None or isinstance(viewer, System):
        return viewer is not None
    return all(Right.SEE_MONEY in rights for rights in rights_in_each(viewer, projects).values())


def _check_children(project: Project, viewer: User | System | None) -> None:
    children = Project.objects.alive().filter(parent=project)
    outside = (
        children.exclude(start_date__gte=project.start_date, end_date__lte=project.end_date)
        .order_by("pk")
        .first()
    )
    if outside is None:
        return
    text = _(
        "サブプロジェクトがはみ出します。先にサブプロジェクトの期間を変えるよう、PMOに依頼してください。"
    )
    if _sees(viewer, outside):
        text = _(
            "サブプロジェクト「%(child)s」（%(period)s）がはみ出します。先にサブプロジェクトの期間を変えてください。"
        ) % {"child": outside.name, "period": day_range(outside.start_date, outside.end_date)}
    raise RuleBrokenError(text, field="start_date" if outside.start_date < project.start_date else "end_date")


def _check_budget_of_children(project: Project, viewer: User | System | None) -> None:
    children = Project.objects.alive().filter(parent=project)
    spent = children.aggregate(total=Sum("budget"))["total"] or 0
    if spent > project.budget:
        text = _("サブプロジェクトの予算の合計より少なくできません。")
        if _sees_money(viewer, children):
            text = _("サブプロジェクトの予算の合計 %(spent)s より少なくできません。") % {"spent": yen(spent)}
        raise RuleBrokenError(text, field="budget")
