"""A pasted table becomes one change of a plan: looked at first, then made as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.errors import Refusal, RuleBrokenError
from tasks.allocation.foreseen import foreseen
from tasks.allocation.rules import DoubleLoadError
from tasks.editing.answer import warnings_of
from tasks.editing.refused import Cell
from tasks.pasting.coming import decided_people, own_numbers, put_in_order
from tasks.pasting.placing import NO_ANCHOR, place
from tasks.pasting.reader import PastedReader, UnknownPersonError
from tasks.pasting.writing import PastedWriter
from tasks.plan.actions.tree import delete_rows, lines_of
from tasks.plan.outcome import OVERALLOCATED
from tasks.plan.refusals import DatesRefusedError, PlanRefusedError
from tasks.plan.unit import changing_plan, trying_plan
from tasks.scheduling.reference.passes import collection_paused
from tasks.sheet.filtering.reading import FilterReading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from projects.models import Project, User
    from tasks.pasting.layout import PastedRow
    from tasks.pasting.placing import Anchor, Placing
    from tasks.plan.outcome import PlanChange
    from tasks.plan.outline import OutlineRow
    from tasks.plan.unit import PlanUnit

#: So often it is tried without what new dates have refused; of a large table less often, as the wait counts.
MOST_ROUNDS: Final = 12
MOST_ROUNDS_OF_MANY: Final = 3
MANY: Final = 500
#: So many names are kept in the record of one change.
MOST_NAMED: Final = 200

Spot = tuple[int, str]
"""A pasted row by its place, and a column."""


@dataclass(frozen=True)
class Asked:
    """What is pasted where, and what was decided about it."""

    rows: Sequence[PastedRow]
    anchor: Anchor = NO_ANCHOR
    inserts: bool = False
    #: By folded name: the id of a resource, "new" or "out".
    people: Mapping[str, str] = field(default_factory=dict)
    #: Names as they were pasted, for those that are made.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Whether cells that cannot be taken are left out.
    leaves_out: bool = False
    #: Of what is seen of the plan: rows go onto rows that are seen.
    seen: FilterReading = field(default_factory=FilterReading)
    #: Where rows know their places by themselves: what says them, from the rows of the plan.
    placed: Callable[[Sequence[OutlineRow]], Placing] | None = None
    #: Tasks that are deleted first.
    gone: frozenset[int] = frozenset()
    #: Tasks by the numbers that the texts call them by, where these are no longer those of the plan.
    ids: Mapping[int, int] = field(default_factory=dict)


class Fault(NamedTuple):
    """A cell that was not understood, or is refused."""

    at: int
    column: str
    text: str
    sentence: str
    is_person: bool = False


@dataclass
class Looked:
    """What a paste does: to the page that asks, and to the change that is made."""

    placing: Placing | None = None
    #: By the place of the row and the column what stood there and what comes.
    differing: dict[int, dict[str, tuple[str, str]]] = field(default_factory=dict)
    faults: dict[Spot, Fault] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    computed: int = 0
    #: What follows; None where it could not be computed.
    change: PlanChange | None = None
    #: What a planner has to know of it.
    warnings: Sequence[str] = ()
    #: Why nothing of it can be done, where that is no matter of single cells.
    refusal: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether it can be applied as it is."""
        return not self.faults and not self.refusal and self.change is not None


class PasteRefusedError(Refusal):
    """Not everything can be taken, so nothing was."""

    def __init__(self, looked: Looked) -> None:
        count = len(looked.faults)
        words = ngettext(
            "%(count)d個のセルを取り込めないため、まだ何も変えていません。",
            "%(count)d個のセルを取り込めないため、まだ何も変えていません。",
            count,
        )
        first = next(iter(looked.faults.values())).sentence if count == 1 else ""
        super().__init__(looked.refusal or " ".join(filter(None, (words % {"count": count}, first))))
        self.looked = looked


@collection_paused()
def preview_paste(*, project: Project, asked: Asked, actor: User) -> Looked:
    """What would come of it; nothing stays. Raises PlanBusyError while the plan is being changed, and NotAllowedError."""
    pasting = _Pasting(project, asked, actor)
    for _round in range(MOST_ROUNDS_OF_MANY if len(asked.rows) > MANY else MOST_ROUNDS):
        try:
            with trying_plan(project, actor=actor) as plan:
                pasting.put_into(plan)
                plan.compute()
                over = foreseen(plan.record, refuses=True) if plan.record.entries else ()
                plan.settle()
                change = replace(plan.change, notes={**plan.change.notes, OVERALLOCATED: over})
                # Rows that come have their names only here.
                warnings = warnings_of(change)
        except (DatesRefusedError, PlanRefusedError, DoubleLoadError) as error:
            if not pasting.take_out(error):
                break
        except Refusal as error:
            if error.status == 409:
                raise
            pasting.looked.refusal = str(error)
            break
        else:
            pasting.looked.change, pasting.looked.warnings = change, warnings
            break
    return pasting.looked


@collection_paused()
def apply_paste(*, project: Project, asked: Asked, actor: User, revision: int | None = None) -> Looked:
    """Make the change: all of it, or with `leaves_out` all that can be. Its `change` is what came of it.

    Raises PasteRefusedError; StaleRevisionError where the plan is another one than the preview saw; NotAllowedError.
    """
    pasting = _Pasting(project, asked, actor)
    for _round in range(MOST_ROUNDS):
        try:
            with changing_plan(project, actor=actor, revision=revision) as plan:
                pasting.put_into(plan)
                if pasting.looked.faults and not asked.leaves_out:
                    raise PasteRefusedError(pasting.looked)
        except (DatesRefusedError, PlanRefusedError, DoubleLoadError) as error:
            if not pasting.take_out(error) or not asked.leaves_out:
                raise PasteRefusedError(pasting.looked) from error
        else:
            pasting.looked.change = plan.change
            return pasting.looked
    raise PasteRefusedError(pasting.looked)


class _Pasting:
    """One paste, tried again without what was refused."""

    def __init__(self, project: Project, asked: Asked, actor: User) -> None:
        self.project, self.asked, self.actor = project, asked, actor
        self.looked = Looked()
        self._writer: PastedWriter | None = None
        self._at: dict[int, int] = {}  # places of rows by their tasks

    def put_into(self, plan: PlanUnit) -> None:
        """Make the new tasks, put all rows in their places and write the cells, but for those that were refused before."""
        asked, project, looked = self.asked, self.project, self.looked
        if asked.gone:
            delete_rows(plan, asked.gone)
        lines = lines_of(project)
        placing = asked.placed(lines) if asked.placed else self._place(lines)
        looked.placing = placing
        people = decided_people(plan, asked)
        order, new = put_in_order(plan, placing, lines)
        ids = placing.ids()
        self._at = {pk: at for at, pk in enumerate(ids) if pk is not None}
        rows = {line.task_id: row for row, line in enumerate(order, 1)}
        reader = PastedReader(
            project, plan.rows, people=people, new=new,
            numbers={old: rows[line.task_id] for old, line in enumerate(lines, 1)} | own_numbers(asked.rows, ids, rows)
            | {number: rows[pk] for number, pk in asked.ids.items() if pk in rows},
            codes={row.code.casefold(): rows[pk] for row, pk in zip(asked.rows, ids, strict=True) if row.code and pk},
        )  # fmt: skip
        self._writer = PastedWriter(
            project, self._cells(ids, placing.made), self.actor, new=new, reader=reader
        )
        self._writer.put_into(plan)
        self._note(self._writer, reader)

    def _place(self, lines: Sequence[OutlineRow]) -> Placing:
        """From the cell on that was pasted into. Raises RuleBrokenError where what is seen of the plan does not allow it."""
        asked, project = self.asked, self.project
        placing = place(
            project,
            asked.seen.rows(project, self.actor),
            asked.rows,
            asked.anchor,
            lines,
            inserts=asked.inserts,
        )
        if asked.seen.order.sort and (placing.shifted or asked.inserts or asked.anchor.side):
            raise RuleBrokenError(
                _(
                    "並べ替えた表では、行を間に挿し込む貼り付けと、階層を変える貼り付けはできません。並べ替えを解除してから貼り付けてください。"
                )
            )
        if asked.seen.filter and placing.shifted:
            raise RuleBrokenError(
                _(
                    "絞り込み中は、階層の違う表を今ある行に貼り付けられません。すべて表示してから貼り付けてください。"
                )
            )
        return placing

    def _cells(self, ids: Sequence[int | None], made: Collection[int]) -> list[Cell]:
        faults = self.looked.faults
        return [
            Cell(pk, column, text)
            for at, (row, pk) in enumerate(zip(self.asked.rows, ids, strict=True))
            if pk is not None and not row.is_blank
            for column, text in row.cells.items()
            # Of a new row an empty cell says nothing.
            if (text or at not in made) and (at, column) not in faults
        ]

    def _note(self, writer: PastedWriter, reader: PastedReader) -> None:
        looked = self.looked
        looked.computed = writer.computed
        looked.unknown = reader.unknown or looked.unknown
        for pk, cells in writer.differing.items():
            looked.differing.setdefault(self._at[pk], {}).update(cells)
        self._note_refused(writer)

    def _note_refused(self, writer: PastedWriter) -> None:
        for (pk, column), refused in writer.refused.items():
            at = self._at[pk]
            is_person = isinstance(refused.error, UnknownPersonError)
            fault = Fault(at, column, refused.cell.text, refused.sentence, is_person)
            self.looked.faults.setdefault((at, column), fault)

    def take_out(self, error: DatesRefusedError | PlanRefusedError | DoubleLoadError) -> bool:
        """Refuse the cells that an error at the end of a round means; whether there were any."""
        writer = self._writer
        try:
            if writer is None:
                raise error
            writer.take_out(error)
        except Refusal:
            self.looked.refusal = str(error)
            return False
        self._note_refused(writer)
        return True
