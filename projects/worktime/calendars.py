"""All calendars of a plan, compiled when first asked for."""

from collections.abc import Iterable, Sequence

from projects.worktime.calendar import WorkingTime
from projects.worktime.errors import CalendarCircle, CalendarWithoutWork, UnknownCalendar
from projects.worktime.kinds import PatchedTime, RuledTime, SharedTime
from projects.worktime.rules import INHERITED, OFFICE_WEEK, CalendarRules
from projects.worktime.rulings import is_tidy, rulings_of


class Calendars:
    """Finds calendars by id; ``None`` is the standard one (Monday to Friday, 8-12 and 13-17)."""

    def __init__(self, calendars: Iterable[CalendarRules]) -> None:
        self._rules = {rules.id: rules for rules in calendars}
        self._compiled: dict[int | None, WorkingTime] = {}
        self._shared: dict[tuple[int, int], WorkingTime] = {}

    def calendar(self, calendar_id: int | None) -> WorkingTime:
        """The calendar; one that only inherits is the very object of its base."""
        found = self._compiled.get(calendar_id)
        if found is None:
            found = self._compiled[calendar_id] = self._compile(calendar_id)
        return found

    def shared(self, first: WorkingTime, second: WorkingTime) -> WorkingTime:
        """The time that two calendars have in common."""
        if first is second:
            return first
        key = (id(first), id(second))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = SharedTime(first, second)
        return found

    def _compile(self, calendar_id: int | None) -> WorkingTime:
        if calendar_id is None:
            return RuledTime(None, (CalendarRules(id=0, week=OFFICE_WEEK),))
        chain = self._chain(calendar_id)
        if chain[0].id != calendar_id:
            return self.calendar(chain[0].id)
        return self._patched(calendar_id, chain) or RuledTime(calendar_id, chain)

    def _patched(self, calendar_id: int, chain: Sequence[CalendarRules]) -> WorkingTime | None:
        """A calendar that has nothing but exceptions of its own, as a few days cut out of its base."""
        own = chain[0]
        if len(chain) == 1 or own.week != INHERITED or own.work_weeks:
            return None
        rulings = list(rulings_of(chain[:1]))
        try:
            base = self.calendar(chain[1].id)
        except CalendarWithoutWork:
            return None  # the exceptions may be all the work there is
        if not isinstance(base, RuledTime | PatchedTime) or not base.is_tidy:
            return None
        if not all(is_tidy(ruling.shifts) for ruling in rulings):
            return None
        return PatchedTime(calendar_id, base, rulings)

    def _chain(self, calendar_id: int) -> list[CalendarRules]:
        """From a calendar to its last base, without those that add nothing."""
        chain: list[CalendarRules] = []
        seen: dict[int, None] = {}
        at: int | None = calendar_id
        while at is not None:
            rules = self._rules.get(at)
            if rules is None:
                raise UnknownCalendar(at)
            if at in seen:
                ids = tuple(seen)
                raise CalendarCircle(ids[ids.index(at) :])
            seen[at] = None
            if rules.base_id is None or rules.week != INHERITED or rules.exceptions or rules.work_weeks:
                chain.append(rules)
            at = rules.base_id
        return chain
