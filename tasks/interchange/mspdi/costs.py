"""What cost and earned value need of an MSPDI file: work to the second, day-by-day values, dated rates, accrual, baselines.

A second reading beside ``read.py``, which keeps whole minutes and no day-by-day values. Of amounts of money only those are read that were
typed in: fixed costs, costs of cost resources, rates and baselines.
"""

from pathlib import Path

from projects.worktime.rules import CalendarRules
from tasks.costing.given import Assignment, Piece, Plan, Resource, Task
from tasks.interchange.checks import Outline, check_calendars
from tasks.interchange.mspdi.calendars import CalendarReader
from tasks.interchange.mspdi.cost_items import CostItems, Series
from tasks.interchange.mspdi.exact_work import with_exact_work
from tasks.interchange.mspdi.fields import Fields, Notebook
from tasks.interchange.mspdi.values import parse_exact_amount, parse_moment, parse_money
from tasks.interchange.refusals import TooManyItems
from tasks.interchange.xml.items import Node, parse_items
from tasks.interchange.xml.text import MAX_BYTES, ByteStream, XmlText

MAX_ITEMS = 500_000  # of a kind
MAX_PIECES = 2_000_000
_PROJECT_SUMMARY = 0
_COST_TYPES = frozenset((5, *range(17, 72, 6)))  # day-by-day values of these types are money


def read_costs(source: "str | Path | ByteStream", max_bytes: int = MAX_BYTES) -> Plan:
    """Read a file, plain or gzip; raises a ``PlanFileRefused`` when it can't be used."""
    if isinstance(source, (str, Path)):
        with open(source, "rb") as stream:
            return read_costs(stream, max_bytes)
    reader = _CostReader()
    parse_items(iter(XmlText(source, max_bytes)), reader)
    return reader.plan()


class _CostReader:
    def __init__(self) -> None:
        self.notebook = Notebook()
        self.items = CostItems(self.notebook)
        self.calendar_reader = CalendarReader(self.notebook)
        self.outline = Outline(self.notebook)
        self.head: list[Node] = []
        self.tasks: dict[int, Task] = {}
        self.resources: dict[int, Resource] = {}
        self.assignments: list[Assignment] = []
        self.calendars: dict[int, CalendarRules] = {}
        self.series: Series = {}  # of the assignment that is being read
        self.count = 0

    # What the parser hands over

    def unnamed(self, root: str) -> None:
        pass

    def skipped(self, parent: str, name: str) -> None:
        pass

    def header(self, name: str, value: "str | list[Node]") -> None:
        self.head.append((name, value))

    def timephased(self, owner: str, nodes: "list[Node]") -> None:
        if owner != "Assignment":
            return
        leaf = {name: value for name, value in nodes if isinstance(value, str)}
        try:
            kind = int(leaf.get("Type", ""))
            amount = _amount(kind, leaf.get("Value", ""))
            start, finish = parse_moment(leaf.get("Start", "")), parse_moment(leaf.get("Finish", ""))
        except ValueError:
            return  # a stretch without a value is one without work
        self._bound("day-by-day value", MAX_PIECES)
        self.series.setdefault(kind, []).append(Piece(start, max(finish, start + 1), amount))

    def item(self, name: str, nodes: "list[Node]") -> None:
        fields = Fields(nodes, name, self.notebook)
        if not nodes or fields.flag("IsNull"):
            return
        fields.uid, fields.name = fields.number("UID", -1), fields.text("Name")
        self._bound(name.lower(), MAX_ITEMS)
        if name == "Task":
            self._task(fields, nodes)
        elif name == "Resource":
            self.resources[fields.uid] = self.items.resource(fields, nodes)
        elif name == "Assignment":
            self.assignments.append(self.items.assignment(fields, nodes, self.series))
            self.series = {}
        elif name == "Calendar":
            self.calendars[fields.uid] = self.calendar_reader.read(fields.uid, nodes)

    def _bound(self, kind: str, limit: int) -> None:
        self.count += 1
        if self.count > limit:
            raise TooManyItems(kind=kind, limit=limit)

    def _task(self, fields: Fields, nodes: "list[Node]") -> None:
        if fields.uid == _PROJECT_SUMMARY and fields.number("OutlineLevel", 1) == 0:
            self.tasks[fields.uid] = self.items.task(fields, nodes, None)
            return
        parent_uid, _ = self.outline.place(fields.uid, fields.name, fields.number("OutlineLevel", 1))
        if parent_uid is None and _PROJECT_SUMMARY in self.tasks:
            parent_uid = _PROJECT_SUMMARY
        self.tasks[fields.uid] = self.items.task(fields, nodes, parent_uid)

    # When all is read

    def plan(self) -> Plan:
        fields = Fields(self.head, "Project", self.notebook)
        calendars = tuple(check_calendars(list(self.calendars.values()), self.notebook))
        calendar_uid = fields.whole("CalendarUID")
        plan = Plan(
            tasks=tuple(self.tasks.values()),
            resources=tuple(self.resources.values()),
            assignments=tuple(item for item in self.assignments if item.task_uid in self.tasks),
            calendars=calendars,
            calendar_uid=calendar_uid if calendar_uid in self.calendars else None,
            status=_status(fields),
            baseline=fields.number("BaselineForEarnedValue", 0),
        )
        return with_exact_work(plan)


def _status(fields: Fields) -> int | None:
    """The status date, else the file's current date at the hour at which days begin (rule 14 of the cases)."""
    status = fields.moment("StatusDate")
    if status is not None or not fields.text("CurrentDate"):
        return status
    day = fields.day("CurrentDate")
    return None if day is None else day * 1440 + fields.time("DefaultStartTime", 480)


def _amount(kind: int, text: str) -> int:
    if kind in _COST_TYPES:
        return int(parse_money(text).scaleb(6))
    return parse_exact_amount(text)
