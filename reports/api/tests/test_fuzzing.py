"""Requests that the document allows, and some that it forbids, made of it by schemathesis: no answer contradicts it, none is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from resources.models import Resource
from tasks.baselines.services import take_baseline
from tasks.models import TaskLink

CHECKS: Final = [
    status_code_conformance, content_type_conformance, response_schema_conformance, response_headers_conformance,
    negative_data_rejection, positive_data_acceptance,
]  # fmt: skip
#: What the document allows may still be refused by a rule of planning, or be about a plan as it was: the document does not say which
#: columns a project has, nor at which revision it is. So these two words are no contradiction, which the check takes them for; that
#: something could not be read (`invalid`, `unreadable`, `unknown_parameter`) is one.
OF_RULES: Final = frozenset({"refused", "stale"})
#: Of each operation, as it should be and as it should not.
EXAMPLES: Final = 12
#: So many operations are reached at least; of one without parameters no request is wrong.
REACHED: Final = 22


@pytest.fixture
def ids(project: Any, chain: dict[str, Any], cast: Any, organization: Any) -> dict[str, int]:
    """What addresses name, so that the operations behind them are reached."""
    baseline = take_baseline(project=project, actor=cast.planner, name="合意")
    return {
        "project_id": project.pk, "task_id": chain["設計"].pk, "baseline_id": baseline.pk,
        "link_id": TaskLink.objects.filter(project=project).earliest("pk").pk,
        "resource_id": Resource.objects.create(organization=organization, name="木賊 ゆい").pk,
        "calendar_id": project.calendar_id,
    }  # fmt: skip


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own client of tests: a request that ends leaves the test its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.many
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_answer_contradicts_the_document(program: Any, ids: dict[str, int], mode: GenerationMode) -> None:
    text = program("planner").text
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    asked: set[str] = set()
    for found in schema.get_all_operations():
        if _ask_all(found.ok(), mode, text, ids):
            asked.add(found.ok().label)
    assert len(asked) >= REACHED


def _is_wrong_in_its_path(case: Any) -> bool:
    """Whether it is the path that makes a request a wrong one."""
    found = case.meta.components.get(ParameterLocation.PATH)
    return found is not None and found.mode.is_negative


def _ask_all(operation: Any, mode: GenerationMode, text: str, ids: dict[str, int]) -> int:
    """How many requests were made of one operation."""
    answers = []

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if not _is_wrong_in_its_path(case):
            # Of what there is, since a plan that there is not would hide what is passed over.
            case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {text}"})
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content
        is_of_rules = answer.status_code in {412, 422} and answer.json()["code"] in OF_RULES
        excluded = [positive_data_acceptance] if is_of_rules else []
        case.validate_response(answer, checks=CHECKS, excluded_checks=excluded)
        answers.append(answer.status_code)

    # Where nothing can be wrong with a request, no example is found.
    with suppress(hypothesis.errors.Unsatisfiable):
        ask()
    return len(answers)
