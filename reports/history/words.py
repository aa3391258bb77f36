"""The words of the record: what an action is called, what a field is called, how a value is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.web import formats
from projects.models import AuditEntry, Calendar, JobTitle, Project, User
from projects.worktime.moments import MINUTES_PER_DAY, MINUTES_PER_HOUR
from resources.models import Resource

if TYPE_CHECKING:
    from django.utils.functional import Promise

#: Recorded action → what is said of it. `{what}` is the task or person that it happened to.
SENTENCES: Final[dict[str, Promise]] = {
    "project.created": gettext_lazy("プロジェクトを作りました"),
    "project.edited": gettext_lazy("プロジェクトの基本情報を変えました"),
    "project.status_changed": gettext_lazy("プロジェクトの状態を変えました"),
    "project.deleted": gettext_lazy("プロジェクトを削除しました"),
    "project.restored": gettext_lazy("プロジェクトを元に戻しました"),
    "project.copied": gettext_lazy("プロジェクトを写しました"),
    "member.added": gettext_lazy("{what}をメンバーに加えました"),
    "member.changed": gettext_lazy("{what}の役割や期間を変えました"),
    "member.removed": gettext_lazy("{what}をメンバーから外しました"),
    "task.added": gettext_lazy("{what}を加えました"),
    "task.edited": gettext_lazy("{what}を変えました"),
    "task.moved": gettext_lazy("{what}を動かしました"),
    "task.resized": gettext_lazy("{what}の期間を変えました"),
    "task.deleted": gettext_lazy("{what}を削除しました"),
    "task.restored": gettext_lazy("{what}を元に戻しました"),
    "task.indented": gettext_lazy("{what}を字下げしました"),
    "task.outdented": gettext_lazy("{what}の字下げを戻しました"),
    "row.moved": gettext_lazy("{what}の並び順を変えました"),
    "task.reordered": gettext_lazy("{what}の並び順を変えました"),
    "task.rearranged": gettext_lazy("{what}の並び順を変えました"),
    "assignment.changed": gettext_lazy("{what}の担当を変えました"),
    "proposal.applied": gettext_lazy("{what}に調整案を適用しました"),
    "proposal.undone": gettext_lazy("{what}の調整案を元に戻しました"),
    "link.changed": gettext_lazy("{what}の先行タスクを変えました"),
    "progress.reported": gettext_lazy("{what}の進捗を報告しました"),
    "comment.added": gettext_lazy("{what}にコメントしました"),
    "attachment.added": gettext_lazy("{what}にファイルを添付しました"),
    "attachment.removed": gettext_lazy("{what}の添付ファイルを削除しました"),
    "plan.imported": gettext_lazy("ファイルから計画を取り込みました"),
    "plan.rescheduled": gettext_lazy("日程を計算し直しました"),
    "plan.repaired": gettext_lazy("日程を計算し直しました"),
    "plan.made": gettext_lazy("計画を作りました"),
    "project.purged": gettext_lazy("プロジェクトを完全に消しました"),
    "session.started": gettext_lazy("{what}がサインインしました"),
    "session.ended": gettext_lazy("{what}のセッションが終わりました"),
    "session.refused": gettext_lazy("{what}のサインインを断りました"),
    "identity.added": gettext_lazy("認証サービスのアカウントを結び付けました"),
    "identity.edited": gettext_lazy("認証サービスのアカウントの結び付けを変えました"),
    "identity.removed": gettext_lazy("認証サービスのアカウントの結び付けを外しました"),
    "user.added": gettext_lazy("{what}をユーザーに加えました"),
    "user.edited": gettext_lazy("{what}のユーザー情報か権限を変えました"),
    "user.removed": gettext_lazy("ユーザーを削除しました"),
    "user.password_changed": gettext_lazy("{what}の運用担当者用パスワードを変えました"),
    "holiday.added": gettext_lazy("祝日を加えました"),
    "holiday.edited": gettext_lazy("祝日を変えました"),
    "holiday.removed": gettext_lazy("祝日を削除しました"),
    "calendar.added": gettext_lazy("カレンダーを加えました"),
    "calendar.edited": gettext_lazy("カレンダーを変えました"),
    "calendar.removed": gettext_lazy("カレンダーを削除しました"),
    "organization.founded": gettext_lazy("組織を作りました"),
    "organization.edited": gettext_lazy("組織の設定を変えました"),
    "organizationmember.added": gettext_lazy("組織のメンバーを加えました"),
    "organizationmember.edited": gettext_lazy("組織のメンバーの権限を変えました"),
    "organizationmember.removed": gettext_lazy("組織のメンバーを外しました"),
    "resource.added": gettext_lazy("{what}をリソースに加えました"),
    "resource.edited": gettext_lazy("リソース{what}を変えました"),
    "resource.deactivated": gettext_lazy("リソース{what}を使わないことにしました"),
    "resource.activated": gettext_lazy("リソース{what}をまた使うことにしました"),
    "skills.changed": gettext_lazy("{what}のスキルを変えました"),
    "skill.added": gettext_lazy("スキルを加えました"),
    "skill.renamed": gettext_lazy("スキルの名称を変えました"),
    "skill.removed": gettext_lazy("スキルを削除しました"),
    "absence.added": gettext_lazy("不在を登録しました"),
    "absence.edited": gettext_lazy("不在を変えました"),
    "absence.removed": gettext_lazy("不在を取り消しました"),
    "rate.added": gettext_lazy("単価を登録しました"),
    "rate.edited": gettext_lazy("単価を変えました"),
    "rate.removed": gettext_lazy("単価を削除しました"),
    "recurring.added": gettext_lazy("繰り返しを登録しました"),
    "recurring.edited": gettext_lazy("繰り返しを変えました"),
    "recurring.paused": gettext_lazy("繰り返しを止めました"),
    "recurring.resumed": gettext_lazy("繰り返しを再開しました"),
    "recurring.skipped": gettext_lazy("繰り返しの1回を見送りました"),
    "recurring.unskipped": gettext_lazy("繰り返しの見送りを取り消しました"),
    "recurring.retried": gettext_lazy("繰り返しの1回をもう一度試しました"),
    "recurring.deleted": gettext_lazy("繰り返しを削除しました"),
    "record.exported": gettext_lazy("監査記録をファイルに取り出しました"),
    "feed.made": gettext_lazy("カレンダー購読のアドレスを作りました"),
    "feed.revoked": gettext_lazy("カレンダー購読のアドレスを取り消しました"),
    "report.requested": gettext_lazy("レポートを依頼しました"),
    "report.retried": gettext_lazy("レポートをもう一度依頼しました"),
    "report.cancelled": gettext_lazy("レポートの作成を中止しました"),
    "report.deleted": gettext_lazy("レポートを削除しました"),
    "job.restarted": gettext_lazy("失敗したジョブを再実行しました"),
    "job.put_away": gettext_lazy("失敗したジョブを対応済みにしました"),
}
#: Groups of an organization's own record, which no page of a project shows.
OWN_KIND_WORDS: Final[dict[str, Promise]] = {
    "job": gettext_lazy("ジョブ"),
    "session": gettext_lazy("サインイン"),
    "identity": gettext_lazy("認証サービスのアカウント"),
    "user": gettext_lazy("ユーザー"),
    "feed": gettext_lazy("カレンダーの購読"),
    "organization": gettext_lazy("組織の設定"),
    "organizationmember": gettext_lazy("組織のメンバー"),
    "resource": gettext_lazy("リソース"),
    "skill": gettext_lazy("スキル"),
    "absence": gettext_lazy("不在"),
    "rate": gettext_lazy("単価"),
    "recurring": gettext_lazy("繰り返し"),
    "calendar": gettext_lazy("カレンダー"),
    "holiday": gettext_lazy("祝日"),
    "report": gettext_lazy("レポート"),
    "record": gettext_lazy("監査記録"),
}
#: Groups that the page can filter by; the prefix of an action.
KINDS: Final[dict[str, Promise]] = {
    "project": gettext_lazy("プロジェクト"),
    "member": gettext_lazy("メンバー"),
    "task": gettext_lazy("タスク"),
    "link": gettext_lazy("依存関係"),
    "assignment": gettext_lazy("担当"),
    "proposal": gettext_lazy("調整案"),
    "progress": gettext_lazy("進捗"),
    "comment": gettext_lazy("コメント"),
    "attachment": gettext_lazy("添付ファイル"),
    "plan": gettext_lazy("取り込み"),
}
LABELS: Final[dict[str, Promise]] = {
    "start_minute": gettext_lazy("開始"),
    "finish_minute": gettext_lazy("終了"),
    "constraint_minute": gettext_lazy("制約日"),
    "deadline_minute": gettext_lazy("期限"),
    "actual_start_minute": gettext_lazy("実績開始"),
    "actual_finish_minute": gettext_lazy("実績終了"),
    "remaining_minutes": gettext_lazy("残りの期間"),
    "actual_duration_minutes": gettext_lazy("実績の期間"),
    "splits": pgettext_lazy("task", "中断"),
    "is_pinned": gettext_lazy("日程の固定"),
    "is_elapsed": gettext_lazy("経過時間"),
    "user": gettext_lazy("氏名"),
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
    "as_recorded": gettext_lazy("ファイルの日付のまま固定"),
    "tasks": pgettext_lazy("plural", "タスク"),
    "summaries": pgettext_lazy("plural", "サマリータスク"),
    "milestones": pgettext_lazy("plural", "マイルストーン"),
    "manual": pgettext_lazy("plural", "手動のタスク"),
    "links": pgettext_lazy("plural", "依存関係"),
    "assignments": pgettext_lazy("plural", "割り当て"),
    "resources": pgettext_lazy("plural", "リソース"),
    "calendars": pgettext_lazy("plural", "カレンダー"),
}
RELATED: Final[dict[str, type[models.Model]]] = {
    "calendar": Calendar,
    "parent": Project,
    "job_title": JobTitle,
    "job_title_id": JobTitle,
    "user": User,
    "leader": User,
    "approver": User,
    "resource": Resource,
}
MONEY: Final = frozenset({"budget", "contract_amount", "fixed_cost"})
#: Actions that record one value instead of fields, and the field that it is.
SINGLE_VALUES: Final = {"project.status_changed": "status"}
#: Fields that a change is mostly about.
FIRST: Final = frozenset({"progress_percentage", "name", "start_minute", "duration_minutes"})
#: Fields that mean nothing to a reader.
HIDDEN: Final = frozenset(
    {"ids", "names", "comment", "honours_constraints", "person_work", "sha256", "door", "source"}
)


def _moment(minute: Any) -> str:
    return f"{formats.day(int(minute))}{int(minute) % MINUTES_PER_DAY // MINUTES_PER_HOUR}:{int(minute) % MINUTES_PER_HOUR:02}"


#: How values are written, by the end of the field's name; the first that fits.
_WRITERS: Final[tuple[tuple[str, Callable[[Any], str]], ...]] = (
    ("budget", lambda value: formats.yen(float(value))),
    ("contract_amount", lambda value: formats.yen(float(value))),
    ("fixed_cost", lambda value: formats.yen(float(value))),
    ("percentage", lambda value: formats.percent(float(value))),
    ("work_minutes", lambda value: formats.hours(int(value))),
    ("duration_minutes", lambda value: formats.days(int(value))),
    ("remaining_minutes", lambda value: formats.days(int(value))),
    ("_minute", _moment),
    ("_date", lambda value: formats.day(dt.date.fromisoformat(value))),
    ("_on", lambda value: formats.day(dt.date.fromisoformat(value))),
)


@cache
def _model(target_type: str) -> type[models.Model] | None:
    """What a line is about: lines name the model, not its app."""
    return next((model for model in apps.get_models() if model._meta.model_name == target_type), None)


def _field(entry: AuditEntry, name: str) -> models.Field[Any, Any] | None:
    model = _model(entry.target_type) or (Project if entry.action.startswith("project.") else None)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def label_of(entry: AuditEntry, name: str) -> str:
    """What a person calls a recorded field."""
    if name in LABELS:
        return str(LABELS[name])
    field = _field(entry, name)
    return str(field.verbose_name) if field else name


def write_value(entry: AuditEntry, name: str, value: Any, related: Mapping[tuple[str, int], str]) -> str:
    """A recorded value as it stands on the pages."""
    if value is None or value in ("", []):
        return formats.NONE
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if name in RELATED and isinstance(value, int):
        return related.get((name, value), f"#{value}")
    if isinstance(value, list):
        return _("、").join(map(str, value))
    for ending, write in _WRITERS:
        if name.endswith(ending):
            return write(value)
    field = _field(entry, name)
    return (
        str(dict(field.flatchoices).get(value, value)) if field is not None and field.choices else str(value)
    )
