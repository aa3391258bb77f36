"""The engine against plans that a planner could read."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from projects.worktime import errors as worktime_errors
from tasks.scheduling import errors as scheduling_errors
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.plan_text import CASES, amount, network_from

MOMENTS = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")


def moment(minute: int) -> str:
    return f"{datetime(1970, 1, 1) + timedelta(minutes=minute):%Y-%m-%d %H:%M}"


def cases(kind: str) -> list[Path]:
    return sorted((CASES / kind).glob("*.toml"))


class TestRightPlans:
    @pytest.mark.parametrize("path", cases("right"), ids=lambda path: path.stem)
    def test_get_the_dates_that_the_case_expects(self, path):
        network, ids, document = network_from(path)
        plan = schedule(network)
        for name, expected in document["expect"].items():
            dates = plan[ids[name]]
            got: dict[str, object] = {key: moment(getattr(dates, key)) for key in MOMENTS if key in expected}
            got |= {key: getattr(dates, key) for key in ("total_slack", "free_slack") if key in expected}
            if "critical" in expected:
                got["critical"] = dates.is_critical
            wanted = {
                key: amount(value)[0] if key.endswith("slack") else value for key, value in expected.items()
            }
            assert got == wanted, f"{document['title']}: {name}"


class TestWrongPlans:
    @pytest.mark.parametrize("path", cases("wrong"), ids=lambda path: path.stem)
    def test_are_refused_for_their_own_reason(self, path):
        network, ids, document = network_from(path)
        reason = getattr(scheduling_errors, document["error"], None) or getattr(
            worktime_errors, document["error"]
        )
        with pytest.raises(reason) as caught:
            schedule(network)
        assert type(caught.value) is reason
        assert set(getattr(caught.value, "task_ids", ())) >= {ids[name] for name in document["about"]}
        assert str(caught.value).endswith(".")
