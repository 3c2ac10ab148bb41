"""The columns of the lots-and-owners table: their headings in four languages, and the many other names they go by."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from koprogo_app.foundation.tables import named, plain


class Column(StrEnum):
    """What a column of the file holds, in the order the export writes them."""

    LOT = "lot"
    KIND = "kind"
    FLOOR = "floor"
    AREA = "area"
    SHARES = "shares"
    OWNER = "owner"
    FIRST_NAME = "first_name"
    OWNER_KIND = "owner_kind"
    ENTERPRISE_NUMBER = "enterprise_number"
    EMAIL = "email"
    PHONE = "phone"
    LANG = "lang"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    COUNTRY = "country"
    RIGHT = "right"
    PART = "part"
    PRIMARY = "primary"
    REFERENCE = "reference"


HEADINGS: Final[dict[str, dict[Column, str]]] = {
    "fr": {
        Column.LOT: "Lot",
        Column.KIND: "Type",
        Column.FLOOR: "Étage",
        Column.AREA: "Surface m²",
        Column.SHARES: "Quotités",
        Column.OWNER: "Propriétaire",
        Column.FIRST_NAME: "Prénom",
        Column.OWNER_KIND: "Personne ou société",
        Column.ENTERPRISE_NUMBER: "N° d'entreprise",
        Column.EMAIL: "E-mail",
        Column.PHONE: "Téléphone",
        Column.LANG: "Langue",
        Column.STREET: "Rue et numéro",
        Column.POSTAL_CODE: "Code postal",
        Column.CITY: "Localité",
        Column.COUNTRY: "Pays",
        Column.RIGHT: "Droit",
        Column.PART: "Part",
        Column.PRIMARY: "Contact principal",
        Column.REFERENCE: "Référence du propriétaire",
    },
    "nl": {
        Column.LOT: "Kavel",
        Column.KIND: "Soort",
        Column.FLOOR: "Verdieping",
        Column.AREA: "Oppervlakte m²",
        Column.SHARES: "Quotiteiten",
        Column.OWNER: "Eigenaar",
        Column.FIRST_NAME: "Voornaam",
        Column.OWNER_KIND: "Persoon of vennootschap",
        Column.ENTERPRISE_NUMBER: "Ondernemingsnummer",
        Column.EMAIL: "E-mailadres",
        Column.PHONE: "Telefoon",
        Column.LANG: "Taal",
        Column.STREET: "Straat en nummer",
        Column.POSTAL_CODE: "Postcode",
        Column.CITY: "Gemeente",
        Column.COUNTRY: "Land",
        Column.RIGHT: "Recht",
        Column.PART: "Aandeel van de eigenaar",
        Column.PRIMARY: "Hoofdcontact",
        Column.REFERENCE: "Referentie van de eigenaar",
    },
    "de": {
        Column.LOT: "Los",
        Column.KIND: "Art",
        Column.FLOOR: "Etage",
        Column.AREA: "Fläche m²",
        Column.SHARES: "Anteile",
        Column.OWNER: "Eigentümer",
        Column.FIRST_NAME: "Vorname",
        Column.OWNER_KIND: "Person oder Gesellschaft",
        Column.ENTERPRISE_NUMBER: "Unternehmensnummer",
        Column.EMAIL: "E-Mail-Adresse",
        Column.PHONE: "Telefonnummer",
        Column.LANG: "Sprache",
        Column.STREET: "Straße und Nummer",
        Column.POSTAL_CODE: "Postleitzahl",
        Column.CITY: "Ort",
        Column.COUNTRY: "Staat",
        Column.RIGHT: "Rechtsart",
        Column.PART: "Teil des Eigentümers",
        Column.PRIMARY: "Hauptkontakt",
        Column.REFERENCE: "Referenz des Eigentümers",
    },
    "en": {
        Column.LOT: "Lot number",
        Column.KIND: "Kind",
        Column.FLOOR: "Floor",
        Column.AREA: "Area m²",
        Column.SHARES: "Shares",
        Column.OWNER: "Owner",
        Column.FIRST_NAME: "First name",
        Column.OWNER_KIND: "Person or company",
        Column.ENTERPRISE_NUMBER: "Enterprise number",
        Column.EMAIL: "E-mail address",
        Column.PHONE: "Phone",
        Column.LANG: "Language",
        Column.STREET: "Street and number",
        Column.POSTAL_CODE: "Postal code",
        Column.CITY: "City",
        Column.COUNTRY: "Country",
        Column.RIGHT: "Right",
        Column.PART: "Part of the owner",
        Column.PRIMARY: "Main contact",
        Column.REFERENCE: "Owner reference",
    },
}

_ALSO: Final[dict[Column, str]] = {
    Column.LOT: """
        n° lot | n° de lot | lot n° | no lot | numéro de lot | numéro lot | numéro du lot | num lot | lots |
        référence lot |
        réf lot | code lot | désignation | désignation du lot | unité | bien | privatif | n° privatif |
        kavelnummer | nr kavel | kavel nr | lotnummer | lot nr | eenheid | privatief | nummer kavel | losnummer |
        los nr | nr los |
        einheit | einheit nr | wohneinheit | lot no | lot id | unit | unit number | unit no
    """,
    Column.KIND: """
        type de lot | type de bien | type lot | type bien | nature | nature du lot | nature du bien | affectation |
        destination | genre | catégorie | usage du lot | type kavel | soort kavel | aard | aard van de kavel |
        bestemming | categorie | typ | nutzung | lotart | art des loses | kategorie | lot type | unit type | lot kind |
        category | use
    """,
    Column.FLOOR: """
        niveau | ét | etg | étages | verd | verdiep | niveau verdieping | stockwerk | geschoss | stock | level |
        storey | story
    """,
    Column.AREA: """
        surface | superficie | superficie m² | surface nette | m² | mètres carrés | surf | surf m² | surface en m² |
        oppervlakte | opp | opp m² | oppervlakte in m² | netto oppervlakte | fläche | wohnfläche | nutzfläche |
        fläche in m² | qm | area | surface area | net area | sqm | size | size m²
    """,
    Column.SHARES: """
        quotité | quotités du lot | quotité du lot | quote-part | quotes-parts | quote part du lot | millièmes |
        millième | tantièmes | tantième | dix-millièmes | dix millièmes | cent-millièmes | quot | parts communes |
        parts dans les communs | quotités communes | quotités générales | quotiteit | quotiteiten kavel | aandelen |
        aandeel in de gemene delen | duizendsten | tienduizendsten | tantiemes | tausendstel | zehntausendstel |
        miteigentumsanteil | miteigentumsanteile | mea | quoten | quote | shares of the lot | thousandths |
        common shares | share in common parts | lot shares | quotités privatives
    """,
    Column.OWNER: """
        nom | noms | nom propriétaire | nom du propriétaire | nom et prénom | nom prénom | nom de famille |
        nom complet | prénom nom | nom et prénoms | propriétaires | copropriétaire | copropriétaires |
        co-propriétaire | nom copropriétaire | nom du copropriétaire | nom ou raison sociale | nom raison sociale |
        raison sociale | dénomination | titulaire | titulaires | nom titulaire | naam | familienaam | achternaam |
        eigenaars | naam eigenaar | naam van de eigenaar | mede-eigenaar | mede-eigenaars | naam mede-eigenaar |
        naam en voornaam | naam voornaam | volledige naam | benaming | titularis | houder | name | nachname |
        familienname | name des eigentümers | eigentümername | miteigentümer | inhaber | name vorname |
        name und vorname | bezeichnung | owners | owner name | name of the owner | name of owner | co-owner |
        last name | surname | family name | full name | company name | holder
    """,
    Column.FIRST_NAME: """
        prénoms | prénom propriétaire | prénom du propriétaire | voornamen | voornaam eigenaar | vornamen | rufname |
        given name | first names | given names | forename | owner first name
    """,
    Column.OWNER_KIND: """
        type de propriétaire | type propriétaire | personne société | type de personne | physique ou morale |
        type eigenaar | soort eigenaar | type persoon | natuurlijke of rechtspersoon | art des eigentümers |
        eigentümerart | owner type | owner kind | person company
    """,
    Column.ENTERPRISE_NUMBER: """
        numéro d'entreprise | numéro entreprise | n° entreprise | no entreprise | nr entreprise | bce | n° bce |
        numéro bce | no bce | tva | n° tva | numéro de tva | no tva | n° de tva | bce tva | ondernemingsnr | kbo |
        kbo nr | kbo nummer | kbo-nummer | btw | btw nr | btw nummer | btw-nummer | zdu | mwst | mwst nr |
        mwst-nummer | unternehmensnr | unternehmens-nr | zuon | vat | vat number | vat no | enterprise no |
        company number | cbe | cbe number | kbo bce
    """,
    Column.EMAIL: """
        email | mail | e mail | courriel | adresse e-mail | adresse email | adresse mail | adresse électronique | mél |
        emailadres | mailadres | e-mail adres | email adres | elektronisch adres | emailadresse | mailadresse |
        email address | mail address | emails
    """,
    Column.PHONE: """
        tél | tel | téléphones | gsm | mobile | portable | n° de téléphone | numéro de téléphone | n° tél | n° gsm |
        telefoonnummer | telefoon nr | tel nr | mobiel | telefon | handy | handynummer | rufnummer | phone number |
        telephone | telephone number | cell | mobile phone
    """,
    Column.LANG: """
        lang | langue du propriétaire | langues | lg | rôle linguistique | taalkeuze | taal eigenaar | taalrol |
        sprachen | korrespondenzsprache | languages | preferred language
    """,
    Column.STREET: """
        adresse | rue | rue n° | rue et n° | rue numéro | adresse postale | adresse du propriétaire |
        adresse complète | domicile | adres | straat | straat nr | straat en nr | postadres | woonplaats adres |
        adres eigenaar | volledig adres | straße | strasse | strasse und nr | straße und hausnummer | anschrift |
        postanschrift | street | address | street address | postal address | mailing address
    """,
    Column.POSTAL_CODE: """
        cp | code post | code postale | c p | postnr | postnummer | pc | plz | postcode nr | zip | zip code |
        post code | npa
    """,
    Column.CITY: """
        ville | commune | localite | stad | plaats | woonplaats | stadt | gemeinde | ortschaft | wohnort | town |
        locality | municipality
    """,
    Column.COUNTRY: """
        pays de résidence | code pays | landcode | country code | ländercode
    """,
    Column.RIGHT: """
        droits | droit réel | nature du droit | type de droit | droit de propriété | rechten | zakelijk recht |
        aard recht | aard van het recht | soort recht | eigendomsrecht | rechte | dingliches recht | art des rechts |
        recht des eigentümers | rights | real right | type of right | kind of right | ownership right |
        ownership type | title
    """,
    Column.PART: """
        parts | part du propriétaire | part propriétaire | part de propriété | part dans le lot | part détenue |
        % détenu | pourcentage | pourcentage de propriété | % | pct | fraction | quote-part du propriétaire |
        quote-part dans le lot | quotité du propriétaire | quotité propriétaire | indivision | part indivise |
        aandeel | aandeel eigenaar | deel | percentage | procent | eigendomsaandeel | aandeel in de kavel | fractie |
        anteil | anteil des eigentümers | anteil am los | prozent | prozentsatz | bruchteil | eigentumsanteil | share |
        share of the owner | owner share | owner's share | owners share | ownership | ownership % | ownership share |
        percent | ownership percentage | part owned
    """,
    Column.PRIMARY: """
        contact | contact principal du lot | principal | personne de contact | contactpersoon | hoofdcontactpersoon |
        kontakt | kontaktperson | ansprechpartner | primary | primary contact | contact person
    """,
    Column.REFERENCE: """
        réf propriétaire | référence propriétaire | code propriétaire | code copropriétaire | n° propriétaire |
        n° copropriétaire | no propriétaire | numéro de propriétaire | id propriétaire | code client | n° client |
        eigenaarsnummer | eigenaar nr | nr eigenaar | code eigenaar | klantnummer | ref eigenaar | id eigenaar |
        eigentümernummer | eigentümer nr | kundennummer | owner id | owner code | owner number | owner no | owner ref |
        id owner
    """,
}
"""Other names of each column, as met in syndics' files; compared without case, accents and signs."""


def _names() -> dict[str, Column]:
    names: dict[str, Column] = {}
    for headings in HEADINGS.values():
        for column, heading in headings.items():
            names[plain(heading)] = column
    for column, also in _ALSO.items():
        for name in also.split("|"):
            names.setdefault(plain(name), column)
    return names


_COLUMN_OF: Final = _names()


def column_of(heading: str) -> Column | None:
    """The column a heading stands for, whatever its case, accents, signs or remark in brackets: "Quotités (/1.000)"."""
    return named(heading, _COLUMN_OF)
