"""What a task is: its row, its place in the tree, its name and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from config.web.elements import STATES
from config.web.outlines import outline
from tasks.gantt.geometry.markup import escape
from tasks.models import TaskStatus
from tasks.plan.lateness import DaysLate
from tasks.sheet.columns import comparing
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import state_in, text_in
from tasks.sheet.columns.kinds import Face, SummaryRule, ValueKind

if TYPE_CHECKING:
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look


#: Levels that the style sheet has a guide for.
MOST_INDENT: Final = 10


def state_of_summary(progress: int) -> str:
    """A summary has no state of its own: it stands where its children stand."""
    if progress == 100:
        return TaskStatus.COMPLETED
    return TaskStatus.IN_PROGRESS if progress else TaskStatus.NOT_STARTED


def state_of(row: Row, _look: Look) -> str:
    """Where a task stands."""
    state: str = state_of_summary(row.progress_percentage) if row.is_summary else row.status
    return state


def _name_cell(row: Row, look: Look) -> str:
    before, behind = look.task_url
    return f'{_lead(row, look)}<a class="cut" href="{before}{row.id}{behind}">{escape(row.name)}</a></span>'


def _lead(row: Row, look: Look) -> str:
    code = f'<span class="tree__code">{row.wbs_code}</span>'
    level = look.flat_level or min(row.outline_level, MOST_INDENT)
    tree = f'<span class="tree" data-level="{level}">'
    if row.is_summary:
        word = (look.unfold if row.id in look.collapsed else look.fold) % {"code": row.wbs_code}
        return (
            f'{tree}<button type="button" class="tree__toggle" tabindex="-1" aria-label="{escape(word)}">'
            f'<svg class="icon icon--s" aria-hidden="true"><use href="{look.icons}#chevron-right"/></svg></button>{code}'
        )
    if row.is_milestone:
        code += (
            f'<svg class="icon icon--s" role="img" aria-label="{escape(look.milestone)}">'
            f'<use href="{look.icons}#diamond"/></svg>'
        )
    # A code without a button before it has the room of one: so says the style sheet, a thousand bytes shorter.
    return f"{tree}{code}"


def _status_cell(row: Row, look: Look) -> str:
    state = "late" if row.days_late > 0 else state_of(row, look)
    icon, tone = STATES[state]
    css = f" status--{tone}" if tone else ""
    return (
        f'<span class="status{css}"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{outline(icon)}"/></svg>'
        f"{escape(look.labels[state])}</span>"
    )


COLUMNS: Final = (
    Column(
        name="number",
        header=gettext_lazy("行"),
        label=gettext_lazy("行番号"),
        help=gettext_lazy("計画の上から数えた番号。"),
        is_abbreviated=True,
        kind=ValueKind.COUNT,
        places={Face.SHEET: 10},
        fields=("row_number",),
        text=lambda row, _look: str(row.row_number),
        cell=lambda row, _look: str(row.row_number),
        sort=("row_number",),
        project_field="ID",
    ),
    Column(
        name="code",
        header="WBS",
        help=gettext_lazy("階層を表す番号。"),
        places={Face.REPORT: 10},
        fields=("wbs_code",),
        finds=text_in("wbs_code"),
        sort=("row_number",),
        project_field="WBS",
    ),
    Column(
        name="name",
        header=gettext_lazy("タスク"),
        label=gettext_lazy("タスク名"),
        help=gettext_lazy("タスクの名前。"),
        kind=ValueKind.NAME,
        places={Face.SHEET: 20, Face.REPORT: 20},
        fields=("name",),
        finds=text_in("name"),
        cell=_name_cell,
        edit=Edit(read=lambda text, _task, _reader: text, sets="name"),
        width=44,
        sort=("name",),
        summary=SummaryRule.OWN,
        project_field="Name",
    ),
    Column(
        name="status",
        header=gettext_lazy("状態"),
        help=gettext_lazy("どこまで進んでいるか。遅れているものは「遅延」です。"),
        places={Face.SHEET: 30, Face.REPORT: 90},
        fields=("status",),
        finds=state_in(gettext_lazy("遅延")),
        compares=comparing.state(TaskStatus, gettext_lazy("遅延"), state_of),
        annotations={"days_late": DaysLate},
        value=state_of,
        text=lambda row, look: look.labels[state_of(row, look)],
        cell=_status_cell,
        printed=lambda row, look: look.labels[state_of(row, look)],
        width=12,
        sort=("status",),
        summary=SummaryRule.STATE,
        groups=True,
    ),
)
