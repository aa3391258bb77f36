"""The one way in: from the columns of a plan to its dates, whatever asks for them."""

from collections.abc import Callable
from contextlib import suppress

from tasks.scheduling.columns import Columns, network_of
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.scheduled import ScheduledColumns, scheduled_columns_of

Passes = Callable[[Columns], ScheduledColumns]


class QuickPasses:
    """The passes that are asked first, where the process has any."""

    passes: Passes | None = None


def use(passes: Passes | None) -> None:
    """Ask these passes first; they raise ``Unsuitable`` for a plan that they leave to the reference.

    The engine imports none: the composition of the program says which (``tasks.apps``).
    """
    QuickPasses.passes = passes


def schedule(columns: Columns) -> ScheduledColumns:
    """All dates of a plan; raises NetworkError or WorktimeError for one that is wrong.

    The same rows give the same dates, in whatever order they come and whichever passes compute them. What quick passes
    find wrong the reference names. A network becomes columns by ``columns_of``, the answer a plan by its ``plan()``.
    """
    if QuickPasses.passes is not None:
        with suppress(Unsuitable):
            return QuickPasses.passes(columns)
    return scheduled_columns_of(reference_plan(network_of(columns)))
