"""Figures as an operator is shown them: a board a subject, with its totals, its graphs, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from personsvar.http.pages.operator.drawn_lines import Drawing, drawing
from personsvar.http.pages.operator.figure_ranges import Timeline
from personsvar.http.pages.operator.operator_page import OperatorAtWork
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.tally import Counted, GatewayLook, TallySubject

Part = Mapping[Counted, int]
"""What was counted in a part of the time."""
WITH_RECEIPTS = (Channel.SMS, Channel.MMS)
"""The others' gateways take a notice and say no more; a receipt that comes all the same is shown."""
_NOTHING_KNOWN = "–"
_PERCENT = "\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One line of a graph, and its column of the table."""

    name: str
    tint: str
    values: Sequence[int | None]
    """None: nothing is known of that part."""


@dataclass(frozen=True, slots=True)
class FigureGraph:
    name: str
    first: int
    """Which column of the table is its first line's."""
    lines: Sequence[FigureLine]
    unit: str
    drawn: Drawing
    highest: str
    """What the upper edge means, in words."""


@dataclass(frozen=True, slots=True)
class FigureBoard:
    key: str
    title: str
    totals: Sequence[tuple[str, str]]
    graphs: Sequence[FigureGraph]

    @property
    def columns(self) -> Sequence[FigureLine]:
        return [line for graph in self.graphs for line in graph.lines]


@dataclass(frozen=True, slots=True)
class FigureCell:
    shown: str
    value: int | None


def boards(work: OperatorAtWork, parts: Sequence[Part]) -> Sequence[FigureBoard]:
    seen = {what.name for part in parts for what in part if what.subject is not TallySubject.CALL}
    channels = [channel for channel in Channel if channel in seen]
    return [_of_calls(work, parts), *(_of_channel(work, channel, parts) for channel in channels)]


def rows(
    board: FigureBoard, timeline: Timeline, language: Language
) -> Iterator[tuple[str, str, list[FigureCell]]]:
    """The newest first: the part's name, what stands below it in the graph, and its numbers."""
    for n in reversed(range(len(timeline.names))):
        cells = [
            _cell(graph.unit, line.values[n], language) for graph in board.graphs for line in graph.lines
        ]
        yield timeline.names[n], timeline.ticks[n], cells


def number(value: int, language: Language) -> str:
    """`12 345`, `12,345`."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}") if language == "nb" else f"{value:,}"


def _cell(unit: str, value: int | None, language: Language) -> FigureCell:
    if value is None:
        return FigureCell(_NOTHING_KNOWN, None)
    return FigureCell(number(value, language) + unit, value)


def _of_calls(work: OperatorAtWork, parts: Sequence[Part]) -> FigureBoard:
    lines = [
        FigureLine(
            work.said("figures.calls"), "one", _sums(parts, lambda it: it.subject is TallySubject.CALL)
        ),
        FigureLine(work.said("figures.messages"), "two", _sums(parts, _is(Counted.call(CameOf.MESSAGE)))),
        FigureLine(work.said("figures.missed"), "three", _sums(parts, _is(Counted.call(CameOf.MISSED)))),
    ]
    title = work.said("figures.calls")
    return FigureBoard("calls", title, _totals(work, lines), [_graph(work, title, lines)])


def _of_channel(work: OperatorAtWork, channel: Channel, parts: Sequence[Part]) -> FigureBoard:
    name = work.said(f"channel.{channel}")
    title = name[0].upper() + name[1:]
    lines = list(_notices(work, channel, parts))
    share = FigureLine(work.said("figures.gateway"), "four", _shares(channel, parts))
    graphs = [
        _graph(work, work.said("figures.notices_of", channel=name), lines),
        _graph(
            work, work.said("figures.gateway_of", channel=name), [share], behind=len(lines), unit=_PERCENT
        ),
    ]
    looked, up = (sum(_gateway(channel, part, look) for part in parts) for look in GatewayLook)
    there = f"{_percent(up, looked)}{_PERCENT}" if looked else _NOTHING_KNOWN
    return FigureBoard(channel, title, [*_totals(work, lines), (share.name, there)], graphs)


def _graph(
    work: OperatorAtWork, name: str, lines: Sequence[FigureLine], *, behind: int = 0, unit: str = ""
) -> FigureGraph:
    """`behind` so many other columns of the table; a share in a hundred has a `unit`."""
    drawn = drawing(lines, 100 if unit else None)
    return FigureGraph(name, behind, lines, unit, drawn, number(drawn.top, work.language) + unit)


def _notices(work: OperatorAtWork, channel: Channel, parts: Sequence[Part]) -> Iterator[FigureLine]:
    lost = {Counted.notice(channel, status) for status in (NoticeStatus.FAILED, NoticeStatus.DEAD)}
    arrived = _sums(parts, _is(Counted.notice(channel, NoticeStatus.DELIVERED)))
    yield FigureLine(
        work.said("figures.sent"), "one", _sums(parts, _is(Counted.notice(channel, NoticeStatus.SENT)))
    )
    if channel in WITH_RECEIPTS or any(arrived):
        yield FigureLine(work.said("figures.delivered"), "two", arrived)
    yield FigureLine(work.said("figures.failed"), "three", _sums(parts, lost.__contains__))


def _is(what: Counted) -> Callable[[Counted], bool]:
    return what.__eq__


def _sums(parts: Sequence[Part], counts: Callable[[Counted], bool]) -> Sequence[int]:
    return [sum(times for what, times in part.items() if counts(what)) for part in parts]


def _shares(channel: Channel, parts: Sequence[Part]) -> Sequence[int | None]:
    """Of the looks at its gateway, how many in a hundred found it there."""
    looks = [[_gateway(channel, part, look) for look in GatewayLook] for part in parts]
    return [_percent(up, looked) if looked else None for looked, up in looks]


def _gateway(channel: Channel, part: Part, look: GatewayLook) -> int:
    return part.get(Counted.gateway(channel, look), 0)


def _percent(up: int, looked: int) -> int:
    """A gateway that was away for a moment was not there all the time."""
    return up * 100 // looked


def _totals(work: OperatorAtWork, lines: Sequence[FigureLine]) -> list[tuple[str, str]]:
    return [(line.name, number(sum(it or 0 for it in line.values), work.language)) for line in lines]
