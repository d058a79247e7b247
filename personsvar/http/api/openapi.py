"""The API's description (OpenAPI): what FastAPI makes of the routes, and what it can't know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI

from personsvar.http.api.idempotency import HEADER, PATTERN
from personsvar.http.api.problems import MEDIA_TYPE, ProblemForm

Json = dict[str, Any]

_IN_BRACES = re.compile(r"\{[a-z_]+\}")
_OF_THE_LIBRARY = ("HTTPValidationError", "ValidationError")
_PROBLEM = f"#/components/schemas/{ProblemForm.__name__}"

_IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "of your own making: the same request with it is done once, and answered the same",
    "schema": {"type": "string", "pattern": PATTERN},
    "example": "7b0d3c52-order-4711",
}
_UNDER_WAY = {
    "description": "the same request is under way",
    "content": {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}},
}


def describe_api(app: FastAPI) -> None:
    """`app.openapi()` tells of problems by their own media type, and of none that there is not."""
    made: Callable[[], Json] = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _described(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's own documents have it


def methods_at(app: FastAPI, path: str) -> list[str]:
    """What can be done with what is there; of each of its routes FastAPI knows its own."""
    found = (
        methods
        for template, methods in app.openapi()["paths"].items()
        if re.fullmatch(_IN_BRACES.sub("[^/]+", template), path)
    )
    return sorted({method.upper() for methods in found for method in methods})


def _described(schema: Json) -> Json:
    for response in _responses(schema):
        for held in response.get("content", {}).values():
            if held.get("schema", {}).get("$ref") == _PROBLEM:
                response["content"] = {MEDIA_TYPE: held}
    for operation in _operations(schema, "post"):
        if "security" in operation:
            operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            operation["responses"].setdefault("409", _UNDER_WAY)
    for name in _OF_THE_LIBRARY:
        schema.get("components", {}).get("schemas", {}).pop(name, None)
    return schema


def _responses(schema: Json) -> Iterator[Json]:
    for operation in _operations(schema):
        yield from operation["responses"].values()


def _operations(schema: Json, wanted: str | None = None) -> Iterator[Json]:
    for methods in schema["paths"].values():
        yield from (operation for method, operation in methods.items() if wanted in (None, method))
