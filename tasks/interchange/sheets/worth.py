"""How much a sheet looks like the plan of its file."""

from __future__ import annotations

import math
import re
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.table import Table
from tasks.interchange.sheets.texts import folded

_GOOD: Final = re.compile(
    r"wbs|工程|計画|スケジュール|日程|予定|gantt|ガント|線表|タスク|task|plan|schedule|作業|進捗"
)

_BAD: Final = re.compile(
    r"課題|改訂|改版|変更履歴|表紙|祝日|休日|マスタ|凡例|記入例|記載例|集計|体制|リスク|議事|旧|old|backup|バックアップ|コピー|copy|サンプル|sample|template|テンプレ|目次|説明|設定|リスト|list|一覧|qa|q&a|issue|risk|カレンダー|calendar|holiday|メンバー|要員表|使い方|見本|例$"
)

_DATED: Final = frozenset({heads.START, heads.FINISH, heads.PERIOD})


def worth_of_body(table: Table) -> float:
    dated = [column for column in table.columns if column.meaning in _DATED]
    rows = sum(any(table.sheet.text(row, at) for at in table.stairs) for row in table.rows)
    worth = 1.5 * math.log2(1 + rows) + (3 if dated else 0) + (4 if table.timeline else 0)
    return worth + 2 * (len({column.meaning for column in dated}) == 2) - (20 if not rows else 0)


def worth_of_name(sheet: Sheet) -> float:
    name = folded(sheet.name or "")
    return 2.0 * bool(_GOOD.search(name)) - 5.0 * bool(_BAD.search(name)) - 6.0 * sheet.is_hidden
