"""What is wrong with a value that was set, typed or asked with, in our own words: the library speaks to
programmers, and repeats the value.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_WHOLE, _NUMBER = "should be a whole number", "should be a number"
_YES_NO = "should be true or false"
_TEXT = "should be text in UTF-8"
_TIME = "should be a time, like 2026-03-02T12:00:00Z"
_WORDS: Mapping[str, str] = {
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "string_type": "should be text",
    "string_too_long": "should have at most {max_length} characters",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is not written as it should be",
    "int_type": _WHOLE,
    "json_invalid": "is no JSON",
    "model_attributes_type": "should be an object",
    "greater_than_equal": "should be {ge} or more",
    "greater_than": "should be more than {gt}",
    "less_than_equal": "should be {le} or less",
    "less_than": "should be less than {lt}",
    "literal_error": "should be {expected}",
    "enum": "should be {expected}",
    "string_unicode": _TEXT,
    "path_type": _TEXT,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "extra_forbidden": "is not known here",
    "missing": "is missing",
}
"""They are found by the library's name of the mistake."""


def in_words(detail: ErrorDetails) -> str:
    context = {name: _plain(value) for name, value in detail.get("ctx", {}).items()}
    if detail["type"] == "value_error":  # one of our own checks
        return context["error"]
    return _WORDS.get(detail["type"], "can't be understood").format(**context)


def _plain(value: object) -> str:
    """`86400.0` is written 86400."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
