"""The words of the record beside those of its actions: what a field is called, how a value is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.crypto import UndecryptableError
from config.web import formats
from config.web.markdown import as_line
from projects.actions import PREDECESSORS, names_in
from projects.in_hand import project_in_hand
from projects.models import AuditEntry, Calendar, JobTitle, Project, User
from projects.models.encrypted import reveal
from projects.models.money import money_names
from projects.worktime.moments import MINUTES_PER_DAY, MINUTES_PER_HOUR
from resources.models import Resource
from tasks.models import ProjectIssue
from tasks.sheet.columns.custom import custom_label, custom_text, is_custom

if TYPE_CHECKING:
    from django.utils.functional import Promise

#: What a recorded field is called where its model does not say so.
LABELS: Final[dict[str, Promise]] = {
    "start_minute": gettext_lazy("開始"),
    "finish_minute": gettext_lazy("終了"),
    "constraint_minute": gettext_lazy("制約日"),
    "deadline_minute": gettext_lazy("期限"),
    "actual_start_minute": gettext_lazy("実績開始"),
    "actual_finish_minute": gettext_lazy("実績終了"),
    "remaining_minutes": gettext_lazy("残りの期間"),
    "actual_duration_minutes": gettext_lazy("実績の期間"),
    "resume_minute": gettext_lazy("再開する日"),
    PREDECESSORS: gettext_lazy("先行タスク"),
    "splits": pgettext_lazy("task", "中断"),
    "is_pinned": gettext_lazy("日程の固定"),
    "is_elapsed": gettext_lazy("経過時間"),
    "user": gettext_lazy("氏名"),
    "source": gettext_lazy("写した元"),
    "resource": gettext_lazy("担当"),
    "leader": gettext_lazy("リーダー"),
    "count": gettext_lazy("件数"),
    "changed": gettext_lazy("件数"),
    "lines": gettext_lazy("件数"),
    "people": gettext_lazy("メンバー"),
    "period": gettext_lazy("期日"),
    "reason": gettext_lazy("理由"),
    "file_name": gettext_lazy("ファイル名"),
    "file": gettext_lazy("ファイル名"),
    "worked_on": gettext_lazy("作業日"),
    "entered_work_minutes": gettext_lazy("工数"),
    "work_kind": gettext_lazy("間接作業の種類"),
    "as_recorded": gettext_lazy("ファイルの日付のまま固定"),
    "with_money": gettext_lazy("金額を含む"),
    "tasks": pgettext_lazy("plural", "タスク"),
    "summaries": pgettext_lazy("plural", "サマリータスク"),
    "milestones": pgettext_lazy("plural", "マイルストーン"),
    "manual": pgettext_lazy("plural", "手動のタスク"),
    "links": pgettext_lazy("plural", "依存関係"),
    "assignments": pgettext_lazy("plural", "割り当て"),
    "resources": pgettext_lazy("plural", "リソース"),
    "calendars": pgettext_lazy("plural", "カレンダー"),
    "schedule_from": gettext_lazy("日程の計算"),
    "critical_slack_minutes": gettext_lazy("クリティカルとする余裕"),
    "minutes_per_day": gettext_lazy("1日の長さ"),
    "minutes_per_week": gettext_lazy("1週間の長さ"),
    "days_per_month": gettext_lazy("1か月の日数"),
    "default_task_type": gettext_lazy("新しいタスクの種類"),
    "progress_rule": gettext_lazy("進捗の入力"),
    "progress_steps": gettext_lazy("進捗の段階"),
    "order_probability": gettext_lazy("受注確度（%）"),
}
RELATED: Final[dict[str, type[models.Model]]] = {
    "calendar": Calendar,
    "parent": Project,
    "source": Project,
    "job_title": JobTitle,
    "job_title_id": JobTitle,
    "user": User,
    "leader": User,
    "approver": User,
    "owner": User,
    "issue": ProjectIssue,
    "resource": Resource,
}
#: Fields that a change is mostly about.
FIRST: Final = frozenset({"progress_percentage", "name", "start_minute", "duration_minutes"})
#: Fields that mean nothing to a reader.
HIDDEN: Final = frozenset({"ids", "names", "comment", "person_work", "sha256", "door", "report"})


def _moment(minute: Any) -> str:
    return f"{formats.day(int(minute))}{int(minute) % MINUTES_PER_DAY // MINUTES_PER_HOUR}:{int(minute) % MINUTES_PER_HOUR:02}"


#: How values are written, by the end of the field's name; the first that fits.
_WRITERS: Final[tuple[tuple[str, Callable[[Any], str]], ...]] = (
    ("description", lambda value: as_line(str(value))),
    ("percentage", lambda value: formats.percent(float(value))),
    ("work_minutes", lambda value: formats.hours(int(value))),
    ("duration_minutes", lambda value: formats.days(int(value))),
    ("remaining_minutes", lambda value: formats.days(int(value))),
    ("slack_minutes", lambda value: formats.days(int(value))),
    ("minutes_per_day", lambda value: formats.hours(int(value))),
    ("minutes_per_week", lambda value: formats.hours(int(value))),
    ("_minute", _moment),
    ("_date", lambda value: formats.day(dt.date.fromisoformat(value))),
    ("_on", lambda value: formats.day(dt.date.fromisoformat(value))),
)


def _amount(value: Any) -> str:
    """Money; a rate stands encrypted in the record, under a key that may be gone by now."""
    try:
        return formats.yen(Decimal(str(value)))
    except InvalidOperation:
        pass
    try:
        return formats.yen(reveal(str(value)))
    except UndecryptableError:
        return _("（暗号化されています）")


@cache
def _model(target_type: str) -> type[models.Model] | None:
    """What a line is about: lines name the model, not its app."""
    return next((model for model in apps.get_models() if model._meta.model_name == target_type), None)


def _field(entry: AuditEntry, name: str) -> models.Field[Any, Any] | None:
    model = _model(entry.target_type) or (Project if entry.action in names_in("project") else None)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def label_of(entry: AuditEntry, name: str) -> str:
    """What a person calls a recorded field."""
    if name in LABELS:
        return str(LABELS[name])
    if is_custom(name):
        return custom_label(name)
    field = _field(entry, name)
    return str(field.verbose_name) if field else name


def write_value(entry: AuditEntry, name: str, value: Any, related: Mapping[tuple[str, int], str]) -> str:
    """A recorded value as it stands on the pages."""
    if value is None or value in ("", []):
        return formats.NONE
    if is_custom(name):
        return custom_text(name, value, project_in_hand()) or formats.NONE
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if name in RELATED and isinstance(value, int):
        return related.get((name, value), f"#{value}")
    if isinstance(value, list):
        return _("、").join(map(str, value))
    if name in money_names():
        return _amount(value)
    for ending, write in _WRITERS:
        if name.endswith(ending):
            return write(value)
    field = _field(entry, name)
    return (
        str(dict(field.flatchoices).get(value, value)) if field is not None and field.choices else str(value)
    )
