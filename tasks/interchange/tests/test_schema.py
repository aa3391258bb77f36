"""Every element that Microsoft Project's schema has: read, kept, computed anew by the reading program, or named as lost."""

import io
from xml.etree import ElementTree

import pytest

from tasks.interchange.mspdi import codes, element_order
from tasks.interchange.mspdi.write import write_mspdi
from tasks.interchange.tests.builders import STANDARD, mspdi, read, task
from tasks.interchange.xml.items import NAMESPACE

MOMENT, AMOUNT = "2026-11-05T10:00:00", "PT3H0M0S"
#: A value that is not the default, by what the name of an element ends with; others get a number.
SAMPLES = (
    ("Format", "5"),
    ("Delay", "600"),
    ("Duration", AMOUNT),
    ("Work", AMOUNT),
    ("Protected", AMOUNT),
    ("Date", MOMENT),
    ("Start", MOMENT),
    ("Finish", MOMENT),
    ("From", MOMENT),
    ("To", MOMENT),
    ("Deadline", MOMENT),
    ("Stop", MOMENT),
    ("Resume", MOMENT),
    ("Saved", MOMENT),
    ("Time", "10:00:00"),
)
#: Elements with children.
PARTS = {
    "ExtendedAttribute": "<FieldID>188743731</FieldID><Value>a</Value>",
    "OutlineCode": "<FieldID>188744588</FieldID><ValueID>3</ValueID>",
    "Baseline": f"<Number>2</Number><Work>{AMOUNT}</Work>",
    "PredecessorLink": "<PredecessorUID>1</PredecessorUID><Type>3</Type>",
    "TimephasedData": f"<Type>9</Type><UID>1</UID><Start>{MOMENT}</Start><Finish>{MOMENT}</Finish><Value>{AMOUNT}</Value>",
    "Rates": "<Rate><RateTable>1</RateTable><StandardRate>9</StandardRate></Rate>",
    "AvailabilityPeriods": "<AvailabilityPeriod><AvailableUnits>2</AvailableUnits></AvailabilityPeriod>",
}
#: Without them an item is no item.
GIVEN = frozenset(["UID", "TaskUID", "ResourceUID", "IsNull"])
#: When a file was saved, by which version: the one that is written says so of itself.
OF_THE_FILE = codes.PROJECT_DERIVED


def sample(name: str) -> str:
    if name in PARTS:
        return PARTS[name]
    if name in codes.DEFAULTS and codes.DEFAULTS[name] in "01":
        return "1" if codes.DEFAULTS[name] == "0" else "0"
    return next((value for ending, value in SAMPLES if name.endswith(ending)), "1")


def element(name: str) -> str:
    # A constraint, a delay and a kind mean something only together with another element.
    beside = {"ConstraintDate": "<ConstraintType>4</ConstraintType>", "ConstraintType": ""}
    value = "1" if name == "ConstraintType" else sample(name)
    return f"{beside.get(name, '')}<{name}>{value}</{name}>"


def in_task(name: str) -> str:
    return mspdi(task(1), task(2).replace("</Task>", f"{_without(task(2), name)}</Task>"))


def _without(xml: str, name: str) -> str:
    return "" if f"<{name}>" in xml else element(name)


def in_resource(name: str) -> str:
    return mspdi(
        task(1),
        resources=f"<Resource><UID>1</UID><ID>1</ID><Name>山田</Name>{element(name)}</Resource>",
        calendars=STANDARD,
    )


def in_assignment(name: str) -> str:
    return mspdi(
        task(1),
        resources="<Resource><UID>1</UID><Name>山田</Name></Resource>",
        assignments=f"<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID>{element(name)}</Assignment>",
    )


def in_project(name: str) -> str:
    return mspdi(task(1), head=_without(mspdi(), name))


def check(xml: str, name: str, computed: frozenset[str]) -> None:
    plan = read(xml)
    stream = io.BytesIO()
    write_mspdi(plan, stream)
    written = {
        item.tag.removeprefix(f"{{{NAMESPACE}}}") for item in ElementTree.fromstring(stream.getvalue()).iter()
    }
    lost = {notice.code.removesuffix("_lost") for notice in plan.notices if notice.kind == "lost"}
    assert name in written | computed | GIVEN or lost, f"{name} is dropped without a word"


class TestEveryElement:
    @pytest.mark.parametrize("name", element_order.TASK)
    def test_of_a_task_is_accounted_for(self, name):
        check(in_task(name), name, codes.TASK_DERIVED)

    @pytest.mark.parametrize("name", element_order.RESOURCE)
    def test_of_a_resource_is_accounted_for(self, name):
        check(in_resource(name), name, codes.RESOURCE_DERIVED)

    @pytest.mark.parametrize("name", element_order.ASSIGNMENT)
    def test_of_an_assignment_is_accounted_for(self, name):
        check(in_assignment(name), name, codes.ASSIGNMENT_DERIVED)

    @pytest.mark.parametrize("name", element_order.PROJECT)
    def test_of_the_project_is_accounted_for(self, name):
        check(in_project(name), name, OF_THE_FILE)

    @pytest.mark.parametrize("name", ["GUID", "IsBaselineCalendar"])
    def test_of_a_calendar_that_no_calendar_here_holds_is_named(self, name):
        xml = mspdi(task(1), calendars=STANDARD.replace("</Calendar>", f"<{name}>1</{name}></Calendar>"))
        assert [dict(notice.params)["element"] for notice in read(xml).notices] == [name]

    @pytest.mark.parametrize("name", ["Exception", "WorkWeek"])
    def test_of_a_calendar_that_has_no_period_is_named(self, name):
        part = f"<{name}s><{name}><Name>休業</Name></{name}></{name}s>"
        xml = mspdi(task(1), calendars=STANDARD.replace("</Calendar>", f"{part}</Calendar>"))
        assert [notice.code for notice in read(xml).notices] == ["calendar_part_lost"]

    def test_of_a_list_that_is_no_part_of_a_plan_is_named(self):
        xml = mspdi(task(1)).replace(
            "</Project>", "<Views><View><Name>ガント</Name></View></Views></Project>"
        )
        assert [dict(notice.params)["element"] for notice in read(xml).notices] == ["Views"]
