"""What a workbook keeps of the plan that it was made from: the values as they went out, signed, in a very hidden sheet.

By it a file that comes back says what has been changed in it, and of which plan it is (docs/decisions/0040).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.core import signing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SALT: Final = "tasks.workbooks"
_VERSION: Final = 1
#: Characters of one cell; Excel takes 32,767.
_PIECE: Final = 30_000


class NotOursError(ValueError):
    """What a file keeps of its plan was not written here, or not by this version."""


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A row as it went out: its task, its number in the plan then, its level, and the texts of its cells."""

    task_id: int
    number: int
    level: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Base:
    """A plan as it went out."""

    project_id: int
    code: str
    revision: int
    #: Names of the columns of the registry.
    columns: Sequence[str]
    rows: Sequence[BaseRow]
    #: A list without levels.
    is_flat: bool = False
    #: What tasks wait for, by the ids of other tasks: their numbers are others once a row is inserted.
    links: Mapping[int, str] = field(default_factory=dict)


def sealed(base: Base) -> list[str]:
    """Texts for the cells of a sheet, together one signed text."""
    data = [
        _VERSION, base.project_id, base.code, base.revision, list(base.columns), base.is_flat,
        [[row.task_id, row.number, row.level, list(row.cells)] for row in base.rows],
        {str(pk): text for pk, text in base.links.items()},
    ]  # fmt: skip
    text = signing.dumps(data, salt=_SALT, compress=True)
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def opened(pieces: Iterable[str]) -> Base:
    """The plan of a file. Raises NotOursError for whatever was not sealed here."""
    try:
        data: list[Any] = signing.loads("".join(pieces), salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotOursError from error
    if data[0] != _VERSION:
        raise NotOursError
    _version, project_id, code, revision, columns, is_flat, rows, links = data
    return Base(
        project_id, code, revision, columns, [BaseRow(*row) for row in rows], is_flat,
        {int(pk): text for pk, text in links.items()},
    )  # fmt: skip
