"""What a preview of a paste shows: counts, what follows, what has to be mended, and the rows as they will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.editing.fields import assignable_rows
from tasks.pasting.clipboard.tsv import write_tsv
from tasks.pasting.headers import CODE, LEVEL, NUMBER, STAIRS, heads_of
from tasks.pasting.layout import NAME
from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projects.models import Project
    from tasks.pasting.clipboard.table import Table
    from tasks.pasting.forms import PasteForm
    from tasks.pasting.layout import Layout
    from tasks.pasting.services import Asked, Fault, Looked

#: So many faults have a field, names a choice, and rows a picture; of more the number is said.
MOST_FAULTS: Final = 100
MOST_PEOPLE: Final = 50
MOST_ROWS_SHOWN: Final = 60


@dataclass(frozen=True)
class FaultLine:
    """A cell to mend: the name of its field, what stands there, and why it is not understood."""

    row: int
    name: str
    title: str
    text: str
    sentence: str
    field: str


@dataclass(frozen=True)
class CellShown:
    """A cell as it will be; `before` where something else stands there."""

    text: str
    before: str = ""
    #: Classes of its looks.
    css: str = ""


@dataclass(frozen=True)
class RowShown:
    """A row as it will be."""

    number: int
    state: str
    level: int
    cells: Sequence[CellShown]


def page_of(
    project: Project, form: PasteForm, table: Table, layout: Layout, asked: Asked, looked: Looked
) -> dict[str, Any]:
    """The whole context."""
    return outcome_of(project, asked, looked) | {
        "form": form, "table": write_tsv(table), "anchor": asked.anchor, "layout": layout,
        "columns": _columns(table, layout, form), "is_unmapped": _is_unmapped(table, layout),
    }  # fmt: skip


def outcome_of(project: Project, asked: Asked, looked: Looked) -> dict[str, Any]:
    """What rows do to a plan, wherever they come from."""
    faults = [fault for fault in looked.faults.values() if not fault.is_person]
    people = _people(project, asked, looked)
    states = _states(asked, looked)
    counts = {state: states.count(state) for state in ("new", "changed", "same")}
    is_open = bool(faults and not asked.leaves_out) or any(not each["chosen"] for each in people)
    is_nothing = not counts["new"] and not counts["changed"] and not asked.gone
    return {
        "project": project, "asked": asked, "counts": counts, "looked": looked, "people": people,
        "more_people": max(len(looked.unknown) - MOST_PEOPLE, 0),
        "faults": [_line(fault, asked) for fault in faults[:MOST_FAULTS]], "fault_count": len(faults),
        "more_faults": max(len(faults) - MOST_FAULTS, 0),
        "shown": _shown(asked, looked, states), "titles": [registry[name] for name in _names(asked)],
        "more_rows": max(len([state for state in states if state]) - MOST_ROWS_SHOWN, 0),
        "is_ready": not is_open and not looked.refusal and not is_nothing,
        "is_nothing": is_nothing, "revision": project.revision,
        **_consequences(looked),
    }  # fmt: skip


def _consequences(looked: Looked) -> dict[str, Any]:
    change = looked.change
    if change is None:
        return {"finish": None, "warnings": []}
    before, after = (_day(minute) for minute in (change.finish_before, change.finish_after))
    return {
        "finish": {"before": before, "after": after, "moves": before != after},
        "warnings": looked.warnings,
        "joined": change.joined,
    }


def _day(minute: int | None) -> str:
    return formats.day_plain(ends_on(minute)) if minute is not None else ""


def _states(asked: Asked, looked: Looked) -> list[str]:
    """Of each row: new, changed, same, or nothing where it is empty."""
    placing = looked.placing
    if placing is None:
        return ["" for _row in asked.rows]
    faulty = {at for at, _column in looked.faults}
    found = []
    for at, (row, task) in enumerate(zip(asked.rows, placing.tasks, strict=True)):
        if row.is_blank:
            found.append("")
        elif task is None:
            found.append("new")
        else:
            is_changed = at in looked.differing or at in faulty or task.task_id in placing.shifted
            found.append("changed" if is_changed else "same")
    return found


def _names(asked: Asked) -> list[str]:
    names = dict.fromkeys(name for row in asked.rows for name in row.cells)
    return [name for name in names if name == NAME] + [name for name in names if name != NAME]


def _shown(asked: Asked, looked: Looked, states: Sequence[str]) -> list[RowShown]:
    """The first rows, those that change before those that do not."""
    names = _names(asked)
    order = [at for at, state in enumerate(states) if state in {"new", "changed"}]
    order += [at for at, state in enumerate(states) if state == "same"]
    levels = looked.placing.levels if looked.placing else [None] * len(asked.rows)
    tasks = looked.placing.tasks if looked.placing else [None] * len(asked.rows)
    found = []
    for at in sorted(order[:MOST_ROWS_SHOWN]):
        task = tasks[at]
        level = levels[at] or (task.level if task else 1)
        cells = [_cell(asked, looked, at, name, is_new=task is None) for name in names]
        found.append(RowShown(asked.rows[at].source + 1, states[at], min(level, 10), cells))
    return found


def _cell(asked: Asked, looked: Looked, at: int, name: str, *, is_new: bool) -> CellShown:
    text = asked.rows[at].cells.get(name, "")
    figure = "num" if registry[name].is_figure else ""
    if (at, name) in looked.faults:
        return CellShown(text, css=f"cell--refused {figure}".strip())
    before, _after = looked.differing.get(at, {}).get(name, ("", ""))
    if is_new or name not in looked.differing.get(at, {}):
        return CellShown(text, css=figure)
    return CellShown(text, before, f"cell--put {figure}".strip())


def _line(fault: Fault, asked: Asked) -> FaultLine:
    row = asked.rows[fault.at]
    return FaultLine(
        row.source + 1, row.cells.get(NAME, ""), registry[fault.column].title, fault.text, fault.sentence,
        f"mend-{row.source}-{row.places[fault.column]}",
    )  # fmt: skip


def _people(project: Project, asked: Asked, looked: Looked) -> list[dict[str, Any]]:
    """Names that are no one's here, and those that were decided, with what there is to choose."""
    names = {**{asked.names[key]: 0 for key in asked.people}, **looked.unknown}
    if not names:
        return []
    choices = [(str(row.pk), row.name) for row in assignable_rows(project, limit=200)]
    return [
        {"name": name, "count": count, "chosen": asked.people.get(folded(name), ""), "choices": choices}
        for name, count in list(names.items())[:MOST_PEOPLE]
    ]


def _columns(table: Table, layout: Layout, form: PasteForm) -> list[dict[str, Any]]:
    """Each column of the table with what it is, what stands in it, and what else it may be."""
    choices = [*_choices(form.offered)]
    found = []
    for at, name in enumerate(layout.columns):
        body = table[1:] if layout.has_head else table
        samples = [row[at].strip() for row in body[:50] if row[at].strip()][:3]
        head = (table[0][at].strip() if layout.has_head else "") or _("%(number)d 列目") % {"number": at + 1}
        found.append({"at": at, "name": name, "head": head, "samples": samples, "choices": choices})
    return found


def _is_unmapped(table: Table, layout: Layout) -> bool:
    """Whether a column with something in it goes nowhere, and not because it is computed."""
    heads = heads_of(table[0]) if layout.has_head else [""] * len(table[0])
    body = table[1:] if layout.has_head else table
    return any(
        not name and not heads[at] and any(row[at].strip() for row in body)
        for at, name in enumerate(layout.columns)
    )


def _choices(offered: Iterable[str]) -> Iterable[tuple[str, str]]:
    yield "", _("取り込まない")
    wanted = set(offered)
    for column in registry:
        if column.name in wanted:
            yield column.name, column.title
    yield LEVEL, _("階層（数字）")
    yield CODE, _("WBS 番号（階層と先行に使う）")
    yield NUMBER, _("行番号（先行に使う）")
    yield STAIRS, _("階層ごとのタスク名")
