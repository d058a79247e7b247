"""Norwegian words that espeak-ng misreads: what it is given in their place, and what that sounds like.

It spells well and stresses badly: loan words are stressed on the first syllable ("MInutt"), weak syllables
are read long ("hilseenen"), and the small words letter by letter ("og" as "oog", "til" as "teel").

A row is the word, espeak-ng's own phonemes for it (docs/phonemes.md there; ' before the stressed syllable,
none where the sentence gives no stress), and the sounds that come of them, as `espeak-ng --ipa` writes them:
there ɛː is the vowel of "her", final a the weak one of "ikke", ʃ the sound of "norsk", ʂ that of "tjue".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from personsvar.voice.encode import norwegian_numbers

_SMALL = {
    "at": ("At", "ɑt"),
    "av": ("A:v", "ɑːv"),
    "bare": ("b'A:Ra#", "bˈɑːra"),
    "deg": ("daI", "daɪ"),
    "den": ("dEn", "dɛn"),
    "for": ("fOR", "fɔr"),
    "fra": ("fRA:", "frɑː"),
    "ha": ("hA:", "hɑː"),
    "har": ("hA:R", "hɑːr"),
    "hva": ("vA:", "vɑː"),
    "hver": ("vE:R", "vɛːr"),
    "hvert": ("vERt", "vɛrt"),
    "igjen": ("Ij'En", "ɪjˈɛn"),
    "imot": ("Im'u:t", "ɪmˈuːt"),
    "kan": ("kAn", "kɑn"),
    "med": ("me:", "meː"),
    "og": ("O", "ɔ"),
    "om": ("Om", "ɔm"),
    "selv": ("s'El", "sˈɛl"),
    "skal": ("skAl", "skɑl"),
    "som": ("sOm", "sɔm"),
    "tar": ("tA:R", "tɑːr"),
    "til": ("tIl", "tɪl"),
    "var": ("vA:R", "vɑːr"),
    "vil": ("vIl", "vɪl"),
    "være": ("v'E:Ra#", "vˈɛːra"),
    "å": ("O", "ɔ"),
}

# The -t of the definite neuter is silent (that of a participle, lagret, is not).
_NEUTER = {
    "navnet": ("n'Avna#", "nˈɑvna"),
    "nummeret": ("n'Um:@Ra#", "nˈʊmməra"),
    "opptaket": ("'Op:t,A:ka#", "ˈɔpːtˌɑːka"),
    "språket": ("spR'o:ka#", "sprˈoːka"),
    "telefonnummeret": ("tElEf'u:n,Um:@Ra#", "tɛlɛfˈuːnˌʊmməra"),
    "utlandet": ("'u-:tl,An:a#", "ˈʉːtlˌɑnna"),
    "mønsteret": ("m'Wnst@Ra#", "mˈœnstəra"),
    "valget": ("v'Alga#", "vˈɑlɡa"),
}

# An e without stress is weak: espeak-ng reads it long.
_WEAK = {
    "anbefales": ("'Anb@f,A:l@s", "ˈɑnbəfˌɑːləs"),
    "beskjedene": ("b@S'e:d@na#", "bəʃˈeːdəna"),
    "ettermiddagen": ("'Et:@RmId:,A:g@n", "ˈɛtːərmɪdːˌɑːɡən"),
    "fraværshilsen": ("fR'A:vE:Sh,Ils@n", "frˈɑːvɛːʃhˌɪlsən"),
    "fraværshilsenen": ("fR'A:vE:Sh,Ils@n@n", "frˈɑːvɛːʃhˌɪlsənən"),
    "hemmelig": ("h'Em:@lI", "hˈɛmməlɪ"),
    "hilsenen": ("h'Ils@n@n", "hˈɪlsənən"),
    "hilsener": ("h'Ils@n@R", "hˈɪlsənər"),
    "inneholder": ("'In:@h,Ol:@R", "ˈɪnnəhˌɔllər"),
    "kopiene": ("kUp'i:@na#", "kʊpˈiːəna"),
    "kortere": ("k'ORt@Ra#", "kˈɔrtəra"),
    "lagrede": ("l'A:gR@da#", "lˈɑːɡrəda"),
    "leveres": ("lEv'e:R@s", "lɛvˈeːrəs"),
    "måneder": ("m'o:n@d@R", "mˈoːnədər"),
    "pipetone": ("p'i:p@t,u:na#", "pˈiːpətˌuːna"),
    "pipetonen": ("p'i:p@t,u:n@n", "pˈiːpətˌuːnən"),
    "rekkefølge": ("R'Ek:@f,Wlga#", "rˈɛkːəfˌœlɡa"),
    "senere": ("s'e:n@Ra#", "sˈeːnəra"),
    "sifrene": ("s'IfR@na#", "sˈɪfrəna"),
    "slettede": ("Sl'Et:@da#", "ʃlˈɛtːəda"),
    "standardhilsen": ("st'AndARdh,Ils@n", "stˈɑndɑrdhˌɪlsən"),
    "standardhilsenen": ("st'AndARdh,Ils@n@n", "stˈɑndɑrdhˌɪlsənən"),
    "stemmesignatur": ("st'Em:@sINnAt,u-:R", "stˈɛmməsɪŋnɑtˌʉːr"),
    "stemmesignaturen": ("st'Em:@sINnAt,u-:R@n", "stˈɛmməsɪŋnɑtˌʉːrən"),
    "tastetoner": ("t'Ast@t,u:n@R", "tˈɑstətˌuːnər"),
    "tidligere": ("t'i:lI@Ra#", "tˈiːlɪəra"),
    "tilgjengelig": ("tIlj'EN@lI", "tɪljˈɛŋəlɪ"),
    "velkomsthilsenen": ("v'ElkOmsth,Ils@n@n", "vˈɛlkɔmsthˌɪlsənən"),
    "videre": ("v'i:d@Ra#", "vˈiːdəra"),
}

# Letters that are silent, or say something else than usual.
_SPELLED = {
    "andre": ("'AndRa#", "ˈɑndra"),
    "dag": ("d'A:g", "dˈɑːɡ"),
    "dagen": ("d'A:g@n", "dˈɑːɡən"),
    "datoen": ("d'A:tU@n", "dˈɑːtʊən"),
    "e-post": ("'e:pOst", "ˈeːpɔst"),
    "e-postadressen": ("'e:pOstAdR,Es:@n", "ˈeːpɔstɑdrˌɛssən"),
    "e-posten": ("'e:pOst@n", "ˈeːpɔstən"),
    "endre": ("'EndRa#", "ˈɛndra"),
    "endret": ("'EndR@t", "ˈɛndrət"),
    "engelsk": ("'EN@lsk", "ˈɛŋəlsk"),
    "ferie": ("f'e:RIa#", "fˈeːrɪa"),
    "fjerde": ("fj'E:Ra#", "fjˈɛːra"),
    "fjerne": ("fj'E:n.a#", "fjˈɛːɳa"),
    "formiddagen": ("f'ORmId:,A:g@n", "fˈɔrmɪdːˌɑːɡən"),
    "forrige": ("f'OR:Ia#", "fˈɔrrɪa"),
    "første": ("f'WSta#", "fˈœʃta"),
    "gjerne": ("j'E:n.a#", "jˈɛːɳa"),
    "gyldig": ("j'yldI", "jˈyldɪ"),
    "herfra": ("h'E:RfRA:", "hˈɛːrfrɑː"),
    "hundre": ("h'u-ndRa#", "hˈʉndra"),
    "hvordan": ("v'URdAn", "vˈʊrdɑn"),
    "kort": ("k'ORt", "kˈɔrt"),
    "koster": ("k'Ost@R", "kˈɔstər"),
    "merke": ("m'ERka#", "mˈɛrka"),
    "merket": ("m'ERk@t", "mˈɛrkət"),
    "merkingen": ("m'ERkIN@n", "mˈɛrkɪŋən"),
    "midt": ("m'It:", "mˈɪtː"),
    "morgen": ("m'o:n.", "mˈoːɳ"),
    "mottatt": ("m'u:tAt:", "mˈuːtɑtː"),
    "norsk": ("n'OSk", "nˈɔʃk"),
    "nummer": ("n'Um:@R", "nˈʊmmər"),
    "pluss": ("pl'Us", "plˈʊs"),
    "standard": ("st'AndARd", "stˈɑndɑrd"),
    "tjeneste": ("tj'e:n@sta#", "tjˈeːnəsta"),
    "tjenesten": ("tj'e:n@st@n", "tjˈeːnəstən"),
    "tredje": ("tR'e:dja#", "trˈeːdja"),
    "varsel": ("v'AS@l", "vˈɑʃəl"),
    "varsler": ("v'ASl@R", "vˈɑʃlər"),
}

# A stressed vowel is long before one consonant.
_LONG = {
    "avbrutt": ("'A:vbRu-t:", "ˈɑːvbrʉtː"),
    "avslutt": ("'A:vSlu-t:", "ˈɑːvʃlʉtː"),
    "avslutte": ("'A:vSlu-t:a#", "ˈɑːvʃlʉtːa"),
    "avslutter": ("'A:vSlu-t:@R", "ˈɑːvʃlʉtːər"),
    "avsluttet": ("'A:vSlu-t:@t", "ˈɑːvʃlʉtːət"),
    "avspilt": ("'A:vspIlt", "ˈɑːvspɪlt"),
    "bra": ("bR'A:", "brˈɑː"),
    "da": ("d'A:", "dˈɑː"),
    "firkant": ("f'i:RkAnt", "fˈiːrkɑnt"),
    "gjenta": ("j'EntA:", "jˈɛntɑː"),
    "gjentas": ("j'EntA:s", "jˈɛntɑːs"),
    "lagre": ("l'A:gRa#", "lˈɑːɡra"),
    "lagrer": ("l'A:gR@R", "lˈɑːɡrər"),
    "lagres": ("l'A:gR@s", "lˈɑːɡrəs"),
    "lagret": ("l'A:gR@t", "lˈɑːɡrət"),
    "opptak": ("'Op:t,A:k", "ˈɔpːtˌɑːk"),
    "samtalen": ("s'Amt,A:l@n", "sˈɑmtˌɑːlən"),
    "snart": ("sn'A:Rt", "snˈɑːrt"),
    "stjerne": ("stj'E:n.a#", "stjˈɛːɳa"),
    "svare": ("sv'A:Ra#", "svˈɑːra"),
    "svarer": ("sv'A:R@R", "svˈɑːrər"),
    "ta": ("t'A:", "tˈɑː"),
    "tidsgrensen": ("t'i:dsgR,Ens@n", "tˈiːdsɡrˌɛnsən"),
    "åpnes": ("'o:pn@s", "ˈoːpnəs"),
    "åpnet": ("'o:pn@t", "ˈoːpnət"),
}

# Loan words: espeak-ng stresses the first syllable of each word.
_LOANS = {
    "abonnenten": ("AbOn'Ent@n", "ɑbɔnˈɛntən"),
    "akkurat": ("Aku-R'A:t", "ɑkʉrˈɑːt"),
    "dessverre": ("dEsv'ER:a#", "dɛsvˈɛrra"),
    "forbi": ("fORb'i:", "fɔrbˈiː"),
    "fortsatt": ("f'ORtsAt", "fˈɔrtsɑt"),
    "hovedmenyen": ("h'u:v@dmEn,y:@n", "hˈuːvədmɛnˌyːən"),
    "informasjon": ("InfORmAS'u:n", "ɪnfɔrmɑʃˈuːn"),
    "kontakt": ("kOnt'Akt", "kɔntˈɑkt"),
    "kopi": ("kUp'i:", "kʊpˈiː"),
    "kopien": ("kUp'i:@n", "kʊpˈiːən"),
    "kvarter": ("kvARt'e:R", "kvɑrtˈeːr"),
    "levert": ("lEv'e:Rt", "lɛvˈeːrt"),
    "maksimal": ("mAksIm'A:l", "mɑksɪmˈɑːl"),
    "meny": ("mEn'y:", "mɛnˈyː"),
    "menyen": ("mEn'y:@n", "mɛnˈyːən"),
    "menyer": ("mEn'y:@R", "mɛnˈyːər"),
    "minutt": ("mIn'u-t:", "mɪnˈʉtː"),
    "minutter": ("mIn'u-t:@R", "mɪnˈʉtːər"),
    "minuttene": ("mIn'u-t:@na#", "mɪnˈʉtːəna"),
    "personlig": ("pES'u:nlI", "pɛʃˈuːnlɪ"),
    "personsvar": ("pES'u:nsv,A:R", "pɛʃˈuːnsvˌɑːr"),
    "personsvarer": ("pES'u:nsv,A:R@R", "pɛʃˈuːnsvˌɑːrər"),
    "personsvareren": ("pES'u:nsv,A:R@R@n", "pɛʃˈuːnsvˌɑːrərən"),
    "sekund": ("sEk'u-n:", "sɛkˈʉnn"),
    "sekunder": ("sEk'u-n:@R", "sɛkˈʉnnər"),
    "telefon": ("tElEf'u:n", "tɛlɛfˈuːn"),
    "telefonen": ("tElEf'u:n@n", "tɛlɛfˈuːnən"),
    "tilbake": ("tIlb'A:ka#", "tɪlbˈɑːka"),
    "ukjent": ("'u-:s;Ent", "ˈʉːʂɛnt"),
}


@dataclass(frozen=True, slots=True)
class Pronounced:
    phonemes: str
    ipa: str


WORDS: Mapping[str, Pronounced] = {
    word: Pronounced(phonemes, ipa)
    for word, (phonemes, ipa) in (
        _SMALL
        | _NEUTER
        | _WEAK
        | _SPELLED
        | _LONG
        | _LOANS
        | norwegian_numbers.DATES
        | norwegian_numbers.NUMBERS
    ).items()
}
SPELLINGS: Mapping[str, str] = {word: f"[[{said.phonemes}]]" for word, said in WORDS.items()}
