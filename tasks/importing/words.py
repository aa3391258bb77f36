"""What an import has to say, in the reader's language: notices, reasons and refusals, each with its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tasks.importing.sheet_words import NOTICES_OF_SHEETS, REFUSALS_OF_SHEETS, told_of_sheet

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from tasks.interchange.notices import Notice

MOST_OF_A_KIND = 100

#: By the code of a notice; names in %(…)s are its parameters.
NOTICES: dict[str, StrPromise] = {
    # Said by the reader of files.
    "assignment_of_nothing": gettext_lazy(
        "割り当て %(uid)s のタスク %(task_uid)s またはリソース %(resource_uid)s がファイルにないため、取り込みません。"
    ),
    "blank_rows_lost": gettext_lazy("空白の行 %(count)s行は取り込みません。"),
    "calendar_base_circle": gettext_lazy(
        "カレンダー「%(name)s」の基準カレンダーが自分自身に戻るため、基準なしのカレンダーとして扱います。"
    ),
    "calendar_base_missing": gettext_lazy(
        "カレンダー「%(name)s」の基準カレンダー %(base_uid)s がファイルにないため、基準なしのカレンダーとして扱います。"
    ),
    "calendar_missing": gettext_lazy(
        "%(where)s %(uid)s「%(name)s」のカレンダー %(calendar_uid)s がファイルにないため、プロジェクトのカレンダーを使います。"
    ),
    "calendar_part_lost": gettext_lazy(
        "カレンダー「%(name)s」の項目 %(element)s は保存する場所がないため、取り込みません。"
    ),
    "calendar_without_uid": gettext_lazy(
        "カレンダー「%(name)s」の番号（UID）が読めないため、%(used)s を割り当てます。"
    ),
    "constraint_without_date": gettext_lazy(
        "タスク %(uid)s「%(name)s」の制約 %(constraint)s に日付がないため、「できるだけ早く」として扱います。"
    ),
    "control_characters_removed": gettext_lazy(
        "XML で使えない制御文字が %(count)s個あります。取り除いて読みます。"
    ),
    "cross_project_link_lost": gettext_lazy(
        "タスク %(uid)s「%(name)s」は別のファイルのタスク（%(address)s）を待っています。この依存関係は取り込めません。"
    ),
    "duplicate_link": gettext_lazy(
        "タスク %(predecessor_uid)s からタスク %(uid)s「%(name)s」への依存関係が2つあります。最初の1つを取り込みます。"
    ),
    "element_lost": gettext_lazy(
        "%(where)s の項目 %(element)s（%(count)s個）は保存する場所がないため、取り込みません。"
    ),
    "encoding_assumed": gettext_lazy(
        "ファイルの文字コードは %(declared)s と書かれていますが、実際は UTF-8 なので、UTF-8 として読みます。"
    ),
    "external_task": gettext_lazy(
        "タスク %(uid)s「%(name)s」は別のファイルのタスクの写しです。ファイルにある日付のまま取り込みます。"
    ),
    "hours_over_midnight": gettext_lazy(
        "カレンダー「%(name)s」の勤務時間 %(start)s–%(finish)s は終わりが始まりより後ではないため、翌日まで続くものとして読みます。"
    ),
    "hours_overlap": gettext_lazy(
        "カレンダー「%(name)s」に重なり合う勤務時間があるため、%(hours)s として読みます。"
    ),
    "hours_unreadable": gettext_lazy(
        "カレンダー「%(name)s」に読めない勤務時間があります。その時間帯は取り込みません。"
    ),
    "lag_out_of_range": gettext_lazy(
        "タスク %(predecessor_uid)s からタスク %(uid)s「%(name)s」へのラグ（%(value)s）が大きすぎるため、0として扱います。"
    ),
    "link_to_missing_task": gettext_lazy(
        "タスク %(uid)s「%(name)s」の先行タスク %(predecessor_uid)s がファイルにないため、この依存関係は取り込みません。"
    ),
    "link_to_own_summary": gettext_lazy(
        "タスク %(uid)s「%(name)s」とタスク %(predecessor_uid)s は親子なので、この依存関係は取り込みません。"
    ),
    "link_to_self": gettext_lazy(
        "タスク %(uid)s「%(name)s」は自分自身を待っています。この依存関係は取り込みません。"
    ),
    "more_notices": gettext_lazy("同じ種類のお知らせがほかに %(more)s件あります。"),
    "name_cut": gettext_lazy(
        "「%(name)s…」の名前は長すぎるため、%(length)s文字までを取り込みます。"
    ),
    "namespace_missing": gettext_lazy(
        "最初の要素 <%(root)s> に Microsoft Project の名前空間がありません。Microsoft Project の XML として読みます。"
    ),
    "old_encoding": gettext_lazy(
        "ファイルの文字コードは %(declared)s です。名前が正しく読めているか確認してください。"
    ),
    "outline_jump": gettext_lazy(
        "タスク %(uid)s「%(name)s」の階層が2段以上深くなっているため、前のタスクのすぐ下に置きます。"
    ),
    "outline_level_raised": gettext_lazy(
        "タスク %(uid)s「%(name)s」のアウトライン レベル %(level)s は使えないため、一番上の階層（1）に置きます。"
    ),
    "project_calendar_missing": gettext_lazy(
        "プロジェクトのカレンダー %(calendar_uid)s がファイルにないため、月曜から金曜の 8:00–12:00、13:00–17:00 を使います。"
    ),
    "resource_without_uid": gettext_lazy(
        "リソース「%(name)s」の番号（UID）が読めないため、%(used)s を割り当てます。"
    ),
    "start_missing": gettext_lazy("プロジェクトの開始日がファイルにないため、%(used)s とします。"),
    "subproject_lost": gettext_lazy(
        "タスク %(uid)s「%(name)s」は別のファイルを指しています。そのファイルのタスクは取り込めません。"
    ),
    "task_without_uid": gettext_lazy(
        "タスク「%(name)s」の番号（UID）が読めないため、%(used)s を割り当てます。"
    ),
    "time_zone_ignored": gettext_lazy(
        "時差（%(zones)s）の付いた日時が %(count)s件あります。計画には時差がないため、書かれている時刻のまま取り込みます。"
    ),
    "timephased_lost": gettext_lazy(
        "日ごとの値 %(count)s件（%(where)s）は取り込めません。合計は取り込みます。"
    ),
    "unit_out_of_range": gettext_lazy("%(element)s の値 %(value)s は使えないため、%(used)s とします。"),
    "value_out_of_range": gettext_lazy(
        "%(where)s %(uid)s「%(name)s」の %(element)s の値 %(value)s は扱える範囲の外なので、%(used)s とします。"
    ),
    "value_unreadable": gettext_lazy(
        "%(where)s %(uid)s「%(name)s」の %(element)s の値「%(value)s」が読めないため、%(used)s とします。"
    ),
    "very_deep_outline": gettext_lazy("アウトラインが %(levels)s階層あります。画面では見にくくなります。"),
    # Said by the import itself.
    "calendar_unnamed": gettext_lazy(
        "カレンダー %(uid)s に名前がないため、「%(name)s」とします。"
    ),
    "resource_unnamed": gettext_lazy(
        "リソース %(uid)s に名前がないため、「%(name)s」とします。"
    ),
    "actual_finish_before_start": gettext_lazy(
        "タスク %(uid)s「%(name)s」の実績終了日が実績開始日より前なので、開始日と同じにします。"
    ),
    "assignment_merged": gettext_lazy(
        "タスク %(task_uid)s にリソース %(resource_uid)s が2回割り当てられているため、1つにまとめます。"
    ),
    "no_tasks": gettext_lazy("ファイルにタスクがありません。カレンダーとリソースだけを取り込みます。"),
    "period_clamped": gettext_lazy(
        "計画が10年を超えるため、プロジェクトの終了日を %(last)s とします。タスクの日付は変わりません。"
    ),
    "plan_shifted": gettext_lazy(
        "%(old)s に始まる計画を、%(new)s に始まるようにずらしました。ファイルの日付との比較も、ずらした日付で行います。"
    ),
    "progress_left_out": gettext_lazy(
        "着手済みのタスク %(count)s件の実績は取り込みません。新しい開始日の計画は、まだ始まっていないためです。"
    ),
    "task_unnamed": gettext_lazy("タスク %(uid)s に名前がないため、「名称なし」とします。"),
}  # fmt: skip

#: Why a date of the file is not the computed one; the codes of `tasks.interchange.agreement` and `known_person`.
REASONS: dict[str, StrPromise] = {
    "inactive": gettext_lazy("無効なタスクで、計画に影響しません"),
    "manual": gettext_lazy("手動スケジュールのタスクです"),
    "external": gettext_lazy("別のファイルのタスクの写しです"),
    "started": gettext_lazy("着手済みで、残りの作業を計算し直しました"),
    "split": gettext_lazy("作業が分割されています"),
    "leveled": gettext_lazy("負荷平準化で動かされています"),
    "contoured": gettext_lazy("作業量の配分（山形など）が指定されています"),
    "overtime": gettext_lazy("残業が割り当てられています"),
    "external_link": gettext_lazy("別のファイルのタスクを待っています"),
    "link_left_out": gettext_lazy("取り込めない依存関係がありました"),
    "value_changed": gettext_lazy("読めない値を置き換えました"),
    "unknown_calendar": gettext_lazy("使うカレンダーがファイルにありません"),
    "assignment_delay": gettext_lazy("担当者の開始が遅らせてあります"),
    "uneven_work": gettext_lazy("工数と割当と期間が合っていません"),
    "stale_dates": gettext_lazy("ファイルの日付が、ファイルの依存関係と合っていません"),
    "stale_late_dates": gettext_lazy("ファイルの最遅日が、ファイルの依存関係と合っていません"),
    "same_working_moment": gettext_lazy("同じ時点です（終業と翌日の始業）"),
    "children": gettext_lazy("子タスクの日付が異なります"),
    "follows": gettext_lazy("先行タスクの日付が異なります"),
    "precedes": gettext_lazy("後続タスクの日付が異なります"),
    "known_person": gettext_lazy("組織に登録されたリソースのカレンダーで計算しました"),
    "unexplained": gettext_lazy("理由がわかりません"),
}  # fmt: skip

#: By the code of a refusal: what is wrong with the file, and what to do now.
REFUSALS: dict[str, StrPromise] = {
    "empty_file": gettext_lazy(
        "ファイルが空です（0バイト）。計画をもう一度書き出して、新しいファイルを選んでください。"
    ),
    "file_too_large": gettext_lazy(
        "展開すると %(limit_mb)s MB を超えるため、読めません。計画をいくつかのファイルに分けてください。"
    ),
    "broken_archive": gettext_lazy(
        "圧縮ファイルが壊れているか、途中で切れています。もう一度圧縮するか、ダウンロードし直してください。"
    ),
    "broken_xml": gettext_lazy(
        "XML が %(line)s行目の %(column)s文字目で壊れています（%(reason)s）。元のソフトで XML 形式でもう一度保存してください。"
    ),
    "forbidden_doctype": gettext_lazy(
        "%(line)s行目に文書型（DOCTYPE）または実体の宣言があります。安全のため読みません。"
        "Microsoft Project から XML 形式でもう一度保存してください。"
    ),
    "forbidden_include": gettext_lazy(
        "%(line)s行目で、ほかのファイルの取り込み（XInclude）が指定されています。安全のため読みません。"
        "Microsoft Project から XML 形式でもう一度保存してください。"
    ),
    "nul_bytes": gettext_lazy(
        "文字の間に NUL（0）のバイトがあります。ファイルが壊れているか、文字コードが書かれているものと違います。計画をもう一度書き出してください。"
    ),
    "uid_out_of_range": gettext_lazy(
        "%(kind)s「%(name)s」の番号（UID）%(uid)s は使えません（0から %(limit)s まで）。依存関係や割り当てが何を指すのか決められません。"
        "計画をもう一度書き出してください。"
    ),
    "unknown_encoding": gettext_lazy(
        "文字コード %(encoding)s は読めません。UTF-8 で保存し直してください。"
    ),
    "wrong_encoding": gettext_lazy(
        "ファイルの文字コードは %(encoding)s と書かれていますが、内容が合っていません（%(position)sバイト目）。UTF-8 で保存し直してください。"
    ),
    "not_a_plan": gettext_lazy(
        "Microsoft Project の XML ではありません（最初の要素が <Project> ではなく <%(root)s> です）。"
        "Microsoft Project の「名前を付けて保存」で XML 形式を選んでください。"
    ),
    "unsupported_format": gettext_lazy(
        "このファイルの種類（%(format)s）は読めません。作成したソフトで開き、Microsoft Project XML 形式で保存してください。"
    ),
    "duplicate_uid": gettext_lazy(
        "%(kind)sの番号（UID）%(uid)s が2つあります：「%(first)s」と「%(second)s」。依存関係がどちらを指すのか決められません。"
        "計画をもう一度書き出してください。"
    ),
    "link_circle": gettext_lazy(
        "%(count)s件のタスクの依存関係が輪になっています：%(names)s。このうち1つの依存関係を外してから取り込んでください。"
    ),
    "too_many_items": gettext_lazy(
        "%(kind)sが %(limit)s件を超えるため、読めません。計画をいくつかのファイルに分けてください。"
    ),
    "too_deep": gettext_lazy(
        "XML の要素が %(limit)s階層より深く入れ子になっています。Microsoft Project のファイルではありません。"
    ),
    "text_too_long": gettext_lazy(
        "XML の中に %(limit_mb)s MB を超える長い文字列があるため、読めません。元のソフトで短くしてから書き出してください。"
    ),
    "outline_too_deep": gettext_lazy(
        "タスク %(uid)s「%(name)s」の階層が %(limit)s段を超えるため、読めません。元のソフトで階層を浅くしてください。"
    ),
    "not_schedulable": gettext_lazy("この計画の日程は計算できません（%(reason)s）。ファイルを直してから取り込んでください。"),
    "calendar_without_work": gettext_lazy(
        "カレンダー「%(name)s」に稼働時間がないか足りないため、日程を計算できません。元のソフトで勤務時間を直してください。"
    ),
    "upload_too_large": gettext_lazy(
        "ファイルが大きすぎます（圧縮後 %(limit_mb)s MB まで）。計画をいくつかのファイルに分けてください。"
    ),
    "key_changed": gettext_lazy(
        "アップロードされたファイルを読むための鍵が替わりました。同じファイルをもう一度アップロードしてください。"
    ),
    "too_many_tasks": gettext_lazy(
        "タスクが %(count)s件あります。一度に取り込めるのは %(limit)s件までです。計画をいくつかのファイルに分けてください。"
    ),
    "too_many_levels": gettext_lazy(
        "アウトラインが %(levels)s階層あります。取り込めるのは %(limit)s階層までです。階層を減らしてから取り込んでください。"
    ),
}  # fmt: skip

REFUSALS |= REFUSALS_OF_SHEETS
NOTICES |= NOTICES_OF_SHEETS

#: Words that stand as parameters.
WORDS: dict[str, StrPromise] = {
    "task": pgettext_lazy("sentence", "タスク"),
    "resource": pgettext_lazy("sentence", "リソース"),
    "assignment": pgettext_lazy("sentence", "割り当て"),
    "calendar": pgettext_lazy("sentence", "カレンダー"),
    "calendar exception": pgettext_lazy("sentence", "カレンダーの例外"),
    "link": pgettext_lazy("sentence", "依存関係"),
    "link of task": pgettext_lazy("sentence", "依存関係の後続タスク"),
    "project": pgettext_lazy("sentence", "プロジェクト"),
    "further element": pgettext_lazy("sentence", "その他の項目"),
    "element": pgettext_lazy("sentence", "項目"),
    "unknown element": pgettext_lazy("sentence", "不明な項目"),
    "empty item": pgettext_lazy("sentence", "空の項目"),
    "baseline of task": pgettext_lazy("sentence", "タスクの基準計画"),
    "baseline of resource": pgettext_lazy("sentence", "リソースの基準計画"),
    "baseline of assignment": pgettext_lazy("sentence", "割り当ての基準計画"),
    "not set": pgettext_lazy("sentence", "値なし"),
    "zip archive": pgettext_lazy("sentence", "ZIP の書庫"),
    "text table (csv) or plain text": pgettext_lazy("sentence", "CSV などの文字だけのファイル"),
    "unknown binary file": pgettext_lazy("sentence", "種類のわからないファイル"),
}


def _translated(params: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        name: WORDS[value.lower()]
        for name in ("kind", "where", "used", "format")
        if isinstance(value := params.get(name), str) and value.lower() in WORDS
    }
    return {**params, **words}


def notice_text(code: str, params: Mapping[str, Any]) -> str:
    """One notice as a sentence; a code without a sentence of its own is shown by its name."""
    sentence = NOTICES.get(code)
    if sentence is None:
        return _("お知らせ：%(code)s") % {"code": code}
    return str(sentence) % told_of_sheet(_translated(params))


def refusal_text(code: str, params: Mapping[str, Any], fallback: str = "") -> str:
    """Why a file is not read, as a sentence."""
    sentence = REFUSALS.get(code)
    if sentence is None:
        return _("このファイルは読めません（%(reason)s）。") % {"reason": fallback or code}
    return str(sentence) % _translated(params)


def reason_text(code: str) -> str:
    """Why a date is another than the file's."""
    return str(REASONS.get(code, REASONS["unexplained"]))


class Notes:
    """Collects notices as JSON holds them; of each kind a hundred are kept and the rest counted."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def take(self, notice: Notice) -> None:
        """Keep a notice of the reader."""
        self.kept.append({"kind": notice.kind, "code": notice.code, "params": dict(notice.params)})

    def doubt(self, code: str, **params: Any) -> None:
        """Something of the file was understood in a way that a planner should look at."""
        self._note("doubtful", code, params)

    def lose(self, code: str, **params: Any) -> None:
        """Something of the file is not kept."""
        self._note("lost", code, params)

    def _note(self, kind: str, code: str, params: dict[str, Any]) -> None:
        self.counts[kind, code] += 1
        if self.counts[kind, code] <= MOST_OF_A_KIND:
            self.kept.append({"kind": kind, "code": code, "params": params})

    def finished(self) -> list[dict[str, Any]]:
        """All that was kept, and how many more of a kind there were."""
        more = [
            {"kind": kind, "code": "more_notices", "params": {"code": code, "more": count - MOST_OF_A_KIND}}
            for (kind, code), count in self.counts.items()
            if count > MOST_OF_A_KIND
        ]
        return self.kept + more
