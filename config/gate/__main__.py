"""`bin/test` and `bin/check`: every step one line, what failed with its output, the tests last."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from config.embedded.places import LauncherError
from config.gate import asking, browser, changed, node, steps
from config.gate.steps import PROJECT, Step
from config.launch import servers
from config.launch.progress import complain, say, step

NOTHING_COLLECTED: Final = 5
#: One more than the two cores that the gate is made for: of what they could do in the time of two processes, a quarter
#: was waiting for pages and for programs that start.
PROCESSES: Final = 3
#: Scores of processes load the site; each would compile all of its modules anew, for more than a second.
FORGOTTEN: Final = ("PYTHONDONTWRITEBYTECODE",)


def main() -> int:
    """Run the gate; the exit code tells."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        arguments, for_pytest = _parser().parse_known_args()
        return _gate(arguments, for_pytest)
    except KeyboardInterrupt:
        complain("\nBroken off.")
        return 130
    except LauncherError as error:
        complain(f"\n{error}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="The whole gate. Arguments that are not listed here go to pytest, and then only pytest runs: "
        "bin/test tasks -k critical -x",
    )
    parser.add_argument(
        "--quick", action="store_true", help="what bin/check does: seconds, for while one works"
    )
    parser.add_argument(
        "--no-drills", action="store_true", help="without those that kill and restart programs"
    )
    parser.add_argument(
        "--seed", type=int, help="the order of the tests, as an earlier run printed it; else one is drawn"
    )
    return parser


class Terminated(KeyboardInterrupt):
    """A SIGTERM; unlike Ctrl-C in a terminal only this process has heard of it."""


def _interrupt(*_: object) -> None:
    raise Terminated


def _gate(arguments: argparse.Namespace, for_pytest: list[str]) -> int:
    with servers.running() as found:
        variables = {name: value for name, value in found.variables.items() if name not in FORGOTTEN}
        variables["ENVIRONMENT"] = "test"
        order = [] if arguments.seed is None else ["--seed", str(arguments.seed)]
        if for_pytest:
            return _test([*order, *for_pytest], variables, processes=1)
        if arguments.quick:
            return _quick(variables, order)
        _look_for_chromium()
        _look_for_packages()
        failed = _ask(steps.full(), variables)
        # Those of production take long and have a command of their own: bin/drill.
        selection = ["--ignore=tests/drills", *(["-m", "not drill"] if arguments.no_drills else []), *order]
        code = _test(selection, variables, processes=PROCESSES)
        return 1 if failed else code


def _quick(variables: Mapping[str, str], order: list[str]) -> int:
    failed = _ask(steps.quick(), variables)
    tests = changed.asked_by(changed.changed_files())
    if not tests:
        say("  Tests: none of what has changed.")
        return int(bool(failed))
    code = _test(["-x", "-m", "not drill and not browser", *order, *tests], variables, processes=2)
    return 1 if failed else code % NOTHING_COLLECTED


def _ask(questions: list[Step], variables: Mapping[str, str]) -> list[str]:
    failed = asking.ask(questions, variables)
    if failed:
        say(f"  Failed: {', '.join(failed)}.")
    return failed


def _look_for_chromium() -> None:
    if browser.is_best():
        return
    with step("Chromium") as note:
        if not browser.install_chromium() and not browser.find_chromium():
            note("not here: the journeys in a browser will be skipped (apt install chromium-headless-shell)")


def _look_for_packages() -> None:
    wanted = {
        "OpenID provider for the tests": (node.PROVIDER, "the sign-in is tried without a browser only"),
        "Tools for scripts and styles": (node.TOOLS, "nothing asks the scripts and the style sheets"),
    }
    for name, (packages, otherwise) in wanted.items():
        if packages.is_here():
            continue
        with step(name) as note:
            if not packages.install():
                note(f"not here: {otherwise} (apt install nodejs npm)")


def _test(arguments: list[str], variables: Mapping[str, str], *, processes: int) -> int:
    """The runner's own summary is the last line."""
    sys.stdout.flush()
    command = steps.tests(arguments, processes=processes)
    with subprocess.Popen(command, cwd=PROJECT, env=dict(variables), stdin=subprocess.DEVNULL) as runner:
        try:
            return runner.wait()
        except Terminated:
            # It has a site and a browser to end; leaving the block waits for that.
            runner.send_signal(signal.SIGINT)
            raise


if __name__ == "__main__":
    sys.exit(main())
