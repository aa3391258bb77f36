"""Quick words: what planners ask for most, each a condition of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.models import AuditEntry
from tasks.allocation.overallocation import overallocated_ids
from tasks.models import Assignment
from tasks.plan.lateness import DaysLate
from tasks.sheet.columns.comparing import has_people

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.utils.functional import _StrPromise

    from projects.models import Project, User


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and when rows are filtered; `since` is the day of `changed`."""

    project: Project
    user: User
    on: date
    since: date | None = None
    #: Tasks that alone are asked about; None: all.
    only: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class QuickWord:
    """A word of the menu, and the rows that it shows."""

    label: _StrPromise
    finds: Callable[[Asked], Q]
    #: Whether a day belongs to it.
    has_day: bool = False
    #: Whether other users find other rows by it.
    is_own: bool = False


def among(ids: Collection[int]) -> Q:
    """Tasks by their ids, of which there may be thousands."""
    return Q(RawSQL("tasks.id = ANY(%s::bigint[])", [list(ids)], output_field=BooleanField()))  # nosec B611  # the ids are a parameter


def _changed(asked: Asked) -> Q:
    day = asked.since or asked.on
    since = timezone.make_aware(datetime.combine(day, time()))
    entries = AuditEntry.objects.filter(project=asked.project, target_type="task", happened_at__gte=since)
    return Q(pk__in=entries.order_by().values("target_id"))


def _this_week(asked: Asked) -> Q:
    monday = asked.on - timedelta(days=asked.on.weekday())
    return Q(
        is_summary=False,
        progress_percentage__lt=100,
        start_date__lte=monday + timedelta(days=6),
        end_date__gte=monday,
    )


#: Of summaries none is shown for itself: it stands above what it is made of.
WORDS: Final[dict[str, QuickWord]] = {
    "late": QuickWord(gettext_lazy("遅延"), lambda asked: Q(GreaterThan(DaysLate(asked.on), 0))),
    "critical": QuickWord(
        gettext_lazy("クリティカル"),
        lambda _asked: Q(is_critical=True, is_summary=False, progress_percentage__lt=100),
    ),
    "mine": QuickWord(
        gettext_lazy("自分の担当"),
        lambda asked: Q(pk__in=Assignment.objects.filter(resource__user=asked.user).order_by().values("task")),
        is_own=True,
    ),
    "week": QuickWord(gettext_lazy("今週の作業"), _this_week),
    "unfinished": QuickWord(
        gettext_lazy("未完了"), lambda _asked: Q(is_summary=False, progress_percentage__lt=100)
    ),
    "unassigned": QuickWord(
        gettext_lazy("担当なし"), lambda _asked: Q(is_summary=False, is_milestone=False) & ~Q(has_people())
    ),
    "overallocated": QuickWord(
        gettext_lazy("過負荷"),
        lambda asked: among(overallocated_ids(asked.project.pk, asked.only)) & Q(progress_percentage__lt=100),
    ),
    "milestones": QuickWord(
        gettext_lazy("マイルストーン"), lambda _asked: Q(is_milestone=True, is_summary=False)
    ),
    "changed": QuickWord(pgettext_lazy("filter", "最近の変更"), _changed, has_day=True),
}  # fmt: skip
