"""Which columns a person sees in a view. Part of how they look at plans, not of a plan: nothing is recorded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from projects.permissions import rights_in
from tasks.models import ChosenColumns
from tasks.sheet.columns.custom import is_custom
from tasks.sheet.columns.kinds import Face, ValueKind
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import Right
    from tasks.sheet.columns.column import Column

#: The sheet without a view.
SHEET: Final = "sheet"
#: Pixels that the table has beside the chart.
NARROWEST_PANE, WIDEST_PANE = 120, 4_000
#: In characters of half width.
NARROWEST, WIDEST = 3, 120
#: Of the page of one task alone.
_NOT_IN_ROWS: Final = {"why"}


class ShownColumn(NamedTuple):
    """A column as one person sees it; without a width it has its own."""

    column: Column
    width: int | None = None


class Base(NamedTuple):
    """What a person has before they choose columns: nothing of the kind, or what a view says (`tasks/sheet/viewing/`).

    What they choose beside a view is kept under its name and changes nothing of it.
    """

    view: str
    columns: Sequence[tuple[str, int | None]]
    pane_width: int | None


EVERYONE: Final = Base(SHEET, (), None)


def shown_columns(
    user: User, project: Project, rights: Collection[Right], base: Base = EVERYONE
) -> tuple[ShownColumn, ...]:
    """What a person sees, in their order; the number and the name of a task are always there. One query a request."""
    columns = kept_columns(user, project, base)[0]
    if not columns:
        return tuple(ShownColumn(column, _width(column)) for column in registry.shown(Face.SHEET, rights))
    held = {None, *rights}
    found = [
        ShownColumn(registry[name], width or _width(registry[name]))
        for name, width in columns
        if name in registry
    ]
    return tuple(each for each in found if each.column.right in held)


def _width(column: Column) -> int | None:
    """The style sheet knows the widths of our own columns, and none of what an organization has declared."""
    return column.width if is_custom(column.name) else None


def pane_width(user: User, project: Project, base: Base = EVERYONE) -> int | None:
    """How many pixels of the table a person sees beside the chart, where they have moved its edge."""
    return kept_columns(user, project, base)[1]


def keep_pane_width(user: User, project: Project, width: int | None, base: Base = EVERYONE) -> None:
    """Remember where a person has put the edge between table and chart; None: where it is for everyone."""
    user.__dict__.pop("_chosen_columns", None)
    held = None if width is None else min(max(width, NARROWEST_PANE), WIDEST_PANE)
    ChosenColumns.objects.update_or_create(
        user=user, organization_id=project.organization_id, view=base.view, defaults={"pane_width": held}
    )


def kept_columns(
    user: User, project: Project, base: Base
) -> tuple[Sequence[tuple[str, int | None]], int | None]:
    """Columns with their widths as they are kept, those that this person may not see among them; and the width of the pane."""
    known = user.__dict__.setdefault("_chosen_columns", {})
    key = (project.organization_id, base.view)
    if key not in known:
        rows = ChosenColumns.objects.filter(
            user=user, organization_id=project.organization_id, view=base.view
        )
        columns, pane = rows.values_list("columns", "pane_width").first() or ([], None)
        known[key] = (
            columns or base.columns,
            base.pane_width if pane is None else pane,
        )
    found: tuple[Sequence[tuple[str, int | None]], int | None] = known[key]
    return found


def offered_columns(rights: Collection[Right]) -> list[Column]:
    """All that a person may choose from."""
    held = {None, *rights}
    return [column for column in registry if column.right in held and column.name not in _NOT_IN_ROWS]


def choose_columns(
    user: User, project: Project, chosen: Sequence[tuple[str, int | None]], base: Base = EVERYONE
) -> None:
    """Keep what a person chose; nothing chosen brings back what everyone sees, or the view's. Names that are unknown are left out."""
    always = [name for name in ("number", "name") if name not in dict(chosen)]
    columns = [
        (name, None if width is None else min(max(width, NARROWEST), WIDEST))
        for name, width in [*((name, None) for name in always), *dict(chosen).items()]
        if name in registry and name not in _NOT_IN_ROWS
    ]
    user.__dict__.pop("_chosen_columns", None)
    if not chosen:
        mine = ChosenColumns.objects.filter(
            user=user, organization_id=project.organization_id, view=base.view
        )
        mine.filter(pane_width=None).delete()
        mine.update(columns=[])
        return
    ChosenColumns.objects.update_or_create(
        user=user, organization_id=project.organization_id, view=base.view, defaults={"columns": columns}
    )


def move_column(user: User, project: Project, name: str, before: str, base: Base = EVERYONE) -> None:
    """Put a column that a person sees in front of another, or behind all; names that they do not see change nothing."""
    shown = [
        (each.column.name, each.width)
        for each in shown_columns(user, project, rights_in(user, project), base)
    ]
    names = [each for each, _width in shown]
    if name not in names or name == before:
        return
    taken = shown.pop(names.index(name))
    names.remove(name)
    shown.insert(names.index(before) if before in names else len(names), taken)
    choose_columns(user, project, shown, base)


def is_fixed(column: Column) -> bool:
    """Whether a row cannot do without it."""
    return column.name == "number" or column.kind is ValueKind.NAME
