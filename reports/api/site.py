"""The API for programs: one object that all operations hang on, and its OpenAPI document."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from config.web.problems import MEDIA_TYPE
from projects.tokens.asking import ProgramPass, pass_of
from reports.api.parameters import refuse_unknown
from reports.api.refusals import answer_refusals

if TYPE_CHECKING:
    from django.http import HttpRequest
    from ninja.operation import Operation

PREFIX: Final = "/api/v1"
DESCRIPTION: Final = (
    "Plans, people and progress for programs. A request carries a token of a person (`Authorization: Bearer ...`), sees and does what that "
    "person may at this moment, within the scope of the token. Days are ISO dates, work is in hours, lengths are in days. Lists come in pages: "
    "ask again with `cursor` set to `next_cursor` until that is null. A parameter that an address does not know is refused. Refusals are application/problem+json with a sentence for people "
    "(`detail`) and a word for programs (`code`)."
)


class ReadableJson(JSONRenderer):
    """Japanese as it is, which is half as long."""

    json_dumps_params = {"ensure_ascii": False}


class Bearer(HttpBearer):
    """A token, which has been looked at before the request began (`projects/tokens/middleware.py`)."""

    def __call__(self, request: HttpRequest) -> ProgramPass | None:
        return pass_of(request)

    def authenticate(self, request: HttpRequest, token: str) -> ProgramPass | None:
        """As above; the name that the library asks for."""
        return pass_of(request)


class Api(NinjaAPI):
    """Operations are called by their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function."""
        name: str = operation.view_func.__name__
        return name


api: Final = Api(
    title="ITDO project management API",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=Bearer(),
    renderer=ReadableJson(),
)
answer_refusals(api)
api.add_decorator(refuse_unknown, mode="view")


def document() -> dict[str, Any]:
    """The OpenAPI document of all operations."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX + "/")))
    for operations in found["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
    return found


@cache
def document_text() -> str:
    """The same as text, one for the life of a process: operations come with the program alone."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
