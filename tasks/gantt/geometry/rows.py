"""What the chart needs to know about a task and about a link: plain values, in the order they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from tasks.gantt.geometry.scale import Scale
from tasks.gantt.geometry.words import ChartWords

Kind = Literal["task", "summary", "milestone"]
LinkType = Literal["FS", "SS", "FF", "SF"]


class ChartRow(NamedTuple):
    """One task as it is shown; moments are minutes of the plan's own wall clock."""

    task_id: int
    row: int  # its place among the shown rows, from 0
    level: int  # 1 is outermost
    code: str
    name: str
    kind: Kind
    start: int
    finish: int
    progress: int = 0
    is_critical: bool = False
    is_manual: bool = False
    is_active: bool = True  # an inactive task is kept in the plan, but holds no other
    late_days: int = 0
    who: str = ""
    slack_until: int | None = None  # the moment up to which it may slip
    deadline: int | None = None
    baseline: tuple[int, int] | None = None  # when it was agreed to start and finish
    baseline_words: str = ""  # how far it is from that
    over: str = ""  # how full the fullest day of its people is, where that is more than full
    over_words: str = ""  # the same as a sentence
    missed_date: str = ""  # that a date cannot be kept, and which
    was: tuple[int, ...] = ()  # how far it was on the days of the lines of before
    source: Any = None  # what the row was made of: columns that are not the chart's own read it

    @property
    def is_done(self) -> bool:
        return self.progress >= 100


class End(NamedTuple):
    """One end of a link; it may lie outside the window that is drawn."""

    row: int
    start: int
    finish: int
    kind: Kind


class ChartLink(NamedTuple):
    before: End
    after: End
    type: LinkType = "FS"
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader has switched on."""

    critical: bool = True
    baseline: bool = True
    progress_line: bool = True
    slack: bool = False


@dataclass(frozen=True, slots=True)
class ShadedDays:
    """The days to shade: weekly ones, single ones with their names, and those worked after all."""

    weekdays: frozenset[int] = frozenset({5, 6})
    holidays: Mapping[int, str] = field(default_factory=dict)
    worked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Canvas:
    """What stays the same for every row of one chart; its addresses are ours and need no escaping."""

    scale: Scale
    words: ChartWords
    today: int
    task_url: tuple[str, str]  # what stands before and behind the id
    icons: str  # address of the sprite
    status_day: int | None = None
    past_days: tuple[int, ...] = ()  # days of which the progress line of then is drawn, too
    days_off: ShadedDays = field(default_factory=ShadedDays)
    shown: Shown = field(default_factory=Shown)

    def url_of(self, task_id: int) -> str:
        before, behind = self.task_url
        return f"{before}{task_id}{behind}"
