"""Each variable has its line in .env.example, and each line there is read by something."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys

from config.gate.steps import DEPLOYED
from tests.ops.files import ROOT, example

#: Says every variable that the settings ask for, when they are read anew.
ASK = """
import sys
from config import env
asked = {"ENVIRONMENT"}
real = env.env
class Listener:
    def __getattr__(self, kind):
        def ask(name, *arguments):
            asked.add(name)
            return getattr(real, kind)(name, *arguments)
        return ask
env.env = Listener()
import config.settings
print(*sorted(name for name in asked if not (name.endswith("_FILE") and name.removesuffix("_FILE") in asked)))
"""


def asked_by_settings() -> set[str]:
    variables = {"PATH": os.environ["PATH"], **DEPLOYED}
    result = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def asked_by_compose() -> set[str]:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{([A-Z0-9_]+)", text))


class TestEnvExample:
    def test_has_every_variable_that_is_read_and_no_other(self) -> None:
        read = asked_by_settings() | asked_by_compose()
        assert read >= {
            "SECRET_KEY",
            "FEATURE_GANTT_CHART",
            "LIMIT_API_USER",
            "DATABASE_REPLICA_URL",
            "IMAGE",
        }
        assert set(example()) == read

    def test_has_words_above_each_line(self) -> None:
        lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
        for above, line in itertools.pairwise(lines):
            if re.match(r"#?[A-Z][A-Z0-9_]*=", line):
                assert re.match(r"# \S", above), f"{line} is not explained"

    def test_leaves_empty_only_what_must_be_filled_in(self) -> None:
        # An empty variable is not one that is missing: `EMAIL_PORT=` would be a port of no digits.
        required = set(DEPLOYED) | {name for name in asked_by_compose() if not name.endswith("PORT")}
        assert {name for name, value in example().items() if value == ""} <= required

    def test_holds_no_secret(self) -> None:
        secret = re.compile(r"PASSWORD|SECRET|_KEY|PASS$")
        assert not {name: value for name, value in example().items() if secret.search(name) and value}

    def test_development_has_a_value_for_all_that_compose_insists_on(self) -> None:
        text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
        insists = set(re.findall(r"\$\{([A-Z0-9_]+):\?", text))
        given = (ROOT / "ops/development.env").read_text(encoding="utf-8")
        assert insists == set(re.findall(r"^([A-Z0-9_]+)=", given, re.MULTILINE))
