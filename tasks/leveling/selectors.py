"""What the page of levelling shows: the plan as it is beside the levelled one, what moves and why, and what cannot be solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config.web import formats
from projects.worktime.moments import day_of, ends_on, first_day_of
from tasks.baselines.selectors import clock_of
from tasks.leveling.deciding import decisions_of
from tasks.leveling.kept import from_json
from tasks.leveling.words import MOST_TASKS, Words, best_text, overlaps_of
from tasks.models import LevelingRun, Task
from tasks.plan.agreed import later_by, later_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from projects.models import Project
    from tasks.leveling.running import Figures, Leveling, Moved

#: So many things that cannot be solved are said one by one.
MOST_UNSOLVED: Final = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two plans."""

    finish: date | None
    missed: int
    too_full: int
    #: How many people these days belong to.
    people: int


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A task that lies elsewhere, and why; without a delay of its own it follows what it waits for."""

    task_id: int
    title: str
    start_before: date
    start: date
    finish_before: date | None
    finish: date | None
    later: str
    reason: str
    #: Whether it has a delay of its own, of which something can be decided.
    is_delayed: bool


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A task of which something was decided for the next levelling."""

    task_id: int
    title: str
    #: Whether it keeps a delay; else it stays where it is.
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Unsolved:
    """What no order of work solves, and what a planner can do about it."""

    sentence: str
    way_out: str


@dataclass(frozen=True, slots=True)
class Best:
    """How far the levelled plan is from the best at most, and why."""

    sentence: str
    because: str
    #: Those that have to be done in the stretch of time that it says, by id and title; some of them where there are many.
    tasks: Sequence[tuple[int, str]]
    more_tasks: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished run, for its page."""

    found: Leveling
    now: Side
    then: Side
    later: str
    is_later: bool
    unsolved: Sequence[Unsolved]
    more_unsolved: int
    best: Best | None


def run_of(project: Project, *, whole: bool = True) -> LevelingRun | None:
    """The last run of a plan, where there is one; `whole` with what it has found."""
    rows = LevelingRun.objects.filter(project=project).select_related("asked_by")
    return (rows if whole else rows.defer("result")).first()


def has_delays(project: Project) -> bool:
    """Whether tasks of a plan have levelling delays now, of ours or of a file."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True)
    return rows.exclude(leveling_delay_minutes=0).exists()


def shown(project: Project, run: LevelingRun) -> Shown:
    """A finished run in figures and sentences. A fixed number of queries."""
    found = from_json(run.result or {})
    minutes = later_by(clock_of(project), found.now.finish, found.then.finish)
    overlaps, too_many = overlaps_of(found.clashes), found.too_many_units[:MOST_UNSOLVED]
    some = overlaps[: MOST_UNSOLVED - len(too_many)]
    words = Words((), too_many, some, found.bound)
    unsolved = [Unsolved(words.too_many(one), words.enough(one)) for one in too_many]
    unsolved += [Unsolved(words.overlap(one), words.way_out(one)) for one in some]
    return Shown(
        found, _side(found.now), _side(found.then), later_words(minutes, project.minutes_per_day),
        bool(minutes and minutes > 0), unsolved, len(found.too_many_units) + len(overlaps) - len(unsolved),
        _best(found, words),
    )  # fmt: skip


def _best(found: Leveling, words: Words) -> Best | None:
    bound, days = found.bound, found.days_sooner
    if bound is None or days is None or found.then.finish is None:
        return None
    ids = bound.task_ids if bound.stretch is not None else ()
    tasks = [(pk, words.title(pk)) for pk in ids[:MOST_TASKS]]
    return Best(best_text(days), words.because(bound), tasks, len(ids) - len(tasks))


def _side(figures: Figures) -> Side:
    people = len({person for person, _ in figures.too_full})
    return Side(ends_on(figures.finish), len(figures.missed_deadlines), len(figures.too_full), people)


def decided_rows(run: LevelingRun) -> list[DecidedRow]:
    """What was decided, in the order of the rows; tasks that are gone since are left out. One query."""
    decided = decisions_of(run)
    rows = Task.objects.filter(pk__in=decided, deleted_at__isnull=True).order_by("row_number", "pk")
    return [
        DecidedRow(pk, f"{code} {name}".strip(), decided[pk] is not None)
        for pk, code, name in rows.values_list("pk", "wbs_code", "name")
    ]


def moved_rows(
    project: Project, found: Leveling, moved: Sequence[Moved], decided: Collection[int]
) -> list[MovedRow]:
    """Some of the tasks that move, each with its reason; of those in `decided` nothing is to be decided. Four queries at most."""
    ids = {one.task_id for one in moved}
    delays = {one.task_id: one for one in found.delays if one.task_id in ids}
    words = Words(tuple(delays.values()), (), ())
    rows = Task.objects.filter(pk__in=ids).values_list("pk", "wbs_code", "name")
    titles = {pk: f"{code} {name}".strip() for pk, code, name in rows}
    clock = clock_of(project)
    return [
        MovedRow(
            one.task_id, titles.get(one.task_id, formats.NONE),
            day_of(first_day_of(one.start_before)), day_of(first_day_of(one.start)),
            ends_on(one.finish_before), ends_on(one.finish),
            later_words(later_by(clock, one.start_before, one.start), project.minutes_per_day),
            words.reason(delays[one.task_id]) if one.task_id in delays else words.follows(is_decided=one.task_id in decided),
            one.task_id in delays and one.task_id not in decided,
        )
        for one in moved
    ]  # fmt: skip
