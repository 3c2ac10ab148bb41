"""Words of the cells in four languages: kinds of lots, rights, languages, floors, legal forms, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from koprogo_app.foundation.tables import plain
from koprogo_app.law.buildings import LotKind
from koprogo_app.law.shares import Right

T = TypeVar("T")

KIND_NAMES: Final[dict[str, dict[LotKind, str]]] = {
    "fr": {
        LotKind.APARTMENT: "Appartement",
        LotKind.HOUSE: "Maison",
        LotKind.SHOP: "Commerce",
        LotKind.OFFICE: "Bureau",
        LotKind.CELLAR: "Cave",
        LotKind.GARAGE: "Garage",
        LotKind.PARKING: "Parking",
        LotKind.OTHER: "Autre",
    },
    "nl": {
        LotKind.APARTMENT: "Appartement",
        LotKind.HOUSE: "Woning",
        LotKind.SHOP: "Handelsruimte",
        LotKind.OFFICE: "Kantoor",
        LotKind.CELLAR: "Kelder",
        LotKind.GARAGE: "Garage",
        LotKind.PARKING: "Parkeerplaats",
        LotKind.OTHER: "Andere",
    },
    "de": {
        LotKind.APARTMENT: "Wohnung",
        LotKind.HOUSE: "Haus",
        LotKind.SHOP: "Geschäft",
        LotKind.OFFICE: "Büro",
        LotKind.CELLAR: "Keller",
        LotKind.GARAGE: "Garage",
        LotKind.PARKING: "Stellplatz",
        LotKind.OTHER: "Sonstiges",
    },
    "en": {
        LotKind.APARTMENT: "Apartment",
        LotKind.HOUSE: "House",
        LotKind.SHOP: "Shop",
        LotKind.OFFICE: "Office",
        LotKind.CELLAR: "Cellar",
        LotKind.GARAGE: "Garage",
        LotKind.PARKING: "Parking",
        LotKind.OTHER: "Other",
    },
}

RIGHT_NAMES: Final[dict[str, dict[Right, str]]] = {
    "fr": {
        Right.FULL: "Pleine propriété",
        Right.BARE: "Nue-propriété",
        Right.USUFRUCT: "Usufruit",
        Right.USE: "Usage",
        Right.HABITATION: "Habitation",
        Right.SUPERFICIES: "Superficie",
        Right.EMPHYTEUSIS: "Emphytéose",
    },
    "nl": {
        Right.FULL: "Volle eigendom",
        Right.BARE: "Blote eigendom",
        Right.USUFRUCT: "Vruchtgebruik",
        Right.USE: "Gebruik",
        Right.HABITATION: "Bewoning",
        Right.SUPERFICIES: "Opstal",
        Right.EMPHYTEUSIS: "Erfpacht",
    },
    "de": {
        Right.FULL: "Volleigentum",
        Right.BARE: "Bloßes Eigentum",
        Right.USUFRUCT: "Nießbrauch",
        Right.USE: "Nutzungsrecht",
        Right.HABITATION: "Wohnrecht",
        Right.SUPERFICIES: "Überbaurecht",
        Right.EMPHYTEUSIS: "Erbpacht",
    },
    "en": {
        Right.FULL: "Full ownership",
        Right.BARE: "Bare ownership",
        Right.USUFRUCT: "Usufruct",
        Right.USE: "Use",
        Right.HABITATION: "Habitation",
        Right.SUPERFICIES: "Superficies",
        Right.EMPHYTEUSIS: "Emphyteusis",
    },
}

PERSON_OR_COMPANY: Final[dict[str, tuple[str, str]]] = {
    "fr": ("Personne", "Société"),
    "nl": ("Persoon", "Vennootschap"),
    "de": ("Person", "Gesellschaft"),
    "en": ("Person", "Company"),
}

YES: Final[dict[str, str]] = {"fr": "oui", "nl": "ja", "de": "ja", "en": "yes"}

_MORE_KINDS: Final = {
    LotKind.APARTMENT: "app|appart|apt|appt|flat|studio|kot|duplex|triplex|penthouse|logement|habitation|loft|entité|"
    "apartement|appartment|wooneenheid|woongelegenheid|apartment|wohneinheit|dwelling",
    LotKind.HOUSE: "villa|maison unifamiliale|huis|eengezinswoning|wohnhaus|einfamilienhaus|bungalow",
    LotKind.SHOP: "magasin|rez commercial|rez de chaussée commercial|surface commerciale|local commercial|boutique|"
    "winkel|handel|handelspand|handelszaak|laden|ladenlokal|geschäftslokal|geschäftsraum|"
    "store|retail|horeca|restaurant|"
    "commercial",
    LotKind.OFFICE: "bureaux|kantoren|kantoorruimte|büros|büroraum|offices|cabinet|praktijk|praxis|profession libérale",
    LotKind.CELLAR: "caves|cave à vin|débarras|réserve|local de rangement|remise|grenier|kelders|kelderruimte|berging|"
    "bergruimte|zolder|kellerraum|abstellraum|speicher|basement|storage|storeroom|storage room",
    LotKind.GARAGE: "garages|box|box de garage|garage box|garagebox|box garage|garage fermé|gesloten garage|autobox|"
    "afgesloten garage|autoboxplaats|garagenbox|lock up",
    LotKind.PARKING: "parkings|emplacement|emplacement de parking|emplacement parking|place de parking|"
    "parking extérieur|"
    "parking intérieur|emplacement voiture|car port|carport|staanplaats|autostaanplaats|parkeerplaatsen|standplaats|"
    "parkplatz|autostellplatz|einstellplatz|parking space|parking place|parking spot|car space|moto|emplacement moto|"
    "emplacement vélo|motostaanplaats",
    LotKind.OTHER: "autres|divers|jardin|terrasse|local|local technique|anders|overige|overig|diverse|"
    "tuin|terras|lokaal|"
    "sonstige|anderes|andere|garten|misc|garden|terrace|room",
}

_MORE_RIGHTS: Final = {
    Right.FULL: "pp|p p|pleine|plein propriétaire|pleine prop|propriétaire|propriété|100 pp|ve|v e|"
    "volle|volle eigenaar|"
    "eigendom|eigenaar|volle eigendommen|ve 100|eigentum|volles eigentum|alleineigentum|eigentümer|volleigentümer|full|"
    "full owner|owner|ownership|freehold",
    Right.BARE: "np|n p|nu propriétaire|nue propriétaire|nus propriétaires|nue prop|nu propriété|nue|be|b e|"
    "blote eigenaar|naakte eigendom|blooteigendom|blooteigenaar|naakte eigenaar|bloot|nackteigentum|nacktes eigentum|"
    "nackter eigentümer|blosser eigentümer|nackteigentümer|bare|bare owner|naked ownership",
    Right.USUFRUCT: "us|uf|usf|usufr|usufruitier|usufruitière|usuf|vg|vruchtgebruiker|vruchtgebruikster|niessbraucher|"
    "niesbrauch|nutzniessung|nutzniesser|usufructuary",
    Right.USE: "droit d'usage|usager|recht van gebruik|gebruiker|gebruiksrecht|gebrauchsrecht|"
    "gebrauch|nutzung|right of use",
    Right.HABITATION: "droit d'habitation|usage et habitation|recht van bewoning|bewoner|bewoningsrecht|woonrecht|"
    "wohnungsrecht|right of habitation",
    Right.SUPERFICIES: "droit de superficie|superficiaire|opstalrecht|recht van opstal|opstalhouder|erbbaurecht|"
    "superficies right|right of superficies|building right",
    Right.EMPHYTEUSIS: "emphytéote|bail emphytéotique|droit d'emphytéose|erfpachter|erfpachtrecht|recht van erfpacht|"
    "erfpachthouder|erbpächter|erbpachtrecht|long lease|emphyteutic lease|leasehold",
}

_LANGS: Final = {
    "fr": "fr|f|fra|français|francais|frans|französisch|french|fr be|francophone",
    "nl": "nl|n|nld|dut|néerlandais|nederlands|niederländisch|dutch|nl be|vlaams|flamand|ned",
    "de": "de|d|deu|ger|allemand|duits|deutsch|german|de be|all",
    "en": "en|e|eng|anglais|engels|englisch|english|gb|uk|an",
}

_COUNTRIES: Final = {
    "BE": "belgique|belgie|belgien|belgium|b|be",
    "FR": "france|frankrijk|frankreich|f|fr",
    "NL": "pays bas|nederland|niederlande|netherlands|the netherlands|nl",
    "LU": "luxembourg|luxemburg|grand duche de luxembourg|l|lu",
    "DE": "allemagne|duitsland|deutschland|germany|d|de",
    "GB": "royaume uni|verenigd koninkrijk|vereinigtes konigreich|united kingdom|uk|gb",
    "CH": "suisse|zwitserland|schweiz|switzerland|ch",
    "IT": "italie|italien|italy|i|it",
    "ES": "espagne|spanje|spanien|spain|e|es",
    "PT": "portugal|p|pt",
}

_FLOORS: Final = {
    0: "rez|rdc|rc|r|rez de chaussée|rez chaussée|rez ch|rch|gelijkvloers|glv|gv|gvl|gelijkvl|begane grond|bg|bgg|"
    "erdgeschoss|eg|parterre|ground|ground floor|g|gf",
    -1: "sous sol|ss|s sol|s s|cave|caves|kelder|kelderverdieping|ondergronds|untergeschoss|ug|keller|kellergeschoss|"
    "basement|souterrain",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES: Final = _words("oui ja yes o j y x 1 vrai waar wahr true contact principal")
_NO: Final = _words("non nee nein no n 0 faux onwaar falsch false")
_COMPANY: Final = _words("societe vennootschap gesellschaft company morale rechtspersoon firma firme")
_PERSON: Final = _words("personne persoon person physique natuurlijk particulier privat individual")

_FORMS: Final = (
    "sa|srl|sprl|sprlu|scrl|sc|snc|scs|scomm|asbl|aisbl|sca|fondation|nv|bv|bvba|cv|cvba|vzw|ivzw|vof|commv|gcv|ag|gmbh|"
    "vog|kg|ohg|ltd|plc|llc|inc|sarl|sas|sci|acp|vme|cpas|ocmw|regie|commune|gemeente|stichting"
)
_LEGAL_FORM: Final = re.compile(rf"^(?:{_FORMS})\b|\b(?:{_FORMS})$")
_TOTAL: Final = re.compile(
    r"(?:sous |grand |sub)?"
    r"(?:total|totaux|totale|totaal|totalen|totals|summe|gesamt|gesamtsumme|sum|som|somme|insgesamt)(?:\b.*)?"
)


def _dictionary(names: Mapping[str, Mapping[T, str]], more: Mapping[T, str]) -> dict[str, T]:
    known = {plain(word): value for words in names.values() for value, word in words.items()}
    for value, words in more.items():
        for word in words.split("|"):
            known.setdefault(plain(word), value)
    return known


_KIND_OF: Final = _dictionary(KIND_NAMES, _MORE_KINDS)
_RIGHT_OF: Final = _dictionary(RIGHT_NAMES, _MORE_RIGHTS)
_LANG_OF: Final = {plain(word): lang for lang, words in _LANGS.items() for word in words.split("|")}
_COUNTRY_OF: Final = {word: code for code, words in _COUNTRIES.items() for word in words.split("|")}
_FLOOR_OF: Final = {plain(word): floor for floor, words in _FLOORS.items() for word in words.split("|")}


def kind_of(text: str) -> LotKind | None:
    """The kind a cell means, read as a whole, else by its first word ("Appartement 2 ch.", "Garage n° 4")."""
    words = plain(text)
    first = re.split(r"[ 0-9]", words, maxsplit=1)[0]
    return _KIND_OF.get(words) or _KIND_OF.get(re.sub(r"[ 0-9]+$", "", words)) or _KIND_OF.get(first)


def right_of(text: str) -> Right | None:
    """The right a cell means."""
    return _RIGHT_OF.get(plain(text))


def lang_of(text: str) -> str | None:
    """The language a cell means: fr, nl, de or en."""
    return _LANG_OF.get(plain(text))


def country_of(text: str) -> str | None:
    """The two-letter code of the country a cell means; any two capitals are taken as a code."""
    known = _COUNTRY_OF.get(plain(text))
    return known or (text if re.fullmatch(r"[A-Z]{2}", text) else None)


def floor_of(text: str) -> int | None:
    """The floor a cell means: "2", "-1", "2ème", "rez-de-chaussée" (0), "sous-sol" (-1); None when unclear."""
    if (known := _FLOOR_OF.get(plain(text))) is not None:
        return known
    found = re.fullmatch(r"\s*([-+−]?)\s*(\d{1,3})(?:[.,]0+)?\s*(?:\.?\s*[^\W\d]{0,12}\.?\s*){0,2}", text)
    if not found:
        return None
    floor = int(found[2])
    below = found[1] in ("-", "−") and bool(found[1])
    return -floor if below or plain(text).endswith((" ug", " ss")) else floor


def yes_or_no(text: str) -> bool | None:
    """Whether a cell says yes or no; None when it says neither."""
    word = plain(text)
    return True if word in _YES else False if word in _NO else None


def person_or_company(text: str) -> bool | None:
    """True for a company, False for a person, None when the cell says neither."""
    words = set(plain(text).split())
    return True if words & _COMPANY else False if words & _PERSON else None


def looks_like_company(name: str) -> bool:
    """Whether a name carries a legal form ("IMMO DU PARC SRL", "S.A. Lift")."""
    return bool(_LEGAL_FORM.search(plain(re.sub(r"\b(\w)\.(?=\w\b)", r"\1", name))))


def is_total(text: str) -> bool:
    """Whether a cell heads a line of totals."""
    return bool(_TOTAL.fullmatch(plain(text)))
