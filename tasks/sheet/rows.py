"""The rows of the WBS: what a window asks of the database, and its HTML as plain strings.

Nothing here grows with the plan: rows are found by their numbers, people and links by the tasks of the window.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Q
from django.templatetags.static import static
from django.utils.translation import gettext as _

from config.web.elements import STATES
from tasks.allocation.overallocation import overallocated_by_task, worst
from tasks.gantt.geometry.markup import escape
from tasks.models import Assignment, Task, TaskLink, TaskStatus
from tasks.plan.lateness import DaysLate
from tasks.reasons.negative_slack import COLUMNS as TIGHT
from tasks.reasons.negative_slack import NegativeSlack, negative_slack_words
from tasks.sheet.text import LINK_COLUMNS, day_text, duration_text, links_text, people_text, work_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project, User
    from tasks.allocation.overallocation import Overallocated
    from tasks.sheet.visible import VisibleRows

#: Rows of the first answer and of a section: more than a laptop shows, and far below 60 kB.
SECTION: Final = 40
_MOST_INDENT: Final = 10  # levels that the style sheet has a guide for
_COLUMNS: Final = (
    "id", "row_number", "outline_level", "wbs_code", "name", "is_summary", "is_milestone", "is_active", "status",
    "progress_percentage", "start_date", "end_date", "duration_minutes", "is_elapsed", "work_minutes",
)  # fmt: skip


class SheetRow(NamedTuple):
    """One row as it is shown; every text is what editing begins with."""

    task_id: int
    number: int
    level: int
    code: str
    name: str
    is_summary: bool
    is_milestone: bool
    is_active: bool
    status: str
    progress: int
    start: str
    finish: str
    duration: str
    work: str
    people: str
    first_person: tuple[int, str] | None
    predecessors: str
    is_late: bool
    is_mine: bool
    over: Overallocated | None
    tight: str


@dataclass(frozen=True, slots=True)
class SheetLook:
    """What is the same for all rows of an answer: words of the reader's language, and what he has closed."""

    labels: dict[str, str]
    fold: str
    unfold: str
    milestone: str
    over: str
    icons: str
    collapsed: frozenset[int]
    #: Contributors edit progress on their own tasks alone, so the rows say which these are.
    marks_own: bool


def make_look(visible: VisibleRows, *, marks_own: bool) -> SheetLook:
    """The words, asked for once."""
    labels = {value: str(label) for value, label in TaskStatus.choices} | {"late": _("遅延")}
    return SheetLook(
        labels=labels,
        fold=_("%(code)sをたたむ"),
        unfold=_("%(code)sを開く"),
        milestone=_("マイルストーン"),
        over=_("過負荷"),
        icons=static("img/icons.svg"),
        collapsed=visible.collapsed,
        marks_own=marks_own,
    )


def load_rows(
    project: Project, visible: VisibleRows, user: User, *, first: int, count: int, on: date,
    only: Collection[int] | None = None,
) -> list[tuple[int, SheetRow]]:  # fmt: skip
    """Shown rows from place `first` (counted from 0) with their places; four queries. `only` leaves out others."""
    stretches = visible.ranges(first + 1, first + count)
    if not stretches:
        return []
    places: dict[int, int] = {}
    within = Q()
    for begin, end in stretches:
        within |= Q(row_number__range=(begin, end))
        places |= {number: first + len(places) + at for at, number in enumerate(range(begin, end + 1))}
    tasks = Task.objects.filter(within, project=project, deleted_at__isnull=True)
    if only is not None and len(only) <= len(places):
        tasks = tasks.filter(pk__in=only)
    found = _found(tasks.order_by("row_number"), on)
    if only is not None:
        # A thousand ids in a question cost more than the few rows of a window too many.
        found = [values for values in found if values[0] in only]
    return [(places[row.number], row) for row in _rows(project, user, found)]


def _found(tasks: QuerySet[Task], on: date) -> list[tuple[Any, ...]]:
    return list(tasks.annotate(days_late=DaysLate(on)).values_list(*_COLUMNS, "days_late", *TIGHT))


def _rows(project: Project, user: User, found: list[tuple[Any, ...]]) -> list[SheetRow]:
    ids = [values[0] for values in found]
    people = _people(ids)
    links = _links(ids)
    over = overallocated_by_task(project.pk, ids)
    return [
        _row(values, project, user, people[values[0]], links[values[0]], worst(over.get(values[0], ())))
        for values in found
    ]


def _people(ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = Assignment.objects.filter(task__in=ids).order_by("pk")
    for task_id, *rest in rows.values_list(
        "task_id", "resource_id", "resource__name", "units_percentage", "resource__user_id"
    ):
        found[task_id].append(tuple(rest))
    return found


def _links(ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = TaskLink.objects.filter(successor__in=ids, predecessor__deleted_at__isnull=True)
    for task_id, *rest in rows.values_list("successor_id", *LINK_COLUMNS):
        found[task_id].append(tuple(rest))
    return found


def _row(
    values: tuple[Any, ...], project: Project, user: User, people: list[tuple[Any, ...]],
    links: list[tuple[Any, ...]], over: Overallocated | None,
) -> SheetRow:  # fmt: skip
    (
        task_id, number, level, code, name, is_summary, is_milestone, is_active, status, progress, start, end,
        duration, is_elapsed, work, days_late, *tight,
    ) = values  # fmt: skip
    is_point = is_milestone and not is_summary
    return SheetRow(
        task_id, number, level, code, name, is_summary, is_point, is_active,
        state_of_summary(progress) if is_summary else status, progress,
        day_text(start), day_text(end),
        "" if is_point else duration_text(duration, is_elapsed=is_elapsed, minutes_per_day=project.minutes_per_day),
        work_text(work),
        people_text((person[1], person[2]) for person in people),
        (people[0][0], people[0][1]) if people else None,
        links_text(project, links),
        days_late > 0,
        any(person[3] == user.pk for person in people),
        # Nobody can do less of what is done.
        over if progress < 100 else None,
        negative_slack_words(NegativeSlack(*tight), project),
    )  # fmt: skip


def state_of_summary(progress: int) -> str:
    """A summary has no state of its own: it stands where its children stand."""
    if progress == 100:
        return TaskStatus.COMPLETED
    return TaskStatus.IN_PROGRESS if progress else TaskStatus.NOT_STARTED


# -- HTML ------------------------------------------------------------------------------------------------


def draw_section(rows: list[tuple[int, SheetRow]], look: SheetLook, first: int) -> str:
    """A stretch of rows that the page draws and forgets as one."""
    drawn = "".join(draw_row(row, place, look) for place, row in rows)
    return f'<tbody data-from="{first}">{drawn}</tbody>'


def draw_row(row: SheetRow, place: int, look: SheetLook) -> str:
    """One row. Its cells carry no attributes: the script knows the columns by their order."""
    return (
        f'<tr id="row-{row.task_id}" aria-level="{row.level}" aria-rowindex="{place + 2}"{_state(row, look)}>'
        f'<td>{row.number}</td><th scope="row"><span class="tree" data-level="{min(row.level, _MOST_INDENT)}">'
        f'{_lead(row, look)}<a class="cut" href="/tasks/{row.task_id}/">{escape(row.name)}</a></span></th>'
        f"<td>{_status(row, look)}</td><td>{_meter(row)}</td>"
        f"<td>{_date(row, row.start)}</td><td>{_tight(row, look)}{_date(row, row.finish, '?end=finish')}</td>"
        f"<td>{escape(row.duration)}</td><td>{row.work}</td><td>{_who(row, look)}</td><td>{row.predecessors}</td></tr>"
    )


def _state(row: SheetRow, look: SheetLook) -> str:
    found = ""
    if row.is_summary:
        found = f' aria-expanded="{str(row.task_id not in look.collapsed).lower()}"'
    if not row.is_active:
        found += ' class="row--inactive"'
    elif row.is_summary:
        found += ' class="row--summary"'
    elif row.progress == 100:
        found += ' class="row--done"'
    if row.is_milestone:
        found += " data-point"
    return f"{found} data-mine" if look.marks_own and row.is_mine else found


def _lead(row: SheetRow, look: SheetLook) -> str:
    code = f'<span class="tree__code">{row.code}</span>'
    if row.is_summary:
        word = (look.unfold if row.task_id in look.collapsed else look.fold) % {"code": row.code}
        return (
            f'<button type="button" class="tree__toggle" tabindex="-1" aria-label="{escape(word)}">'
            f'<svg class="icon icon--s" aria-hidden="true"><use href="{look.icons}#chevron-right"/></svg></button>{code}'
        )
    if row.is_milestone:
        code += (
            f'<svg class="icon icon--s" role="img" aria-label="{escape(look.milestone)}">'
            f'<use href="{look.icons}#diamond"/></svg>'
        )
    return f'<span class="tree__leaf"></span>{code}'


def _status(row: SheetRow, look: SheetLook) -> str:
    state = "late" if row.is_late else row.status
    icon, tone = STATES[state]
    css = f" status--{tone}" if tone else ""
    return (
        f'<span class="status{css}"><svg class="icon" aria-hidden="true"><use href="{look.icons}#{icon}"/></svg>'
        f"{escape(look.labels[state])}</span>"
    )


def _meter(row: SheetRow) -> str:
    tone = " progress--done" if row.progress == 100 else " progress--late" if row.is_late else ""
    # The figure stands beside it, so the picture says nothing more to a screen reader.
    return (
        f'<span class="meter"><svg class="progress{tone}" viewBox="0 0 100 12" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="progress__track" y="3" width="100" height="6"/>'
        f'<rect class="progress__fill" y="3" width="{row.progress}" height="6"/></svg><span>{row.progress}%</span></span>'
    )


def _date(row: SheetRow, text: str, end: str = "") -> str:
    """A date leads to its reasons."""
    return f'<a href="/tasks/{row.task_id}/why/{end}">{text}</a>' if text else ""


def _tight(row: SheetRow, look: SheetLook) -> str:
    """A picture with a name: the cell's text is what editing begins with."""
    if not row.tight:
        return ""
    return (
        f'<svg class="icon icon--s tight" role="img" aria-label="{escape(row.tight)}"><title>{escape(row.tight)}</title>'
        f'<use href="{look.icons}#calendar-clock"/></svg>'
    )


def _who(row: SheetRow, look: SheetLook) -> str:
    if row.first_person is None:
        return ""
    key, name = row.first_person
    who = (
        f'<span class="person"><span class="avatar avatar--{key % 5 + 1}" aria-hidden="true">{escape(name[:1].upper())}'
        f"</span><span>{escape(row.people)}</span></span>"
    )
    return who if row.over is None else f'<span class="cell">{who}{_over(row.over, look)}</span>'


def _over(over: Overallocated, look: SheetLook) -> str:
    """Beside the names and not among them: the cell's text is what editing begins with."""
    return (
        f'<span class="over" title="{escape(over.sentence)}"><svg class="icon icon--s" aria-hidden="true">'
        f'<use href="{look.icons}#octagon-alert"/></svg><span class="visually-hidden">{escape(look.over)}</span>'
        f"{escape(over.text)}</span>"
    )
