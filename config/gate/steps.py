"""The steps of the gate, in their order."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.gate import node

PROJECT: Final = Path(__file__).resolve().parents[2]
APPS: Final = ("projects", "resources", "tasks", "reports")
CODE: Final = ("config", *APPS, "tests", "bench", "conftest.py", "manage.py")


@dataclass(frozen=True)
class Step:
    """One question with yes or no as its answer."""

    name: str
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    is_long: bool = False


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _present(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (PROJECT / name).exists()]


def quick() -> list[Step]:
    """Seconds, for while one works."""
    return [
        Step("Format", _python("-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("Lint", _python("-m", "ruff", "check", "--quiet", ".")),
        Step("Types", _python("-m", "mypy", "--no-error-summary", *_present(CODE)), is_long=True),
        # The script beside the interpreter: the package has no module to run, and its shebang may be of a
        # place that the clone was moved from.
        Step("Imports", _python(str(Path(sys.executable).with_name("lint-imports")), "--no-logo")),
        *scripts(),
    ]


def scripts() -> list[Step]:
    """What is asked of scripts and style sheets, where the tools are (config/gate/node.py)."""
    if not node.TOOLS.is_here():
        return []
    # By name: what node finds in a folder differs between its versions.
    tests = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "tests/scripts").glob("*.test.js"))
    return [
        Step("Scripts and styles", [node.tool("biome"), "check", "--error-on-warnings"]),
        Step("Types of scripts", [node.tool("tsc"), "--project", "tsconfig.json"]),
        Step("Tests of scripts", ["node", "--test", *tests]),
    ]


def full() -> list[Step]:
    """Everything that is not a test."""
    return [
        *quick(),
        Step("Migrations", _python("manage.py", "makemigrations", "--check", "--dry-run")),
        Step("Migrations of tables in use", _python("-m", "config.gate.locks")),
        Step(
            "Settings of a deployment",
            _python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            DEPLOYED,
        ),
        Step("Templates", _python("-m", "djlint", "--quiet", "--lint", "templates")),
        Step("Lines of templates", _python("-m", "config.gate.templates")),
        Step(
            "Every branch of the engine",
            _branches("tasks/scheduling", "projects/worktime"),
            UNCOMPILED,
            is_long=True,
        ),
        Step("Translations", _python("-m", "config.gate.translations")),
        Step("Insecure patterns", bandit("config", *APPS)),
        Step("Rules of our own", semgrep("."), SEMGREP),
        Step("Secrets in files", _python("-m", "config.gate.leaks")),
        # With them sites that the tests start compute as those of a deployment do.
        Step("Compiled passes", _python("-m", "tasks.scheduling.compiled"), is_long=True),
        Step("Compiled levelling", _python("-m", "tasks.scheduling.leveling"), is_long=True),
        Step("Compiled simulation", _python("-m", "tasks.scheduling.risk"), is_long=True),
        # Not asked here but by the tests of the files of production; what cannot be had is skipped there with a word.
        Step("Programs that tests ask", _python("ops/checks/install.py"), is_long=True),
    ]


def _branches(*packages: str) -> list[str]:
    """The tests of some packages walk every branch of them, by what stands written in them.

    What draws plans at random, what counts minute by minute to see what is right, and what is of great size or number
    (`many`) is asked with the other tests: here all of it would run as plain Python and be counted, and walk no further
    branch.
    """
    watched = [f"--cov={package}" for package in packages]
    return _python(
        *("-m", "pytest", "-q", "--no-header", "-p", "config.gate.memory", *packages, *watched),
        *("--cov-branch", "--cov-fail-under=100", "--cov-report=term-missing"),
        *("-m", "not hypothesis and not many"),
        *("--ignore-glob=*/test_scale.py", "--ignore-glob=*/test_cases_by_walking.py"),
    )


def bandit(*places: str) -> list[str]:
    """Patterns that are insecure anywhere."""
    return _python("-m", "bandit", "-q", "-ll", "-ii", "-c", "pyproject.toml", "-r", *places)


def semgrep(*places: str) -> list[str]:
    """Patterns that are wrong on this site; the script is run by the interpreter for the reason of lint-imports."""
    script = Path(sys.executable).with_name("pysemgrep")
    options = [
        "--metrics",
        "off",
        "--disable-version-check",
        "--quiet",
        "--error",
        "--config",
        str(PROJECT / "ops/semgrep"),
    ]
    return _python(str(script), "scan", *options, *places)


#: It would keep its settings and its log in a home folder, and need not have one.
SEMGREP: Final = {
    "SEMGREP_SETTINGS_FILE": f"{sys.prefix}/semgrep.yml",
    "SEMGREP_LOG_FILE": f"{sys.prefix}/semgrep.log",
}

# Kernels run as plain Python, where branches can be counted; with the other tests they run compiled.
UNCOMPILED: Final = {"NUMBA_DISABLE_JIT": "1"}

DEPLOYED: Final = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "itdo.example.co.jp",
    "KEYCLOAK_URL": "https://id.example.co.jp",
    "KEYCLOAK_REALM": "itdo",
    "KEYCLOAK_CLIENT_ID": "itdo-web",
    "KEYCLOAK_CLIENT_SECRET": "".join(chr(97 + 7 * number % 26) for number in range(40)),
    "ENCRYPTION_KEY": "".join(chr(35 + 5 * number % 90) for number in range(64)),
    "TRUSTED_PROXIES": "10.0.0.0/8",
    "SECRET_KEY": "".join(chr(48 + 7 * number % 75) for number in range(64)),
    "DATABASE_URL": "postgres://app@localhost/itdo",
    "REDIS_URL": "redis://localhost/0",
    "REDIS_BROKER_URL": "redis://localhost/1",
}


#: Plugins of our own: what each is for is said in its file.
PLUGINS: Final = tuple(
    part
    for name in ("browser", "failed", "memory", "order", "slowest")
    for part in ("-p", f"config.gate.{name}")
)


def tests(arguments: list[str], *, processes: int) -> list[str]:
    """The test runner's command."""
    parallel = ["-n", str(processes), "--dist", "worksteal"] if processes > 1 else []
    return _python("-m", "pytest", "-q", *PLUGINS, *parallel, *arguments)
