"""`manage.py level`: plans and bounds of published cases."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    case = {"id": "a", "duration": [3, 2, 2], "demand": [[1], [1], [2]], "capacity": [2]}
    cases = [case | {"successors": [[], [2], []], "best_known": {"upper": 5}}]
    cases.append({"id": "b", "duration": [], "demand": [], "capacity": [], "successors": []})
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases}))
    return tmp_path / "cases.json"


def level(file: Path, **options) -> tuple[dict, str]:
    out, results = StringIO(), file.with_name("out.json")
    call_command("level", rcpsp=file, results=options.pop("results", results), stdout=out, **options)
    return json.loads(results.read_text()), out.getvalue()


class TestLevel:
    @pytest.mark.parametrize("how", [{"seconds": 0.05}, {"passes": 50, "seed": 7}])
    def test_writes_plans_with_bounds(self, file: Path, how: dict):
        found, said = level(file, **how)
        assert found["a"]["makespan"] == found["a"]["lower_bound"] == 5
        assert sorted(found["a"]["start"]) == [0, 0, 3]
        assert found["b"] == {"start": [], "makespan": 0, "lower_bound": 0}
        assert said.splitlines() == [
            "2 cases, 2 shown to be the shortest.",
            "Above the own lower bound: 0.00 % on average; above the best known: 0.00 % on average.",
        ]

    def test_says_what_cannot_be_read_or_written(self, file: Path):
        with pytest.raises(CommandError, match="cannot be read"):
            level(file.with_name("none.json"))
        with pytest.raises(CommandError, match="cannot be written"):
            level(file, passes=1, results=file.with_name("none") / "out.json")
        with pytest.raises(CommandError, match="A seed is"):
            level(file, seed=0)
        file.write_text('{"cases": []}')
        assert "not known" in level(file)[1]
        file.write_text("{}")
        with pytest.raises(CommandError, match="no file of cases"):
            level(file)
