"""The API's description (OpenAPI): what FastAPI makes of the routes, and what it can't know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI

from personsvar.http.api.problems import MEDIA_TYPE, ProblemForm

Json = dict[str, Any]

_OF_THE_LIBRARY = ("HTTPValidationError", "ValidationError")
_PROBLEM = f"#/components/schemas/{ProblemForm.__name__}"


def describe_api(app: FastAPI) -> None:
    """`app.openapi()` tells of problems by their own media type, and of none that there is not."""
    made: Callable[[], Json] = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _described(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's own documents have it


def _described(schema: Json) -> Json:
    for response in _responses(schema):
        content = response.get("content", {})
        if content.get("application/json", {}).get("schema", {}).get("$ref") == _PROBLEM:
            response["content"] = {MEDIA_TYPE: content["application/json"]}
    for name in _OF_THE_LIBRARY:
        schema.get("components", {}).get("schemas", {}).pop(name, None)
    return schema


def _responses(schema: Json) -> Iterator[Json]:
    for methods in schema["paths"].values():
        for operation in methods.values():
            yield from operation["responses"].values()
