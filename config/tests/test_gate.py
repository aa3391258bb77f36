"""That the static checks of the gate see what they are there for: each is shown something bad, and something good."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.db import connections, migrations
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from psycopg import sql

from config.gate import asking, changed, leaks, locks, order, slowest, steps, templates

#: A piece of code for each rule of ops/semgrep, and where it would be written.
BAD = {
    "unscoped-lookup": ("tasks/bad/views.py", "get_object_or_404(Task, pk=task_id)"),
    "write-past-the-unit-of-work": ("tasks/bad/views.py", "Task.objects.create(name=text)"),
    "markup-of-words": ("tasks/bad/services.py", "mark_safe(text)"),
    "markup-by-format": ("tasks/bad/services.py", 'format_html(f"<b>{name}</b>")'),
    "form-without-token": ("tasks/bad/views.py", "@csrf_exempt\ndef view(request): pass"),
    "sql-of-pieces": ("tasks/bad/services.py", 'cursor.execute("SELECT " + column)'),
    "xml-without-guard": (
        "tasks/bad/services.py",
        "import xml.etree.ElementTree as tree\ntree.parse(path)",
    ),
    "redirect-to-anywhere": ("tasks/bad/views.py", 'redirect(request.GET["next"])'),
    "forwarded-address": ("tasks/bad/views.py", 'request.headers.get("X-Forwarded-For", "")'),
    "unescaped-template": ("templates/bad.html", "{{ task.name|safe }}"),
    "inline-script-or-style": ("templates/bad.html", '<p style="color: red">'),
    "page-of-another-site": ("templates/bad.html", '<script src="https://cdn.example/x.js"></script>'),
    "markup-in-script": ("static/js/bad.js", "row.outerHTML = text;"),
}
MORE_BAD = [
    ("unscoped-lookup", "tasks/more/views.py", "get_object_or_404(Task.objects.all(), id=task_id)"),
    ("unscoped-lookup", "tasks/more/views.py", "Task.objects.get(pk=task_id)"),
    ("unscoped-lookup", "tasks/more/views.py", "Task.objects.filter(pk__in=ids)"),
    ("write-past-the-unit-of-work", "tasks/more/views.py", "form.save()"),
    ("sql-of-pieces", "tasks/more/services.py", 'cursor.execute("SELECT %s" % column)'),
    ("sql-of-pieces", "tasks/more/services.py", 'Task.objects.extra(where=["name = " + name])'),
    ("inline-script-or-style", "templates/more.html", "<script>alert(1)</script>"),
    ("inline-script-or-style", "templates/more.html", '<a href="javascript:void(0)">x</a>'),
    ("page-of-another-site", "static/css/more.css", "@import url(//fonts.example/x.css);"),
    ("markup-in-script", "static/js/more.js", "box.insertAdjacentHTML('beforeend', text);"),
    ("markup-in-script", "static/js/more.js", "eval(text);"),
]
GOOD = [
    ("tasks/good/views.py", "get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)"),
    ("tasks/good/views.py", "User.objects.get(pk=request.user.pk)"),
    ("tasks/good/services.py", 'format_html("<b>{}</b>", name)'),
    ("tasks/good/services.py", 'cursor.execute("SELECT %s", [name])'),
    ("tasks/good/rows.py", "mark_safe(text)"),
    ("templates/good.html", '<script src="/static/js/app.js" defer></script><p class="late">{{ name }}</p>'),
    ("static/js/good.js", "box.textContent = text;"),
]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(textwrap.dedent(text) + "\n")


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | steps.SEMGREP, capture_output=True, text=True, check=False
    )


class TestRulesOfOurOwn:
    def test_each_have_something_bad_to_see(self) -> None:
        folder = steps.PROJECT / "ops/semgrep"
        rules = [
            rule["id"] for path in folder.glob("*.yaml") for rule in yaml.safe_load(path.read_text())["rules"]
        ]
        assert sorted(rules) == sorted(BAD)

    def test_see_it_and_leave_the_rest_alone(self, tmp_path: Path) -> None:
        for rule, (name, text) in BAD.items():
            write(tmp_path, name.replace("bad", f"bad_{rule.replace('-', '_')}"), text)
        for number, (rule, name, text) in enumerate(MORE_BAD):
            write(tmp_path, name.replace("more", f"more_{number}_{rule.replace('-', '_')}"), text)
        for name, text in GOOD:
            write(tmp_path, name, text)
        result = run([*steps.semgrep("."), "--json"], tmp_path)
        assert result.returncode == 1, result.stderr
        found = {
            (hit["check_id"].rpartition(".")[2], hit["path"]) for hit in json.loads(result.stdout)["results"]
        }
        seen = {(rule, path) for rule, path in found if rule.replace("-", "_") in path}
        assert len(seen) == len(BAD) + len(MORE_BAD), sorted(found)
        assert found == seen

    def test_stop_at_a_rule_that_cannot_be_read(self, tmp_path: Path) -> None:
        write(tmp_path, "rules.yaml", "rules: [{id: x, languages: [python]")
        command = [
            part.replace(str(steps.PROJECT / "ops/semgrep"), "rules.yaml") for part in steps.semgrep(".")
        ]
        assert run(command, tmp_path).returncode != 0


class TestMigrationsOfTablesInUse:
    @pytest.mark.parametrize(
        ("rule", "statement"),
        [
            ("adding-required-field", "ALTER TABLE tasks ADD COLUMN colour text NOT NULL;"),
            # What Django makes of a default without `db_default`: old code cannot insert any more.
            ("ban-drop-default", "ALTER TABLE tasks ALTER COLUMN colour DROP DEFAULT;"),
            ("adding-not-nullable-field", "ALTER TABLE tasks ALTER COLUMN colour SET NOT NULL;"),
            ("require-concurrent-index-creation", "CREATE INDEX by_colour ON tasks (colour);"),
            ("changing-column-type", "ALTER TABLE tasks ALTER COLUMN colour TYPE int;"),
            ("renaming-column", "ALTER TABLE tasks RENAME COLUMN colour TO color;"),
            ("ban-drop-column", "ALTER TABLE tasks DROP COLUMN colour;"),
            (
                "constraint-missing-not-valid",
                "ALTER TABLE tasks ADD CONSTRAINT bright CHECK (colour <> '');",
            ),
        ],
    )
    def test_are_seen_unless_they_say_why(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, statement: str
    ) -> None:
        write(tmp_path, "0002_bad.py", "operations = []")
        assert locks.judge("0002_bad.py", statement, project=tmp_path) == 1
        assert rule in capsys.readouterr().out
        write(tmp_path, "0002_bad.py", f"# squawk: {rule}:")
        assert locks.judge("0002_bad.py", statement, project=tmp_path) == 1
        write(tmp_path, "0002_bad.py", f"# squawk: {rule}: not read any more since release 3")
        assert locks.judge("0002_bad.py", statement, project=tmp_path) == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "BEGIN; ALTER TABLE tasks ADD COLUMN colour text DEFAULT '' NOT NULL; COMMIT;",
            "CREATE INDEX CONCURRENTLY by_colour ON tasks (colour);",
            "BEGIN; CREATE TABLE doors (id bigint PRIMARY KEY); CREATE INDEX by_id ON doors (id); COMMIT;",
        ],
    )
    def test_pass_when_no_one_waits_for_them(self, tmp_path: Path, statement: str) -> None:
        write(tmp_path, "0002_good.py", "operations = []")
        assert locks.judge("0002_good.py", statement, project=tmp_path) == 0

    @pytest.mark.parametrize(
        ("rule", "statement"),
        [
            ("lock-table", "LOCK TABLE tasks IN SHARE MODE;"),
            ("table-rewritten", "CLUSTER tasks USING by_colour;"),
            ("table-rewritten", "VACUUM (ANALYZE, FULL) tasks;"),
            ("table-rewritten", "ALTER TABLE tasks SET UNLOGGED;"),
            ("table-emptied", "TRUNCATE tasks;"),
            ("refresh-in-the-way", "REFRESH MATERIALIZED VIEW mv_project_summary;"),
            ("statements-in-a-block", "DO $$ BEGIN ALTER TABLE tasks DROP COLUMN colour; END $$;"),
            ("statements-in-a-block", "DO $$ BEGIN EXECUTE format('%s', 'x'); END $$;"),
        ],
    )
    def test_are_seen_by_rules_of_our_own_where_squawk_lets_them_pass(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, statement: str
    ) -> None:
        write(tmp_path, "0002_bad.py", "operations = []")
        assert locks.judge("0002_bad.py", statement, project=tmp_path) == 1
        assert rule in capsys.readouterr().out
        write(tmp_path, "0002_bad.py", f"# squawk: {rule}: nothing is in it yet")
        assert locks.judge("0002_bad.py", statement, project=tmp_path) == 0

    def test_are_heard_one_by_one_however_they_are_written(self) -> None:
        """RunSQL hands several over in one text; the first of them, or a remark, must not hide the rest."""
        listener = locks.Listener()
        listener.begin("apply_start", Migration("0016_new", "tasks"))
        listener.hear("-- Colours.\nUPDATE tasks SET name = 'a;b'; CREATE INDEX by_name ON tasks (name);\n")
        listener.hear("/* as it was */ alter table tasks drop column colour")
        listener.hear("SELECT 'DROP TABLE tasks'")
        listener.begin("apply_success")
        assert listener.statements["tasks", "0016_new"] == [
            "BEGIN", "CREATE INDEX by_name ON tasks (name)", "alter table tasks drop column colour", "COMMIT",
        ]  # fmt: skip

    def test_are_heard_below_django(self, transactional_owner: Any) -> None:
        heard: list[str] = []
        with locks.listening(transactional_owner, heard.append):
            with transactional_owner.cursor() as cursor:
                cursor.execute("CREATE TEMP TABLE doors (id int)")
                name = sql.Identifier("doors")
                cursor.execute(sql.SQL("ALTER TABLE {} ADD COLUMN colour text").format(name))
            with transactional_owner.schema_editor(atomic=False) as editor:
                migrations.RunSQL("CREATE INDEX by_id ON doors (id)").database_forwards(
                    "tasks", editor, ProjectState(), ProjectState()
                )
            transactional_owner.connection.execute(b"DROP TABLE doors")
        transactional_owner.connection.execute("SELECT 1")
        assert heard == [
            "CREATE TEMP TABLE doors (id int)", 'ALTER TABLE "doors" ADD COLUMN colour text',
            "CREATE INDEX by_id ON doors (id)", "DROP TABLE doors",
        ]  # fmt: skip

    def test_leave_the_index_of_dates_to_those_who_read(
        self, django_db_setup: None, django_db_blocker: Any
    ) -> None:
        """It is older than the first release, so squawk is not asked of it by itself."""
        loader = MigrationLoader(None)
        state = loader.project_state(("tasks", "0012_loads_and_recurring"))
        migration = loader.get_migration("tasks", "0013_dates_index_covers_summary")
        with (
            django_db_blocker.unblock(),
            connections["owner"].schema_editor(collect_sql=True, atomic=migration.atomic) as editor,
        ):
            migration.apply(state, editor, collect_sql=True)
        statements = "\n".join(line for line in editor.collected_sql if not line.startswith("--"))
        assert statements.count("CONCURRENTLY") == 2
        assert locks.judge("tasks/migrations/0013_dates_index_covers_summary.py", statements) == 0

    def test_are_those_since_the_first_release(self) -> None:
        listener = locks.Listener()
        for name in ("0009_old", "0010_new"):
            listener.begin("apply_start", Migration(name, "projects"))
            listener.hear("ALTER TABLE projects SET (fillfactor = 50);")
            listener.hear("UPDATE projects SET name = ''")
            listener.begin("apply_success")
        change = "ALTER TABLE projects SET (fillfactor = 50)"
        assert listener.statements == {("projects", "0010_new"): ["BEGIN", change, "COMMIT"]}


class TestInsecurePatterns:
    @pytest.mark.parametrize(
        "text",
        [
            "import subprocess\nsubprocess.call('ls ' + name, shell=True)",
            "import pickle\npickle.loads(body)",
            "import hashlib\nhashlib.md5(password)",
            "from django.utils.safestring import mark_safe\nmark_safe(name)",
        ],
    )
    def test_are_seen(self, tmp_path: Path, text: str) -> None:
        write(tmp_path, "bad.py", text)
        command = [
            part.replace("pyproject.toml", str(steps.PROJECT / "pyproject.toml"))
            for part in steps.bandit(".")
        ]
        assert run(command, tmp_path).returncode == 1


class TestSecretsInFiles:
    @pytest.mark.parametrize(
        "text",
        [
            "-----BEGIN RSA " + "PRIVATE KEY-----",
            "aws = 'AKIA" + "IOSFODNN7EXAMPLD'",
            "url = 'postgres://itdo:" + "hunter22@db/itdo'",
            "password" + " = 'correct-horse-battery'",
            "key = '" + "Zk3vX9qLw7RtYb2N" + "cM5dHf8JgKs1PaUe" + "'",
        ],
    )
    def test_are_seen_and_not_repeated(self, tmp_path: Path, text: str) -> None:
        write(tmp_path, "bad.py", text)
        [said] = leaks.look_through([tmp_path / "bad.py"])
        assert f"{tmp_path}/bad.py:1: " in said
        assert "hunter22" not in said

    def test_of_people_in_tests_are_none(self, tmp_path: Path) -> None:
        write(tmp_path, "tests/test_bad.py", "password" + " = 'correct-horse-battery'")
        assert leaks.look_through([tmp_path / "tests/test_bad.py"]) == []
        write(tmp_path, "tests/test_bad.py", "aws = 'AKIA" + "IOSFODNN7EXAMPLD'")
        assert len(leaks.look_through([tmp_path / "tests/test_bad.py"])) == 1

    def test_may_be_named_as_none(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            "good.py",
            "password" + " = 'correct-horse-battery'  # pragma: allowlist secret  # of a test",
        )
        write(tmp_path, "good.py", "name = 'correct horse battery'")
        assert leaks.look_through([tmp_path / "good.py"]) == []


class Item(SimpleNamespace):
    """What the order asks of a test."""

    def get_closest_marker(self, name: str) -> object:
        return self.markers.get(name)


def item(name: str, cls: object = None, fixtures: tuple[str, ...] = (), **markers: object) -> Item:
    return Item(nodeid=name, cls=cls, fixturenames=fixtures, markers=markers)


def some_items() -> list[Item]:
    return [
        *(
            item(f"app/test_{file}.py::{cls}::test_{number}", f"{file} {cls}")
            for file, cls, number in itertools.product("abc", ("One", "Two"), range(3))
        ),
        *(
            item(f"tests/test_window_{file}.py::test_{number}", browser=True)
            for file, number in itertools.product("abc", range(2))
        ),
        item("tests/test_programs.py::test_starts_one"),
        item("tests/test_window_of_programs.py::test_asks_the_site", fixtures=("site",)),
    ]


def ordered(seed: int, *, processes: int = 2) -> list[str]:
    items = some_items()
    config = SimpleNamespace(option=SimpleNamespace(seed=seed), workerinput={"workercount": processes})
    order.pytest_collection_modifyitems(config, items)  # type: ignore[arg-type]
    return [each.nodeid for each in items]


class TestOrderOfTests:
    def test_hangs_on_the_seed_alone(self) -> None:
        assert ordered(1) == ordered(1)
        assert len({tuple(ordered(seed)) for seed in range(9)}) == 9
        assert all(sorted(ordered(seed)) == sorted(each.nodeid for each in some_items()) for seed in range(9))

    def test_leaves_together_what_a_file_or_a_class_shares(self) -> None:
        own = [name for name in ordered(5) if name[:10] in {"app/test_a", "app/test_b", "app/test_c"}]
        for depth in (1, 2):
            groups = ["::".join(name.split("::")[:depth]) for name in own if "programs" not in name]
            changes = sum(one != other for one, other in itertools.pairwise(groups))
            assert changes == len(set(groups)) - 1

    def test_begins_both_halves_with_what_takes_long(self) -> None:
        for seed in range(9):
            tests = ordered(seed)
            assert all("test_window" in name for name in tests[:7])
            assert "test_programs" in tests[len(tests) // 2]

    def test_begins_the_part_of_each_process_with_what_takes_long(self) -> None:
        """Files of windows are shared by two of three, and none is torn."""
        for seed in range(9):
            tests = ordered(seed, processes=3)
            assert sorted(tests) == sorted(each.nodeid for each in some_items())
            first, last = (
                {name.partition("::")[0] for name in part if "window" in name}
                for part in (tests[:8], tests[17:])
            )
            assert len(first) == len(last) == 2
            assert not first & last
            assert "test_programs" in tests[8]
            assert "test_window" in tests[0]
            assert "test_window" in tests[17]

    def test_loses_none_where_most_take_long(self) -> None:
        for processes in (1, 2, 3, 4):
            windows = [item(f"tests/test_{n}.py::test", browser=True) for n in range(9)]
            items = [*windows, item("app/test_a.py::test")]
            config = SimpleNamespace(option=SimpleNamespace(seed=1), workerinput={"workercount": processes})
            order.pytest_collection_modifyitems(config, items)  # type: ignore[arg-type]
            assert len(items) == len({each.nodeid for each in items}) == 10

    def test_is_told_and_drawn_anew(self, tmp_path: Path) -> None:
        write(tmp_path, "test_some.py", "def test_a(): pass\ndef test_b(): pass")
        plugins = ("-p", "config.gate.order", "-p", "no:django", "-p", "no:cacheprovider")
        command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "--rootdir", ".", *plugins]
        variables = os.environ | {"PYTHONPATH": str(steps.PROJECT)}
        told = [
            subprocess.run(
                [*command, *more], cwd=tmp_path, env=variables, capture_output=True, text=True, check=True
            ).stdout.splitlines()[0]
            for more in ((), (), ("--seed", "77"))
        ]
        assert told[2] == "The order of the tests is that of --seed 77."
        # By chance they are the same once in a hundred thousand runs.
        assert told[0] != told[1]


class TestTestsOfChanges:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        write(tmp_path, "tasks/plan/tests/test_unit.py", "from tasks.plan.unit import PlanUnit")
        write(tmp_path, "tasks/plan/tests/test_other.py", "")
        write(tmp_path, "tasks/sheet/tests/test_rows.py", "from tasks.plan import outline, unit")
        write(tmp_path, "tasks/sheet/tests/helper.py", "")
        return tmp_path

    @pytest.mark.parametrize(
        ("changed_file", "tests"),
        [
            ("tasks/plan/unit.py", ["tasks/plan/tests/test_unit.py", "tasks/sheet/tests/test_rows.py"]),
            ("tasks/plan/outline.py", ["tasks/plan/tests", "tasks/sheet/tests/test_rows.py"]),
            ("tasks/plan/tests/test_other.py", ["tasks/plan/tests/test_other.py"]),
            ("tasks/sheet/tests/helper.py", ["tasks/sheet/tests"]),
            ("templates/tasks/sheet/row.html", ["tasks/sheet/tests"]),
            ("static/css/base.css", []),
            ("README.md", []),
        ],
    )
    def test_are_those_of_the_name_and_those_that_import_it(
        self, root: Path, changed_file: str, tests: list[str]
    ) -> None:
        assert changed.asked_by([changed_file], root=root) == tests

    def test_of_the_project_are_there(self) -> None:
        assert "config/tests/test_gate.py" in changed.asked_by(["config/gate/order.py"])


class TestAsking:
    def step(self, name: str, code: str, *, is_long: bool = False) -> steps.Step:
        return steps.Step(name, [sys.executable, "-c", code], is_long=is_long)

    def test_tells_in_order_whatever_ends_first(
        self, capfd: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """The second can end only while the first one runs, and the first only after it."""
        sign = str(tmp_path / "sign")
        wait = f"import os, time\nwhile not os.path.exists({sign!r}): time.sleep(0.01)"
        failed = asking.ask(
            [
                self.step("Slow", wait + "\nprint('said')\nraise SystemExit(3)", is_long=True),
                self.step("Quick", f"open({sign!r}, 'w').close()"),
                self.step("Last", "print('not told')"),
            ],
            os.environ,
            at_once=2,
        )
        said = [line.split(" .")[0].strip() for line in capfd.readouterr().out.splitlines()]
        assert failed == ["Slow"]
        assert said == ["Slow", "said", "Quick", "Last"]

    def test_ends_what_it_started_when_it_is_broken_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[asking.Asked] = []
        start = asking._start

        def noted(question: steps.Step, variables: Mapping[str, str]) -> asking.Asked:
            started.append(start(question, variables))
            return started[-1]

        def broken(_seconds: float) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(asking, "_start", noted)
        monkeypatch.setattr("time.sleep", broken)
        with pytest.raises(KeyboardInterrupt):
            asking.ask([self.step("For ever", "import time; time.sleep(600)")], os.environ, at_once=2)
        assert started[0].process.poll() is not None


class TestSlowestFiles:
    def test_are_named_with_their_seconds(self) -> None:
        seconds = slowest.Seconds()
        for file, duration in (("a.py", 1.5), ("b.py", 0.1), ("a.py", 1.0)):
            report = SimpleNamespace(nodeid=f"{file}::test", duration=duration, when="call")
            seconds.pytest_runtest_logreport(report)  # type: ignore[arg-type]
        lines: list[str] = []
        reporter = SimpleNamespace(section=lines.append, write_line=lines.append)
        seconds.pytest_terminal_summary(reporter)  # type: ignore[arg-type]
        assert [line.split() for line in lines[2:]] == [["2.5", "2", "a.py"]]


class TestFailures:
    def test_are_said_when_they_happen(self, tmp_path: Path) -> None:
        (tmp_path / "test_two.py").write_text(
            "def test_first():\n    assert 1 == 2, 'so much'\n\n\ndef test_second():\n    pass\n",
            encoding="utf-8",
        )
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            "/dev/null",
            "-p",
            "config.gate.failed",
            str(tmp_path),
        ]
        printed = subprocess.run(
            command, cwd=steps.PROJECT, capture_output=True, text=True, check=False
        ).stdout
        dots, _, summary = printed.partition("= FAILURES =")
        assert "test_two.py::test_first (call): AssertionError: so much" in dots
        assert "test_second" not in dots
        assert summary


class TestLinesOfTemplates:
    def test_names_those_that_are_longer_than_a_screen(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text(f"{'あ' * 120}\n{'い' * 121}\n", encoding="utf-8")
        assert list(templates.long_lines(tmp_path)) == ["page.html:2: 121 characters"]
