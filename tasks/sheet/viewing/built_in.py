"""The views that every plan has. They are no rows of the database: a release may better them, and no one has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import pgettext_lazy

from tasks.sheet.viewing.seen import Place, Seen, SheetLook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise


def _seen(key: str, name: _StrPromise, face: Place, columns: str = "", **how: Any) -> Seen:
    """Without columns it has those that everyone sees."""
    shown = tuple((column, None) for column in columns.split())
    return Seen(key, name, SheetLook(face=face, columns=shown, **how))


_ALL: Final = (
    _seen(
        "entry", pgettext_lazy("view", "入力"), Place.ALONE,
        "number name duration start finish predecessors assignees work progress deadline",
    ),
    _seen("chart", pgettext_lazy("view", "ガント"), Place.BESIDE),
    _seen(
        "late", pgettext_lazy("view", "遅延"), Place.BESIDE, "number name late status assignees start finish progress",
        filter="late",
    ),
    _seen(
        "critical", pgettext_lazy("view", "クリティカル"), Place.BESIDE,
        "number name duration start finish total_slack free_slack predecessors assignees",
        filter="critical", show="critical slack baseline",
    ),
    _seen(
        "people", pgettext_lazy("view", "担当別"), Place.BESIDE, "number name status progress start finish work deadline",
        sort="group.assignees start",
    ),
    _seen(
        "this-week", pgettext_lazy("view", "今週"), Place.BESIDE, "number name status assignees start finish progress deadline",
        filter="week", zoom="day",
    ),
    _seen(
        "cost", pgettext_lazy("view", "コスト"), Place.ALONE,
        "number name assignees work actual_work remaining_work fixed_cost baseline_cost cost_variance",
    ),
    _seen(
        "tracking", pgettext_lazy("view", "追跡"), Place.BESIDE,
        "number name progress planned_progress actual_start actual_finish baseline_finish finish finish_variance",
        show="line baseline",
    ),
    _seen(
        "meeting", pgettext_lazy("view", "定例会議"), Place.BESIDE, "number name status assignees finish late progress deadline",
        filter="late or finish.between.today-7..today+14 summary.is.no or changed.today-7",
    ),
)  # fmt: skip

BUILT_IN: Final[Mapping[str, Seen]] = {view.key: view for view in _ALL}
