"""What is the same for all rows of an answer: the reader's words, and how they look at the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from tasks.models import TaskStatus

if TYPE_CHECKING:
    from projects.models import Project


@dataclass(frozen=True, slots=True)
class Look:
    """What columns need beside the row."""

    project: Project
    #: Words of the states, and of being late.
    labels: Mapping[str, str]
    fold: str
    unfold: str
    milestone: str
    over: str
    #: What a row of `context` is.
    beside: str
    icons: str
    #: What stands before and behind a task's number in the addresses of its page and of its reasons.
    task_url: tuple[str, str]
    why_url: tuple[str, str]
    #: Summaries that the reader has closed.
    collapsed: frozenset[int] = frozenset()
    #: Rows that a filter shows though it does not find them: summaries of what it finds, and what no longer matches.
    context: frozenset[int] = frozenset()
    #: In a list without levels that of all its rows: 1, or 2 below the heads of groups; 0: each has its own.
    flat_level: int = 0
    #: The reader whose own rows are marked: contributors edit progress on these alone.
    marks_own: int | None = None
    #: What a page about one task has found out of itself: the progress that was planned, why it lies there.
    given: Mapping[str, Any] = field(default_factory=dict)


def make_look(
    project: Project, *, collapsed: frozenset[int] = frozenset(), marks_own: int | None = None,
    given: Mapping[str, Any] | None = None, context: frozenset[int] = frozenset(),
    flat_level: int = 0,
) -> Look:  # fmt: skip
    """The words, asked for once."""
    return Look(
        project=project,
        labels={value: str(label) for value, label in TaskStatus.choices} | {"late": _("遅延")},
        fold=_("%(code)sをたたむ"),
        unfold=_("%(code)sを開く"),
        milestone=_("マイルストーン"),
        over=_("過負荷"),
        icons=static("img/icons.svg"),
        task_url=_around_number("tasks:task_detail", get_script_prefix()),
        why_url=_around_number("tasks:task_why", get_script_prefix()),
        collapsed=collapsed,
        context=context,
        flat_level=flat_level,
        beside=_("フィルターに一致しない行"),
        marks_own=marks_own,
        given=given or {},
    )


@cache
def _around_number(name: str, _script_prefix: str) -> tuple[str, str]:
    """An address in two pieces. A row puts its number between them: asking `reverse` takes ten times as long as drawing a cell."""
    before, _zero, behind = reverse(name, args=[0]).rpartition("0")
    return before, behind
