"""Pages for a look by somebody with a browser: without a script, and everything shown in them escaped."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined


def filled_in(template: str, **shown: object) -> str:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(template).render(shown)
