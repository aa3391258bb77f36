"""What the base records: projects and their members, and what belongs to an organization or to the whole installation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.actions import Action, ActionGroup, Touch, Undo, declare

LISTS = Touch.LISTS

declare(
    ActionGroup("project", _("プロジェクト"), is_of_project=True),
    Action("project.created", _("プロジェクトを作りました"), touches=LISTS),
    Action("project.edited", _("プロジェクトの基本情報を変えました"), touches=LISTS, undo=Undo.INVERSE),
    Action(
        "project.status_changed",
        _("プロジェクトの状態を変えました"),
        touches=LISTS | Touch.LOADS,
        single_field="status",
    ),
    Action("project.deleted", _("プロジェクトを削除しました"), touches=LISTS | Touch.LOADS),
    Action("project.restored", _("プロジェクトを元に戻しました"), touches=LISTS | Touch.LOADS),
    Action("project.copied", _("プロジェクトを写しました")),
    Action("project.purged", _("プロジェクトを完全に消しました"), touches=LISTS),
)
declare(
    ActionGroup("member", _("メンバー"), is_of_project=True),
    Action("member.added", _("{what}をメンバーに加えました"), touches=LISTS),
    # Its period and its right to money decide which projects and amounts lists show.
    Action("member.changed", _("{what}の役割や期間を変えました"), touches=LISTS),
    Action("member.removed", _("{what}をメンバーから外しました"), touches=LISTS),
)
declare(
    ActionGroup("job", _("ジョブ")),
    Action("job.restarted", _("失敗したジョブを再実行しました")),
    Action("job.put_away", _("失敗したジョブを対応済みにしました")),
    Action("periodictask.added", _("定期実行を加えました")),
    Action("periodictask.edited", _("定期実行を変えました")),
    Action("periodictask.removed", _("定期実行を削除しました")),
    Action("crontabschedule.added", _("定期実行の時刻を加えました")),
    Action("crontabschedule.edited", _("定期実行の時刻を変えました")),
    Action("crontabschedule.removed", _("定期実行の時刻を削除しました")),
    Action("clockedschedule.added", _("定期実行の時刻を加えました")),
    Action("clockedschedule.edited", _("定期実行の時刻を変えました")),
    Action("clockedschedule.removed", _("定期実行の時刻を削除しました")),
    Action("solarschedule.added", _("定期実行の時刻を加えました")),
    Action("solarschedule.edited", _("定期実行の時刻を変えました")),
    Action("solarschedule.removed", _("定期実行の時刻を削除しました")),
    Action("intervalschedule.added", _("定期実行の間隔を加えました")),
    Action("intervalschedule.edited", _("定期実行の間隔を変えました")),
    Action("intervalschedule.removed", _("定期実行の間隔を削除しました")),
)
declare(
    ActionGroup("session", _("サインイン")),
    Action("session.started", _("{what}がサインインしました")),
    Action("session.ended", _("{what}のセッションが終わりました")),
    Action("session.refused", _("{what}のサインインを断りました")),
)
declare(
    ActionGroup("identity", _("認証サービスのアカウント")),
    Action("identity.added", _("認証サービスのアカウントを結び付けました")),
    Action("identity.edited", _("認証サービスのアカウントの結び付けを変えました")),
    Action("identity.removed", _("認証サービスのアカウントの結び付けを外しました")),
)
declare(
    ActionGroup("user", _("ユーザー")),
    Action("user.added", _("{what}をユーザーに加えました")),
    Action("user.edited", _("{what}のユーザー情報か権限を変えました")),
    Action("user.removed", _("ユーザーを削除しました")),
    Action("user.password_changed", _("{what}の運用担当者用パスワードを変えました")),
    Action("group.added", _("運用担当者のグループを加えました")),
    Action("group.edited", _("運用担当者のグループを変えました")),
    Action("group.removed", _("運用担当者のグループを削除しました")),
)
declare(
    ActionGroup("feed", _("カレンダーの購読")),
    Action("feed.made", _("カレンダー購読のアドレスを作りました")),
    Action("feed.revoked", _("カレンダー購読のアドレスを取り消しました")),
)
declare(
    ActionGroup("token", _("API トークン")),
    Action("token.made", _("API トークンを作りました")),
    Action("token.revoked", _("API トークンを取り消しました")),
)
declare(
    ActionGroup("organization", _("組織の設定")),
    Action("organization.founded", _("組織を作りました"), touches=LISTS),
    Action("organization.added", _("組織を作りました"), touches=LISTS),
    Action("organization.edited", _("組織の設定を変えました"), touches=LISTS),
    Action("jobtitle.added", _("役職を加えました"), touches=LISTS),
    Action("jobtitle.edited", _("役職を変えました"), touches=LISTS),
    Action("jobtitle.removed", _("役職を削除しました"), touches=LISTS),
)
declare(
    ActionGroup("organizationmember", _("組織のメンバー")),
    Action("organizationmember.added", _("組織のメンバーを加えました"), touches=LISTS),
    Action("organizationmember.edited", _("組織のメンバーの権限を変えました"), touches=LISTS),
    Action("organizationmember.removed", _("組織のメンバーを外しました"), touches=LISTS),
)
declare(
    ActionGroup("calendar", _("カレンダー")),
    Action("calendar.added", _("カレンダーを加えました"), touches=LISTS),
    Action("calendar.edited", _("カレンダーを変えました"), touches=LISTS),
    Action("calendar.removed", _("カレンダーを削除しました"), touches=LISTS),
)
declare(
    ActionGroup("holiday", _("祝日")),
    Action("holiday.added", _("祝日を加えました"), touches=LISTS),
    Action("holiday.edited", _("祝日を変えました"), touches=LISTS),
    Action("holiday.removed", _("祝日を削除しました"), touches=LISTS),
)
