"""What the page of a simulation shows: how likely days are, and what they hang on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.models import ProjectStatus
from projects.worktime.moments import MINUTES_PER_DAY, ends_on, minute_of
from reports.charts.likelihood import draw_likelihood
from reports.charts.parts import table_rows
from tasks.models import RiskRun
from tasks.risk.kept import from_json
from tasks.risk.running import noise_of
from tasks.risk.words import between_text, chance_text, error_text, names_of, titles_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.utils.safestring import SafeString

    from projects.models import Project
    from reports.charts.likelihood import LikelihoodChart, Mark
    from tasks.risk.running import Simulation, TaskRisk

#: Below it a deadline is in danger.
LIKELY_ENOUGH: Final = 0.5
#: The percentiles that are named on the curve.
NAMED: Final = (50, 80)


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure that is asked for first."""

    label: str
    value: str
    note: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task that the finish hangs on."""

    task_id: int
    title: str
    #: Between 0 and 100, for its bar.
    width: int
    influence: str
    criticality: str
    earliest: date | None
    middle: date | None
    likely: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class DriverRow:
    """A risk that happens or not."""

    issue: int
    name: str
    #: Between 0 and 100, for its bar.
    width: int
    influence: str
    happened: str
    probability: str
    stretch: str


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A task with a deadline."""

    task_id: int
    title: str
    deadline: date | None
    chance: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished run, for its page."""

    found: Simulation
    stats: Sequence[Stat]
    chart: LikelihoodChart
    #: By percentile its day.
    days: dict[int, date | None]
    in_time: str
    plan_label: str
    drivers: Sequence[DriverRow]
    tasks: Sequence[TaskRow]
    deadlines: Sequence[DeadlineRow]

    @property
    def marks(self) -> list[tuple[int, Mark]]:
        """Where the curve is named."""
        return [(share, self.chart.percentiles[share]) for share in NAMED]

    @property
    def runs(self) -> str:
        """How many."""
        return formats.number(self.found.asked.runs)

    @property
    def table(self) -> SafeString:
        """The curve as it is read, in steps of ten percent."""
        shares = range(10, 101, 10)
        return table_rows(
            (formats.day_plain(ends_on(self.found.curve[share])), formats.percent(share)) for share in shares
        )


def run_of(project: Project) -> RiskRun | None:
    """The last run of a plan, where there is one."""
    return RiskRun.objects.filter(project=project).select_related("asked_by").first()


def shown(project: Project, run: RiskRun) -> Shown:
    """A finished run in figures and sentences. One query, and one for its risks."""
    found = from_json(run.result or {})
    titles = titles_of({one.task_id for one in found.tasks} | {one.task_id for one in found.deadlines})
    marks = [(one.share, one.moment) for one in found.percentiles]
    due = minute_of(project.end_date) + MINUTES_PER_DAY
    return Shown(
        found, _stats(project, found),
        draw_likelihood(found.curve, plan=found.planned, deadline=due, percentiles=marks),
        {share: ends_on(moment) for share, moment in marks}, chance_text(found.by_deadline.probability),
        plan_label(project, found),
        _driver_rows(found),
        [_task_row(one, titles, noise_of(found.asked.runs)) for one in found.tasks],
        [
            DeadlineRow(
                one.task_id, titles.get(one.task_id, formats.NONE), ends_on(one.deadline),
                chance_text(one.probability), one.probability < LIKELY_ENOUGH,
            )
            for one in found.deadlines
        ],
    )  # fmt: skip


def plan_label(project: Project, found: Simulation) -> str:
    """What the plan is that was simulated: levelled as its runs are, or from today on where a project is under way."""
    if found.asked.leveled:
        return _("平準化した計画の終了")
    return _("終了見込み") if project.status == ProjectStatus.ACTIVE else _("計画の終了")


def _stats(project: Project, found: Simulation) -> list[Stat]:
    due, plan = found.by_deadline, found.by_plan
    middle, likely = (one for one in found.percentiles if one.share in NAMED)
    return [
        Stat(
            _("期限 %(day)s に間に合う確率") % {"day": formats.day_plain(project.end_date)},
            chance_text(due.probability), error_text(due), due.probability < LIKELY_ENOUGH,
        ),
        Stat(_("五分五分の終了（P50）"), formats.day_plain(ends_on(middle.moment)), between_text(middle)),
        Stat(_("8割方の終了（P80）"), formats.day_plain(ends_on(likely.moment)), between_text(likely)),
        Stat(
            plan_label(project, found), formats.day_plain(ends_on(found.planned)),
            _("間に合う確率 %(chance)s") % {"chance": chance_text(plan.probability)},
        ),
    ]  # fmt: skip


def _driver_rows(found: Simulation) -> list[DriverRow]:
    """Those that the finish hangs on most, first."""
    some = zip(found.risks, found.asked.risks, names_of(found.risks), strict=True)
    rows = sorted(some, key=lambda each: -abs(each[0].influence))
    return [
        DriverRow(
            one.issue, name, *_bar(one.influence, noise_of(found.asked.runs)), formats.number(one.runs),
            formats.percent(asked.probability), _stretch(asked.low, asked.high),
        )
        for one, asked, name in rows
    ]  # fmt: skip


def _stretch(low: int, high: int) -> str:
    return f"{formats.number(low)}–{formats.percent(high)}" if low < high else formats.percent(high)


def _bar(influence: float, noise: float) -> tuple[int, str]:
    """The width of a correlation and its figure; nothing of what is noise."""
    tells = abs(influence) > noise
    return (round(abs(influence) * 100), formats.number(round(influence, 2), 2)) if tells else (0, "")


def _task_row(one: TaskRisk, titles: dict[int, str], noise: float) -> TaskRow:
    days = [ends_on(moment) for moment in one.finishes]
    title, chance = titles.get(one.task_id, formats.NONE), chance_text(one.criticality)
    return TaskRow(one.task_id, title, *_bar(one.influence, noise), chance, *days)


@dataclass(frozen=True, slots=True)
class Note:
    """How likely the deadline is kept, for other pages."""

    chance: str
    is_bad: bool
    #: Whether the plan was changed since.
    is_outdated: bool


def note_of(project: Project) -> Note | None:
    """What the last finished run says of the deadline; one query, which reads no more of it than that."""
    rows = RiskRun.objects.filter(project=project, state=RiskRun.State.DONE)
    kept = rows.values_list("result__by_deadline", "result__revision").first()
    if kept is None:
        return None
    (probability, _error), revision = kept
    return Note(chance_text(probability), probability < LIKELY_ENOUGH, revision != project.revision)
