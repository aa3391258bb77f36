"""Lines of 外注, 経費 and 売上 are written down as one table, and kept up with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError, StaleRevisionError
from projects.permissions import Right, System, require
from tasks.models import BudgetAmount, BudgetLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.changes import Recorder
    from projects.models import Project, User

#: So many lines a project has at most: the table of them is one form.
MOST_LINES: Final = 60
#: What is said of a month: what was planned, what came, and what is expected.
LAYERS: Final = ("planned", "actual", "forecast")
FACTS: Final = ("kind", "name", "partner", "tax")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A row as it was typed: amounts of one layer by month, None where nothing is said; months that were not shown are not in it."""

    kind: str
    name: str
    partner: str = ""
    tax: str = BudgetLine.Tax.WITHOUT
    amounts: Mapping[int, Decimal | None] = field(default_factory=dict)
    #: None: a new one.
    pk: int | None = None
    #: From which version of it the form was made.
    version: int = 0
    is_gone: bool = False


class OvertakenLinesError(StaleRevisionError):
    """Another user has changed or taken away rows since the form was made."""


def save_lines(*, project: Project, actor: User | System, layer: str, typed: Sequence[TypedLine]) -> int:
    """Write what has changed of the table; returns how many rows did.

    For those who edit the project and see money. Raises NotAllowedError, OvertakenLinesError where a row that would change is not the
    one that the form was made from, and RuleBrokenError where there would be too many.
    """
    with changing(project, actor=actor, needs=Right.EDIT_PROJECT) as record:
        require(actor, Right.SEE_MONEY, project)
        rows = BudgetLine.objects.filter(project=project).select_for_update(no_key=True).order_by("pk")
        stored = {line.pk: line for line in rows}
        amounts: dict[int, dict[int, BudgetAmount]] = {pk: {} for pk in stored}
        for amount in BudgetAmount.objects.filter(line__in=list(stored)):
            amounts[amount.line_id][amount.month] = amount
        changed = [each for each in typed if _is_new(each, layer, stored, amounts)]
        _check(changed, stored)
        for each in changed:
            _write(project, each, layer, stored, amounts, record)
    return len(changed)


def _is_new(
    typed: TypedLine, layer: str, stored: Mapping[int, BudgetLine], amounts: Mapping[int, Mapping[int, BudgetAmount]]
) -> bool:  # fmt: skip
    if typed.pk is None:
        return bool(typed.name) and not typed.is_gone
    line = stored.get(typed.pk)
    if line is None or typed.is_gone or any(getattr(line, name) != getattr(typed, name) for name in FACTS):
        return True
    there = amounts[line.pk]
    return any(
        value != (getattr(there[month], layer) if month in there else None)
        for month, value in typed.amounts.items()
    )


def _check(changed: Sequence[TypedLine], stored: Mapping[int, BudgetLine]) -> None:
    for each in changed:
        line = stored.get(each.pk) if each.pk is not None else None
        if each.pk is not None and (line is None or line.version != each.version):
            raise OvertakenLinesError(seen=each.version, current=line.version if line else -1)
    added = sum(each.pk is None for each in changed)
    gone = sum(each.is_gone for each in changed)
    if len(stored) + added - gone > MOST_LINES:
        raise RuleBrokenError(
            _("明細は 1つのプロジェクトに %(most)d件までです。同じ取引先の明細をまとめてください。")
            % {"most": MOST_LINES}
        )


def _write(
    project: Project, typed: TypedLine, layer: str, stored: Mapping[int, BudgetLine],
    amounts: Mapping[int, Mapping[int, BudgetAmount]], record: Recorder,
) -> None:  # fmt: skip
    own = {"organization_id": project.organization_id}
    if typed.pk is None:
        line = BudgetLine(**own, project=project, **{name: getattr(typed, name) for name in FACTS})
        line.save(force_insert=True)
        _put(line, typed, layer, {})
        record("budget.added", target=line, after=_recorded(line, layer, typed.amounts))
        return
    line, there = stored[typed.pk], amounts[typed.pk]
    before = _recorded(line, layer, {month: getattr(each, layer) for month, each in there.items()})
    if typed.is_gone:
        record("budget.removed", target=line, before=before)
        line.delete()
        return
    for name in FACTS:
        setattr(line, name, getattr(typed, name))
    line.version += 1
    line.save(update_fields=[*FACTS, "version"])
    _put(line, typed, layer, there)
    now = {month: getattr(each, layer) for month, each in there.items()} | dict(typed.amounts)
    record("budget.edited", target=line, before=before, after=_recorded(line, layer, now))


def _put(line: BudgetLine, typed: TypedLine, layer: str, there: Mapping[int, BudgetAmount]) -> None:
    """Amounts of one layer; a month of which nothing is said any more has no row."""
    for month, value in typed.amounts.items():
        amount = there.get(month)
        if amount is None:
            if value is not None:
                BudgetAmount.objects.create(
                    organization_id=line.organization_id, line=line, month=month, **{layer: value}
                )
            continue
        setattr(amount, layer, value)
        if all(getattr(amount, name) is None for name in LAYERS):
            amount.delete()
        else:
            amount.save(update_fields=[layer])


def _recorded(line: BudgetLine, layer: str, amounts: Mapping[int, Decimal | None]) -> dict[str, Any]:
    """As the record holds it: the sum of the layer, under its name, by which it is kept to those who see money."""
    facts = {name: getattr(line, name) for name in FACTS}
    return facts | {layer: int(sum((value or 0 for value in amounts.values()), Decimal(0)))}
