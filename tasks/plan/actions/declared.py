"""What is recorded of plans. Dates that follow from an action are noted by rescheduling, not declared here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.actions import Action, ActionGroup, Touch, Undo, Values, declare

#: Why an action is no step that can be taken back (`tasks/plan/steps.py`).
IS_A_TURN = "it turns a step itself"
IS_SAID = "what was said or handed in stays; the task is not changed by it"
IS_A_JOB = "a job or a whole file, beside the steps of people"
IS_AGREED = "what was agreed on is beside the plan, which is not changed by it"
IS_NO_PLAN = "it is about no row of a plan"
IS_A_SHEET = "a person's sheet of hours says it, and is where it is changed"

LOADS = Touch.LOADS
BY_HAND = Touch.LOADS | Touch.BY_HAND

declare(
    ActionGroup("task", _("タスク"), is_of_project=True),
    Action("task.added", _("{what}を加えました"), _("タスクを追加しました"), touches=LOADS),
    Action(
        "task.edited", _("{what}を変えました"), _("タスクを変更しました"), touches=BY_HAND, undo=Undo.INVERSE
    ),
    Action("task.filled", _("{what}のカスタムフィールドを変えました"), _("カスタムフィールドを変更しました")),
    Action(
        "task.moved", _("{what}を動かしました"), _("日程を動かしました"), touches=BY_HAND, undo=Undo.INVERSE
    ),
    Action(
        "task.resized",
        _("{what}の期間を変えました"),
        _("期間を変更しました"),
        touches=BY_HAND,
        undo=Undo.INVERSE,
    ),
    # The entry does not hold its links; the step of its author does.
    Action(
        "task.deleted",
        _("{what}を削除しました"),
        _("タスクを削除しました"),
        touches=LOADS,
        values=Values.GONE,
    ),
    Action(
        "task.indented",
        _("{what}を字下げしました"),
        _("階層を下げました"),
        touches=LOADS,
        values=Values.PLACES,
    ),
    Action(
        "task.outdented",
        _("{what}の字下げを戻しました"),
        _("階層を上げました"),
        touches=LOADS,
        values=Values.PLACES,
    ),
    Action(
        "task.rearranged",
        _("{what}の並び順を変えました"),
        _("並び順を変更しました"),
        touches=LOADS,
        values=Values.PLACES,
    ),
)
declare(
    ActionGroup("link", _("依存関係"), is_of_project=True),
    Action(
        "link.changed", _("{what}の先行タスクを変えました"), _("先行タスクを変更しました"), undo=Undo.INVERSE,
        values=Values.LINKS,
    ),
)  # fmt: skip
declare(
    ActionGroup("assignment", _("担当"), is_of_project=True),
    # The record holds the shares of people and not the work of each.
    Action(
        "assignment.changed", _("{what}の担当を変えました"), _("担当を変更しました"), touches=BY_HAND | Touch.TEAM,
        values=Values.UNITS,
    ),
)  # fmt: skip
declare(
    ActionGroup("proposal", _("調整案"), is_of_project=True),
    Action(
        "proposal.applied", _("{what}に調整案を適用しました"), _("調整案を適用しました"), touches=LOADS | Touch.TEAM,
        undo=Undo.INVERSE,
    ),
    Action(
        "proposal.undone", _("{what}の調整案を元に戻しました"), _("調整案を元に戻しました"), touches=LOADS | Touch.TEAM
    ),
)  # fmt: skip
declare(
    ActionGroup("undo", _("元に戻す操作"), is_of_project=True),
    # They turn a step of the plan (`tasks/plan/steps.py`) and are none themselves. What was there comes back also where a
    # person has too much by it: that is told and not refused.
    Action(
        "plan.undone",
        _("{what}の変更を元に戻しました"),
        _("変更を元に戻しました"),
        touches=LOADS,
        stays=IS_A_TURN,
    ),
    Action(
        "plan.redone",
        _("{what}の変更をやり直しました"),
        _("変更をやり直しました"),
        touches=LOADS,
        stays=IS_A_TURN,
    ),
)
declare(
    ActionGroup("progress", _("進捗"), is_of_project=True),
    Action("progress.reported", _("{what}の進捗を報告しました"), _("進捗を報告しました"), undo=Undo.INVERSE),
    Action("progress.taken_back", _("{what}の進捗の報告を元に戻しました"), _("進捗の報告を元に戻しました")),
)
declare(
    ActionGroup("hours", _("工数"), is_of_project=True),
    Action("hours.entered", _("{what}の工数を入力しました"), _("工数を入力しました"), stays=IS_A_SHEET),
    Action(
        "hours.corrected",
        _("{what}の締めた月の工数を訂正しました"),
        _("締めた月の工数を訂正しました"),
        stays=IS_A_SHEET,
    ),
)
declare(
    ActionGroup("timesheet", _("工数表")),
    Action("timesheet.entered", _("間接作業の工数を入力しました"), stays=IS_NO_PLAN),
    Action("timesheet.corrected", _("締めた月の間接作業の工数を訂正しました"), stays=IS_NO_PLAN),
    Action("timesheet.submitted", _("工数表を提出しました"), stays=IS_NO_PLAN),
    Action("timesheet.withdrawn", _("工数表の提出を取り消しました"), stays=IS_NO_PLAN),
    Action("timesheet.approved", _("工数表を承認しました"), stays=IS_NO_PLAN),
    Action("timesheet.returned", _("工数表を差し戻しました"), stays=IS_NO_PLAN),
    Action("month.closed", _("工数の月を締めました"), stays=IS_NO_PLAN),
    Action("workkind.added", _("間接作業の種類を加えました"), stays=IS_NO_PLAN),
    Action("workkind.edited", _("間接作業の種類を変えました"), stays=IS_NO_PLAN),
    Action("workkind.removed", _("間接作業の種類を削除しました"), stays=IS_NO_PLAN),
)
declare(
    ActionGroup("comment", _("コメント"), is_of_project=True),
    Action("comment.added", _("{what}にコメントしました"), _("コメントしました"), stays=IS_SAID),
)
declare(
    ActionGroup("issue", _("課題・リスク"), is_of_project=True),
    Action("issue.added", _("{what}を登録しました"), _("登録しました"), stays=IS_SAID),
    Action("issue.edited", _("{what}を変えました"), _("変更しました"), stays=IS_SAID),
)
declare(
    ActionGroup("staffing", _("要員計画"), is_of_project=True),
    Action("staffing.added", _("{what}を要員計画に加えました"), _("要員計画に加えました"), stays=IS_NO_PLAN),
    Action("staffing.edited", _("{what}の要員計画を変えました"), _("要員計画を変えました"), stays=IS_NO_PLAN),
    Action(
        "staffing.removed", _("{what}を要員計画から外しました"), _("要員計画から外しました"), stays=IS_NO_PLAN
    ),
)
declare(
    ActionGroup("budget", _("収支明細"), is_of_project=True),
    Action("budget.added", _("{what}を収支明細に加えました"), _("収支明細に加えました"), stays=IS_NO_PLAN),
    Action("budget.edited", _("{what}の収支明細を変えました"), _("収支明細を変えました"), stays=IS_NO_PLAN),
    Action(
        "budget.removed", _("{what}を収支明細から外しました"), _("収支明細から外しました"), stays=IS_NO_PLAN
    ),
)
declare(
    ActionGroup("attachment", _("添付ファイル"), is_of_project=True),
    Action(
        "attachment.added", _("{what}にファイルを添付しました"), _("ファイルを添付しました"), stays=IS_SAID
    ),
    Action(
        "attachment.removed",
        _("{what}の添付ファイルを削除しました"),
        _("添付ファイルを削除しました"),
        stays=IS_SAID,
    ),
)
declare(
    ActionGroup("plan", _("取り込み"), is_of_project=True),
    Action("plan.imported", _("ファイルから計画を取り込みました"), touches=Touch.LISTS, stays=IS_A_JOB),
    Action("plan.rescheduled", _("日程を計算し直しました"), stays=IS_A_JOB),
    Action("plan.repaired", _("日程を計算し直しました"), touches=Touch.LISTS, stays=IS_A_JOB),
    Action("plan.made", _("計画を作りました"), stays=IS_A_JOB),
    Action("plan.exported", _("計画をファイルに書き出しました"), stays=IS_A_JOB),
)
declare(
    ActionGroup("baseline", _("ベースライン"), is_of_project=True),
    Action("baseline.taken", _("ベースラインを設定しました"), stays=IS_AGREED),
    Action("baseline.renamed", _("ベースラインの名前を変えました"), stays=IS_AGREED),
    Action("baseline.chosen", _("比較の基準にするベースラインを変えました"), stays=IS_AGREED),
    Action("baseline.deleted", _("ベースラインを削除しました"), stays=IS_AGREED),
)
declare(
    ActionGroup("view", _("ビュー"), is_of_project=True),
    Action("view.saved", _("ビューを保存しました"), stays=IS_NO_PLAN),
    Action("view.renamed", _("ビューの名前を変えました"), stays=IS_NO_PLAN),
    Action("view.deleted", _("ビューを削除しました"), stays=IS_NO_PLAN),
)
declare(
    ActionGroup("customfield", _("カスタムフィールド")),
    # The columns of all plans of the organization hang on it.
    Action("customfield.added", _("カスタムフィールドを加えました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action("customfield.edited", _("カスタムフィールドを変えました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action(
        "customfield.removed", _("カスタムフィールドを削除しました"), touches=Touch.LISTS, stays=IS_NO_PLAN
    ),
    Action(
        "customfield.retired", _("カスタムフィールドをしまいました"), touches=Touch.LISTS, stays=IS_NO_PLAN
    ),
    Action(
        "customfield.brought_back", _("カスタムフィールドを戻しました"), touches=Touch.LISTS, stays=IS_NO_PLAN
    ),
)
declare(
    ActionGroup("fields", _("使うフィールド"), is_of_project=True),
    Action("fields.chosen", _("使うカスタムフィールドを選びました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
)
declare(
    ActionGroup("leveling", _("平準化"), is_of_project=True),
    Action("leveling.applied", _("負荷を平準化しました"), touches=LOADS),
    Action("leveling.cleared", _("平準化の遅れを取り除きました"), touches=LOADS),
)
declare(
    ActionGroup("upload", _("取り込むファイル")),
    Action("upload.kept", _("計画のファイルを読み込みました"), stays=IS_NO_PLAN),
    Action("upload.sent_off", _("計画の取り込みを依頼しました"), stays=IS_NO_PLAN),
    Action("upload.discarded", _("計画のファイルを破棄しました"), stays=IS_NO_PLAN),
)
declare(
    ActionGroup("recurring", _("繰り返し")),
    Action("recurring.added", _("繰り返しを登録しました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action("recurring.edited", _("繰り返しを変えました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action("recurring.paused", _("繰り返しを止めました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action("recurring.resumed", _("繰り返しを再開しました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action("recurring.skipped", _("繰り返しの1回を見送りました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
    Action(
        "recurring.unskipped", _("繰り返しの見送りを取り消しました"), touches=Touch.LISTS, stays=IS_NO_PLAN
    ),
    Action(
        "recurring.retried", _("繰り返しの1回をもう一度試しました"), touches=Touch.LISTS, stays=IS_NO_PLAN
    ),
    Action("recurring.deleted", _("繰り返しを削除しました"), touches=Touch.LISTS, stays=IS_NO_PLAN),
)
