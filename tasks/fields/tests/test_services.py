"""Declaring fields, and choosing those that a project uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Organization, Project
from tasks.fields.services import add_field, bring_back_field, edit_field, retire_field, use_fields
from tasks.models import CustomField

Declare = Callable[..., CustomField]


class TestAddField:
    def test_is_recorded_with_what_was_said(self, project: Project, cast: Any) -> None:
        said = {"name": " 品質  区分 ", "help": "検査の程度", "choices": ["高", "中", "高", " "]}
        field = add_field(organization=project.organization, kind="choice", said=said, actor=cast.admin)
        assert (field.name, field.choices) == ("品質 区分", [["1", "高"], ["2", "中"]])
        entry = AuditEntry.objects.get(action="customfield.added")
        assert entry.after == {
            "kind": "choice", "name": "品質 区分", "help": "検査の程度", "roll_up": "", "choices": ["高", "中"],
            "formula": "", "marks": [],
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "said", "place"),
        [
            ("text", {"name": " "}, "name"),
            ("text", {"name": "x" * 61}, "name"),
            ("text", {"name": "ＷＢＳ備考".lower()}, "name"),
            ("text", {"name": "色", "roll_up": "sum"}, "roll_up"),
            ("number", {"name": "色", "roll_up": "any"}, "roll_up"),
            ("choice", {"name": "色"}, "choices"),
            ("choice", {"name": "色", "choices": ["x" * 61]}, "choices"),
        ],
    )
    def test_refuses_what_cannot_be_a_field(
        self, project: Project, cast: Any, kind: str, said: Any, place: str
    ) -> None:
        add_field(
            organization=project.organization, kind="text", said={"name": "ＷＢＳ備考"}, actor=cast.admin
        )
        with pytest.raises(RuleBrokenError) as refused:
            add_field(organization=project.organization, kind=kind, said=said, actor=cast.admin)
        assert refused.value.field == place

    def test_is_not_for_leaders_and_strangers(self, project: Project, cast: Any) -> None:
        for actor in (cast.leader, cast.planner, cast.stranger):
            with pytest.raises(NotAllowedError):
                add_field(organization=project.organization, kind="text", said={"name": "備考"}, actor=actor)


class TestEditField:
    def test_a_choice_that_is_called_otherwise_keeps_its_key(self, declare: Declare, cast: Any) -> None:
        field = declare("区分", "choice", choices=["高", "中", "低"])
        edit_field(field=field, said={"choices": ["低", "最高", "中"]}, actor=cast.admin)
        # 高 stood first, where 低 stands now: 最高 has the place of 中, which is there still.
        assert field.choices == [["3", "低"], ["4", "最高"], ["2", "中"], ["1", "高", "gone"]]
        edit_field(field=field, said={"choices": ["低", "特高", "中"]}, actor=cast.admin)
        assert field.choices == [["3", "低"], ["4", "特高"], ["2", "中"], ["1", "高", "gone"]]
        edit_field(field=field, said={"choices": ["高", "低"]}, actor=cast.admin)
        assert field.choices == [["1", "高"], ["3", "低"], ["4", "特高", "gone"], ["2", "中", "gone"]]

    def test_records_what_differs_alone(self, declare: Declare, cast: Any) -> None:
        field = declare("見積", "number")
        edit_field(field=field, said={"name": "見積", "roll_up": "sum"}, actor=cast.admin)
        edit_field(field=field, said={"name": "見積", "roll_up": "sum"}, actor=cast.admin)
        entry = AuditEntry.objects.get(action="customfield.edited")
        assert (entry.before, entry.after) == ({"roll_up": ""}, {"roll_up": "sum"})


class TestUseFields:
    def test_are_in_the_order_in_which_they_are_chosen(
        self, project: Project, declare: Declare, cast: Any
    ) -> None:
        one, two = declare("一"), declare("二")
        use_fields(project=project, ids=[two.pk, 10**9, one.pk, two.pk], actor=cast.leader)
        assert Project.objects.get(pk=project.pk).field_ids == [two.pk, one.pk]
        entry = AuditEntry.objects.filter(action="fields.chosen").latest("pk")
        assert entry.after == {"custom_fields": ["二", "一"]}

    def test_is_not_for_planners(self, project: Project, cast: Any) -> None:
        with pytest.raises(NotAllowedError):
            use_fields(project=project, ids=[], actor=cast.planner)

    def test_does_not_reach_into_another_organization(self, project: Project, cast: Any) -> None:
        foreign = CustomField.objects.create(organization=Organization.objects.get(code="yoso"), name="余所")
        use_fields(project=project, ids=[foreign.pk], actor=cast.leader)
        assert project.field_ids == []

    def test_a_retired_field_comes_back_where_it_was_used(
        self, project: Project, declare: Declare, cast: Any
    ) -> None:
        one, two = declare("一"), declare("二")
        retire_field(field=one, actor=cast.admin)
        use_fields(project=project, ids=[two.pk, one.pk], actor=cast.leader)
        assert list(CustomField.objects.used_in(project)) == [two]
        bring_back_field(field=one, actor=cast.admin)
        assert set(CustomField.objects.used_in(project)) == {one, two}
