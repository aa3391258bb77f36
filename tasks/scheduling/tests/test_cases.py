"""The engine against plans that a planner could read."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from projects.worktime import errors as worktime_errors
from tasks.scheduling import errors as scheduling_errors
from tasks.scheduling.explain.conflicts import impossible_constraints
from tasks.scheduling.network import Network
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.plan_text import CASES, amount, network_of, plans_in

MOMENTS = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")


def moment(minute: int) -> str:
    return f"{datetime(1970, 1, 1) + timedelta(minutes=minute):%Y-%m-%d %H:%M}"


def plans(kind: str) -> list[Any]:
    """The parameters of a test."""
    return [
        pytest.param(document, id=f"{path.stem}-{number}")
        for path in sorted((CASES / kind).glob("*.toml"))
        for number, document in enumerate(plans_in(path), 1)
    ]


def refuse(network: Network) -> None:
    """For what makes the plan impossible, or else for a date that it cannot keep."""
    for error in impossible_constraints(reference_plan(network), network):
        raise error


class TestRightPlans:
    @pytest.mark.parametrize("document", plans("right"))
    def test_get_the_dates_that_the_case_expects(self, document):
        network, ids = network_of(document)
        plan = reference_plan(network)
        for name, expected in document["expect"].items():
            dates = plan[ids[name]]
            got: dict[str, object] = {key: moment(getattr(dates, key)) for key in MOMENTS if key in expected}
            got |= {key: getattr(dates, key) for key in ("total_slack", "free_slack") if key in expected}
            if "critical" in expected:
                got["critical"] = (
                    dates.is_critical if expected["critical"] in (True, False) else str(dates.is_critical)
                )
            wanted = {
                key: amount(value)[0] if key.endswith("slack") else value for key, value in expected.items()
            }
            assert got == wanted, f"{document['title']}: {name}"


class TestWrongPlans:
    @pytest.mark.parametrize("document", plans("wrong"))
    def test_are_refused_for_their_own_reason(self, document):
        network, ids = network_of(document)
        reason = getattr(scheduling_errors, document["error"], None) or getattr(
            worktime_errors, document["error"]
        )
        with pytest.raises(reason) as caught:
            refuse(network)
        assert type(caught.value) is reason
        assert set(getattr(caught.value, "task_ids", ())) >= {ids[name] for name in document["about"]}
        assert str(caught.value).endswith(".")
