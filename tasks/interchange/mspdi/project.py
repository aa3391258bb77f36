"""The head of an MSPDI file: what holds for the whole plan, read and written."""

from collections.abc import Sequence

from tasks.interchange.mspdi import values
from tasks.interchange.mspdi.codes import PROJECT_DERIVED, TASK_TYPES, words
from tasks.interchange.mspdi.fields import Fields, Notebook
from tasks.interchange.mspdi.items import ItemReader
from tasks.interchange.mspdi.text import code_of, extra_nodes, flag, moment, number, present, unless_empty
from tasks.interchange.mspdi.values import format_moment
from tasks.interchange.plan_file import OTHER_NAME, PlanProject, PlanTask
from tasks.interchange.xml.items import Node

_PROJECT_READ = words(
    """Name Title StartDate FinishDate ScheduleFromStart CalendarUID StatusDate HonorConstraints DefaultTaskType
    CriticalSlackLimit MultipleCriticalPaths MinutesPerDay MinutesPerWeek DaysPerMonth
    DefaultStartTime DefaultFinishTime CurrencyCode CurrencySymbol CurrencyDigits"""
)


def read_project(head: "list[Node]", items: ItemReader, tasks: Sequence[PlanTask]) -> PlanProject:
    """The settings; without a start the plan begins with its first task."""
    fields = Fields(head, "Project", items.notebook)
    fields.name = fields.short("Name", OTHER_NAME)
    from_finish = not fields.flag("ScheduleFromStart", True)
    start, finish = fields.moment("StartDate"), fields.moment("FinishDate")
    if start is None and not (from_finish and finish is not None):
        start = _first_start(tasks, items.notebook)
    return PlanProject(
        name=fields.name,
        title=fields.short("Title", OTHER_NAME),
        start_minute=start if start is not None else finish or 0,
        finish_minute=finish,
        from_finish=from_finish,
        calendar_uid=fields.whole("CalendarUID"),
        status_minute=fields.moment("StatusDate"),
        honors_constraints=fields.flag("HonorConstraints", True),
        critical_slack_limit_days=fields.number("CriticalSlackLimit", 0),
        multiple_critical_paths=fields.flag("MultipleCriticalPaths"),
        minutes_per_day=_unit(fields, "MinutesPerDay", 480, 1440),
        minutes_per_week=_unit(fields, "MinutesPerWeek", 2400, 10080),
        days_per_month=_unit(fields, "DaysPerMonth", 20, 31),
        default_task_type=fields.choice("DefaultTaskType", TASK_TYPES, "fixed_units"),
        default_start=fields.time("DefaultStartTime", 480),
        default_finish=fields.time("DefaultFinishTime", 1020),
        currency_code=fields.text("CurrencyCode"),
        currency_symbol=fields.text("CurrencySymbol"),
        currency_digits=fields.whole("CurrencyDigits"),
        extras=items.extras(head, _PROJECT_READ | PROJECT_DERIVED),
    )


def _unit(fields: Fields, element: str, default: int, most: int) -> int:
    value = fields.number(element, default)
    if 1 <= value <= most:
        return value
    fields.notebook.doubt(
        "unit_out_of_range",
        "{element} is {value}, which no calendar can mean; {used} is taken.",
        element=element,
        value=value,
        used=default,
    )
    return default


def _first_start(tasks: Sequence[PlanTask], notebook: Notebook) -> int:
    """A plan without a start begins with its first task, or else in 1970, which shows at once."""
    known = [task.recorded.start_minute for task in tasks if task.recorded.start_minute is not None]
    start = min(known, default=480)
    notebook.doubt(
        "start_missing",
        "The file does not say when the project starts; {used} is taken.",
        used=format_moment(start),
    )
    return start


def project_nodes(project: PlanProject) -> list[Node]:
    return [
        ("SaveVersion", "14"),
        *present(
            (
                ("Name", unless_empty(project.name)),
                ("Title", unless_empty(project.title)),
                ("ScheduleFromStart", flag(not project.from_finish)),
                ("StartDate", moment(project.start_minute)),
                ("FinishDate", moment(project.finish_minute)),
                ("CriticalSlackLimit", str(project.critical_slack_limit_days)),
                ("CurrencyDigits", number(project.currency_digits)),
                ("CurrencySymbol", unless_empty(project.currency_symbol)),
                ("CurrencyCode", unless_empty(project.currency_code)),
                ("CalendarUID", number(project.calendar_uid)),
                ("DefaultStartTime", values.format_time(project.default_start)),
                ("DefaultFinishTime", values.format_time(project.default_finish)),
                ("MinutesPerDay", str(project.minutes_per_day)),
                ("MinutesPerWeek", str(project.minutes_per_week)),
                ("DaysPerMonth", str(project.days_per_month)),
                ("DefaultTaskType", code_of(TASK_TYPES, project.default_task_type)),
                ("HonorConstraints", flag(project.honors_constraints)),
                ("MultipleCriticalPaths", flag(project.multiple_critical_paths)),
                ("StatusDate", moment(project.status_minute)),
            )
        ),
        # A plan that was taken in before one of these was read keeps it among the rest.
        *extra_nodes(tuple(extra for extra in project.extras if extra.name not in _PROJECT_READ)),
    ]
