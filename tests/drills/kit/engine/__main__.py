"""`docker compose …` and `docker volume rm …`, as far as runbooks use them; what they do not know they refuse.

`python -m tests.drills.kit.engine FOLDER COMPOSE…`: FOLDER is the project's.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.drills.kit.engine.containers import Engine, EngineError
from tests.drills.kit.engine.project import Project

#: What this command has started: it does so once, also with what has ended since.
DONE: set[str] = set()


def main(folder: str, *words: str) -> int:
    """One command of the engine; its exit code."""
    engine = Engine(Project(Path(folder)))
    try:
        if words[0] == "volume" and words[1] == "rm":
            for name in words[2:]:
                engine.remove_volume(name)
            return 0
        if words[0] != "compose":
            raise EngineError(f"unknown command: docker {words[0]}")
        return compose(engine, list(words[1:]))
    except EngineError as error:
        sys.stderr.write(f"Error response from daemon: {error}\n")
        return 1


def compose(engine: Engine, words: list[str]) -> int:
    """`docker compose [--profile P]… COMMAND …`."""
    profiles = []
    while words and words[0].startswith("-"):
        option, value = words.pop(0), words.pop(0)
        if option == "--profile":
            profiles.append(value)
    command, *rest = words
    known = {
        "up": up,
        "stop": stop,
        "rm": remove,
        "exec": execute,
        "run": run,
        "kill": kill,
        "restart": restart,
    }
    if command not in known:
        raise EngineError(f"unknown docker command: compose {command}")
    if command == "up":
        return up(engine, rest, profiles)
    return known[command](engine, rest)  # type: ignore[operator]  # `up` is done


def up(engine: Engine, words: list[str], profiles: list[str]) -> int:
    """Services and what they depend on, in order."""
    parser = argparse.ArgumentParser("up")
    for flag in ("--wait", "--no-deps", "--build", "--remove-orphans", "--force-recreate"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-d", action="store_true")
    parser.add_argument("services", nargs="*")
    asked = parser.parse_args(words)
    chosen = asked.services or engine.project.services(profiles)
    for name in chosen:
        _known(engine, name)
        begin(engine, name, with_needs=not asked.no_deps, anew=asked.force_recreate)
    for name in chosen if asked.wait else []:
        if engine.project.service(name).get("restart") != "no":
            engine.wait_until_well(name)
    return 0


def begin(engine: Engine, name: str, *, with_needs: bool, anew: bool = False) -> None:
    """One service, after what it needs; one that runs is left alone."""
    found = engine.of(name)
    if name in DONE or (found and found.is_running() and not anew):
        return
    for need, condition in engine.project.needs(name).items() if with_needs else ():
        begin(engine, need, with_needs=True)
        if condition == "service_healthy":
            engine.wait_until_well(need)
    if found:
        engine.stop(name)
        engine.remove(found.name)
    container, process = engine.make(name)
    DONE.add(name)
    if engine.project.service(name).get("restart") == "no" and process.wait() != 0:
        raise EngineError(f'service "{name}" didn\'t complete successfully: see {container.name}.log')


def stop(engine: Engine, words: list[str]) -> int:
    """Services that run; the others are stopped already."""
    for name in words:
        _known(engine, name)
        engine.stop(name)
    return 0


def restart(engine: Engine, words: list[str]) -> int:
    """Ended and started, whatever depends on them."""
    for name in words:
        stop(engine, [name])
        begin(engine, name, with_needs=False)
    return 0


def remove(engine: Engine, words: list[str]) -> int:
    """Containers that have ended; `--stop` ends them first."""
    parser = argparse.ArgumentParser("rm")
    parser.add_argument("-f", "--force", action="store_true")
    parser.add_argument("-s", "--stop", action="store_true")
    parser.add_argument("services", nargs="+")
    asked = parser.parse_args(words)
    if not asked.force:
        raise EngineError("rm asks a person who is not there: --force")
    for name in asked.services:
        if asked.stop:
            engine.stop(name)
        if (found := engine.of(name)) and not found.is_running():
            engine.remove(found.name)
    return 0


def execute(engine: Engine, words: list[str]) -> int:
    """A command in a container that runs."""
    while words[0].startswith("-"):
        words.pop(0)
    name, *command = words
    _known(engine, name)
    return subprocess.run(engine.entering(engine.running(name), command), check=False).returncode


def run(engine: Engine, words: list[str]) -> int:
    """A container for one command, gone after it."""
    parser = argparse.ArgumentParser("run")
    for flag in ("--rm", "--no-deps", "-T", "--use-aliases"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--entrypoint", default="")
    parser.add_argument("-e", action="append", default=[])
    parser.add_argument("-v", action="append", default=[])
    parser.add_argument("service")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(words)
    _known(engine, asked.service)
    for need, condition in () if asked.no_deps else engine.project.needs(asked.service).items():
        begin(engine, need, with_needs=True)
        if condition == "service_healthy":
            engine.wait_until_well(need)
    more = {
        key: os.environ.get(key, "") if not is_set else value
        for key, is_set, value in (each.partition("=") for each in asked.e)
    }
    container, process = engine.make(
        asked.service, entrypoint=asked.entrypoint, arguments=asked.arguments, more=more, mounts=asked.v, is_one_off=True,
        is_quiet=False,
    )  # fmt: skip
    code = process.wait()
    if asked.rm:
        engine.remove(container.name)
    return code


def kill(engine: Engine, words: list[str]) -> int:
    """A signal to the first process."""
    parser = argparse.ArgumentParser("kill")
    parser.add_argument("-s", "--signal", default="SIGKILL")
    parser.add_argument("services", nargs="+")
    asked = parser.parse_args(words)
    for name in asked.services:
        what = asked.signal if asked.signal.startswith("SIG") else f"SIG{asked.signal}"
        os.kill(engine.running(name).pid, getattr(signal, what))
    return 0


def _known(engine: Engine, name: str) -> None:
    if name not in engine.project.file["services"]:
        raise EngineError(f"no such service: {name}")
    if engine.project.image(name) is None:
        raise EngineError(f"nothing on this machine stands in for {name}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
