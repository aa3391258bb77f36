"""What is recorded of reports and of the record itself; no list of projects shows any of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.actions import Action, ActionGroup, declare

declare(
    ActionGroup("report", _("レポート")),
    Action("report.requested", _("レポートを依頼しました")),
    Action("report.retried", _("レポートをもう一度依頼しました")),
    Action("report.cancelled", _("レポートの作成を中止しました")),
    Action("report.downloaded", _("レポートのファイルを取り出しました")),
    Action("report.deleted", _("レポートを削除しました")),
    Action("report.schedule_added", _("レポートの定期配信を登録しました")),
    Action("report.schedule_removed", _("レポートの定期配信をやめました")),
)
declare(
    ActionGroup("record", _("監査記録")),
    Action("record.exported", _("監査記録をファイルに取り出しました")),
)
