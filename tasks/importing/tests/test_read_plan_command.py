"""`manage.py read_plan`: what is understood of a folder of workbooks and tables."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tasks.importing.sheet_words import DOUBTS, LEFT_OUT, REMARKS, doubt_text, left_out_text, remark_text
from tasks.interchange.sheets import plan
from tasks.interchange.sheets.plan import PROPOSED
from tasks.sheet.columns.registry import registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.csv").write_bytes(
        "作業,担当,開始,終了\r\n設計,森,2026/4/1,2026/4/31\r\n※ 予定は変わる\r\n".encode("cp932")
    )
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "notes.md").write_text("no plan")
    return tmp_path


class TestReadPlan:
    def test_writes_what_was_understood_and_what_is_doubtful(self, folder: Path):
        out, err = StringIO(), StringIO()
        call_command("read_plan", folder, results=folder / "out.json", stdout=out, stderr=err)
        found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
        assert set(found) == {"plan.csv", "broken.xlsx"}
        read = found["plan.csv"]
        assert (read["sheet"], read["head_rows"], read["csv"]) == (
            None,
            [1],
            {"encoding": "cp932", "delimiter": ","},
        )
        assert [(task["name"], task["start"], task["finish"], task["people"]) for task in read["tasks"]] == [
            ("設計", "2026-04-01", None, ["森"])
        ]
        [doubt] = read["doubtful"]
        assert (doubt["task"], doubt["field"], doubt["origin"]) == (
            0,
            "finish",
            {"row": 2, "column": "D", "text": "2026/4/31"},
        )
        assert doubt["why"] == "「2026/4/31」という日はありません。正しい日付を入れてください。"
        assert any("cp932" in text for text in read["ignored"])
        assert "plan.csv: 1 tasks; doubtful: finish 1" in out.getvalue()
        assert "壊れている" in found["broken.xlsx"]["refused"]["sentence"]
        assert "broken.xlsx" in err.getvalue()

    def test_proposes_columns_of_the_sheet(self, folder: Path):
        call_command("read_plan", folder, results=folder / "out.json", stdout=StringIO(), stderr=StringIO())
        columns = json.loads((folder / "out.json").read_text(encoding="utf-8"))["plan.csv"]["columns"]
        assert [(column["column"], column["proposed"]) for column in columns] == [
            ("A", "name"),
            ("B", "assignees"),
            ("C", "start"),
            ("D", "finish"),
        ]
        assert set(PROPOSED.values()) <= {column.name for column in registry}

    def test_says_what_cannot_be_opened(self, folder: Path):
        with pytest.raises(CommandError, match="is not a folder"):
            call_command("read_plan", folder / "none", results=folder / "out.json")
        with pytest.raises(CommandError, match="cannot be written"):
            call_command(
                "read_plan",
                folder,
                results=folder / "none" / "out.json",
                stdout=StringIO(),
                stderr=StringIO(),
            )


class TestWords:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_there_is_a_sentence_for_all_that_is_said(self, language: str):
        assert set(DOUBTS) == plan.DOUBTS
        assert set(REMARKS) == plan.REMARKS
        with translation.override(language):
            texts = [doubt_text(code, _params(str(DOUBTS[code]))) for code in DOUBTS]
            texts += [remark_text(code, _params(str(REMARKS[code]))) for code in REMARKS]
            texts += [left_out_text(3, code) for code in LEFT_OUT]
        assert all(texts)
        assert not any("%(" in text for text in texts)


def _params(sentence: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"%\((\w+)\)s", sentence), "x")
