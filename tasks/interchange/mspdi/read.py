"""A whole MSPDI file as a plan: one pass over the XML, then the checks that need all of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from projects.worktime.rules import CalendarRules
from tasks.interchange.checks import (
    Outline,
    check_assignments,
    check_calendars,
    check_references,
)
from tasks.interchange.links import check_links
from tasks.interchange.mspdi.calendars import CalendarReader
from tasks.interchange.mspdi.fields import Fields, Notebook
from tasks.interchange.mspdi.items import ItemReader
from tasks.interchange.mspdi.losses import tell_losses
from tasks.interchange.mspdi.project import read_project
from tasks.interchange.mspdi.splits import SplitFinder, WorkedPieces
from tasks.interchange.plan_file import (
    OTHER_NAME,
    TASK_NAME,
    CustomField,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanResource,
    PlanTask,
)
from tasks.interchange.refusals import DuplicateUid, TooManyItems, UidOutOfRange
from tasks.interchange.xml.items import UNASSIGNED, Node, parse_items
from tasks.interchange.xml.text import MAX_BYTES, ByteStream, XmlText

LIMITS = {
    "task": 200_000, "resource": 50_000, "calendar": 20_000, "assignment": 500_000, "link": 500_000,
    "unknown element": 5_000,  # by name
}  # fmt: skip

WithoutUid = Literal["task_without_uid", "resource_without_uid", "calendar_without_uid"]
MAX_UID = 2**31 - 1
"""The largest number that Microsoft Project gives."""
_PROVISIONAL = -(10**15)


def read_mspdi(source: "str | Path | ByteStream", max_bytes: int = MAX_BYTES) -> PlanFile:
    """Read a file, plain or gzip; raises a ``PlanFileRefused`` when it can't be used."""
    if isinstance(source, (str, Path)):
        with open(source, "rb") as stream:
            return read_mspdi(stream, max_bytes)
    text = XmlText(source, max_bytes)
    reader = _PlanReader()
    parse_items(iter(text), reader)
    plan = reader.plan(text)
    reader.take.clear()  # its methods hold the reader, and the reader all that was read
    return plan


class _PlanReader:
    def __init__(self) -> None:
        self.notebook = Notebook()
        self.items = ItemReader(self.notebook)
        self.calendar_reader = CalendarReader(self.notebook)
        self.head: list[Node] = []
        self.tasks: list[PlanTask] = []
        self.links: list[PlanLink] = []
        self.resources: list[PlanResource] = []
        self.assignments: list[PlanAssignment] = []
        self.calendars: list[CalendarRules] = []
        self.custom_fields: list[CustomField] = []
        self.summary_task: PlanTask | None = None
        self.names: dict[str, dict[int, str]] = {"task": {}, "resource": {}, "calendar": {}}
        self.lost: Counter[tuple[str, str]] = Counter()
        self.outline = Outline(self.notebook)
        self.worked = WorkedPieces()
        self.blank_rows = 0
        self.empty_items = 0
        self.provisional: set[int] = set()
        self.take: dict[str, Callable[[list[Node]], None]] = {
            "Task": self._task,
            "Resource": self._resource,
            "Assignment": self._assignment,
            "Calendar": self._calendar,
            "ExtendedAttribute": lambda nodes: self._custom_field(nodes, False),
            "OutlineCode": lambda nodes: self._custom_field(nodes, True),
        }

    # What the parser hands over

    def unnamed(self, root: str) -> None:
        self.notebook.doubt(
            "namespace_missing",
            "The root <{root}> names no namespace of Microsoft Project; the file is read as one of it.",
            root=root,
        )

    def header(self, name: str, value: "str | list[Node]") -> None:
        self.head.append((name, value))

    def item(self, name: str, nodes: "list[Node]") -> None:
        if nodes:
            self.take[name](nodes)
            return
        self.empty_items += 1
        if self.empty_items > LIMITS["task"]:
            raise TooManyItems(kind="empty item", limit=LIMITS["task"])

    def timephased(self, owner: str, nodes: "list[Node]") -> None:
        self.lost[owner, "TimephasedData"] += 1
        if owner == "Assignment":
            self.worked.add(nodes)

    def skipped(self, parent: str, name: str) -> None:
        self.lost[parent, name] += 1
        _bound("unknown element", len(self.lost))

    def _task(self, nodes: "list[Node]") -> None:
        fields = Fields(nodes, "Task", self.notebook)
        fields.name = fields.text("Name")
        if fields.flag("IsNull"):
            self.blank_rows += 1
            return
        self._number(fields, "task", len(self.tasks))
        fields.name = fields.short("Name", TASK_NAME)
        level = self._level(fields)
        if level == 0 and fields.uid == 0 and not self.tasks:
            self.summary_task = self.items.task(fields, nodes, None, 0)
            return
        parent_uid, level = self.outline.place(fields.uid, fields.name, level)
        self.tasks.append(self.items.task(fields, nodes, parent_uid, level))
        self._tell_strangers(fields, self.tasks[-1])
        self.links += self.items.links(fields, nodes)
        _bound("link", len(self.links))

    def _level(self, fields: Fields) -> int:
        if "OutlineLevel" in fields.leaf:
            return fields.number("OutlineLevel", 1)
        number = fields.text("OutlineNumber")
        return number.count(".") + 1 if number else 1

    def _tell_strangers(self, fields: Fields, task: PlanTask) -> None:
        if task.is_external:
            self.notebook.doubt(
                "external_task",
                "Task {uid} '{name}' stands for a task in another file; it keeps the dates it has here.",
                uid=task.uid,
                name=task.name,
            )
        if task.is_subproject:
            self.notebook.lose(
                "subproject_lost",
                "Task {uid} '{name}' stands for a whole other file, whose tasks are not in this one.",
                uid=task.uid,
                name=task.name,
            )

    def _resource(self, nodes: "list[Node]") -> None:
        fields = Fields(nodes, "Resource", self.notebook)
        fields.name = fields.text("Name")
        if fields.flag("IsNull") or (fields.leaf.get("UID") == "0" and not fields.name):
            return  # the row "unassigned" that every file has
        self._number(fields, "resource", len(self.resources))
        fields.name = fields.short("Name", OTHER_NAME)
        self.resources.append(self.items.resource(fields, nodes))

    def _assignment(self, nodes: "list[Node]") -> None:
        fields = Fields(nodes, "Assignment", self.notebook)
        fields.uid = fields.number("UID", len(self.assignments) + 1)
        task_uid, resource_uid = fields.number("TaskUID", -1), fields.number("ResourceUID", UNASSIGNED)
        self.worked.close(task_uid, resource_uid)
        _bound("assignment", len(self.assignments))
        self.assignments.append(self.items.assignment(fields, nodes, task_uid, resource_uid))

    def _calendar(self, nodes: "list[Node]") -> None:
        fields = Fields(nodes, "Calendar", self.notebook)
        fields.name = fields.text("Name")
        self._number(fields, "calendar", len(self.calendars))
        self.calendars.append(self.calendar_reader.read(fields.uid, nodes))

    def _custom_field(self, nodes: "list[Node]", is_outline_code: bool) -> None:
        self.custom_fields.append(self.items.custom_field(nodes, is_outline_code))

    def _number(self, fields: Fields, kind: str, count: int) -> None:
        """Settle the item's uid; without a readable one it gets a negative one for the time being."""
        _bound(kind, count)
        try:
            fields.uid = int(fields.text("UID"))
        except ValueError:
            # Below every number that an exporter could have meant.
            fields.uid = _PROVISIONAL - len(self.provisional)
            self.provisional.add(fields.uid)
            return
        if not 0 <= fields.uid <= MAX_UID:
            raise UidOutOfRange(
                kind=kind, name=fields.name[:60], uid=fields.text("UID")[:20], limit=f"{MAX_UID:,}"
            )
        names = self.names[kind]
        if fields.uid in names:
            raise DuplicateUid(kind=kind, uid=fields.uid, first=names[fields.uid], second=fields.name)
        names[fields.uid] = fields.name

    # When all is read

    def plan(self, text: XmlText) -> PlanFile:
        self._give_uids()
        self.outline.finished()
        for name, count in self.calendar_reader.unknown.items():
            self.lost["Calendar", name] += count
        tell_losses(self.notebook, text, self.blank_rows, self.lost)
        calendars = check_calendars(self.calendars, self.notebook)
        on_summary = [item for item in self.assignments if self.summary_task and item.task_uid == 0]
        on_tasks = [item for item in self.assignments if not self.summary_task or item.task_uid != 0]
        project, tasks, resources = check_references(
            read_project(self.head, self.items, self.tasks),
            self.tasks,
            self.resources,
            calendars,
            self.notebook,
        )
        if self.worked.by_task:
            summaries = frozenset(task.parent_uid for task in tasks if task.parent_uid is not None)
            tasks = self.worked.split(
                tasks, summaries, SplitFinder(project.calendar_uid, calendars, resources)
            )
        return PlanFile(
            project=project,
            calendars=tuple(calendars),
            tasks=tuple(tasks),
            links=tuple(check_links(tasks, self.links, self.notebook)),
            resources=tuple(resources),
            assignments=tuple(check_assignments(on_tasks, tasks, resources, self.notebook)),
            custom_fields=tuple(self.custom_fields),
            summary_task=self.summary_task,
            summary_assignments=tuple(item for item in on_summary if item.resource_uid > 0),
            notices=self.notebook.finished(),
        )

    def _give_uids(self) -> None:
        """Numbers above all others for what came without one; nothing in the file can refer to it."""
        if not self.provisional:
            return
        given: dict[int, int] = {}
        kinds: tuple[tuple[WithoutUid, str, list[tuple[int, str]]], ...] = (
            ("task_without_uid", "task", [(task.uid, task.name) for task in self.tasks]),
            ("resource_without_uid", "resource", [(item.uid, item.name) for item in self.resources]),
            ("calendar_without_uid", "calendar", [(item.id, item.name) for item in self.calendars]),
        )
        for code, kind, rows in kinds:
            following = max(max(self.names[kind], default=0), 0)
            for uid, name in rows:
                if uid in self.provisional:
                    following += 1
                    given[uid] = following
                    self.notebook.doubt(
                        code,
                        "A {kind} '{name}' has no UID that can be read; it gets {used}.",
                        kind=kind,
                        name=name,
                        used=following,
                    )
        self.tasks = [
            replace(
                task,
                uid=given.get(task.uid, task.uid),
                parent_uid=given.get(task.parent_uid or 0, task.parent_uid),
            )
            for task in self.tasks
        ]
        self.links = [
            replace(link, successor_uid=given.get(link.successor_uid, link.successor_uid))
            for link in self.links
        ]
        self.resources = [replace(item, uid=given.get(item.uid, item.uid)) for item in self.resources]
        self.calendars = [replace(item, id=given.get(item.id, item.id)) for item in self.calendars]


def _bound(kind: str, count: int) -> None:
    if count >= LIMITS[kind]:
        raise TooManyItems(kind=kind, limit=LIMITS[kind])
