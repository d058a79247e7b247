"""Digits as they are said (`null`, `tjueto`, `double five`), and words by which a number is another one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from personsvar.mailbox.model.subscriber import Language

_ONES: Mapping[Language, Mapping[str, int]] = {
    "nb": dict(
        zip(
            "null en én ett ein eitt to tre fire fem seks sju syv åtte ni".split(),  # noqa: SIM905
            (0, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9),
            strict=True,
        )
    ),
    "en": dict(
        zip(
            "zero nought oh o one two three four five six seven eight nine".split(),  # noqa: SIM905
            (0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    ),
}
_TEENS: Mapping[Language, str] = {
    "nb": "ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
}
_TENS: Mapping[Language, Mapping[str, int]] = {
    "nb": dict(
        zip(
            "tjue tyve tretti tredve førti femti seksti sytti åtti nitti".split(),  # noqa: SIM905
            (20, 20, 30, 30, 40, 50, 60, 70, 80, 90),
            strict=True,
        )
    ),
    "en": dict(
        zip(
            "twenty thirty forty fifty sixty seventy eighty ninety".split(),  # noqa: SIM905
            range(20, 100, 10),
            strict=True,
        )
    ),
}


def _said(language: Language) -> Mapping[str, str]:
    """Each word with its digits: `to` 2, `tolv` 12, `tjueto` 22, `toogtyve` 22."""
    ones, tens = _ONES[language], _TENS[language]
    teens = {word: str(10 + place) for place, word in enumerate(_TEENS[language].split())}
    whole = {word: str(value) for word, value in tens.items()}
    forward = {f"{ten}{one}": str(tens[ten] + ones[one]) for ten in tens for one in ones if ones[one]}
    backward = {f"{one}og{ten}": str(tens[ten] + ones[one]) for ten in tens for one in ones if ones[one]}
    joined = {**forward, **(backward if language == "nb" else {})}
    return MappingProxyType({word: str(value) for word, value in ones.items()} | teens | whole | joined)


DIGITS: Mapping[Language, Mapping[str, str]] = {"nb": _said("nb"), "en": _said("en")}
TENS = frozenset(word for tens in _TENS.values() for word in tens)
"""A word of one digit behind one of these goes with it: `twenty two`."""
ONES = frozenset(word for ones in _ONES.values() for word, value in ones.items() if value)
ARTICLES = frozenset({"en", "én", "ett", "ein", "eitt", "one"})
"""Behind a number, where the sentence goes on, these may be no digit: `en gang til`."""
SIGHS = frozenset({"oh", "o"})
"""In front of a number: `oh, it is …`."""
TIMES: Mapping[str, int] = {"dobbel": 2, "dobbelt": 2, "double": 2, "trippel": 3, "triple": 3, "treble": 3}
HUNDRED = frozenset({"hundre", "hundred"})
AND = frozenset({"og", "and"})
PLUS = frozenset({"+", "pluss", "plus"})
_SOUNDS = frozenset("eh eeh øh øhm ehm hm hmm uh um".split())  # noqa: SIM905 - words to read
FILLERS: Mapping[Language, frozenset[str]] = {"nb": _SOUNDS, "en": _SOUNDS | {"er"}}

MONEY = frozenset("kr nok kroner krone eur euro usd dollar dollars pund pound pounds gbp sek dkk".split())  # noqa: SIM905
MEASURES = MONEY | frozenset(
    """
    øre cent cents prosent percent promille meter metres meters km kilometer kilometers cm mm kg kilo kilos
    gram grams tonn liter litres liters grader degrees år years year dag dager days day time timer hours hour
    minutt minutter minutes minute sekunder seconds uke uker weeks week måneder months stk stykk ganger times
    personer people mennesker tusen thousand million millioner millions milliard milliarder billion billions
    am pm watt volt kvadrat kvadratmeter
    """.split()  # noqa: SIM905
)
"""Behind a number: it says how much."""
CLOCK = frozenset("kl klokka klokken clock oclock".split())  # noqa: SIM905
"""In front of a number: its first part is a time."""
