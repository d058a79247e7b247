"""A call's pages as spans, at a collector: one for each page that was turned, in that of the call."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

import pytest

from personsvar import logs
from personsvar.dialogue.call import HungUpError
from personsvar.dialogue.manual import answer
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.open_telemetry import spans_to
from tests.fakes.collector import Collector, collecting
from tests.phone import HANG_UP, Speak
from tests.world import OLA, STRANGER, World


def traced(world: World, collector: Collector, *keys: object) -> None:
    """A caller's call, and what is left of its spans sent."""
    with (
        spans_to(collector.url, token="a-token-of-ours", no_errors=(HungUpError,)) as spans,
        logs.in_call("17.4"),
    ):
        world.context = replace(world.context, spans=spans)
        with spans.span("call", call=logs.call_id()):
            world.caller_leaves(*keys)  # type: ignore[arg-type]


def test_each_page_is_a_span_within_that_of_its_call(world: World) -> None:
    world.subscriber()
    with collecting() as collector:
        traced(world, collector, Speak(14), "#2")
    (call,) = collector.named("call")
    pages = collector.named("page")
    assert call.facts == {"personsvar.call": "17.4"}
    assert pages[0].facts["personsvar.page"] == "door"
    assert len(pages) > 3
    assert {page.parent for page in pages} == {call.span_id}
    assert not any(span.is_error for span in collector.spans)
    assert set(collector.shown) == {"Bearer a-token-of-ours"}


def test_no_number_of_anybody_is_in_a_span(world: World) -> None:
    world.subscriber()
    with collecting() as collector:
        traced(world, collector, Speak(14), "#2")
    sent = b"".join(collector.bodies)
    assert sent
    for number in (OLA, STRANGER):
        assert number.removeprefix("+").encode() not in sent


def test_a_caller_who_hangs_up_is_no_error(world: World) -> None:
    world.subscriber()
    with collecting() as collector:
        traced(world, collector, HANG_UP)
    last = collector.named("page")[-1]
    assert last.facts["error.type"] == "HungUpError"
    assert not last.is_error


def test_an_error_is_told_by_its_kind_alone() -> None:
    with collecting() as collector, spans_to(collector.url) as spans:
        with pytest.raises(StoreUnavailableError), spans.span("page", page="door"):
            raise StoreUnavailableError(f"the database of {OLA} is away")
        spans.provider.force_flush()
        (page,) = collector.spans
    assert page.is_error
    assert page.facts == {"personsvar.page": "door", "error.type": "StoreUnavailableError"}
    assert OLA.removeprefix("+").encode() not in b"".join(collector.bodies)


def test_a_collector_that_is_away_is_told_of_once_and_harms_no_call(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.subscriber()
    with collecting() as collector:
        collector.answer = HTTPStatus.BAD_REQUEST
        traced(world, collector, Speak(14), "#2")
    assert len(world.messages()) == 1
    told = [line.getMessage() for line in caplog.records if line.name == "personsvar.open_telemetry"]
    assert told == ["spans are dropped: the collector takes none"]


def test_without_a_collector_the_same_call_is_the_same(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(), HANG_UP)
    answer(phone, world.context)
    assert phone.reached
