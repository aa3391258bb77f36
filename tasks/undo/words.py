"""What a step is called on its button and in the list, and what is said of what stayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web import formats
from projects.actions import Values, action_named
from projects.models.money import is_amount
from tasks.models import Task
from tasks.sheet.columns.custom import custom_label, custom_text, is_custom
from tasks.sheet.columns.registry import registry
from tasks.sheet.text import duration_text, work_text
from tasks.undo.deciding import LINK, NO_TASK, PERSON, PLACE_OF, ROW, SETTINGS

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Project
    from tasks.models import PlanStep
    from tasks.undo.deciding import Clash
    from tasks.undo.since import Toucher

#: What a change is mostly about, and what its field is called where no column and no field of the model says so.
_FIELDS: Final[dict[str, Promise | str]] = {
    "name": "", "start_minute": gettext_lazy("開始"), "duration_minutes": "", "finish_minute": gettext_lazy("終了"),
    "progress_percentage": "", "work_minutes": "", "deadline_minute": "", "constraint_minute": gettext_lazy("制約日"),
    "constraint_type": "", "actual_start_minute": gettext_lazy("実績開始"),
    "actual_finish_minute": gettext_lazy("実績終了"), "actual_work_minutes": "",
    "remaining_minutes": gettext_lazy("残りの期間"), "actual_duration_minutes": gettext_lazy("実績の期間"),
}  # fmt: skip
_ABOUT: Final[dict[str, Promise]] = {
    ROW: gettext_lazy("タスク"),
    PLACE_OF: gettext_lazy("位置"),
    LINK: gettext_lazy("先行タスク"),
    PERSON: gettext_lazy("担当"),
    SETTINGS: gettext_lazy("計画の設定"),
}
#: So many characters of a name stand on a button.
_LONGEST: Final = 24
#: So many clashes are named one by one.
MOST_NAMED: Final = 8


def name_of(step: PlanStep, project: Project) -> str:
    """期間を5日→8日に; where it is no single value, what the record says of its action."""
    facts = step.facts
    action = action_named(facts.get("action", ""))
    if action.name == "project.edited":
        return _("計画の設定の変更")
    said = str(action.short or action.sentence).format(what=_("タスク"))
    count = facts.get("count", 1)
    if action.values is Values.FIELDS and count == 1:
        said = _field_words(facts.get("before") or {}, facts.get("after") or {}, project) or said
    elif action.values is Values.PLACES:
        count = len(facts.get("after") or {})
    if count > 1:
        said += ngettext("（%(count)d件）", "（%(count)d件）", count) % {"count": count}
    return said


def _field_words(before: Mapping[str, Any], after: Mapping[str, Any], project: Project) -> str:
    changed = [name for name in after if name in before and before[name] != after[name]]
    known = [name for name in (*_FIELDS, *changed) if name in changed and not is_amount(name)]
    if not known:
        return ""
    name = known[0]
    was, became = (_value(name, side[name], project) for side in (before, after))
    if not (was or became):
        return _("%(field)sを変更") % {"field": label_of(name)}
    return _("%(field)sを%(before)s→%(after)sに") % {
        "field": label_of(name), "before": was or formats.NONE, "after": became or formats.NONE
    }  # fmt: skip


def label_of(name: str) -> str:
    """What a planner calls a column of a task."""
    if name in _ABOUT:
        return str(_ABOUT[name])
    if is_custom(name):
        return custom_label(name)
    column = next((each for each in registry if each.fields[:1] == (name,)), None)
    if column is not None:
        return column.title
    said = str(_FIELDS.get(name, ""))
    field = _model_field(name)
    return said or (str(field.verbose_name) if field is not None else name)


def _model_field(name: str) -> models.Field[Any, Any] | None:
    return next((field for field in Task._meta.concrete_fields if name in (field.name, field.column)), None)


def _value(name: str, value: Any, project: Project) -> str:
    """As a cell has it; nothing for what is no single value."""
    if is_custom(name):
        return custom_text(name, value, project)
    if value is None or isinstance(value, (bool, dict, list)):
        return ""
    write = _WRITERS.get(name)
    if write is not None:
        return write(value, project)
    if name.endswith("_minute"):
        return formats.day_plain(int(value))
    field = _model_field(name)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if name.endswith("_id"):
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _length(minutes: int, project: Project) -> str:
    return duration_text(minutes, is_elapsed=False, minutes_per_day=project.minutes_per_day)


_WRITERS: Final[dict[str, Callable[[Any, Project], str]]] = {
    "duration_minutes": _length,
    "remaining_minutes": _length,
    "actual_duration_minutes": _length,
    "work_minutes": lambda value, _project: work_text(value),
    "actual_work_minutes": lambda value, _project: formats.hours(value),
    "progress_percentage": lambda value, _project: formats.percent(value),
}


def clash_lines(clashes: list[Clash], touchers: Mapping[int, Toucher]) -> list[str]:
    """What another person has changed, task by task: 「1.2 設計」の期間、進捗（常磐 朝陽さん、昨日 17:40）."""
    by_task: dict[int, list[str]] = {}
    for clash in clashes:
        by_task.setdefault(clash.task_id, []).append(label_of(clash.what))
    tasks = Task.objects.in_bulk(list(by_task)[:MOST_NAMED])
    lines = []
    for task_id, labels in list(by_task.items())[:MOST_NAMED]:
        task = tasks.get(task_id)
        if task_id == NO_TASK:
            lines += labels
        if task is None:
            continue
        name = f"{task.wbs_code} {task.name}".strip() if task.deleted_at is None else task.name
        values = {"task": name, "what": _("、").join(dict.fromkeys(labels))}
        toucher = touchers.get(task_id)
        if toucher is None:
            lines.append(_("「%(task)s」の%(what)s") % values)
        else:
            values |= {"who": toucher.name, "at": formats.moment(toucher.at)}
            lines.append(_("「%(task)s」の%(what)s（%(who)sさん、%(at)s）") % values)
    more = len(by_task) - MOST_NAMED
    if more > 0:
        lines.append(ngettext("ほか%(count)d件のタスク", "ほか%(count)d件のタスク", more) % {"count": more})
    return lines
