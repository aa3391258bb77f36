"""Which tasks wait for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from tasks.models import Task, TaskLink
from tasks.plan.link_text import LinkTextError, TypedLink, format_link, parse_links
from tasks.plan.rescheduling import Rescheduled, reschedule

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System

LAG_FIELDS = ("link_type", "lag_kind", "lag_minutes", "lag_percent", "lag_unit")
#: Ten years of lag in either direction; beyond it somebody has mistyped.
LONGEST_LAG = 10 * 366 * 1440


def units_of(project: Project) -> dict[str, int]:
    """Working minutes of the project's day, week and month, as link texts need them."""
    return {
        "day": project.minutes_per_day,
        "week": project.minutes_per_week,
        "month": project.minutes_per_day * project.days_per_month,
    }


def predecessors_text(project: Project, rows: list[tuple[Any, ...]]) -> str:
    """The text of a task's predecessors, from tuples (row, type, kind, minutes, percent, unit)."""
    units = units_of(project)
    return ", ".join(format_link(TypedLink(*row), **units) for row in sorted(rows))


def set_predecessors(*, task: Task, text: str, actor: User | System) -> Rescheduled:
    """Replace a task's predecessors by those typed as "3FS+2d, 5SS"; numbers are row numbers."""
    project = task.project
    try:
        typed = parse_links(text, **units_of(project))
    except LinkTextError as error:
        raise RuleBrokenError(
            _(
                "「%(piece)s」は依存関係として読めません。行番号、種類、ラグの順に、例えば 3FS+2d のように入力してください。"
            )
            % {"piece": error.piece},
            field="predecessors",
        ) from error
    with changing(project, actor=actor) as record:
        wanted = _resolve(project, task, typed)
        current = {link.predecessor_id: link for link in TaskLink.objects.filter(successor=task)}
        before = {str(pk): _plain(link) for pk, link in current.items()}
        _store(project, task, current, wanted)
        record(
            "link.changed", target=task, before=before,
            after={str(pk): list(link[1:]) for pk, link in wanted.items()},
        )  # fmt: skip
        return reschedule(project, record=record)


def _plain(link: TaskLink) -> list[Any]:
    return [getattr(link, name) for name in LAG_FIELDS]


def _resolve(project: Project, task: Task, typed: list[TypedLink]) -> dict[int, TypedLink]:
    rows = dict(
        Task.objects.filter(
            project=project, deleted_at__isnull=True, row_number__in=[t.row for t in typed]
        ).values_list("row_number", "pk")
    )
    wanted: dict[int, TypedLink] = {}
    for link in typed:
        if link.row not in rows:
            raise RuleBrokenError(
                _("%(row)d 行目のタスクはありません。左端の行番号を確認してください。") % {"row": link.row},
                field="predecessors",
            )
        if rows[link.row] == task.pk:
            raise RuleBrokenError(
                _("タスクは自分自身を待てません。別の行番号を入力してください。"), field="predecessors"
            )
        if rows[link.row] in wanted:
            raise RuleBrokenError(
                _("%(row)d 行目が2回入力されています。1回だけにしてください。") % {"row": link.row},
                field="predecessors",
            )
        if abs(link.lag_minutes) > LONGEST_LAG or abs(link.lag_percent) > 10_000:
            raise RuleBrokenError(_("ラグは10年以内で入力してください。"), field="predecessors")
        wanted[rows[link.row]] = link
    return wanted


def _store(project: Project, task: Task, current: dict[int, TaskLink], wanted: dict[int, TypedLink]) -> None:
    TaskLink.objects.filter(successor=task).exclude(predecessor__in=list(wanted)).delete()
    for predecessor_id, typed in wanted.items():
        values = dict(zip(LAG_FIELDS, typed[1:], strict=True))
        link = current.get(predecessor_id)
        if link is None:
            TaskLink.objects.create(
                organization_id=project.organization_id, project=project, successor=task,
                predecessor_id=predecessor_id, **values,
            )  # fmt: skip
        elif _plain(link) != list(typed[1:]):
            TaskLink.objects.filter(pk=link.pk).update(**values)
