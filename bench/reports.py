"""What reports cost: reading the data, writing the file, and the memory of the worker that does it."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone, translation

from reports.documents.files import make_file
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.documents.reading import snapshot

if TYPE_CHECKING:
    from bench.data import Stage
    from projects.models import Project

FORMATS = ("csv", "xlsx", "pdf")
HEAD = ("report", "file", "read ms", "write ms", "own cpu ms", "size kB", "most MiB")


def measure(stage: Stage, only: str) -> None:
    """Each report in a process of its own, warmed up by a small one, so that the memory is its own."""
    smallest = stage.sizes[min(stage.sizes)]
    subjects: list[tuple[str, str, Project]] = [
        (f"{kind} {size:,}", kind, project)
        for size, project in stage.sizes.items()
        if size >= 1_000
        for kind in ("wbs", "progress")
    ]
    subjects.append(("portfolio 1,000", "portfolio", smallest))
    subjects.append(("utilization", "utilization", smallest))
    print(_line(HEAD))
    for name, kind, project in subjects:
        for file_format in FORMATS:
            if only in f"{name} {file_format}":
                spent = _apart(partial(_make, stage, kind, project, file_format, smallest))
                print(_line((name, file_format, *spent)), flush=True)


def _line(values: tuple[Any, ...]) -> str:
    texts = [f"{value:,.0f}" if isinstance(value, float) else str(value) for value in values]
    return f"{texts[0]:18}{texts[1]:6}" + "".join(text.rjust(12) for text in texts[2:])


def _apart(work: Callable[[], tuple[float, ...]]) -> tuple[float, ...]:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=lambda: theirs.send(work()))
    process.start()
    theirs.close()
    answer: tuple[float, ...] = ours.recv()
    process.join()
    return answer


def _make(stage: Stage, kind: str, project: Project, file_format: str, small: Project) -> tuple[float, ...]:
    translation.activate("ja")
    _once(stage, "wbs", small, file_format)
    read, write, cpu, size = _once(stage, kind, project, file_format)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return read * 1_000, write * 1_000, cpu * 1_000, size / 1_000, most


def _once(stage: Stage, kind: str, project: Project, file_format: str) -> tuple[float, float, float, float]:
    began, worked = time.perf_counter(), time.process_time()
    organization = project.organization
    with snapshot(organization.pk):
        subject = Subject(stage.user, organization, Options(on=timezone.localdate()), project)
        report = report_kinds()[kind].read(subject)
    read = time.perf_counter() - began
    began = time.perf_counter()
    content = make_file(report, file_format, made_at=timezone.now(), paper="a4", tell=lambda _step: None)
    return read, time.perf_counter() - began, time.process_time() - worked, float(len(content))
