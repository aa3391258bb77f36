"""The first levelled plan: tasks in the order of priority and latest finish, each as soon as its people are free.

Where links, constraints and calendars let a row lie is asked of the engine's own forward pass, row by row, with a levelling
delay tried on it; no rule of the engine is written a second time here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from tasks.scheduling.constraint_types import CAPPED
from tasks.scheduling.leveling.diagnose import Cause, is_unmoved
from tasks.scheduling.leveling.leveled import Delay, Why
from tasks.scheduling.leveling.people import (
    ELSEWHERE,
    Elsewhere,
    Part,
    Segment,
    busy_people,
    next_start,
    parts_of,
    span_of,
)
from tasks.scheduling.leveling.turns import Key, Turns
from tasks.scheduling.network import Network
from tasks.scheduling.plan import nearest
from tasks.scheduling.reference.constraints import hold_early
from tasks.scheduling.reference.early import FOREVER, nothing_yet
from tasks.scheduling.reference.forward import pass_forward
from tasks.scheduling.reference.given import Held, given_dates
from tasks.scheduling.reference.grid import Grid


@dataclass(frozen=True, slots=True)
class Blocker:
    """What was in the way last: a row, or ``ELSEWHERE``."""

    person_id: int
    row: int


class Construction:
    """One serial generation over a plan whose delays that may change are taken away.

    With ``margin`` no row moves beyond so many minutes before its latest finish; with None rows move as far as they have to. ``held`` are
    the rows that lie as late as possible, with their dates; what they need is kept free where ``keeps_free``, else only counted.
    """

    def __init__(
        self,
        network: Network,
        grid: Grid,
        elsewhere: Elsewhere,
        *,
        margin: int | None,
        held: Held,
        keeps_free: bool,
    ) -> None:
        self.grid, self.margin, self.held, self.keeps_free = grid, margin, held, keeps_free
        self.latest: list[int] = []
        self.keys: list[int] | None = None
        self.parts = parts_of(network, grid)
        self.people = busy_people(network, grid, self.parts, elsewhere)
        self.early = nothing_yet(len(grid.tasks))
        self.given = self._given()
        self.unmoved = {row for row in self.parts if self._is_unmoved(row)}
        self.movable = self.parts.keys() - self.unmoved
        self.leading = self._leading()
        self.turns = Turns(grid, self._key)
        self.stuck: dict[int, Cause] = {}
        self.delays: list[Delay] = []
        #: By row the delays of those that may have one, once all rows are placed.
        self.minutes: dict[int, int] = {}
        #: When the plan ends, once all rows are placed.
        self.finish = grid.project.start_minute

    def run(self, latest: list[int], keys: list[int] | None = None) -> None:
        """Place all rows; ``latest`` are their latest finishes without delays, ``keys`` what goes first instead of them."""
        self.latest, self.keys = latest, keys
        for row in self.movable:
            self.grid.tasks[row].leveling_delay_minutes = 0
            self.grid.tasks[row].leveling_delay_is_elapsed = True
            self.grid.is_plain[row] = False  # so that the engine looks at its delay
        reserved = self.reserve()
        for step in self.turns:
            if step in self.movable:
                self._place_movable(step)
                continue
            self._pass(step)
            if step in self.parts and step not in reserved and step not in self.held:
                self._take(step, self._loads(step))
        for row in sorted(self.held.keys() & self.parts.keys() - reserved):
            self._take(row, self._loads(row))
        self.minutes = {row: self.grid.tasks[row].leveling_delay_minutes for row in self.movable}
        ends = zip(self.early.finishes, self.grid.is_active, strict=True)
        self.finish = max((nearest(end) for end, is_active in ends if is_active), default=self.finish)

    @property
    def dates(self) -> list[tuple[int, int]]:
        """By row start and finish in whole minutes, once all rows are placed."""
        some = zip(self.early.starts, self.early.finishes, strict=True)
        return [(nearest(start), nearest(finish)) for start, finish in some]

    # -- what is known before the first row -----------------------------------------------------------------

    def _given(self) -> dict[int, tuple[int, int]]:
        status = self.grid.project.status_minute
        found = {row: given_dates(self.grid.tasks[row], self.grid.clocks[row], status) for row in self.parts}
        return {row: dates[:2] for row, dates in found.items() if dates is not None}

    def _is_unmoved(self, row: int) -> bool:
        honors = self.grid.project.honors_constraints
        return is_unmoved(self.grid.tasks[row], is_given=row in self.given, honors_constraints=honors)

    def _leading(self) -> set[int]:
        """Rows that come before one that may not move but is placed by its links: they go first, so that it finds its time free."""
        grid, known = self.grid, self.known()
        at = [row for row in self.unmoved if row not in known]
        found: set[int] = set()
        while at:
            row = at.pop()
            some = [arrow[0] for arrow in grid.incoming[row]]
            some += grid.children[row] if row in found else ()
            if grid.parent[row] >= 0:
                some += [arrow[0] for above in self._line(row) for arrow in grid.incoming[above]]
            new = [one for one in dict.fromkeys(some) if one not in found]
            found.update(new)
            at += new
        return found

    def _line(self, row: int) -> Iterator[int]:
        """The summaries above a row."""
        while (row := self.grid.parent[row]) >= 0:
            yield row

    def known(self) -> dict[int, tuple[int, int]]:
        """Rows whose dates no other row changes: given ones, those as late as possible, and those that must start or finish at a moment."""
        late = {row: (start, finish) for row, (start, finish, _) in self.held.items()}
        known = self.given | (late if self.keeps_free else {})
        if not self.grid.project.honors_constraints:
            return known
        must = {
            row: hold_early(self.grid, row, FOREVER, FOREVER)
            for row in self.unmoved - known.keys()
            if self.grid.tasks[row].constraint_type in ("MSO", "MFO")
        }
        return known | {row: dates for row, dates in must.items() if dates is not None}

    def reserve(self) -> set[int]:
        """Take the time of all rows whose dates are known, before any other."""
        known = {row: dates for row, dates in self.known().items() if row in self.parts}
        for row, (start, finish) in known.items():
            self._take(row, self._loads_at(row, start, finish))
        return set(known)

    def _key(self, step: int) -> Key:
        """What has no people or may not move is placed at once; the others by priority, then latest finish, then row."""
        if step not in self.parts or step in self.unmoved:
            return 0, 0, 0, step
        rank = 1 if step in self.leading else 2
        return rank, -self.grid.tasks[step].priority, (self.keys or self.latest)[step], step

    # -- where ----------------------------------------------------------------------------------------------

    def _pass(self, step: int) -> None:
        pass_forward(self.grid, (step,), self.grid.project.start_minute, self.held, self.early)

    def _try(self, row: int, delay: int) -> float:
        """Let the engine place a row with a delay; its exact start."""
        self.grid.tasks[row].leveling_delay_minutes = delay
        self._pass(row)
        return self.early.starts[row]

    def _place_movable(self, row: int) -> None:
        """At the first moment at which all people are free; where it is kept from there, where it was, and noted."""
        base = self._base(row)
        first = self._try(row, 0)
        delay, blocker = 0, None
        loads = self._loads(row)
        while (blocked := self._blocked(row, loads)) is not None:
            wanted, blocker = blocked
            delay = ceil(wanted - base)
            if cause := self._kept_from(row, delay, wanted):
                self.stuck[row] = cause
                self._try(row, 0)
                delay, loads = 0, self._loads(row)
                break
            loads = self._loads(row)
        if delay and blocker is not None:
            delay = self._shortest(row, base, delay)
            self._note(row, first, delay, blocker)
        self._take(row, loads)

    def _kept_from(self, row: int, delay: int, wanted: int) -> Cause | None:
        """Try a delay that is to lead to a start; what keeps the row from it."""
        if self._try(row, delay) < wanted:
            return "must_date"
        if self.margin is None or nearest(self.early.finishes[row]) <= self.latest[row] - self.margin:
            return None
        return "slack"

    def _base(self, row: int) -> float:
        """From where a delay counts: what links and earliest dates ask, without a date that the row must keep."""
        task = self.grid.tasks[row]
        kind = task.constraint_type
        if kind not in CAPPED:
            return self._try(row, 0)
        task.constraint_type = "ASAP"
        base = self._try(row, 0)
        task.constraint_type = kind
        return base

    def _shortest(self, row: int, base: float, delay: int) -> int:
        """The delay that leads to the start itself, not to a night before it."""
        exact = self.early.starts[row] - base
        if exact != int(exact):  # behind a lag in percent there may be parts of a minute
            return delay
        self._try(row, int(exact))
        return int(exact)

    def _note(self, row: int, first: float, delay: int, blocker: Blocker) -> None:
        tasks, start = self.grid.tasks, self.early.starts[row]
        other = None if blocker.row == ELSEWHERE else tasks[blocker.row].id
        why = self._why(row, blocker.row)
        self.delays.append(
            Delay(tasks[row].id, delay, nearest(first), nearest(start), blocker.person_id, other, why)
        )

    def _why(self, row: int, other: int) -> Why:
        if other == ELSEWHERE:
            return "elsewhere"
        if other in self.unmoved:
            return "fixed"
        if self.turns.placed_at[other] <= self.turns.ready_at[row]:
            return "waited"
        mine, its = self._key(row), self._key(other)
        by_key: Why = "slack" if self.keys is None else "sooner"
        names: tuple[Why, ...] = ("leads_to_fixed", "priority", by_key, "order")
        return next(name for name, one, another in zip(names, mine, its, strict=True) if one != another)

    # -- people ---------------------------------------------------------------------------------------------

    def _loads(self, row: int) -> dict[int, list[Segment]]:
        return self._loads_at(row, nearest(self.early.starts[row]), nearest(self.early.finishes[row]))

    def _loads_at(self, row: int, start: int, finish: int) -> dict[int, list[Segment]]:
        """By person the segments of a row that lies so."""
        is_whole = row in self.given or bool(self.grid.tasks[row].splits)
        by_person: dict[int, list[tuple[Part, int, int]]] = {}
        for part in self.parts[row]:
            begin, end = span_of(part, start, finish, is_whole=is_whole)
            by_person.setdefault(part.person_id, []).append((part, begin, end))
        return {person_id: self.people[person_id].segments(some) for person_id, some in by_person.items()}

    def _take(self, row: int, loads: Mapping[int, list[Segment]]) -> None:
        for person_id, segments in loads.items():
            self.people[person_id].add(row, segments)

    def _blocked(self, row: int, loads: Mapping[int, list[Segment]]) -> tuple[int, Blocker] | None:
        """The next start worth a try, and who and what is in the way until then; None where all are free."""
        start = nearest(self.early.starts[row])
        found: tuple[int, Blocker] | None = None
        for person_id, segments in loads.items():
            busy = self.people[person_id]
            step = busy.blocked(segments)
            if step is None:
                continue
            free_from = busy.moment(busy.places[step + 1])
            # Of two parts of one person the one that lets the row start first: no start is passed over.
            moment = min(
                next_start(one, start, free_from) for one in self.parts[row] if one.person_id == person_id
            )
            if found is None or moment > found[0]:
                found = moment, Blocker(person_id, busy.rows[step][-1])
        return found
