"""What is declared of constraint types, and what follows from it."""

from typing import get_args

import pytest

from tasks.scheduling.columns import CODES
from tasks.scheduling.compiled import codes
from tasks.scheduling.constraint_types import (
    CAPPED,
    CONSTRAINT_TYPES,
    HOLDS_FINISH,
    HOLDS_START,
    MUST,
    NO_LATER,
    RULES,
    WITHOUT_DATE,
    ConstraintType,
)


class TestRules:
    def test_are_one_for_each_type_in_its_order(self):
        assert get_args(ConstraintType) == CONSTRAINT_TYPES

    def test_have_the_numbers_of_microsoft_project(self):
        by_number = sorted((rule.project_number, rule.name) for rule in RULES)
        assert by_number == list(enumerate(("ASAP", "ALAP", "MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT")))

    @pytest.mark.parametrize("rule", RULES, ids=CONSTRAINT_TYPES)
    def test_name_an_end_and_a_direction_or_neither(self, rule):
        assert (rule.end is None) == (rule.direction is None) == (not rule.needs_date)

    def test_are_the_codes_of_columns_and_kernels(self):
        expected = {name: code for code, name in enumerate(CONSTRAINT_TYPES)}
        assert CODES["constraint_type"] == expected
        assert {name: getattr(codes, name) for name in CONSTRAINT_TYPES} == expected


class TestGroups:
    @pytest.mark.parametrize(
        ("group", "names"),
        [
            (WITHOUT_DATE, "ASAP ALAP"),
            (HOLDS_START, "SNET SNLT MSO"),
            (HOLDS_FINISH, "FNET FNLT MFO"),
            (MUST, "MSO MFO"),
            (CAPPED, "MSO MFO SNLT FNLT"),
        ],
    )
    def test_follow_from_the_rules(self, group, names):
        assert " ".join(group) == names

    def test_say_which_end_comes_no_later(self):
        assert NO_LATER == {"SNLT": "start", "FNLT": "finish"}
