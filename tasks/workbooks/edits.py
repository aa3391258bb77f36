"""What was done to a workbook that came back: read in a process of its own, compared with what the file keeps of its plan."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.importing.reading import PlanFileError
from tasks.interchange.merging import Change, Differences, FileRow, NewRow, Row, UnknownKeyError, differences
from tasks.interchange.refusals import PlanFileRefused
from tasks.interchange.sheets.apart import returned_apart
from tasks.workbooks.base import Base, NotOursError, opened
from tasks.workbooks.written import LINKS, by_ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

    from projects.models import Project

_SALT: Final = "tasks.workbooks.edits"
#: Excel folds no deeper; a cell is indented no further.
_DEEPEST_GROUP, _DEEPEST_INDENT = 7, 15
#: Rows that come, and cells that change, in one file.
MOST_NEW, MOST_CHANGED = 5_000, 50_000
#: Seconds that a preview is good for.
KEPT_FOR: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Edits:
    """All that a file changes, in the columns that may be written; and what is said of the rest."""

    revision: int
    columns: Sequence[str]
    found: Differences = field(default_factory=Differences)
    #: Cells of computed columns that were changed, by column.
    computed: Mapping[str, int] = field(default_factory=dict)
    #: Formulas without a result.
    uncounted: int = 0
    #: Whether rows stand in another order.
    is_sorted: bool = False
    has_macros: bool = False
    file_name: str = ""


def read_edits(
    stream: BinaryIO, project: Project, *, offered: Sequence[str] | set[str], file_name: str
) -> Edits:
    """Compare a file with itself. Raises PlanFileError and RuleBrokenError where it is none of this plan."""
    data = _read(stream)
    try:
        base = opened(data["base"])
    except NotOursError as error:
        raise RuleBrokenError(
            _(
                "このファイルの管理用の情報は、書き換えられているか、別の環境で書き出されたものです。計画をもう一度書き出して、そのファイルに入力してください。"
            ),
            field="file",
        ) from error
    if base.project_id != project.pk:
        raise RuleBrokenError(
            _(
                "このファイルは別のプロジェクト（%(code)s）から書き出したものです。そのプロジェクトのページで取り込んでください。"
            )
            % {"code": base.code},
            field="file",
        )
    return _edits(base, data, set(offered), file_name)


def _read(stream: BinaryIO) -> dict[str, Any]:
    with NamedTemporaryFile(suffix=".xlsx") as kept:
        shutil.copyfileobj(stream, kept)
        kept.flush()
        try:
            return returned_apart(Path(kept.name))
        except PlanFileRefused as refused:
            raise PlanFileError(refused.code, str(refused), **refused.params) from refused


def _edits(base: Base, data: dict[str, Any], offered: set[str], file_name: str) -> Edits:
    names = [name for name in base.columns if name in data["columns"]]
    rows = [Row(row.task_id, row.level, dict(zip(base.columns, row.cells, strict=True))) for row in base.rows]
    keys = [row[1] for row in data["rows"] if row[1]]
    order = {row.key: at for at, row in enumerate(rows)}
    places = [order.get(key, -1) for key in dict.fromkeys(keys)]
    is_sorted = places != sorted(places)
    has_groups = not is_sorted and not _stays_grouped(base, data)
    # Some programs know no indents, and lose all of them.
    has_indents = any(row[2] for row in data["rows"]) or all(row.level == 1 for row in base.rows)
    come = [
        FileRow(
            at, key or None,
            _level(base, order.get(key), indent if has_indents else None, group if has_groups else None), texts,
        )
        for at, key, indent, group, texts, _uncounted in data["rows"]
    ]  # fmt: skip
    try:
        found = differences(rows, come)
    except UnknownKeyError as error:
        raise RuleBrokenError(
            _(
                "%(row)d 行目の管理用の列（A 列）が書き換えられています。計画をもう一度書き出して、そのファイルに入力してください。"
            )
            % {"row": error.at},
            field="file",
        ) from error
    _check_size(found)
    _check_keys(rows, come)
    kept, computed = _written(found, offered & set(names), base)
    return Edits(
        base.revision, list(base.columns), kept, computed, sum(len(row[5]) for row in data["rows"]), is_sorted,
        bool(data["has_macros"]), file_name,
    )  # fmt: skip


def _stays_grouped(base: Base, data: dict[str, Any]) -> bool:
    """Whether groups stand in the very rows in which they went out.

    Then they say nothing: no one has changed one, or rows were sorted or inserted by a program that leaves groups where they are.
    """
    for at, _key, _indent, group, _texts, _uncounted in data["rows"]:
        place = at - data["first"]
        if 0 <= place < len(base.rows) and group != min(base.rows[place].level - 1, _DEEPEST_GROUP):
            return False
    return True


def _level(base: Base, at: int | None, indent: int | None, group: int | None) -> int | None:
    """How deep a row stands: by the indent of its name, or by its group, whichever is another than it was."""
    if base.is_flat:
        return None
    if at is None:
        deepest = max(indent or 0, group or 0)
        return deepest + 1 if deepest else None
    depth = base.rows[at].level - 1
    if indent is not None and indent != min(depth, _DEEPEST_INDENT):
        return indent + 1
    if group is not None and group != min(depth, _DEEPEST_GROUP):
        return group + 1
    return None


def _check_keys(base: Sequence[Row], rows: Sequence[FileRow]) -> None:
    """Refuse a file whose cells were sorted without their keys: each row would be taken for another one."""
    known = {tuple(row.cells.items()): row.key for row in base}
    own = {row.key: row for row in base}
    moved = 0
    for row in rows:
        if row.key is None or row.key not in own or not row.cells:
            continue
        cells = tuple((name, row.cells.get(name, text)) for name, text in own[row.key].cells.items())
        moved += known.get(cells, row.key) != row.key
    if moved > 1:
        raise RuleBrokenError(
            _(
                "管理用の列（A 列）を残したまま、行が並べ替えられています。A 列も含めて並べ替えるか、計画をもう一度書き出してください。"
            ),
            field="file",
        )


def _check_size(found: Differences) -> None:
    if len(found.new) > MOST_NEW or sum(map(len, found.cells.values())) > MOST_CHANGED:
        raise RuleBrokenError(
            _(
                "一度に取り込めるのは、新しい行が%(rows)d行、変えたセルが%(cells)d個までです。分けて取り込んでください。"
            )
            % {"rows": MOST_NEW, "cells": MOST_CHANGED},
            field="file",
        )


def _written(found: Differences, names: set[str], base: Base) -> tuple[Differences, dict[str, int]]:
    """Without cells of columns that are not written; links by the ids of tasks."""
    ids = {row.number: row.task_id for row in base.rows}
    cells: dict[int, dict[str, Change]] = {}
    computed: dict[str, int] = {}
    for key, changes in found.cells.items():
        for name, change in changes.items():
            if name == LINKS and name in names:
                links = Change(base.links.get(key, ""), by_ids(change.now, ids))
                cells.setdefault(key, {})[name] = links
            elif name in names or name.startswith("#"):
                cells.setdefault(key, {})[name] = change
            else:
                computed[name] = computed.get(name, 0) + 1
    new = [
        row._replace(
            cells={
                name: by_ids(text, ids) if name == LINKS else text
                for name, text in row.cells.items()
                if name in names and text
            }
        )
        for row in found.new
    ]
    return Differences(cells, new, found.gone, found.at), computed


def packed(edits: Edits) -> str:
    """One signed text for a form: nothing of a file is kept between its preview and what is made of it."""
    found = edits.found
    data = [
        edits.revision, list(edits.columns),
        [[key, found.at.get(key, 0), {name: list(change) for name, change in cells.items()}] for key, cells in found.cells.items()],
        [list(row) for row in found.new], list(found.gone), dict(edits.computed), edits.uncounted, edits.is_sorted,
        edits.has_macros, edits.file_name,
    ]  # fmt: skip
    return signing.dumps(data, salt=_SALT, compress=True)


def unpacked(text: str) -> Edits:
    """What was packed, within a day. Raises RuleBrokenError."""
    if not re.fullmatch(r"[\w.:-]+", text):
        raise _outdated()
    try:
        revision, columns, cells, new, gone, *rest = signing.loads(text, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature as error:
        raise _outdated() from error
    computed, uncounted, is_sorted, has_macros, file_name = rest
    found = Differences(
        {key: {name: Change(*pair) for name, pair in changes.items()} for key, _at, changes in cells},
        [NewRow(*row) for row in new], gone, {key: at for key, at, _changes in cells},
    )  # fmt: skip
    return Edits(revision, columns, found, computed, uncounted, is_sorted, has_macros, file_name)


def _outdated() -> RuleBrokenError:
    return RuleBrokenError(_("確認の画面が古くなりました。ファイルをもう一度選んでください。"), field="file")
