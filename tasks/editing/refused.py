"""Cells that were not written, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.errors import NotAllowedError, Refusal, RuleBrokenError
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from collections.abc import Sequence


class Cell(NamedTuple):
    """What was typed into one cell; `was` is the text that it showed before, where that is known."""

    task_id: int
    column: str
    text: str
    was: str | None = None


class CellChangedError(Refusal):
    """Another user has filled the cell since it was shown; both texts are in the sentence."""

    status: ClassVar[int] = 409

    def __init__(self, *, column: str, current: str, typed: str) -> None:
        super().__init__(
            _(
                "ほかの人が「%(column)s」を「%(current)s」に変えました。あなたの入力は「%(typed)s」です。もう一度確定すると、あなたの入力で上書きします。"
            )
            % {"column": registry[column].title, "current": current or "—", "typed": typed or "—"},
            field=column,
        )
        self.current = current


class RowGoneError(RuleBrokenError):
    """The row was deleted, or is of another plan."""

    def __init__(self) -> None:
        super().__init__(_("この行はもうありません。表示を更新してください。"))


class RefusedCell(NamedTuple):
    """A cell that was not written."""

    cell: Cell
    error: Refusal | NotAllowedError
    #: The number and the name of its row; nothing where the row is gone.
    row: int | None = None
    name: str = ""

    @property
    def sentence(self) -> str:
        """Why, and what now."""
        return str(self.error)

    @property
    def title(self) -> str:
        """What its column is called."""
        return registry[self.cell.column].title

    @property
    def current(self) -> str | None:
        """What stands there now, where another user has changed it meanwhile."""
        return self.error.current if isinstance(self.error, CellChangedError) else None


class CellsRefusedError(Refusal):
    """Some of many cells cannot be written, so none was; the caller may ask again for the rest."""

    def __init__(self, refused: Sequence[RefusedCell], count: int) -> None:
        super().__init__(
            ngettext(
                "%(refused)d件のセルを書き込めないため、まだ何も変えていません。",
                "%(refused)d件のセルを書き込めないため、まだ何も変えていません。",
                len(refused),
            )
            % {"refused": len(refused)}
        )
        self.refused = refused
        #: How many cells would be written without these.
        self.rest = count - len(refused)

    @property
    def is_stale(self) -> bool:
        """Whether another user has changed one of the cells meanwhile."""
        return any(each.current is not None for each in self.refused)
