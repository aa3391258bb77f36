"""What the product tells people, kind by kind: the words in the reader's language, and where they lead.

Facts are stored, words are made when they are read. A fact that is missing (written by another build) shows as a dash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import formats


class Facts(dict[str, Any]):
    """What is known about a notification; nothing that is asked for is an error."""

    def __missing__(self, key: str) -> str:
        return formats.NONE

    def count(self, key: str) -> int:
        """A whole number, 0 when it is none."""
        value = self.get(key)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is told: a sentence, more sentences, the page that it leads to."""

    title: Callable[[Facts], str]
    more: Callable[[Facts], list[str]] = lambda facts: []
    #: Name of an address, and what it takes: "project", "target", the fact "week", or nothing.
    link: str = ""
    takes: str = ""
    symbol: str = "bell"
    is_late: bool = False
    #: What the user asked for and waits for: told to them, too. Of all else that they did themselves they hear nothing.
    is_answer: bool = False


def _late(facts: Facts) -> str:
    return ngettext(
        "遅れているタスクが%(count)s件あります。最も遅れているのは「%(worst)s」（%(days)s日）です。",
        "遅れているタスクが%(count)s件あります。最も遅れているのは「%(worst)s」（%(days)s日）です。",
        facts.count("count"),
    ) % facts  # fmt: skip


def _late_more(facts: Facts) -> list[str]:
    sentences = (
        ("pushed", ngettext(
            "後に続くタスクが%(pushed)s件あります。", "後に続くタスクが%(pushed)s件あります。", facts.count("pushed")
        )),
        ("critical", ngettext(
            "%(critical)s件はクリティカルパスの上にあります。", "%(critical)s件はクリティカルパスの上にあります。",
            facts.count("critical"),
        )),
        ("at_risk", ngettext(
            "期限に間に合わない見込みのマイルストーンが%(at_risk)s件あります。",
            "期限に間に合わない見込みのマイルストーンが%(at_risk)s件あります。", facts.count("at_risk"),
        )),
    )  # fmt: skip
    return [sentence % facts for key, sentence in sentences if facts.count(key)]


def _own_late(facts: Facts) -> str:
    return ngettext(
        "担当しているタスク%(count)s件が遅れています。最も遅れているのは「%(worst)s」（%(days)s日）です。",
        "担当しているタスク%(count)s件が遅れています。最も遅れているのは「%(worst)s」（%(days)s日）です。",
        facts.count("count"),
    ) % facts  # fmt: skip


def _milestones(facts: Facts) -> str:
    return ngettext(
        "期限に間に合わない見込みのマイルストーンが%(count)s件あります。最も遅れるのは「%(worst)s」（%(days)s日）です。",
        "期限に間に合わない見込みのマイルストーンが%(count)s件あります。最も遅れるのは「%(worst)s」（%(days)s日）です。",
        facts.count("count"),
    ) % facts  # fmt: skip


def _made(facts: Facts) -> str:
    return ngettext(
        "繰り返し「%(template)s」から%(count)s件のプロジェクトを作成しました。",
        "繰り返し「%(template)s」から%(count)s件のプロジェクトを作成しました。",
        facts.count("count"),
    ) % facts  # fmt: skip


def _assigned(facts: Facts) -> str:
    return ngettext(
        "タスク%(count)s件の担当になりました。", "タスク%(count)s件の担当になりました。", facts.count("count")
    ) % facts  # fmt: skip


def _reason(facts: Facts) -> list[str]:
    """Why it failed: already a sentence, written by whatever failed."""
    return [str(facts["reason"])] if facts.get("reason") else []


def _returned(facts: Facts) -> str:
    return _("%(by)sさんが、%(week)s からの週の工数表を差し戻しました。") % {
        "by": facts["by"],
        "week": _day(facts["week"]),
    }


def _missing(facts: Facts) -> str:
    return _("%(from)s からの週の工数表が、まだ提出されていません。") % {"from": _day(facts["from"])}


def _waiting(facts: Facts) -> str:
    return ngettext(
        "承認を待っている工数表が%(count)s件あります。", "承認を待っている工数表が%(count)s件あります。", facts.count("count")
    ) % facts  # fmt: skip


def _day(text: Any) -> str:
    """A day as it is shown, a dash where it is none."""
    try:
        return formats.day_plain(date.fromisoformat(str(text)))
    except ValueError:
        return formats.NONE


def _giver(facts: Facts) -> list[str]:
    return [_("%(by)sさんが割り当てました。") % facts] if facts.get("by") else []


#: What may be told. Those that tell name a kind by its key (`tests/access/test_declared.py` looks that one does).
KINDS: Final[dict[str, Kind]] = {
    # count, worst, days; pushed, critical, at_risk
    "task.late": Kind(
        _late, _late_more, "reports:project_overview", "project", symbol="triangle-alert", is_late=True
    ),
    # count, worst, days
    "task.late.own": Kind(_own_late, link="tasks:my_tasks", symbol="triangle-alert", is_late=True),
    # task, by; the target is the task
    "task.assigned": Kind(
        lambda facts: _("「%(task)s」の担当になりました。") % facts,
        _giver, "tasks:task_detail", "target", symbol="list-checks",
    ),
    # count, by
    "task.assigned.many": Kind(_assigned, _giver, "tasks:my_tasks", symbol="list-checks"),
    # count, worst, days
    "milestone.late": Kind(
        _milestones, link="tasks:milestone_list", takes="project", symbol="diamond", is_late=True
    ),
    # title
    "report.done": Kind(
        lambda facts: _("レポート「%(title)s」ができました。") % facts,
        link="reports:report_list", symbol="chart-column", is_answer=True,
    ),
    # title
    "report.scheduled": Kind(
        lambda facts: _("定期配信のレポート「%(title)s」ができました。") % facts,
        link="reports:report_list", symbol="chart-column",
    ),
    # title, reason (a sentence)
    "report.failed": Kind(
        lambda facts: _("レポート「%(title)s」を作成できませんでした。") % facts,
        _reason, "reports:report_list", symbol="circle-alert", is_answer=True,
    ),
    # week (its Monday), by, reason; the target is the sheet
    "timesheet.returned": Kind(
        _returned, _reason, "tasks:timesheet_review", "target", symbol="clock", is_late=True
    ),
    # week (as its address has it), from (its Monday)
    "timesheet.missing": Kind(_missing, link="tasks:timesheet_week", takes="week", symbol="clock"),
    # count
    "timesheet.waiting": Kind(_waiting, link="tasks:timesheet_waiting", symbol="clock"),
    # template, count
    "recurring.made": Kind(_made, link="tasks:recurring_list", symbol="repeat"),
    # template, reason (a sentence)
    "recurring.failed": Kind(
        lambda facts: _("繰り返し「%(template)s」からプロジェクトを作成できませんでした。") % facts,
        _reason, "tasks:recurring_list", symbol="circle-alert",
    ),
}  # fmt: skip
#: A kind that this build does not know.
UNKNOWN: Final = Kind(lambda facts: _("お知らせがあります。"))


def kind_of(name: str) -> Kind:
    """The kind of this name."""
    return KINDS.get(name, UNKNOWN)


def facts_of(values: Mapping[str, Any]) -> Facts:
    """Stored facts, to make words of."""
    return Facts(values)
