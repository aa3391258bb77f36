import io
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from projects.worktime.rules import OFFICE_WEEK, CalendarRules
from tasks.interchange.mspdi import codes, element_order
from tasks.interchange.mspdi.write import write_mspdi
from tasks.interchange.plan_file import Baseline, PlanFile, PlanLink, PlanProject, PlanResource, PlanTask
from tasks.interchange.tests.builders import at, mspdi, read, rewritten, task, waits_for
from tasks.interchange.tests.plans import plan_files
from tasks.interchange.xml.items import NAMESPACE


def written(plan: PlanFile) -> ElementTree.Element:
    stream = io.BytesIO()
    write_mspdi(plan, stream)
    return ElementTree.fromstring(stream.getvalue())


def names(element: ElementTree.Element) -> list[str]:
    return [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]


class TestRoundTrip:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(plan_files())
    def test_gives_an_equal_plan(self, plan):
        again = rewritten(plan)
        assert again == plan
        assert [
            notice for notice in again.notices if notice.kind == "lost" and notice.code != "subproject_lost"
        ] == []

    def test_keeps_names_that_look_like_markup(self):
        plan = PlanFile(PlanProject(), tasks=(PlanTask(1, "<b>\"A\" & 'B'</b> ]]> \U0001f6a7\r\n\t終"),))
        assert rewritten(plan) == plan

    def test_drops_control_characters(self):
        plan = PlanFile(PlanProject(), tasks=(PlanTask(1, "A\x01\x00B"),))
        assert rewritten(plan).tasks[0].name == "AB"

    @pytest.mark.parametrize("lag", [0.5, 33.333333, -12.25, 99999.5])
    def test_keeps_fractions_of_percent_lags(self, lag):
        link = PlanLink(1, 2, lag_kind="percent", lag_percent=lag, lag_unit="percent")
        plan = PlanFile(PlanProject(), tasks=(PlanTask(1), PlanTask(2)), links=(link,))
        assert rewritten(plan).links == (link,)


class TestWriting:
    def test_lists_elements_in_the_order_of_the_schema(self):
        body = (
            "<Notes>x</Notes><Contact>田中</Contact>"
            + waits_for(1)
            + "<Deadline>2026-11-20T17:00:00</Deadline>"
        )
        root = written(read(mspdi(task(1), task(2, body))))
        found = names(root[-3][1])
        order = [
            "UID",
            "ID",
            "Name",
            "Contact",
            "OutlineLevel",
            "Duration",
            "Deadline",
            "Notes",
            "PredecessorLink",
        ]
        assert [name for name in found if name in order] == order
        assert names(root)[-6:] == [
            "OutlineCodes",
            "ExtendedAttributes",
            "Calendars",
            "Tasks",
            "Resources",
            "Assignments",
        ]

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(plan_files())
    def test_keeps_to_the_schema_in_every_part(self, plan):
        """No part before one that the schema lists earlier, numbers where it wants numbers, no UID twice."""
        root = written(plan)
        parts = {
            "Task": element_order.TASK, "Resource": element_order.RESOURCE, "Assignment": element_order.ASSIGNMENT,
            "Baseline": element_order.BASELINE,
        }  # fmt: skip
        for tag, ranks in parts.items():
            for item in root.iter(f"{{{NAMESPACE}}}{tag}"):
                known = [ranks[name] for name in names(item) if name in ranks]
                assert known == sorted(known), (tag, names(item))
        for tag in ("Task", "Resource", "Assignment", "Calendar"):
            uids = [item.findtext(f"{{{NAMESPACE}}}UID") for item in root.iter(f"{{{NAMESPACE}}}{tag}")]
            assert len(set(uids)) == len(uids)
        for name, codes_of in (("ConstraintType", codes.CONSTRAINTS), ("DurationFormat", codes.FORMATS)):
            assert {int(item.text) for item in root.iter(f"{{{NAMESPACE}}}{name}")} <= set(codes_of)
        for link in root.iter(f"{{{NAMESPACE}}}LinkLag"):
            float(link.text)

    def test_lists_parts_of_custom_fields_as_the_schema_does(self):
        field = "<FieldID>188743731</FieldID><FieldName>Text1</FieldName><CFType>7</CFType><Guid>g</Guid><Alias>重要度</Alias><Ltuid>x</Ltuid>"
        value = "<UID>1</UID><FieldID>188743731</FieldID><Value>高</Value><ValueGUID>v</ValueGUID>"
        masks = "<WBSMasks><VerifyUniqueCodes>1</VerifyUniqueCodes></WBSMasks>"
        definitions = (
            f"<ExtendedAttributes><ExtendedAttribute>{field}</ExtendedAttribute></ExtendedAttributes>"
        )
        body = f"<ExtendedAttribute>{value}</ExtendedAttribute>"
        root = written(read(mspdi(task(1, body), head=masks + definitions)))
        assert names(root)[-7:-4] == ["OutlineCodes", "WBSMasks", "ExtendedAttributes"]
        assert names(root[-5][0]) == ["FieldID", "FieldName", "CFType", "Guid", "Alias", "Ltuid"]
        found = root.find(f".//{{{NAMESPACE}}}Task/{{{NAMESPACE}}}ExtendedAttribute")
        assert names(found) == ["UID", "FieldID", "Value", "ValueGUID"]

    def test_gives_resources_no_duration_in_their_baselines(self):
        resource = PlanResource(1, "山田", baselines=(Baseline(0, work_minutes=480),))
        root = written(PlanFile(PlanProject(), resources=(resource,)))
        assert names(root.find(f".//{{{NAMESPACE}}}Baseline")) == ["Number", "Work"]

    def test_counts_outline_numbers(self):
        root = written(read(mspdi(task(1), task(2, level=2), task(3, level=2), task(4), task(5, level=2))))
        numbers = [row.findtext(f"{{{NAMESPACE}}}OutlineNumber") for row in root[-3]]
        assert numbers == ["1", "1.1", "1.2", "2", "2.1"]

    def test_marks_summaries(self):
        root = written(read(mspdi(task(1), task(2, level=2))))
        assert [row.findtext(f"{{{NAMESPACE}}}Summary") for row in root[-3]] == ["1", "0"]

    def test_cuts_night_shifts_at_midnight(self):
        night = ((1320, 1800),)
        week = (night, night, night, night, night, (), ())
        again = rewritten(PlanFile(PlanProject(), calendars=(CalendarRules(1, "夜勤", None, week),)))
        evening, morning = (1320, 1440), (0, 360)
        assert again.calendars[0].week == (
            (evening,),
            *[(morning, evening)] * 4,
            (morning,),
            (),
        )

    def test_writes_a_large_plan_in_pieces(self):
        class Counting(io.BytesIO):
            largest = 0

            def write(self, data, /):
                self.largest = max(self.largest, len(data))
                return super().write(data)

        stream = Counting()
        tasks = tuple(PlanTask(uid, f"作業 {uid}") for uid in range(1, 3001))
        write_mspdi(
            PlanFile(
                PlanProject(start_minute=at("2026-11-02")), (CalendarRules(1, "", None, OFFICE_WEEK),), tasks
            ),
            stream,
        )
        assert stream.largest < len(stream.getvalue()) / 10
