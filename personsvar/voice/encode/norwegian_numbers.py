"""Norwegian numbers, days and months that espeak-ng misreads; the rows are those of `norwegian`.

Seksten, sytten and sytti are not said as they are spelled; the days lose their g; from twenty-one on the
stress is on the last part ("tjueFIRE").
"""

from __future__ import annotations

DATES = {
    "mandag": ("m'AndA", "mˈɑndɑ"),
    "tirsdag": ("t'i:SdA", "tˈiːʃdɑ"),
    "onsdag": ("'UnsdA", "ˈʊnsdɑ"),
    "torsdag": ("t'u:SdA", "tˈuːʃdɑ"),
    "fredag": ("fR'e:dA", "frˈeːdɑ"),
    "lørdag": ("l'Y:RdA", "lˈøːrdɑ"),
    "søndag": ("s'WndA", "sˈœndɑ"),
    "januar": ("jAnu-'A:R", "jɑnʉˈɑːr"),
    "februar": ("fEbRu-'A:R", "fɛbrʉˈɑːr"),
    "april": ("ApR'i:l", "ɑprˈiːl"),
    "august": ("aUg'u-st", "aʊɡˈʉst"),
    "september": ("sEpt'Emb@R", "sɛptˈɛmbər"),
    "oktober": ("Okt'u:b@R", "ɔktˈuːbər"),
    "november": ("nOv'Emb@R", "nɔvˈɛmbər"),
    "desember": ("dEs'Emb@R", "dɛsˈɛmbər"),
}

_SINGLE = {
    "elleve": ("'Elva#", "ˈɛlva"),
    "seksten": ("s'aIst@n", "sˈaɪstən"),
    "sytten": ("s'Wt:@n", "sˈœtːən"),
    "sytti": ("s'Wt:I", "sˈœtːɪ"),
    "ellevte": ("'Elvta#", "ˈɛlvta"),
    "trettende": ("tR'Et:@nda#", "trˈɛtːənda"),
    "fjortende": ("fj'URt@nda#", "fjˈʊrtənda"),
    "femtende": ("f'Emt@nda#", "fˈɛmtənda"),
    "sekstende": ("s'aIst@nda#", "sˈaɪstənda"),
    "syttende": ("s'Wt:@nda#", "sˈœtːənda"),
    "attende": ("'At:@nda#", "ˈɑtːənda"),
    "nittende": ("n'It:@nda#", "nˈɪtːənda"),
    "sjuende": ("S'u-:@nda#", "ʃˈʉːənda"),
    "åttende": ("'Ot:@nda#", "ˈɔtːənda"),
    "niende": ("n'i:@nda#", "nˈiːənda"),
    "tiende": ("t'i:@nda#", "tˈiːənda"),
    "tjuende": ("s;'u-:@nda#", "ʂˈʉːənda"),
    "trettiende": ("tR'Et:I@nda#", "trˈɛtːɪənda"),
}

_TENS = {
    "tjue": ("s;,u-:@", "ʂˌʉːə"),
    "tretti": ("tR,Et:I", "trˌɛtːɪ"),
    "førti": ("f,WRtI", "fˌœrtɪ"),
    "femti": ("f,EmtI", "fˌɛmtɪ"),
}
_UNITS = {
    "én": ("'e:n", "ˈeːn"),
    "to": ("t'u:", "tˈuː"),
    "tre": ("tR'e:", "trˈeː"),
    "fire": ("f'i:Ra#", "fˈiːra"),
    "fem": ("f'Em", "fˈɛm"),
    "seks": ("s'Eks", "sˈɛks"),
    "sju": ("S'u-:", "ʃˈʉː"),
    "åtte": ("'Ot:a#", "ˈɔtːa"),
    "ni": ("n'i:", "nˈiː"),
    "første": ("f'WSta#", "fˈœʃta"),
    "andre": ("'AndRa#", "ˈɑndra"),
    "tredje": ("tR'e:dja#", "trˈeːdja"),
    "fjerde": ("fj'E:Ra#", "fjˈɛːra"),
    "femte": ("f'Emta#", "fˈɛmta"),
    "sjette": ("S'Et:a#", "ʃˈɛtːa"),
    "sjuende": ("S'u-:@nda#", "ʃˈʉːənda"),
    "åttende": ("'Ot:@nda#", "ˈɔtːənda"),
    "niende": ("n'i:@nda#", "nˈiːənda"),
}
NUMBERS = _SINGLE | {
    f"{ten}{unit}": (f"{ten_phonemes}{unit_phonemes}", f"{ten_ipa}{unit_ipa}")
    for ten, (ten_phonemes, ten_ipa) in _TENS.items()
    for unit, (unit_phonemes, unit_ipa) in _UNITS.items()
}
