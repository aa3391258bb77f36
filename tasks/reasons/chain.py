"""Why a task lies where it lies: from its dates over everything that drives them, down to what nothing drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.errors import WorktimeError
from tasks.models import Task
from tasks.plan.constraint_days import plan_moment
from tasks.plan.loading import load_plan
from tasks.plan.refusals import refused
from tasks.reasons.held import asked_about, held_by
from tasks.reasons.moves import SEARCHED_ENTRIES, is_searched_whole, moved_last
from tasks.reasons.words import ALONE, ReasonWords, constraint_words
from tasks.scheduling.constraint_types import HOLDS_FINISH
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.explain.ending import why_finish
from tasks.scheduling.explain.negative_slack import late_driver
from tasks.scheduling.explain.why import why
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tasks.reasons.held import Held
    from tasks.reasons.moves import Moved
    from tasks.scheduling.explain.why import Reason
    from tasks.scheduling.network import Network

#: A chain may be as long as the plan; a page shows its upper end, and leads on from there.
MOST_STEPS: Final = 60


class ChainStep(NamedTuple):
    """One task of the chain: when it lies, what decides it, whose working time it waited for and runs on."""

    task: Task
    start: str
    finish: str
    reason: str
    wait: str
    run: str = ""


class Chain(NamedTuple):
    """The steps from a task down; `is_cut` when there are more."""

    steps: list[ChainStep]
    is_cut: bool


class Ending(NamedTuple):
    """Why a task ends when it ends: in a sentence, and for a summary over its last child."""

    sentence: str
    chain: Chain


class Explanation(NamedTuple):
    """All that is to be said about where a task lies."""

    start: str
    finish: str
    chain: Chain
    ending: Ending
    held: Held | None
    moved: Moved | None
    is_searched_whole: bool
    searched: str


def explain(task: Task) -> Explanation:
    """The reasons of a task's dates, what holds it, and what moved it last; raises PlanRefusedError as a change would.

    The plan is computed once, and read in a fixed number of queries.
    """
    loaded = load_plan(task.project)
    network = loaded.network
    try:
        plan = schedule(loaded.columns).plan()
        holds = late_driver(plan, task.pk, network)
        starts, ends = why(plan, task.pk, network), why_finish(plan, task.pk, network)
    except (NetworkError, WorktimeError) as error:
        raise refused(error) from error
    shown = [*starts[:MOST_STEPS], *ends[:MOST_STEPS]]
    words = ReasonWords(task, network, plan, shown, asked_about(holds))
    dates = plan.tasks[task.pk]
    return Explanation(
        start=plan_moment(dates.start),
        finish=plan_moment(dates.finish),
        chain=_chain(starts, words, by_finish=False),
        ending=_ending(task, ends, words),
        held=held_by(task, holds, words),
        moved=moved_last(task),
        is_searched_whole=is_searched_whole(task),
        searched=formats.number(SEARCHED_ENTRIES),
    )


def _chain(reasons: Sequence[Reason], words: ReasonWords, *, by_finish: bool) -> Chain:
    ends = _ends(reasons, words.network, by_finish=by_finish)
    steps = [
        _step(reason, words, end, is_first=at == 0)
        for at, (reason, end) in enumerate(zip(reasons[:MOST_STEPS], ends, strict=False))
    ]
    return Chain(steps, len(reasons) > MOST_STEPS)


def _ends(reasons: Iterable[Reason], network: Network, *, by_finish: bool) -> Iterator[bool]:
    """For each step, whether it is the finish of the task that matters for the step before it."""
    for reason in reasons:
        yield by_finish
        if reason.driver.link_index is not None:
            by_finish = network.links[reason.driver.link_index].link_type in {"FS", "FF"}


def _step(reason: Reason, words: ReasonWords, by_finish: bool, *, is_first: bool) -> ChainStep:
    dates = words.plan.tasks[reason.task_id]
    return ChainStep(
        words.tasks[reason.task_id],
        plan_moment(dates.start),
        plan_moment(dates.finish),
        words.reason(reason, by_finish=by_finish),
        words.wait(reason.wait, dates.start),
        # Of the task itself it stands where its finish is explained.
        words.run(reason.task_id) if by_finish and not is_first else "",
    )


def _ending(task: Task, reasons: Sequence[Reason], words: ReasonWords) -> Ending:
    first = reasons[0]
    if first.driver.kind == "children":
        return Ending("", _chain(reasons, words, by_finish=True))
    return Ending(_finish(task, first, words), Chain([], False))


def _finish(task: Task, reason: Reason, words: ReasonWords) -> str:
    """What decides the finish of a task that has no children."""
    driver = reason.driver
    if driver.kind == "actual":
        return words.progressed(task.pk) or str(ALONE["actual"])
    if driver.kind in {"manual", "pinned"}:
        return str(ALONE[driver.kind])
    if driver.sets_finish:
        return words.reason(reason, by_finish=True) + _backwards(task, words)
    if driver.kind == "constraint" and task.constraint_type in HOLDS_FINISH:
        return constraint_words(task) + _backwards(task, words)
    return words.run(task.pk) or _("期間がないので、始まるときに終わります。")


def _backwards(task: Task, words: ReasonWords) -> str:
    length = words.plan.tasks[task.pk].duration_minutes
    if not length:
        return ""
    return _("開始は、ここから期間%(length)sを逆算しています。") % {"length": words.length(length, task)}
