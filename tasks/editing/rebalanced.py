"""What gave way to an edit, in words: how long a task takes now, how much work it is, who has which share of it.

What a person typed is not told again; what stayed is named beside what did not, since that is what surprises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.models import Assignment, Task
from tasks.plan.actions.team import weighs
from tasks.sheet.parsing import UnreadableError, folded, read_people
from tasks.sheet.rows import text_of

if TYPE_CHECKING:
    from tasks.plan.outcome import PlanChange

#: The cells that give way to each other, and the one that follows from the first.
COLUMNS: Final = ("duration", "work", "assignees", "progress")
#: So many people are named in one sentence.
MOST_NAMED: Final = 3
#: What typing into another cell says: a finish says how long it takes.
_SAYS: Final = {"finish": "duration"}

#: What moved and what stayed by its name: for each kind of outcome a whole sentence.
_SENTENCES: Final = {
    ("duration", "work"): gettext_lazy("工数は%(work)sのまま、期間が%(duration)sになりました。"),
    ("duration", ""): gettext_lazy("期間が%(duration)sになりました。"),
    ("work", "duration"): gettext_lazy("期間は%(duration)sのまま、工数が%(work)sになりました。"),
    ("work", ""): gettext_lazy("工数が%(work)sになりました。"),
    ("duration work", ""): gettext_lazy("期間が%(duration)s、工数が%(work)sになりました。"),
    ("assignees", "duration work"): gettext_lazy(
        "期間は%(duration)s、工数は%(work)sのまま、割当が%(people)sになりました。"
    ),
    ("assignees", "duration"): gettext_lazy("期間は%(duration)sのまま、割当が%(people)sになりました。"),
    ("assignees", "work"): gettext_lazy("工数は%(work)sのまま、割当が%(people)sになりました。"),
    ("assignees", ""): gettext_lazy("割当が%(people)sになりました。"),
    ("assignees duration", ""): gettext_lazy("期間が%(duration)s、割当が%(people)sになりました。"),
    ("assignees work", ""): gettext_lazy("工数が%(work)s、割当が%(people)sになりました。"),
    ("assignees duration work", ""): gettext_lazy(
        "期間が%(duration)s、工数が%(work)s、割当が%(people)sになりました。"
    ),
}

Figures = Mapping[str, str]
"""The texts of these cells."""


def figures_of(task: Task, typed: Mapping[str, str]) -> Figures:
    """How a task stands before these cells are written; nothing where none of them makes others give way."""
    said = {_SAYS.get(name, name) for name in typed}
    return _texts(task) if said & set(COLUMNS[:3]) and weighs(task) else {}


@contextmanager
def telling(task: Task, typed: Mapping[str, str]) -> Iterator[Callable[[PlanChange], PlanChange]]:
    """What gives way while a task is written: `told(plan.change)` once the unit has ended and the task was read again."""
    before = figures_of(task, typed)

    def told(change: PlanChange) -> PlanChange:
        return replace(change, rebalanced=what_gave_way(before, task, typed)) if change else change

    yield told


def what_gave_way(before: Figures, task: Task, typed: Mapping[str, str]) -> str:
    """The sentences about a task that stood like this, as it has been read again; none where nothing gave way.

    One query where it is asked.
    """
    if not before or not weighs(task):
        return ""
    after = _texts(task)
    said = {_SAYS.get(name, name): text for name, text in typed.items()}
    moved = [name for name in COLUMNS if after[name] != before[name] and name not in said]
    if "assignees" in said and _people(said["assignees"]) != _people(after["assignees"]):
        moved.append("assignees")
    stayed = [name for name in COLUMNS[:2] if after[name] and after[name] == before[name]]
    return _told(set(moved), set(stayed) - said.keys(), after)


def _texts(task: Task) -> dict[str, str]:
    rows = Assignment.objects.filter(task=task).order_by("pk")
    # Unlike in the cell, 100 % is written: it may be what is new.
    people = _("、").join(
        f"{name}[{float(units):g}%]" for name, units in rows.values_list("resource__name", "units_percentage")
    )
    return {name: people if name == "assignees" else text_of(task, name) for name in COLUMNS}


def _people(text: str) -> set[tuple[str, object]]:
    """Whatever order, spelling or brackets: 100 % need not be written."""
    try:
        return {
            (folded(share.name), 100 if share.percent is None else share.percent)
            for share in read_people(text)
        }
    except UnreadableError:
        return set()


def _told(moved: set[str], stayed: set[str], now: Figures) -> str:
    """One sentence about the figures and one about the percentage, as far as there is something to say."""
    names = now["assignees"].split(_("、"))
    people = _("、").join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        people = _("%(people)s ほか%(count)d人") % {"people": people, "count": len(names) - MOST_NAMED}
    values = {"duration": now["duration"], "work": now["work"], "people": people}
    sentences = [_sentence(moved - {"progress"}, stayed) % values]
    if "progress" in moved:
        sentences.append(_("進捗は%(progress)sです。") % {"progress": now["progress"]})
    return in_a_row(*sentences)


def in_a_row(*sentences: str) -> str:
    """Sentences one behind the other, as the language parts them."""
    first, *others = [sentence for sentence in sentences if sentence] or [""]
    for other in others:
        first = _("%(first)s%(second)s") % {"first": first, "second": other}
    return first


def _sentence(moved: set[str], stayed: set[str]) -> str:
    outcome = " ".join(sorted(moved))
    named = _SENTENCES.get((outcome, " ".join(sorted(stayed))))
    found = named or _SENTENCES.get((outcome, ""))
    return str(found) if found else ""
