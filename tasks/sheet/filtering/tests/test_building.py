"""Conditions are put together in a form, which becomes a filter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from projects.models import Project
from projects.permissions import Right
from tasks.sheet.filtering.building import built, draft_in, draft_of, offered_to
from tasks.sheet.filtering.notation import read_filter
from tests.pages import compact

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project: Project) -> str:
    """Of the form."""
    return reverse("tasks:wbs_filter", args=[project.pk])


class TestDraft:
    @pytest.mark.parametrize(
        "text",
        [
            "late",
            "late mine or changed.today-7",
            'name.has."負荷 試験" start.between.2026-04-01..2026-04-30 or assignees.empty progress.to.50',
            "status.is.in_progress or status.is.late critical.is.yes",
        ],
    )
    def test_of_a_filter_makes_the_same_filter(self, text: str) -> None:
        rows = draft_of(read_filter(text))
        assert str(built(rows)[0]) == text
        fields: dict[str, str] = {}
        for at, row in enumerate(rows):
            fields |= {
                f"join-{at}": row.joins, f"column-{at}": row.name, f"operator-{at}": row.chosen, f"value-{at}": row.value,
                f"until-{at}": row.until,
            }  # fmt: skip
        assert str(built(draft_in(fields, frozenset()))[0]) == text

    def test_reads_digits_as_they_are_typed(self) -> None:
        fields = {"column-0": "work", "operator-0": "from", "value-0": "１,０００"}
        assert str(built(draft_in(fields, frozenset()))[0]) == "work.from.1000"
        fields = {"column-0": "start", "operator-0": "from", "value-0": "2026/04/01"}
        assert str(built(draft_in(fields, frozenset()))[0]) == "start.from.2026-04-01"

    def test_says_which_condition_has_no_value(self) -> None:
        filter_, rows = built(draft_in({"column-0": "name", "column-1": "word.late"}, frozenset()))
        assert filter_ is None
        assert [row.problem for row in rows] == ["「タスク名」の条件に値がありません。", ""]

    def test_takes_the_first_comparison_where_a_column_has_not_the_one_before(self) -> None:
        row = draft_in({"column-0": "start", "operator-0": "has", "value-0": "2026-04-01"}, frozenset())[0]
        assert (row.chosen, row.field) == ("is", "date")
        assert draft_in({"column-0": "mode", "operator-0": "has"}, frozenset())[0].field == "choice"
        assert draft_in({"column-0": "start", "operator-0": "empty"}, frozenset())[0].field == ""
        assert (
            draft_in({"column-0": "start", "operator-0": "from", "value-0": "today-7"}, frozenset())[0].field
            == "text"
        )
        assert draft_in({"column-0": "word.late"}, frozenset())[0].field == ""

    def test_says_what_numbers_count_in_the_language_of_the_reader(self) -> None:
        with translation.override("en"):
            units = [
                draft_in({"column-0": name}, frozenset())[0].unit for name in ("work", "duration", "progress")
            ]
        assert units == ["hours", "days", "%"]

    def test_does_not_offer_what_the_user_may_not_see(self) -> None:
        def names(rights: frozenset[Right]) -> set[str]:
            return {each.value for _group, choices in offered_to(rights, ()) for each in choices}

        assert names(frozenset({Right.SEE_MONEY})) - names(frozenset()) >= {"fixed_cost"}
        assert draft_in({"column-0": "fixed_cost"}, frozenset())[0].name == "name"


class TestForm:
    def test_shows_the_filter_of_the_page(self, viewer_client: Client, address: str) -> None:
        html = compact(viewer_client.get(address, {"filter": "late or progress.to.50"}))
        assert re.findall(r'<option value="([^"]+)" selected', html) == ["word.late", "or", "progress", "to"]
        assert 'type="number" name="value-1" value="50"' in html

    def test_adds_and_drops_rows(self, viewer_client: Client, address: str) -> None:
        fields = {"column-0": "word.late", "column-1": "name", "value-1": "試験"}
        assert compact(viewer_client.get(address, {**fields, "add": "1"})).count('name="column-') == 3
        left = compact(viewer_client.get(address, {**fields, "drop": "0"}))
        assert left.count('name="column-') == 1
        assert 'value="試験"' in left

    def test_becomes_a_filter(self, viewer_client: Client, address: str, project: Project) -> None:
        fields: dict[str, Any] = {
            "column-0": "word.late",
            "join-1": "or",
            "column-1": "name",
            "value-1": "試験",
            "apply": "1",
        }
        page = viewer_client.get(address, fields)
        assert page["Location"] == f"/projects/{project.pk}/wbs/?filter=late+or+name.has.%E8%A9%A6%E9%A8%93"
        piece = viewer_client.get(address, fields, headers={"HX-Request": "true"})
        assert 'data-filter="late or name.has.試験"' in piece.content.decode()

    def test_is_shown_again_with_what_is_wrong(self, viewer_client: Client, address: str) -> None:
        answer = viewer_client.get(
            address, {"column-0": "name", "apply": "1"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 422
        assert 'role="alert">「タスク名」の条件に値がありません。' in compact(answer)

    def test_is_hidden_from_strangers(self, stranger_client: Client, address: str) -> None:
        assert stranger_client.get(address).status_code == 404
