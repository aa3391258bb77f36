"""What a task waits for, what waits for it, and why it lies where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from tasks.models import TaskLink
from tasks.plan.actions.links import set_links
from tasks.sheet.columns import comparing
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import linked_in
from tasks.sheet.columns.kinds import Face
from tasks.sheet.sources import BEFORE, BEHIND, LINKS
from tasks.sheet.text import duration_text, links_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.sources import Neighbour


def _links_fact(links: Iterable[Neighbour], look: Look) -> str:
    return "<br>".join(_link_fact(one, look) for one in links) or formats.NONE


def _link_fact(one: Neighbour, look: Look) -> str:
    address = reverse("tasks:task_detail", args=[one.task_id])
    words = '<a href="{}">{} {}</a> <span class="faint">{}{}</span>'
    return format_html(words, address, one.code, one.name, one.link_type, _lag(one, look))


def _lag(link: Neighbour, look: Look) -> str:
    if link.lag_percent:
        return f"{link.lag_percent:+g}%"
    if not link.lag_minutes:
        return ""
    text = duration_text(
        abs(link.lag_minutes),
        is_elapsed=link.lag_kind == TaskLink.LagKind.ELAPSED,
        minutes_per_day=look.project.minutes_per_day,
    )
    return f"{'+' if link.lag_minutes > 0 else '−'}{text}"


def _why_fact(row: Row, look: Look) -> str:
    if not look.given["why"]:
        return ""
    address = reverse("tasks:task_why", args=[row.id])
    return format_html('{} <a class="nowrap" href="{}">{}</a>', look.given["why"], address, _("理由をたどる"))


def _before_text(row: Row, look: Look) -> str:
    return links_text(look.project, row.links)


COLUMNS: Final = (
    Column(
        name="predecessors",
        header=gettext_lazy("先行"),
        help=gettext_lazy("先に終わるか始まる必要のあるタスク。"),
        places={Face.SHEET: 100, Face.DRAWER: 100, Face.REPORT: 110},
        sources=(LINKS,),
        value=_before_text,
        compares=comparing.links_before(),
        fact=lambda row, look: _links_fact(row.before, look),
        fact_sources=(BEFORE,),
        edit=Edit(read=lambda text, _task, reader: reader.links(text), write=set_links, turn=50),
        width=14,
        project_field="PredecessorLink",
    ),
    Column(
        name="successors",
        header=gettext_lazy("後続"),
        help=gettext_lazy("このタスクを待っているタスク。"),
        places={Face.DRAWER: 110},
        sources=(BEHIND,),
        value=lambda row, _look: ", ".join(one.code for one in row.behind),
        fact=lambda row, look: _links_fact(row.behind, look),
        fact_sources=(BEHIND,),
    ),
    Column(
        name="predecessor_names",
        header=gettext_lazy("先行タスク名"),
        help=gettext_lazy("先行タスクの番号と名前。"),
        sources=(BEFORE,),
        finds=linked_in("successor", "predecessor"),
        value=lambda row, _look: _("、").join(f"{one.code} {one.name}" for one in row.before),
        width=24,
    ),
    Column(
        name="successor_names",
        header=gettext_lazy("後続タスク名"),
        help=gettext_lazy("後続タスクの番号と名前。"),
        sources=(BEHIND,),
        finds=linked_in("predecessor", "successor"),
        value=lambda row, _look: _("、").join(f"{one.code} {one.name}" for one in row.behind),
        width=24,
    ),
    Column(
        name="why",
        header=gettext_lazy("日程の理由"),
        help=gettext_lazy("この日程になっている理由。"),
        places={Face.DRAWER: 160},
        value=lambda _row, look: look.given.get("why", ""),
        fact=_why_fact,
    ),
)
