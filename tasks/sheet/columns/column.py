"""A column: everything the pages, reports and edits know about one value of a task, declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from config.web import formats
from projects.models.money import money_names
from projects.permissions import Right
from tasks.gantt.geometry.markup import escape
from tasks.plan.actions.fields import set_fields
from tasks.sheet.columns.kinds import FIGURES, Face, SummaryRule, ValueKind, operators_of, spell

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from tasks.models import Task
    from tasks.plan.unit import PlanUnit
    from tasks.sheet.columns.comparing import Compares
    from tasks.sheet.columns.finding import Finds
    from tasks.sheet.columns.kinds import Operator
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader
    from tasks.sheet.sources import Source


class Row(Protocol):
    """One task as the loader found it: a field a name, as far as the columns asked for it."""

    id: int
    row_number: int
    outline_level: int
    wbs_code: str
    is_summary: bool
    is_milestone: bool
    is_active: bool
    progress_percentage: int
    #: Its place among the shown rows, counted from 0.
    place: int

    def __getattr__(self, name: str, /) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How a cell is written: from the text, through a value, to an action of the plan."""

    #: The value that a text means for this task; raises UnreadableError, or RuleBrokenError that says more.
    read: Callable[[str, Task, Reader], Any]
    #: The field that the value is put into, or the action that takes it (`tasks/plan/actions`).
    sets: str = ""
    write: Callable[[PlanUnit, Task, Any], None] | None = None
    #: Where several cells of a task are written at once: after those with a smaller number. Fields come first of all.
    turn: int = 0
    #: How the cell is filled in, said where a text cannot be read.
    hint: _StrPromise | str = ""
    #: The few texts that it can be, where they are few: a form offers them.
    offers: Callable[[], Sequence[str]] = tuple
    needs: Right = Right.EDIT_PLAN
    #: Whether a summary has it of its children, and nothing is typed there.
    of_leaves: bool = False
    #: Which names are offered while it is typed: "people" who work, "members" who may look.
    names: str = ""

    @property
    def rule(self) -> str:
        """For the scripts, words: `leaf` not of summaries, `own` also by those who report on their own tasks alone."""
        words = {"leaf": self.of_leaves, "own": self.needs is Right.REPORT_PROGRESS}
        return " ".join(word for word, is_so in words.items() if is_so)

    def put(self, plan: PlanUnit, task: Task, value: Any) -> None:
        """Write a value. Raises what its action raises."""
        if self.write is not None:
            self.write(plan, task, value)
        else:
            set_fields(plan, task, {self.sets: value})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One value of a task. Only `name`, `header` and what finds the value have to be said.

    `places` says where it is shown: on each face columns stand in the order of these numbers.
    """

    name: str
    header: _StrPromise | str
    #: How sentences name it; the header, where nothing else is said.
    label: _StrPromise | str = ""
    #: Whether the header is short for the label.
    is_abbreviated: bool = False
    help: _StrPromise | str = ""
    kind: ValueKind = ValueKind.TEXT
    places: Mapping[Face, int] = field(default_factory=dict)
    #: The right without which it is not shown, beside that to see money, which amounts carry by themselves.
    sees: Right | None = None

    # -- what is read: columns of `tasks` and of what hangs on it, expressions of a day, other tables --
    fields: tuple[str, ...] = ()
    annotations: Mapping[str, Callable[[date], Any]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    #: The bare value in the unit of `kind`; without a function the first of `fields`.
    value: Callable[[Row, Look], Any] | None = None
    #: What a cell shows and what editing begins with.
    text: Callable[[Row, Look], str] | None = None
    edit: Edit | None = None

    # -- its looks, as escaped HTML; without one of its own a face shows the text --
    cell: Callable[[Row, Look], str] | None = None
    #: In the drawer an empty answer leaves the column out.
    fact: Callable[[Row, Look], str] | None = None
    #: What `fact` reads beyond `fields`, and the sources that it reads instead of `sources`.
    fact_fields: tuple[str, ...] = ()
    fact_sources: tuple[Source, ...] = ()

    #: The value in files and reports, where it is another than `value`.
    printed: Callable[[Row, Look], Any] | None = None
    #: In characters of half width.
    width: int = 10

    #: How the database finds a text in it (`finding.py`); what is no text for readers has none.
    finds: Finds | None = None
    #: How a filter compares its values, where the first of `fields`, or the text, would not do (`comparing.py`).
    compares: Compares | None = None
    #: By what the database sorts it, and what a summary makes of its children's.
    sort: tuple[str, ...] = ()
    summary: SummaryRule = SummaryRule.NOTHING
    #: Whether rows can be put together that have the same value.
    groups: bool = False
    #: The element of a task in a file of Microsoft Project (MSPDI).
    project_field: str = ""

    @property
    def title(self) -> str:
        """How sentences name it."""
        return str(self.label or self.header)

    @property
    def right(self) -> Right | None:
        """Without which it is shown to no one, and not written: as declared, or that to money for an amount."""
        return self.sees or (Right.SEE_MONEY if self.is_money else None)

    @property
    def is_money(self) -> bool:
        """Whether it shows, or sorts by, an amount."""
        read = {*self.fields, *self.fact_fields, *self.sort}
        return self.kind is ValueKind.YEN or not read.isdisjoint(money_names())

    @property
    def is_figure(self) -> bool:
        """Whether its values stand at the right edge; a share has a picture before it."""
        return self.kind in FIGURES

    @property
    def hint(self) -> str:
        """How it is filled in."""
        return str(self.edit.hint) if self.edit else ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """By what it can be filtered."""
        return operators_of(self.kind, is_choice=bool(self.compares and self.compares.choices))

    def value_of(self, row: Row, look: Look) -> Any:
        """The bare value."""
        return self.value(row, look) if self.value else getattr(row, self.fields[0])

    def text_of(self, row: Row, look: Look) -> str:
        """What a cell of it shows."""
        return self.text(row, look) if self.text else spell(self.value_of(row, look), self.kind)

    def cell_of(self, row: Row, look: Look) -> str:
        """The inside of a cell of the sheet."""
        return self.cell(row, look) if self.cell else escape(self.text_of(row, look))

    def fact_of(self, row: Row, look: Look) -> str:
        """What the drawer says of it, or nothing."""
        return self.fact(row, look) if self.fact else escape(self.text_of(row, look)) or formats.NONE

    def printed_of(self, row: Row, look: Look) -> Any:
        """The value in files and reports."""
        return self.printed(row, look) if self.printed else self.value_of(row, look)
