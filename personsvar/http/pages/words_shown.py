"""What a message says, as its owner reads it: each word with its time, so that it lights up as it is heard.

Unsure words are underlined, and said to be unsure to who hears the page; in the line of the list a mark
follows them. All that is shown names its engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from markupsafe import Markup, escape

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord, Transcript, Understanding
from personsvar.mailbox.transcription.beside_messages import SaidInMessage
from personsvar.mailbox.transcription.said import DOUBT, Run, marked_run, may_be_wrong, runs
from personsvar.mailbox.transcription.said_numbers import SaidNumber
from personsvar.mailbox.transcription.said_words import has_words, sought_words
from personsvar.mailbox.transcription.unsure import is_measured, is_unsure
from personsvar.notifier.words.facts import written

_GIST = 90
"""Letters of a message in its line of the list; what is longer is cut by the page."""
_BEFORE = 2
"""Words in front of one that was looked for."""
_PLAIN, _UNSURE = Markup('<p class="words dim">{}</p>'), Markup('<span class="unsure">{}{}</span>')
_UNSURE_GIST = Markup('<span class="unsure">{}</span>')
_WORD = Markup('<span data-at="{:.2f}" data-to="{:.2f}">{}</span>')
_WORDS = Markup('<p class="words" id="words-{}" lang="{}">{}</p>')
_HEARD = Markup('<span class="only-heard"> ({})</span>')
_BY = Markup('<p class="by">{}{}</p>')
_KEY = Markup(' <span class="unsure">{}</span>: {}')
_NUMBERS = Markup('<p class="row said-numbers"><span>{}</span>{}</p>')
_CALL = Markup('<a class="button quiet" href="tel:{}">{}</a>')


def words_shown(message: Message, found: SaidInMessage | None, language: Language) -> Markup:
    """Empty where nothing is known of it."""
    if found is None:
        return Markup("")
    if found.made is None:
        return _PLAIN.format(said(language, "words.waiting"))
    by = said(language, "words.by", engine=found.made.transcript.engine, model=found.made.transcript.model)
    if found.made.understanding is Understanding.NOT_UNDERSTOOD:
        return _PLAIN.format(said(language, "words.not_understood")) + _BY.format(by, "")
    callable_ = () if message.state is State.DELETED else _others(found.numbers, message.caller)
    return _text(found.made, by, language) + _numbers(callable_, language)


def gist(found: SaidInMessage | None, sought: str = "") -> Markup | None:
    """How it begins, or what is around the first word that was looked for; None: it says nothing.

    Where any word may be wrong the mark stands in front: the line is cut at its end.
    """
    made = None if found is None else found.made
    if made is None or not made.transcript.words:
        return None
    words = made.transcript.words
    first = max(0, _place([word.text for word in words], sought_words(sought)) - _BEFORE)
    shown = replace(made.transcript, words=tuple(_beginning(words[first:])))
    in_front = (f"{DOUBT.strip()} " if may_be_wrong(made) else "") + ("… " if first else "")
    return Markup("{}{}").format(in_front, Markup(" ").join(map(_run_of_gist, runs(shown))))


def _beginning(words: Sequence[SpokenWord]) -> Iterator[SpokenWord]:
    """As many as there are letters for; a word that is cut keeps its mark."""
    room = _GIST
    for word in words:
        if room <= 0:
            return
        text = word.text.strip()[:room]
        yield replace(word, text=text)
        room -= len(text) + 1


def _run_of_gist(run: Run) -> Markup:
    marked = " ".join(marked_run(run))
    return _UNSURE_GIST.format(marked) if run.unsure else escape(marked)


def _place(texts: Sequence[str], sought: Sequence[str]) -> int:
    """Of the first word that has any of these; 0 where a number was looked for that is several words."""
    hits = (place for place, text in enumerate(texts) if any(has_words(text, [word]) for word in sought))
    return next(hits, 0)


def _text(made: MessageTranscript, by: str, language: Language) -> Markup:
    words = made.transcript.words
    shown = _WORDS.format(made.message, made.transcript.language, Markup(" ").join(_runs(words, language)))
    return shown + _BY.format(by, _doubt(made.transcript, language))


def _doubt(heard: Transcript, language: Language) -> Markup:
    if not is_measured(heard):
        return Markup(" {}").format(said(language, "words.unmeasured"))
    if not any(map(is_unsure, heard.words)):
        return Markup("")
    return _KEY.format(said(language, "words.like_this"), said(language, "words.unsure"))


def _runs(words: Sequence[SpokenWord], language: Language) -> Iterator[Markup]:
    """Words that are unsure one after the other are told so once."""
    for unsure, run in groupby(words, is_unsure):
        shown = Markup(" ").join(_WORD.format(it.starts_at, it.ends_at, it.text.strip()) for it in run)
        yield _UNSURE.format(shown, _HEARD.format(said(language, "words.unsure"))) if unsure else shown


def _others(numbers: Sequence[SaidNumber], caller: Number | None) -> Sequence[SaidNumber]:
    """The caller's own has a button already."""
    return [it for it in numbers if it.number != caller]


def _numbers(numbers: Sequence[SaidNumber], language: Language) -> Markup:
    if not numbers:
        return Markup("")
    return _NUMBERS.format(
        said(language, "words.numbers"), Markup("").join(_call(it, language) for it in numbers)
    )


def _call(one: SaidNumber, language: Language) -> Markup:
    name = "words.call_unsure" if one.is_unsure else "words.call"
    return _CALL.format(one.number, said(language, name, number=written(one.number)))
