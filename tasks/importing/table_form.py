"""What a user says of a table that was read: its sheet, its columns, texts of its cells, and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.interchange.sheets import heads
from tasks.interchange.sheets.choices import MEANINGS, Choices, choices_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from tasks.interchange.sheets.as_json import Json

#: Texts of cells that one file may have mended, and their length.
MOST_CELLS: Final = 2_000
LONGEST_TEXT: Final = 500
MAKE, KNOWN = "make", "known"


def choices_sent(data: QueryDict, table: Json) -> Choices:
    """What was said before, and what was sent now; another sheet begins anew. Raises RuleBrokenError for what no page sends."""
    stands: dict[str, Any] = table["choices"]
    sheet = _sheet(data, table)
    as_text = _as_text(data, table)
    try:
        # Other cells stand there then, and other columns.
        if sheet != table["sheet_at"] or as_text != _as_text({}, table):
            return choices_of({"sheet": sheet, **as_text})
        return choices_of(
            {
                **as_text,
                "sheet": sheet,
                "columns": stands["columns"] | _columns(data, table),
                "cells": _cells(data, table, stands["cells"]),
            }
        )
    except ValueError as error:
        raise RuleBrokenError(_("送られた内容が読めません。ページを開き直してください。")) from error


def makes_people_sent(data: QueryDict, table: Json) -> bool:
    """Whether people who are not known are made."""
    return bool(data.get("people", MAKE if table["makes_people"] else KNOWN) == MAKE)


def _as_text(data: Mapping[str, str], table: Json) -> dict[str, str]:
    """Encoding and delimiter of a table of text that were said before, or are sent now and differ from those it was read with."""
    if table["csv"] is None:
        return {}
    stands = {name: table["choices"][name] for name in table["csv"] if name in table["choices"]}
    sent = {name: data[name] for name, read in table["csv"].items() if data.get(name, read) != read}
    return stands | sent


def _sheet(data: QueryDict, table: Json) -> int:
    sent = data.get("sheet", "")
    if sent.isdecimal() and 1 <= int(sent[:6]) <= len(table["sheets"]):
        return int(sent)
    return int(table["sheet_at"])


def _columns(data: QueryDict, table: Json) -> dict[str, str]:
    """Columns that mean another thing than they were taken for."""
    found: dict[str, str] = {}
    for column in table["columns"]:
        sent = data.get(f"column-{column['column']}")
        if sent in MEANINGS and sent != (column["meaning"] or heads.IGNORED):
            found[column["column"]] = sent
    return found


def _cells(data: QueryDict, table: Json, stands: dict[str, str]) -> dict[str, str]:
    """Texts of cells: those of before but the ones taken back, and those that read otherwise now."""
    back = set(data.getlist("back"))
    found = {place: text for place, text in stands.items() if place not in back}
    for cell in table["cells"]:
        sent = data.get(f"cell-{cell['place']}") if cell["place"] else None
        if sent is not None and sent.strip() != cell["text"].strip():
            found[cell["place"]] = sent.strip()[:LONGEST_TEXT]
    if len(found) > MOST_CELLS:
        raise RuleBrokenError(
            _("ここで直せるセルは%(limit)s個までです。ファイルを直して、もう一度選んでください。")
            % {"limit": f"{MOST_CELLS:,}"}
        )
    return found
