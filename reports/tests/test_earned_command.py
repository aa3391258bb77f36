"""`manage.py earned` from the outside; no database is touched."""

import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tasks.interchange.tests.builders import mspdi, task

CASE = {
    "format": "evcase/1",
    "id": "small",
    "daily": [{"task": 1, "assignment": None, "field": "Cost", "start": "2026-11-02", "values": [0, 0]}],
    "reference_ev": {"at": {"2026-11-02T17:00:00": {}}},
}
BODY = (
    "<Start>2026-11-02T08:00:00</Start><Finish>2026-11-03T17:00:00</Finish><FixedCost>9000</FixedCost>"
    "<Baseline><Number>0</Number><Start>2026-11-02T08:00:00</Start><Finish>2026-11-03T17:00:00</Finish>"
    "<Cost>9000</Cost></Baseline>"
)


@pytest.fixture
def folder(tmp_path):
    case = tmp_path / "small"
    case.mkdir()
    (case / "expected.json").write_text(json.dumps(CASE), encoding="utf-8")
    (case / "blind.xml.gz").write_bytes(gzip.compress(mspdi(task(1, BODY, hours=16)).encode()))
    return tmp_path


class TestEarned:
    def test_writes_every_figure_of_every_case(self, folder):
        call_command("earned", cases=folder, results=folder / "out.json")
        found = json.loads((folder / "out.json").read_text(encoding="utf-8"))["small"]
        assert (found["1"]["cost"], found["1"]["remaining_cost"], found["1"]["vac"]) == (90, 90, 0)
        assert found["daily"] == [[45, 45]]
        assert found["ev"]["2026-11-02T17:00:00"]["1"]["bcws"] == 45

    def test_names_a_plan_that_cannot_be_read_and_goes_on(self, folder):
        bad = folder / "bad"
        bad.mkdir()
        (bad / "expected.json").write_text(json.dumps({**CASE, "id": "bad"}), encoding="utf-8")
        errors = StringIO()
        call_command("earned", cases=folder, results=folder / "out.json", stderr=errors)
        assert list(json.loads((folder / "out.json").read_text(encoding="utf-8"))) == ["small"]
        assert str(bad) in errors.getvalue()

    def test_refuses_what_is_no_folder(self, tmp_path):
        with pytest.raises(CommandError) as refused:
            call_command("earned", cases=tmp_path / "none", results=tmp_path / "out.json")
        assert refused.value.returncode == 2

    def test_refuses_a_file_that_cannot_be_written(self, folder):
        with pytest.raises(CommandError):
            call_command("earned", cases=folder, results=folder / "none" / "out.json")
