"""What reading a workbook or a table of text has to say, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

#: By the code of a doubt: why a value may be another one, and what to do.
DOUBTS: dict[str, StrPromise] = {
    "amount_impossible": gettext_lazy("「%(text)s」はあり得ない値です。正しい値を入れてください。"),
    "amount_unreadable": gettext_lazy("「%(text)s」を数として読めません。数で入れてください。"),
    "amount_unsure": gettext_lazy("「%(text)s」の単位がはっきりしません。値を確認してください。"),
    "bar_differs": gettext_lazy("セルの日付と、塗られたバーの日付（%(day)s）が違います。セルの日付を採りました。"),
    "bar_in_pieces": gettext_lazy("バーが途中で切れています。最初の日から最後の日までとしました。"),
    "bar_of_months": gettext_lazy("月や旬の列のバーだけなので、日はわかりません。期間の端の日としました。"),
    "bar_of_weeks": gettext_lazy("週の列のバーだけなので、曜日はわかりません。週の最初と最後の平日としました。"),
    "day_far": gettext_lazy("「%(text)s」は計画の日付としては離れすぎています。確認してください。"),
    "day_impossible": gettext_lazy("「%(text)s」という日はありません。正しい日付を入れてください。"),
    "day_no_year": gettext_lazy("「%(text)s」には年がなく、表のどこにも年が書かれていません。年を入れてください。"),
    "day_open": gettext_lazy("「%(text)s」とあり、まだ決まっていません。決まったら入れてください。"),
    "day_order": gettext_lazy("「%(text)s」は月と日の順がわかりません。確認してください。"),
    "day_short": gettext_lazy("「%(text)s」を日付として読みました。合っているか確認してください。"),
    "day_uncounted": gettext_lazy("数式の計算結果がファイルにありません。Excel で開いて保存し直すか、値を入れてください。"),
    "day_unreadable": gettext_lazy("「%(text)s」を日付として読めません。2026/4/1 のように入れてください。"),
    "day_vague": gettext_lazy("「%(text)s」からは日が決まりません。日付を入れてください。"),
    "day_weekday": gettext_lazy("「%(text)s」の曜日が日付と合いません。確認してください。"),
    "drawn_as_shape": gettext_lazy("バーが図形で描かれているため、日付を読めません。日付を入れてください。"),
    "finish_before_start": gettext_lazy("終了日が開始日より前です。どちらかを直してください。"),
    "level_unclear": gettext_lazy("階層がはっきりしません。確認してください。"),
    "link_counted": gettext_lazy("「%(text)s」が何の番号か決められません。先行タスクを確認してください。"),
    "link_of_several": gettext_lazy("「%(text)s」に当たるタスクがいくつもあります。先行タスクを確認してください。"),
    "link_to_parent": gettext_lazy("親子のタスクの間の依存関係なので、取り込みません。"),
    "link_unknown": gettext_lazy("「%(text)s」に当たるタスクが見つかりません。先行タスクを確認してください。"),
    "mark_beside_bar": gettext_lazy("バーのそばにマイルストーンの印があります。マイルストーンかどうか確認してください。"),
    "only_one_day": gettext_lazy("開始日と終了日の片方しか書かれていません。もう片方を入れてください。"),
    "people_open": gettext_lazy("「%(text)s」とあり、担当者がまだ決まっていません。"),
    "share_or_percent": gettext_lazy("「%(text)s」が割合か％かわかりません。割合（1 は 100%%）として読みました。"),
    "unit_of_work": gettext_lazy("工数の単位が書かれていないため、人日として読みました。単位を確認してください。"),
    "year_guessed": gettext_lazy("年が書かれていないため、推定しました。確認してください。"),
}  # fmt: skip

#: By the code of a remark about the file as a whole.
REMARKS: dict[str, StrPromise] = {
    "characters_unreadable": gettext_lazy("文字コードに合わない文字が %(count)s個あり、読めませんでした。"),
    "comments_not_read": gettext_lazy("セルのコメント %(count)s件は計画ではないため、読みません。"),
    "conditions_not_read": gettext_lazy("条件付き書式の色は読みません。日付はセルから読みます。"),
    "empty_rows_passed_over": gettext_lazy("書式だけの空の行（%(count)s行以上）を飛ばしました。"),
    "external_links_not_followed": gettext_lazy("ほかのブックへのリンクは開きません。保存されている値を読みます。"),
    "heads_twice": gettext_lazy("同じ見出し「%(head)s」の列が%(count)s列あります。最初の列を読みます。"),
    "macros_not_run": gettext_lazy("マクロが含まれています。マクロは実行しません。"),
    "nul_bytes_removed": gettext_lazy("文字の間の NUL（%(count)s個）を空白として読みました。"),
    "other_sheets": gettext_lazy("ほかのシート %(count)s枚（%(names)s）は読みません。"),
    "read_as_text": gettext_lazy("文字コード %(encoding)s、区切り「%(delimiter)s」の表として読みました。"),
    "rows_hidden": gettext_lazy("非表示の行 %(count)s行も読みました。"),
    "rows_left_out": gettext_lazy("合計や注記の行 %(count)s行は、タスクとして読みません。"),
    "same_sheet_names": gettext_lazy("同じ名前のシートがあります。順番で区別します。"),
    "shapes_not_read": gettext_lazy("図形 %(count)s個は読めません。図形で描かれた日付は、セルに入れてください。"),
    "sheet_is_hidden": gettext_lazy("読んだシート「%(sheet)s」は非表示です。"),
}  # fmt: skip

#: Why a row is no task.
LEFT_OUT: dict[str, StrPromise] = {
    "note": gettext_lazy("注記や凡例の行です"),
    "total": gettext_lazy("合計の行です"),
}

#: By the code of a refusal of `tasks.interchange.refusals` that only workbooks and tables know.
REFUSALS_OF_SHEETS: dict[str, StrPromise] = {
    "broken_workbook": gettext_lazy(
        "ブックの一部（%(part)s）が壊れています。Excel で開いて保存し直し、新しいファイルを選んでください。"
    ),
    "forbidden_in_workbook": gettext_lazy(
        "ブックの一部（%(part)s）に文書型（DOCTYPE）または実体の宣言があります。表計算ソフトが書くものではないため、読みません。"
        "Excel で保存し直してください。"
    ),
    "locked_workbook": gettext_lazy(
        "ブックにパスワードが掛かっています。Excel の「ファイル」→「情報」→「ブックの保護」で外して保存し、もう一度選んでください。"
    ),
    "unsupported_sheet_format": gettext_lazy(
        "このファイルの種類（%(format)s）は表として読めません。Excel で開き、ブック（.xlsx）か CSV UTF-8 として保存してください。"
    ),
    "not_our_workbook": gettext_lazy(
        "ここから書き出した Excel ではないか、管理用の行、列、シートが削除されています。計画をもう一度書き出して、そのファイルに入力してください。"
    ),
    "no_workbook": gettext_lazy(
        "シートのあるブックではありません。ブック（.xlsx、.xlsm）か CSV ファイルを選んでください。"
    ),
    "too_many_cells": gettext_lazy(
        "値のあるセルが %(limit)s個を超えるため、読めません。計画のシートだけを残してください。"
    ),
    "too_many_columns": gettext_lazy(
        "Excel の上限（%(limit)s列）を超える列があります。ファイルが壊れています。Excel で保存し直してください。"
    ),
    "no_table_found": gettext_lazy(
        "タスクの表が見つかりません。「タスク」「開始」「終了」のような見出しの行を付けて、もう一度選んでください。"
    ),
    "reading_took_too_long": gettext_lazy(
        "読み込みが %(seconds)s秒または %(limit_mb)s MB を超えたため、止めました。計画のシートだけを残し、空の行の書式を消してください。"
    ),
}  # fmt: skip

#: By the code of a notice that only workbooks and tables know.
NOTICES_OF_SHEETS: dict[str, StrPromise] = {
    "sheet_doubt": gettext_lazy("%(place)s：%(why)s"),
    "sheet_remark": gettext_lazy("ファイル：%(what)s"),
    "sheet_days_off": gettext_lazy(
        "%(row)s行目「%(name)s」の日付は休日だけなので、手動のタスクとしてファイルの日付に固定します。"
    ),
    "sheet_finish_of_unfinished": gettext_lazy(
        "%(row)s行目「%(name)s」は進捗が %(percent)s%% なので、実績の終了日は取り込みません。"
    ),
    "sheet_people_of_summary": gettext_lazy(
        "%(row)s行目「%(name)s」はサマリーなので、担当者（%(people)s）は取り込みません。"
    ),
    "sheet_person_left_out": gettext_lazy(
        "「%(name)s」という名前のリソースが組織にないため、担当者として取り込みません。"
    ),
    "sheet_person_taken": gettext_lazy("担当者「%(name)s」は、組織の「%(called)s」としました。"),
}  # fmt: skip


def told_of_sheet(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same params, where codes of a doubt (`why`) or of a remark (`what`) are sentences."""
    if params.get("why") in DOUBTS:
        return {**params, "why": doubt_text(params["why"], params)}
    return (
        {**params, "what": remark_text(params["what"], params)} if params.get("what") in REMARKS else params
    )


def doubt_text(code: str, params: Mapping[str, Any]) -> str:
    """Why a value is doubtful, as a sentence."""
    return str(DOUBTS[code]) % params


def remark_text(code: str, params: Mapping[str, Any]) -> str:
    """What is to be known of a file, as a sentence."""
    return str(REMARKS[code]) % params


def left_out_text(row: int, code: str) -> str:
    """Which row is no task, and why."""
    return _("%(row)s行目：%(reason)s") % {"row": row, "reason": LEFT_OUT[code]}
