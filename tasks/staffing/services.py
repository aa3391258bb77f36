"""What a project needs of roles is written down as one table, and kept up with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError, StaleRevisionError
from resources.models import Skill
from tasks.models import RoleDemand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.changes import Recorder
    from projects.models import Project, User
    from projects.permissions import System

#: So many roles a project has at most: the table of them is one form.
MOST_ROLES: Final = 40


@dataclass(frozen=True, slots=True)
class TypedRole:
    """A row as it was typed: `minutes` by number of the month, 0 where there is none; months that were not shown are not in it."""

    name: str
    skill_id: int | None
    department: str
    minutes: Mapping[int, int] = field(default_factory=dict)
    #: None: a new one.
    pk: int | None = None
    #: From which version of it the form was made.
    version: int = 0
    is_gone: bool = False


class OvertakenRolesError(StaleRevisionError):
    """Another user has changed or taken away rows since the form was made; `roles` are those that are there."""

    def __init__(self, roles: Sequence[RoleDemand], *, seen: int, current: int) -> None:
        super().__init__(seen=seen, current=current)
        self.roles = roles


def save_roles(*, project: Project, actor: User | System, typed: Sequence[TypedRole]) -> int:
    """Write what has changed of the table; returns how many rows did.

    Raises OvertakenRolesError where a row that would change is not the one that the form was made from, and
    RuleBrokenError where there would be too many or a skill is not the organization's.
    """
    with changing(project, actor=actor) as record:
        rows = RoleDemand.objects.filter(project=project).select_for_update(no_key=True).order_by("pk")
        stored = {role.pk: role for role in rows}
        changed = [each for each in typed if _is_new(each, stored)]
        _refuse_overtaken(changed, stored)
        _check(project, typed, stored)
        for each in changed:
            _write(project, each, stored, record)
    return len(changed)


def _is_new(typed: TypedRole, stored: Mapping[int, RoleDemand]) -> bool:
    """Whether a row says something else than what is there."""
    if typed.pk is None:
        return bool(typed.name) and not typed.is_gone
    role = stored.get(typed.pk)
    return role is None or typed.is_gone or _values(typed, role) != _said(role)


def _refuse_overtaken(changed: Sequence[TypedRole], stored: Mapping[int, RoleDemand]) -> None:
    for each in changed:
        if each.pk is None:
            continue
        role = stored.get(each.pk)
        if role is None or role.version != each.version:
            raise OvertakenRolesError(
                list(stored.values()), seen=each.version, current=role.version if role else -1
            )


def _check(project: Project, typed: Sequence[TypedRole], stored: Mapping[int, RoleDemand]) -> None:
    kept = set(stored) - {each.pk for each in typed if each.is_gone}
    added = sum(each.pk is None and bool(each.name) and not each.is_gone for each in typed)
    if len(kept) + added > MOST_ROLES:
        raise RuleBrokenError(
            _(
                "役割は 1つのプロジェクトに %(most)d件までです。同じスキルの役割をまとめるか、使わない役割を外してください。"
            )
            % {"most": MOST_ROLES}
        )
    asked = {each.skill_id for each in typed if each.skill_id is not None}
    if Skill.objects.filter(organization=project.organization_id, pk__in=asked).count() < len(asked):
        raise RuleBrokenError(_("このスキルは選べません。一覧から選び直してください。"))


def _write(project: Project, typed: TypedRole, stored: Mapping[int, RoleDemand], record: Recorder) -> None:
    if typed.pk is None:
        role = RoleDemand(organization_id=project.organization_id, project=project)
        _set(role, typed)
        role.save(force_insert=True)
        record("staffing.added", target=role, after=_recorded(role))
        return
    role = stored[typed.pk]
    before = _recorded(role)
    if typed.is_gone:
        record("staffing.removed", target=role, before=before)
        role.delete()
        return
    _set(role, typed)
    role.version += 1
    role.save(update_fields=["name", "skill", "department", "months", "minutes", "version"])
    after = _recorded(role)
    names = [name for name in after if before[name] != after[name]]
    record(
        "staffing.edited",
        target=role,
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
    )


def _set(role: RoleDemand, typed: TypedRole) -> None:
    role.name, role.skill_id, role.department, minutes = _values(typed, role)
    role.months, role.minutes = list(minutes), list(minutes.values())


def _values(typed: TypedRole, role: RoleDemand) -> tuple[str, int | None, str, dict[int, int]]:
    """What the row becomes: months that the form did not show stay."""
    minutes = role.by_month | dict(typed.minutes)
    kept = {month: minutes[month] for month in sorted(minutes) if minutes[month] > 0}
    return typed.name, typed.skill_id, typed.department, kept


def _said(role: RoleDemand) -> tuple[str, int | None, str, dict[int, int]]:
    return role.name, role.skill_id, role.department, role.by_month


def _recorded(role: RoleDemand) -> dict[str, Any]:
    """As the record holds it: months as 2026-04, with minutes."""
    months = {f"{month // 12}-{month % 12 + 1:02}": minutes for month, minutes in role.by_month.items()}
    return {"name": role.name, "skill": role.skill_id, "department": role.department, "minutes": months}
