"""`/docs`: the API's description as a page of our own, made of the OpenAPI document beside it.

No script, and nothing fetched from anywhere: it is read on machines that reach nobody. Whoever wants to try
the API takes `/v1/openapi.json` into a tool of his own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personsvar.http.pages.plain_pages import filled_in

Json = Mapping[str, Any]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}: the API</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1rem; width: 100% }
th, td { border-top: 1px solid #ccc; padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top }
th { color: #555; font-weight: normal }
h2 { margin-top: 2.2rem }
code { font-size: .95em }
</style></head><body>
<h1>{{ title }}: the API</h1>
<p>For programs: <a href="{{ source }}"><code>{{ source }}</code></a> (OpenAPI). With a lock 🔒: send
<code>Authorization: Bearer …</code>, a key of <code>personsvar key add</code> with the scope named there,
or the token that <code>PERSONSVAR_API_TOKEN</code> sets.</p>
{% macro rows(head, them) %}{% if them %}<table><tr>{% for one in head %}<th>{{ one }}</th>{% endfor %}</tr>
{% for row in them %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endif %}{% endmacro %}
{% for it in operations %}
<h2 id="{{ it.id }}"><code>{{ it.method }} {{ it.path }}</code>
{%- if it.scopes %} 🔒 <small>{{ it.scopes }}</small>{% endif %}</h2>
<p>{{ it.summary }}.</p>
{{ rows(("parameter", "in", "is", "what"), it.parameters) }}
{{ rows(("body", "holds"), it.bodies) }}
{{ rows(("answer", "what", "holds"), it.answers) }}
{% endfor %}{% for name, fields in forms %}<h2 id="form-{{ name }}">{{ name }}</h2>
{{ rows(("field", "is", "what"), fields) }}
{% endfor %}</body></html>
"""
_LIMITS = {"minimum": "from {}", "maximum": "to {}", "default": "{} if not given"}
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    scopes: str
    """What a key has to be for; empty: everybody may."""
    parameters: Sequence[tuple[str, str, str, str]]
    bodies: Sequence[tuple[str, str]]
    answers: Sequence[tuple[str, str, str]]


def page(openapi: Json, *, source: str) -> str:
    return filled_in(
        _PAGE,
        title=openapi["info"]["title"],
        source=source,
        operations=list(_operations(openapi["paths"])),
        forms=list(_forms(openapi.get("components", {}).get("schemas", {}))),
    )


def _operations(paths: Json) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield Operation(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                scopes=", ".join(_scopes(operation)),
                parameters=[_parameter(one) for one in operation.get("parameters", ())],
                bodies=[
                    (kind, _kind(held.get("schema", {})))
                    for kind, held in operation.get("requestBody", {}).get("content", {}).items()
                ],
                answers=[_answer(status, one) for status, one in operation["responses"].items()],
            )


def _scopes(operation: Json) -> Iterator[str]:
    for security in operation.get("security", ()):
        for scopes in security.values():
            yield from scopes


def _parameter(parameter: Json) -> tuple[str, str, str, str]:
    return parameter["name"], parameter["in"], _kind(parameter["schema"]), parameter.get("description", "")


def _answer(status: str, answer: Json) -> tuple[str, str, str]:
    content = answer.get("content", {}).items()
    held = (_kind(one.get("schema", {})) + ("" if name == _JSON else f" ({name})") for name, one in content)
    return status, answer["description"], " or ".join(held)


def _forms(schemas: Json) -> Iterator[tuple[str, Sequence[tuple[str, str, str]]]]:
    for name, schema in schemas.items():
        if "enum" in schema:
            yield name, [("", _kind(schema), "")]
        elif "properties" in schema:
            fields = schema["properties"].items()
            yield name, [(field, _kind(one), one.get("description", "")) for field, one in fields]


def _kind(schema: Json) -> str:
    """In words: `number from 1 to 1000`, `list of NoticeForm`, `text or nothing`."""
    limits = [text.format(schema[name]) for name, text in _LIMITS.items() if schema.get(name) is not None]
    return " ".join([_bare_kind(schema), *limits]).strip()


def _bare_kind(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    words = {"string": "text", "integer": "number", "null": "nothing", "boolean": "true or false"}
    kind = str(schema.get("format") or schema.get("type") or "")
    return words.get(kind, kind)
