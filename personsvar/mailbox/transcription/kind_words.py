"""Words around a number that tell what kind it is; Norwegian and English are together."""

from __future__ import annotations

PHONE = frozenset(
    """
    ring ringe ringer ringte ringt ringes oppringt telefon telefonen tlf tlfnr tel mobil mobilen mobiltelefon
    mobiltelefonen fasttelefon fasttelefonen jobbtelefon jobbtelefonen når nås treffe treffer treffes kontakt
    kontakte kontaktes tak sms sentralbord sentralbordet landkode landkoden landskode landskoden
    call calling called calls callback phone phoning phoned telephone mobile cell cellphone landline
    reach reached contact text dial dialling dialing switchboard extension
    """.split()  # noqa: SIM905 - words to read
)
NUMBER = frozenset("nummer nummeret nr no number numbers num".split())  # noqa: SIM905
ELSEWHERE = frozenset(
    """
    # id pin født dato datoen referanse referansen ref kid kidnr org organisasjon iban konto kontoen kontoa
    faks faksen born birthday date customer invoice reference tracking booking account fax
    serial ticket policy claim membership confirmation transaction ssn vat registration passport identity imei
    """.split()  # noqa: SIM905
)
"""In front of a number, with other words between too."""
NUMBERED = frozenset(
    """
    sak saka saken saks ordre ordren ordrene bestilling bestillinga bestillingen bestillings faktura fakturaen
    regning regninga regningen purring purringen avtale avtalen kontrakt kontrakten polise polisen forsikring
    forsikringen reservasjon reservasjonen bookingen sporing sporings sending sendinga sendingen pakke
    pakka pakken kunde medlem medlems serie måler måleren artikkel billett billetten kvittering kvitteringen
    skade skaden journal lån lånet prosjekt prosjektet personnr fødsels registrerings pass passet visa
    case order orders purchase contract reservation shipment parcel package member receipt licence license
    loan meter item part model organisation organization room flight insurance cards
    """.split()  # noqa: SIM905
)
"""Directly in front of a number, or of the words that lead to it: `case number is`."""
THING_ENDINGS = tuple(
    "kort kortet korta kortene card regning regninga regningen faktura fakturaen".split()  # noqa: SIM905
)
"""`bankkortet`, `strømregningen`: known as those of NUMBERED are."""
SUMS = frozenset(
    """
    betale betaler betalte betalt koste koster kostet totalt totalen skylder
    sum amount amounts balance price prices total totals pay pays paid cost costs fee charge charged owe owed
    """.split()  # noqa: SIM905
)
"""In front of a number as NUMBERED is: it says how much."""
SUM_ENDINGS = tuple(
    """
    pris prisen prisene beløp beløpet beløpene sum summen saldo saldoen kostnad kostnaden kostnadene
    gebyr gebyret
    """.split()  # noqa: SIM905
)
CODE_ENDINGS = tuple(
    """
    kode koden koda koder kodene passord passordet passordene løsenord løsenordet kodeord kodeordet
    code codes password passwords
    """.split()  # noqa: SIM905
)
"""`sikkerhetskoden`, `engangspassordet`, `passcode`; in front of a number as ELSEWHERE is."""
LEADING = NUMBER | frozenset(
    """
    er var ble blir har med min mitt mine din ditt vår vårt deres som det den på med til lyder omtrent
    cirka ca
    is was has with my your our the a its s which that being it of for reads about around
    """.split()  # noqa: SIM905
)
HAS = frozenset("har hadde med fått under has had with got".split())  # noqa: SIM905
AND = frozenset("og eller samt and or".split())  # noqa: SIM905
BUT = AND | frozenset("men så but so".split())  # noqa: SIM905
IN = frozenset("in i any that".split())  # noqa: SIM905
THAT = frozenset("det dette som that this which it".split())  # noqa: SIM905
IS = frozenset("er var is was s".split())  # noqa: SIM905
AT = frozenset("på on at".split())  # noqa: SIM905
NUMBER_ENDINGS = ("nummer", "nummeret", "nr")
PHONE_STEMS = tuple(
    """
    tele tlf mobil fast kontakt direkte sentralbord jobb arbeids hjemme privat ring tilbakering svar sms vakt
    hytte kontor firma
    """.split()  # noqa: SIM905
)
