"""What the preview of a workbook or a table keeps of its reading, as JSON, and what the page shows of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web.formats import day_plain
from projects.worktime.moments import day_of, last_day_of
from tasks.importing.sheet_words import doubt_text, left_out_text, remark_text
from tasks.importing.table_words import FIELDS, LEVELS, meanings
from tasks.interchange.sheets import heads
from tasks.interchange.sheets.choices import Choices, choices_of
from tasks.interchange.sheets.csv_text import ENCODINGS
from tasks.models import PlanImport

if TYPE_CHECKING:
    from tasks.interchange.plan_file import PlanFile
    from tasks.interchange.sheets.as_json import Json

#: So many doubtful cells can be mended at once; the others come up when these are.
CELLS_SHOWN: Final = 100
COLUMNS_SHOWN: Final = 150
ROWS_SHOWN: Final = 50
#: What is doubtful of all cells of a column alike, and is said once.
_OF_COLUMNS: Final = frozenset({"unit_of_work", "share_or_percent"})
#: Encodings by the names that spreadsheets use; others by their own.
_ENCODINGS: Final = {
    "utf-8-sig": "UTF-8 (BOM)", "cp932": "CP932 (Shift_JIS)", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP", "utf-16": "UTF-16 (BOM)",
    "utf-32": "UTF-32",
}  # fmt: skip
_KEPT: Final = ("kind", "sheet", "sheet_at", "sheets", "head_rows", "csv", "profile", "levels_by", "remarks")


def told_of(read: Json, plan_file: PlanFile, choices: Choices, *, makes_people: bool) -> Json:
    """Of a reading: all but its tasks, bounded whatever the file holds."""
    cells = _doubtful_cells(read)
    return {
        **{name: read[name] for name in _KEPT},
        "columns": read["columns"][:COLUMNS_SHOWN],
        "column_count": len(read["columns"]),
        "signature": signature_of(read),
        "choices": choices.as_json(),
        "makes_people": makes_people,
        "cells": cells[:CELLS_SHOWN],
        "cell_count": len(cells),
        "task_count": len({doubt["task"] for doubt in read["doubtful"]}),
        "by_field": Counter(doubt["field"] for doubt in read["doubtful"]).most_common(),
        "left_out": read["left_out"][:ROWS_SHOWN],
        "last_day": max(
            (last_day_of(task.recorded.finish_minute) for task in plan_file.tasks if task.recorded.finish_minute),
            default=None,
        ),
    }  # fmt: skip


def _doubtful_cells(read: Json) -> list[Json]:
    """Cells with all that is doubtful of each; what is of no cell stands by itself, what is of a whole column once."""
    found: dict[tuple[Any, ...], Json] = {}
    for doubt in read["doubtful"]:
        origin = doubt["origin"]
        place = f"{origin['column']}{origin['row']}" if origin else ""
        task = None if doubt["task"] is None else read["tasks"][doubt["task"]]
        key: tuple[Any, ...] = (place,) if place else (None, doubt["task"], doubt["field"])
        if origin and doubt["code"] in _OF_COLUMNS:
            key = (origin["column"], doubt["code"])
            if key in found:
                found[key]["count"] += 1
                continue
            place, origin, task = "", None, None
        cell = found.setdefault(
            key,
            {
                "place": place,
                "text": origin["text"] if origin else "",
                "row": task["row"] if task else None,
                "name": task["name"][:80] if task else "",
                "field": doubt["field"],
                "column": key[0] if len(key) == 2 else "",
                "count": 1,
                "doubts": [],
            },
        )
        said = [doubt["code"], doubt["params"]]
        if said not in cell["doubts"]:
            cell["doubts"].append(said)
    return list(found.values())


def signature_of(read: Json) -> str:
    """By this, files with the same heads in the same columns know each other."""
    heads_there = [(column["column"], column["head"]) for column in read["columns"]]
    return hashlib.sha256(json.dumps(heads_there, ensure_ascii=False).encode()).hexdigest()


def remembered(organization_id: int, read: Json) -> tuple[Choices, str] | None:
    """What columns of such a file were said to mean when one was imported last, and its name."""
    rows = PlanImport.objects.filter(organization=organization_id, state=PlanImport.State.IMPORTED)
    rows = rows.filter(summary__table__signature=signature_of(read)).order_by("-imported_at", "-pk")
    found = rows.values_list("summary__table__columns", "file_name").first()
    if found is None or not found[0]:
        return None
    from_json = {"sheet": read["sheet_at"], "columns": found[0]}
    return choices_of(from_json), found[1]


def kept_afterwards(table: Json) -> Json:
    """What of a table is of use once it is imported: what its columns were said to mean."""
    return {"signature": table["signature"], "columns": table["choices"]["columns"]}


# -- the page ------------------------------------------------------------------------------------------------------


def shown(table: Json, period: list[int] | None) -> dict[str, Any]:
    """What the template reads; the period is that of the computed plan."""
    options = meanings()
    chosen = table["choices"]
    csv = table["csv"]
    remarks = [
        remark_text(remark["code"], remark["params"])
        for remark in table["remarks"]
        if remark["code"] not in ("read_as_text", "rows_left_out")
    ]
    return {
        "facts": [(str(name), value) for name, value in [*_facts(table), *_ends(table, period)] if value],
        "sheets": list(enumerate(table["sheets"], 1)) if len(table["sheets"]) > 1 else [],
        "sheet_at": table["sheet_at"],
        "columns": [
            {
                **column,
                "meaning": column["meaning"] or heads.IGNORED,
                "is_chosen": column["column"] in chosen["columns"],
                "examples": _("、").join(column["examples"]),
            }
            for column in table["columns"]
        ],
        "column_count": table["column_count"],
        "as_text": _as_text(csv) if csv else [],
        "columns_more": table["column_count"] - len(table["columns"]),
        "meanings": options,
        "cells": [_cell(cell) for cell in table["cells"]],
        "cell_count": table["cell_count"],
        "cells_more": table["cell_count"] - len(table["cells"]),
        "mended": sorted(chosen["cells"].items()),
        "remarks": remarks,
        "left_out": [left_out_text(row["row"], row["code"]) for row in table["left_out"]],
        "noted": len(remarks) + len(table["left_out"]),
        "makes_people": table["makes_people"],
        "unknown_count": table.get("unknown_count", 0),
        "unknown_more": table.get("unknown_count", 0) - len(table.get("unknown", ())),
        "remembered": table.get("remembered", ""),
    }


def _cell(cell: Json) -> Json:
    return {
        **cell,
        "field": str(FIELDS.get(cell["field"], cell["field"])),
        "reasons": [doubt_text(code, params) for code, params in cell["doubts"]],
    }


def _ends(table: Json, period: list[int] | None) -> list[tuple[Any, str]]:
    """Where the plan ends by the file, and as it is computed."""
    last = table["last_day"]
    return [
        (_("ファイルの最後の日"), "" if last is None else day_plain(day_of(last))),
        (_("計算した終了"), "" if period is None else day_plain(day_of(last_day_of(period[1])))),
    ]


def _as_text(csv: Json) -> list[Json]:
    """What a table of text was read as, with what else it may be: the field's name, its label, its value and the choices."""
    delimiters = {"\t": _("タブ"), ",": _("コンマ"), ";": _("セミコロン"), "|": _("縦線")}
    encodings = dict.fromkeys((*ENCODINGS, csv["encoding"]))
    return [
        {
            "name": "encoding", "label": _("文字コード"), "value": csv["encoding"],
            "choices": [(name, _ENCODINGS.get(name, name.upper())) for name in encodings],
        },
        {
            "name": "delimiter", "label": _("区切り"), "value": csv["delimiter"], "choices": list(delimiters.items()),
        },
    ]  # fmt: skip


def _facts(table: Json) -> list[tuple[Any, str]]:
    """What was taken for the table, said in pairs."""
    rows = table["head_rows"]
    head = _("見出しなし")
    if rows:
        head = _("%(first)s行目") % {"first": rows[0]}
        if len(rows) > 1:
            head = _("%(first)s〜%(last)s行目") % {"first": rows[0], "last": rows[-1]}
    return [
        (_("シート"), table["sheet"] or ""),
        (_("見出し"), head),
        (_("形式"), table["profile"]),
        (_("階層"), str(LEVELS.get(table["levels_by"], table["levels_by"]))),
    ]
