"""What the engine refuses, in words for a planner."""

from __future__ import annotations

import pytest
from django.utils import translation

from tasks.models import Task
from tasks.plan.refusals import refused
from tasks.scheduling import errors


class TestRefused:
    def test_names_both_tasks_of_a_doubled_link(self, chain: dict[str, Task]) -> None:
        error = refused(errors.DuplicateLink(chain["設計"].pk, chain["開発"].pk))
        assert str(error).startswith("「2 開発」は「1 設計」をすでに待っています。")
        assert error.task_ids == (chain["設計"].pk, chain["開発"].pk)

    def test_names_the_task_of_a_date_centuries_away(self, chain: dict[str, Task]) -> None:
        error = refused(errors.DateOutOfRange(chain["試験"].pk, "constraint date"))
        assert "「3 試験」" in str(error)
        assert "2271年" in str(error)

    @pytest.mark.parametrize("kind", ["DuplicateLink", "CircularLinks", "LinkToAncestor"])
    def test_speaks_english_too(self, chain: dict[str, Task], kind: str) -> None:
        ids = (chain["設計"].pk, chain["開発"].pk)
        error = errors.CircularLinks(ids) if kind == "CircularLinks" else getattr(errors, kind)(*ids)
        with translation.override("en"):
            assert not any("ぁ" <= letter <= "ん" for letter in str(refused(error)))

    def test_names_the_constraint_and_what_it_does_not_wait_for(self, chain: dict[str, Task]) -> None:
        error = refused(errors.ImpossibleConstraint(chain["試験"].pk, chain["開発"].pk, "MSO"))
        assert str(error).startswith("「3 試験」は制約「指定日に開始」のため、先行「2 開発」を待たずに")
        assert error.task_ids == (chain["試験"].pk, chain["開発"].pk)
