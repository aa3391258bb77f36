"""Which percentages a project's rule lets people say, and what they are called.

What files, jobs and operators say is kept as it is: a rule is about what is typed from now on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models.progress_rules import ProgressRule

if TYPE_CHECKING:
    from projects.models import Project

#: What is offered where a project has written no steps of its own.
USUAL_STEPS: Final = "着手 10\n製造 60\nレビュー 100"
MOST_STEPS: Final = 10
LONGEST_NAME: Final = 40
_LINE: Final = re.compile(r"(?P<name>.*?\S)[\s:：,、]*(?P<percent>[0-9]{1,3})\s*%?")


class ProgressStep(NamedTuple):
    """A percentage that can be said, and its name; without one it is only a number."""

    percent: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.percent}% {self.name}".rstrip()


def read_steps(text: str) -> list[ProgressStep]:
    """Lines such as "製造 60", ascending, the last of them 100. Raises RuleBrokenError (`progress_steps`)."""
    lines = [line.strip() for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    matches = [_LINE.fullmatch(line) for line in lines]
    steps = [ProgressStep(int(found["percent"]), found["name"]) for found in matches if found]
    percents = [step.percent for step in steps]
    is_sound = (
        len(steps) == len(lines)
        and 1 <= len(steps) <= MOST_STEPS
        and percents == sorted(set(percents))
        and percents[0] > 0
        and percents[-1] == 100
    )
    if not is_sound or any(len(step.name) > LONGEST_NAME for step in steps):
        raise RuleBrokenError(
            _(
                "段階は「製造 60」のように1行に1つ、割合の小さい順に%(most)d個まで書いてください。最後は100にします。"
            )
            % {"most": MOST_STEPS},
            field="progress_steps",
        )
    return steps


def steps_of(project: Project) -> list[ProgressStep] | None:
    """What can be said of a task of the project, from 0 on; None: any percentage."""
    rule = project.progress_rule
    if rule == ProgressRule.HAND:
        return None
    begun = [ProgressStep(0, _("未着手"))]
    if rule == ProgressRule.FIFTY_FIFTY:
        begun.append(ProgressStep(50, _("着手")))
    if rule == ProgressRule.STEPS:
        return begun + read_steps(project.progress_steps or USUAL_STEPS)
    # Of hours alone, too: that a task is done, or was not begun after all, is said.
    return [*begun, ProgressStep(100, _("完了"))]


def choices_of(project: Project, now: int) -> list[tuple[int, str]]:
    """What can be said of a task that is so far now, as a form offers it; nothing where any percentage can."""
    steps = steps_of(project)
    if steps is None:
        return []
    known = {step.percent: str(step) for step in steps}
    known.setdefault(now, f"{now}%")
    return sorted(known.items())


def require_allowed(project: Project, percentage: int, *, now: int) -> None:
    """Raises RuleBrokenError unless the rule knows this percentage, or it is that of now."""
    steps = steps_of(project)
    if steps is None or percentage in {now, *(step.percent for step in steps)}:
        return
    if project.progress_rule == ProgressRule.WORK:
        raise RuleBrokenError(
            _(
                "このプロジェクトの進捗は、工数から計算されます。工数表で実績と残りを入力してください。完了は100%%と入力できます。"
            )
            % {},
            field="progress",
        )
    raise RuleBrokenError(
        _("このプロジェクトの進捗は、%(steps)s のどれかです。") % {"steps": _("、").join(map(str, steps))},
        field="progress",
    )


def at_most(project: Project, percentage: int) -> int:
    """The furthest that can be said without saying more than that; 0 where nothing less is known."""
    steps = steps_of(project)
    if steps is None:
        return percentage
    return max(step.percent for step in steps if step.percent <= percentage)


def percent_named(project: Project, text: str) -> int | None:
    """The percentage of the step with this name, in whatever width and case it is typed; None where there is none."""
    wanted = unicodedata.normalize("NFKC", text).strip().casefold()
    for step in steps_of(project) or ():
        if step.name and step.name.casefold() == wanted:
            return step.percent
    return None


def progress_by_work(done: int, percentage: int, planned: int, added: int) -> int:
    """How far a task is when `added` minutes have come to those that were `done`, in whole percent.

    What was left is what was said last (by the percentage), or what was planned, and `added` of it are done. Hours never finish a
    task: at most 99 until a user says that nothing is left.
    """
    left = done * (100 - percentage) // percentage if percentage else max(planned - done, 0)
    now = max(done + added, 0)
    left = max(left - added, 0)
    if not now:
        return 0
    return max(1, min(now * 100 // (now + left), 99))
