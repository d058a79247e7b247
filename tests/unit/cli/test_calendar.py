"""`personsvar calendar`: a feed is given, shown without its address, refreshed, removed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.model.ids import Number
from tests.unit.cli.conftest import KARI, OLA, Site
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def feeds(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedServer]:
    monkeypatch.setenv("PERSONSVAR_CALENDAR_NETWORKS", "127.0.0.0/8")
    assert site.run("subscriber", "add", OLA).code == 0
    with feed_server() as server:
        server.content = calendar(
            meeting(now() - HOUR, now() + HOUR), meeting(now() + 3 * HOUR, now() + 4 * HOUR)
        )
        yield server


def ends(site: Site) -> list[datetime]:
    with site.application().store.look() as uow:
        return [it.ends_at for it in uow.absences.not_over(Number(OLA), at=now())]


def test_a_calendar_is_given_and_shown_without_its_address(site: Site, feeds: FeedServer) -> None:
    given = site.run("calendar", "set", OLA, feeds.address(), "--word", "Borte")
    assert (given.code, given.err) == (0, "")
    assert (
        given.out == f"{OLA} has calendar 1 at 127.0.0.1:{feeds.port} now: 2 busy times in the next weeks.\n"
    )
    assert len(ends(site)) == 2
    (shown,) = site.run("calendar", "show", OLA, "--json").json
    assert (shown["mailbox"], shown["word"], shown["busy_times"]) == (OLA, "Borte", 2)
    assert (shown["trouble"], shown["why"], shown["failing_since"]) == (None, None, None)
    for command in (["show", OLA], ["show", OLA, "--json"], ["list"], ["list", "--json"]):
        said = site.run("calendar", *command)
        assert said.code == 0
        assert f"127.0.0.1:{feeds.port}" in said.out
        assert "hush" not in said.out


def test_the_address_comes_from_standard_input_unseen(
    site: Site, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{feeds.address()}\n"))
    assert site.run("calendar", "set", OLA, "-").code == 0
    assert len(ends(site)) == 2


def test_what_can_not_be_used_is_refused_and_nothing_is_changed(
    site: Site, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PERSONSVAR_CALENDAR_NETWORKS")
    for address, why in (
        (feeds.address(), "PERSONSVAR_CALENDAR_NETWORKS"),
        (f"https://localhost:{feeds.port}/hush", "private network"),
        ("hush", "no address of a calendar"),
    ):
        refused = site.run("calendar", "set", OLA, address)
        assert (refused.code, refused.out) == (1, "")
        assert why in refused.err
        assert "hush" not in refused.err
    assert feeds.asked == []
    assert site.run("calendar", "show", OLA, "--json").json == []


def test_it_is_refreshed_by_hand_and_what_is_wrong_is_told(site: Site, feeds: FeedServer) -> None:
    site.run("calendar", "set", OLA, feeds.address())
    later = now() + 9 * HOUR
    feeds.content = calendar(meeting(later - HOUR, later), "SUMMARY:no start")
    said = site.run("calendar", "refresh", OLA)
    assert said.out.endswith("1 busy times in the next weeks, 1 that can't be read.\n")
    assert ends(site) == [later]
    feeds.status = 404
    failed = site.run("calendar", "refresh", OLA)
    assert (failed.code, failed.out) == (1, "")
    assert "not shared any more" in failed.err
    assert ends(site) == [later]
    (failing,) = site.run("calendar", "list", "--failing", "--json").json
    assert (failing["trouble"], failing["failures"]) == ("refused", 1)
    assert "asks for a log-in" in failing["why"]


def test_its_word_is_changed(site: Site, feeds: FeedServer) -> None:
    site.run("calendar", "set", OLA, feeds.address(), "--word", "Borte")
    assert site.run("calendar", "set", OLA, "--calendar", 1, "--word", "Ute").code == 0
    assert site.run("calendar", "show", OLA, "--json").json[0]["word"] == "Ute"
    assert site.run("calendar", "set", OLA, "--calendar", 1, "--word", "").code == 0
    assert site.run("calendar", "show", OLA, "--json").json[0]["word"] == ""
    assert site.run("calendar", "set", OLA, "--calendar", 1).code == 2
    assert site.run("calendar", "set", OLA).code == 2
    assert site.run("calendar", "set", OLA, feeds.address(), "--calendar", 1).code == 2


def test_one_is_removed_or_all_of_them(site: Site, feeds: FeedServer) -> None:
    for path in ("/a", "/b", "/c"):
        assert site.run("calendar", "set", OLA, feeds.address(path)).code == 0
    assert site.run("calendar", "remove", OLA, "--calendar", 2).out == f"{OLA} has no calendar 2 any more.\n"
    assert [it["id"] for it in site.run("calendar", "list", "--json").json] == [1, 3]
    assert site.run("calendar", "remove", OLA).code == 0
    assert site.run("calendar", "list", "--json").json == []
    assert ends(site) == []


@pytest.mark.parametrize("command", ["remove", "refresh"])
def test_nobody_has_what_there_is_not(site: Site, feeds: FeedServer, command: str) -> None:
    none = site.run("calendar", command, OLA)
    assert (none.code, none.err) == (1, f"personsvar: {OLA} has no calendar\n")
    site.run("calendar", "set", OLA, feeds.address())
    site.run("subscriber", "add", KARI)
    for number, which in ((OLA, 4711), (KARI, 1)):
        other = site.run("calendar", command, number, "--calendar", which)
        assert (other.code, other.err) == (1, f"personsvar: {number} has no such calendar\n")
    assert len(ends(site)) == 2
