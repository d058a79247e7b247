"""Norwegian words that espeak-ng misreads, as it should be given them.

It spells well and stresses badly: loan words are stressed on the first syllable ("MInutt"), and the small
words are read letter by letter ("og" as "oog"). In [[ ]] are its own phonemes (espeak-ng, docs/phonemes.md),
with ' before the stressed syllable; the rest are spellings that it reads right.
"""

from __future__ import annotations

from collections.abc import Mapping

_SMALL = {
    "og": "å",
    "om": "[[Om]]",
    "som": "[[sOm]]",
    "deg": "dei",
    "selv": "sell",
    "igjen": "[[Ij'En]]",
}

_NUMBERS = {
    "elleve": "elve",
    "ellevte": "elvte",
    **{
        f"{ten}{unit}": f"{ten}-{unit}"
        for ten in ("tjue", "tretti", "førti", "femti")
        for unit in ("tre", "fem")
    },
}

_MONTHS = {
    "januar": "[[jAnu-'aR]]",
    "februar": "[[fEbRu-'aR]]",
    "april": "[[ApR'i:l]]",
    "august": "[[aUg'u-st]]",
    "september": "[[sEpt'Emb@R]]",
    "oktober": "[[Okt'u:b@R]]",
    "november": "[[nOv'Emb@R]]",
    "desember": "[[dEs'Emb@R]]",
}

_LOANS = {
    "akkurat": "[[Ak:u-R'at]]",
    "informasjon": "[[InfORmAS'u:n]]",
    "kontakt": "[[kOnt'Akt]]",
    "kopi": "[[kOp'i:]]",
    "kvarter": "[[kvARt'e:R]]",
    "levert": "[[lev'e:Rt]]",
    "menyer": "[[mEn'y:@R]]",
    "minutt": "[[mIn'u-t:]]",
    "minutter": "[[mIn'u-t:@R]]",
    "personsvar": "[[paRS'u:nsv,aR]]",
    "personsvarer": "[[paRS'u:nsv,aR@R]]",
    "personsvareren": "[[paRS'u:nsv,aR@R@n]]",
    "sekund": "[[sEk'u-nn]]",
    "sekunder": "[[sEk'u-nn@R]]",
    "stjerne": "[[stj'aRna#]]",
    "telefon": "[[tElEf'u:n]]",
    "telefonen": "[[tElEf'u:n@n]]",
    "tilbake": "[[tIlb'aka#]]",
    "ukjent": "[['u-s;Ent]]",
}

SPELLINGS: Mapping[str, str] = _SMALL | _NUMBERS | _MONTHS | _LOANS
