"""What the heads of plans mean: as offices write them, as Microsoft Project and ticket tools export them, in Japanese and in English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from tasks.interchange.sheets.texts import KEPT, folded, without_unit

NAME, GROUP, STAIR, NUMBER, KEY, CODE, LEVEL, PARENT = (
    "name",
    "group",
    "stair",
    "number",
    "key",
    "code",
    "level",
    "parent",
)
START, FINISH, PERIOD, DURATION, WORK, PROGRESS, STATUS = (
    "start",
    "finish",
    "period",
    "duration",
    "work",
    "progress",
    "status",
)
PEOPLE, PREDECESSORS, SUCCESSORS, RELATIONS = "people", "predecessors", "successors", "relations"
MILESTONE, KIND, ROW_KIND, IGNORED = "milestone", "kind", "row_kind", "ignored"
ACTUAL_START, ACTUAL_FINISH, DEADLINE = "actual_start", "actual_finish", "deadline"

#: Earlier words are better ones: where two columns mean the same, the better word wins.
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    NAME: (
        "要約", "タスク名", "タスク名称", "作業名", "作業名称", "作業項目", "作業内容", "件名", "題名", "タスク", "task name", "task", "作業", "subject", "summary", "title", "name",
        "実施項目", "実施内容", "項目名", "名称", "項目", "業務内容", "業務名", "業務", "タスク内容", "取組内容", "取組", "施策", "工程名", "アクティビティ", "activity",
        "activity name", "work item", "item", "todo", "やること", "予定", "イベント", "行事", "課題", "内容", "工事名", "工種・作業", "作業・工程", "検討項目", "実施事項", "成果物名", "機能名", "issue", "作業タスク", "作業事項",
    ),
    GROUP: (
        "大項目", "大分類", "大工程", "大区分", "中項目", "中分類", "中工程", "中区分", "小項目", "小分類", "小工程", "小区分", "細目", "細項目", "詳細項目", "工程", "工種", "区分", "フェーズ", "phase",
        "カテゴリ", "カテゴリー", "category", "分類", "グループ", "group", "section", "section/column", "セクション", "ステージ", "stage", "領域", "サブシステム", "機能", "種目", "部位", "ワークストリーム", "workstream", "テーマ", "大タスク", "中タスク", "小タスク", "マイルストーン区分", "サブタスク", "subtask",
    ),
    NUMBER: ("no", "no.", "№", "#", "番号", "項番", "行番号", "行", "連番", "通番", "通し番号", "順番", "seq", "id", "taskid", "タスクid", "タスクno", "タスクno.", "項目番号", "識別番号", "line", "作業no", "作業番号", "作業no.", "管理番号", "管理no"),
    KEY: ("issue id", "キー", "key", "課題キー", "issue key", "issuekey", "チケット番号", "チケット", "課題id", "uniqueid", "固有id", "unique id"),
    CODE: ("wbs", "wbs番号", "wbscode", "wbsコード", "wbs no", "wbsno.", "wbsid", "アウトライン番号", "outline number", "階層番号", "outlineno", "コード", "code", "作業コード", "タスクコード", "章番号"),
    LEVEL: ("outline level", "アウトラインレベル", "レベル", "level", "階層", "階層レベル", "lv", "lv.", "深さ", "indent", "インデント"),
    PARENT: ("親チケット", "親課題", "親課題キー", "親タスク", "親タスク名", "親", "親id", "親no", "親no.", "親番号", "親作業", "上位タスク", "上位no", "上位作業", "parent", "parentid", "parent task", "parentkey", "parent issue", "parent wbs", "親wbs", "epic link", "parent summary"),
    START: (
        "開始日", "開始", "開始予定日", "開始予定", "予定開始日", "予定開始", "計画開始日", "計画開始", "着手日", "着手", "着手予定日", "着手予定", "開始年月日", "開始日時", "start date", "start", "planned start", "plan start", "planned start date",
        "scheduled start", "begin", "from", "自", "着工", "着工日", "着工予定", "着工予定日", "開始日程", "begin date", "作業開始日", "作業開始", "開始月日", "start on", "スタート",
    ),
    FINISH: (
        "終了日", "終了", "終了予定日", "終了予定", "予定終了日", "予定終了", "計画終了日", "計画終了", "完了予定日", "完了予定", "予定完了日", "予定完了", "計画完了日", "計画完了", "完了日", "完了", "終了年月日", "終了日時", "finish date", "finish",
        "end date", "end", "planned finish", "planned end", "plan finish", "plan end", "scheduled finish", "to", "至", "完工", "完工日", "竣工", "完成", "完成日", "完工予定", "期限日", "期日", "期限", "due date", "due", "納期", "締切", "締切日", "締め切り", "完了期限", "deadline", "作業終了日", "作業終了", "終了月日", "作業期限", "planned finish date", "planned end date", "due on", "対応期限",
    ),
    PERIOD: ("日程", "実施期間", "実施時期", "スケジュール", "作業期間", "予定期間", "計画期間", "実施日", "日付", "日時", "date", "dates", "schedule", "予定日", "実施予定日", "開催日", "時期", "予定日程", "工期(自至)"),
    DURATION: ("日数", "期間", "所要日数", "所要期間", "作業日数", "予定日数", "計画日数", "工期", "duration", "days", "稼働日数", "実働日数", "営業日数", "必要日数", "working days", "週数", "所要"),
    WORK: (
        "工数", "予定工数", "見積工数", "計画工数", "見積もり工数", "作業工数", "予定時間", "見積時間", "見積", "見積り", "見積もり", "作業時間", "予定作業時間", "人日", "人月", "人時", "時間", "effort", "work", "estimated time", "original estimate", "estimate", "初期見積もり", "初期見積り", "初期見積",
        "estimated hours", "estimated effort", "planned effort", "planned work", "planned hours", "hours", "工数見積", "工数計", "工数合計", "estimation", "人工", "予定人日", "計画時間", "時間数", "estimated work",
    ),
    PROGRESS: ("進捗率", "進捗", "進捗度", "達成率", "達成度", "完了率", "進捗状況", "% complete", "%complete", "percent complete", "progress", "% done", "done", "消化率", "done ratio", "出来高", "completion", "complete", "完成率", "進捗%", "progress%", "進み具合", "percentage done", "% 完了"),
    STATUS: ("状況", "状態", "ステータス", "status", "state", "対応状況", "実施状況", "作業状況", "完了状況", "task status"),
    PEOPLE: (
        "担当者", "担当者名", "担当", "主担当", "主担当者", "作業者", "作業担当", "実施者", "assignee", "assignees", "assigned to", "resource names", "resources", "リソース名", "リソース", "owner", "担当リソース", "要員", "who", "責任者", "実施担当", "担当部署", "担当部門", "担当課",
        "担当会社", "業者", "業者名", "協力会社", "施工業者", "施工会社", "施工者", "実施部署", "主管", "主管部署", "所管", "所管課", "部署", "person", "担当組織", "担当班", "assigned", "メンバー", "members", "responsible", "accountable", "役割", "担当チーム", "resource", "assignee name", "assigned user",
    ),
    PREDECESSORS: (
        "先行タスク", "先行作業", "先行", "先行工程", "先行no", "先行no.", "先行番号", "先行id", "先行wbs", "先行タスクid", "先行タスクno", "先行タスクno.", "先行タスク番号", "先行作業no", "先行作業no.", "先行課題", "前提タスク", "前提作業", "前提", "前提条件no", "前工程", "依存関係", "依存", "依存タスク", "依存先", "前タスク",
        "predecessors", "predecessor", "depends on", "dependencies", "dependency", "blocked by", "blocked by (dependencies)", "ブロック元(依存関係)", "is blocked by", "wbs predecessors", "unique id predecessors", "follows", "先行チケット", "前提no", "先行項番", "inward issue link (blocks)", "内向き課題リンク(blocks)", "内向き課題リンク(ブロック)", "先行項目", "preceding",
    ),
    SUCCESSORS: ("後続タスク", "後続作業", "後続", "後続no", "後続no.", "後続工程", "後工程", "successors", "successor", "blocking", "blocking (dependencies)", "ブロック先(依存関係)", "blocks", "precedes", "outward issue link (blocks)", "外向き課題リンク(blocks)", "外向き課題リンク(ブロック)", "後続チケット", "後続番号"),
    RELATIONS: ("関連するチケット", "related issues", "relations", "関連チケット", "関係"),
    MILESTONE: ("マイルストーン", "milestone", "ms", "is milestone", "節目"),
    KIND: ("トラッカー", "tracker", "種別", "issue type", "課題タイプ", "type", "タイプ", "種類", "タスク種別", "work package type", "作業種別"),
    ROW_KIND: ("予実", "予定/実績", "予定・実績", "計画/実績", "予/実", "plan/actual", "p/a", "計画・実績", "予定実績", "計画実績"),
    DEADLINE: ("期限(固定)", "必達期限", "最終期限"),
    ACTUAL_START: ("実績開始日", "実績開始", "開始実績", "開始実績日", "開始日実績", "実開始日", "実開始", "実績着手", "着手実績", "着手実績日", "actual start", "actual start date", "実際の開始日"),
    ACTUAL_FINISH: ("実績終了日", "実績終了", "終了実績", "終了実績日", "終了日実績", "実終了日", "実終了", "実績完了日", "完了実績日", "完了実績", "実績完了", "実完了日", "実績日", "actual finish", "actual end", "actual finish date", "actual end date", "実際の終了日", "completed at", "completed", "closed", "resolved", "完了日時"),
    IGNORED: (
        "プロジェクト", "project", "project name", "優先度", "priority", "作成者", "author", "reporter", "更新日", "updated", "カテゴリー名", "対象バージョン", "target version", "作成日", "created", "created at", "last modified", "プライベート", "private", "備考", "メモ", "notes", "note", "remarks", "詳細", "説明",
        "description", "コメント", "成果物", "アウトプット", "deliverable", "プロジェクトid", "プロジェクト名", "キーid", "種別id", "カテゴリーid", "バージョンid", "バージョン", "状態id", "優先度id", "マイルストーンid", "完了理由id", "完了理由", "担当者id", "登録者id", "登録者", "登録日", "実績時間", "実績工数", "更新者id", "更新者",
        "添付ファイル", "共有ファイル", "project key", "labels", "tags", "タグ", "ラベル", "assignee email", "残工数", "残時間", "remaining estimate", "time spent", "実作業時間", "active", "アクティブ", "task mode", "タスクモード", "予算", "コスト", "cost", "進捗遅れ", "遅れ", "遅延日数", "確認", "承認", "レビュー者", "確認者", "承認者",
        "actual work", "実績人日", "spent time", "作業時間(実績)", "実績", "ベースライン開始", "baseline start", "ベースライン終了", "baseline finish", "exported", "resolution", "creator", "watchers", "votes", "場所", "数量", "単位", "天候", "曜日", "人数", "単価", "金額", "依頼元", "起票日", "起票者", "発生日", "改訂日", "課題id番号", "前回", "今回",
    ),
}  # fmt: skip
_KNOWN: Final[dict[str, tuple[str, int]]] = {}
for _meaning, _titles in _WORDS.items():
    for _rank, _title in enumerate(_titles):
        _KNOWN.setdefault(folded(_title), (_meaning, _rank))
_STAIR: Final = re.compile(
    r"(?:レベル|level|階層|lv\.?|l|第)(\d)(?:階層|レベル|層)?|(\d)(?:階層|次)目?|[大中小細](?:項目|分類|区分|工程|タスク)"
)
_CUSTOM: Final = re.compile(r"(?:customfield|カスタムフィールド)\((.*)\)")
_TOTAL: Final = re.compile(r"σ.*")
_PATTERNS: Final = (
    (re.compile(r"(?:進捗|達成|完了|消化)(?:率|度)"), PROGRESS),
    (re.compile(r"(?:開始|着手|着工|始期)(?:予定|見込)?(?:年月)?(?:日|日付|時期)?$|^start|start$"), START),
    (
        re.compile(
            r"(?:終了|完了|完成|終期|期限|締切|納期|期日|竣工)(?:予定|見込)?(?:年月)?(?:日|日付|時期)?$|^(?:finish|end|due)|(?:finish|enddate)$"
        ),
        FINISH,
    ),
    (
        re.compile(
            r"(?:担当|担当者|責任者|作業者|主管課?|所管課?|実施者|実施主体|担当部署)(?:名|者|氏名)?$|assigne|resource"
        ),
        PEOPLE,
    ),
    (re.compile(r"(?:レベル|階層|level)$"), LEVEL),
    (re.compile(r"^親(?:タスク|課題|チケット|作業)|^parent(?:issue|task|key)"), PARENT),
    (re.compile(r"^(?:先行|前提|依存)|predecess|depend"), PREDECESSORS),
    (re.compile(r"^(?:後続)|successor"), SUCCESSORS),
    (re.compile(r"(?:工数|人日|人月|作業時間)$|effort$"), WORK),
    (re.compile(r"(?:日数|期間|工期)$|duration"), DURATION),
    (
        re.compile(
            r"(?:作業|タスク|項目|工程|内容|名称|施策|事項|業務|活動|取組|行事|イベント)(?:名|名称|内容)?$|task$|taskname|activity"
        ),
        NAME,
    ),
)
_OTHER: Final = re.compile(
    r"遅|残|差|超過|変更|理由|備考|コスト|費|予算|確認|承認|優先|登録|更新|作成|baseline|基準"
)
_OF_ACTUAL: Final = re.compile(r"実績|実際|actual")
#: What stands above two columns and says whose dates they hold.
_PLANNED: Final = re.compile(
    r"^(?:予定|計画|当初|当初計画|plan(?:ned)?|スケジュール|schedule|日程|期間|作業期間|予定期間|計画期間|予定日|計画日)$"
)
_ACTUAL: Final = re.compile(r"^(?:実績|実施|actual|実績日|実績期間|実際)$")
_BASELINE: Final = re.compile(r"(?:基準計画|ベースライン|baseline|変更前|前回|旧)")
_REVISED: Final = re.compile(r"^(?:変更後|見直し|改訂|最新|現行|revised|forecast|見込み?|予測)$")


class Head(NamedTuple):
    """What a head means; the rank is smaller the better the word is."""

    meaning: str
    rank: int = 0
    #: What stands in brackets behind it, or in the word itself: "h", "人日", "%".
    unit: str = ""
    #: A column of a version, such as 変更後: not the first choice, nor the last.
    is_revised: bool = False


@lru_cache(KEPT)
def meaning_of(text: str) -> Head | None:
    """What one head means by itself."""
    whole = folded(text)
    custom = _CUSTOM.fullmatch(whole)
    whole = custom[1] if custom else whole
    if not whole or len(whole) > 40:
        return None
    bare, unit = without_unit(whole)
    for word, said in (
        (whole, unit),
        (bare, unit),
        (whole.removeprefix("σ") if _TOTAL.match(whole) else "", "σ"),
    ):
        if word in _KNOWN:
            meaning, rank = _KNOWN[word]
            if meaning == WORK and not said:
                return Head(meaning, rank, _unit_in(word))
            if said in ("実績", "actual"):
                return _actual(Head(meaning, rank))
            return Head(IGNORED if said == "σ" else meaning, rank, said)
    if _STAIR.fullmatch(bare):
        return Head(STAIR)
    return _by_pattern(bare, unit)


def _unit_in(word: str) -> str:
    return next((part for part in ("人日", "人月", "人時", "hours", "時間") if part in word), "")


def _by_pattern(bare: str, unit: str) -> Head | None:
    """Of a head that is in no list: by how it ends or begins."""
    found = next((meaning for pattern, meaning in _PATTERNS if pattern.search(bare)), None)
    if found is None or len(bare) > 16:
        return None
    if _OTHER.search(bare):
        return Head(IGNORED, 60)
    head = Head(found, 60, unit)
    return _actual(head) if _OF_ACTUAL.search(bare) else head


def _actual(head: Head) -> Head:
    meaning = {START: ACTUAL_START, FINISH: ACTUAL_FINISH}.get(head.meaning, IGNORED)
    return Head(meaning, head.rank)


def meaning_of_path(path: list[str]) -> Head | None:
    """What a head of several rows means, read from the top: 予定 › 開始日."""
    texts = [text for at, text in enumerate(path) if text and text not in path[:at]]
    if not texts:
        return None
    above = [folded(without_unit(folded(text))[0]) for text in texts[:-1]]
    own = meaning_of(texts[-1])
    joined = meaning_of("".join(texts)) if len(texts) > 1 else None
    if any(_ACTUAL.match(text) for text in above):
        return _actual(own) if own else Head(IGNORED)
    if any(_BASELINE.search(text) for text in above):
        return Head(IGNORED)
    if joined and (own is None or own.meaning in (NAME, IGNORED)):
        return joined
    if own is None and len(texts) > 1:
        parents = [found for text in texts[:-1] if (found := meaning_of(text))]
        return parents[-1]._replace(rank=parents[-1].rank + 50) if parents else None
    if own and any(_REVISED.match(text) for text in above):
        return own._replace(is_revised=True)
    return own


def is_group_word(text: str) -> bool:
    """A word that stands above heads: 予定, 実績, 日程."""
    bare = folded(without_unit(folded(text))[0])
    return bool(
        _PLANNED.match(bare) or _ACTUAL.match(bare) or _BASELINE.fullmatch(bare) or _REVISED.match(bare)
    )
