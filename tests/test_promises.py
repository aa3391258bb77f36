"""Each test that the page about security names is one that pytest has."""

from __future__ import annotations

import re
import subprocess
import sys

from config.gate.steps import PROJECT

PAGE = (PROJECT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+/test_\w+\.py::\w+::test_\w+)`", PAGE)))


class TestPromises:
    def test_are_shown_by_tests_that_there_are(self) -> None:
        assert len(NAMED) > 90
        files = sorted({name.partition("::")[0] for name in NAMED})
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
        result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        found = {line.partition("[")[0] for line in result.stdout.splitlines()}
        assert result.returncode == 0, result.stdout[-2000:]
        assert [name for name in NAMED if name not in found] == []

    def test_each_names_some(self) -> None:
        table = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
        rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
        assert len(rows) > 30
        assert [row for row in rows if "::" not in row] == []
