"""The demo's suppliers and what they bill in a year: invented firms with numbers whose check digits agree."""

from dataclasses import dataclass, field
from typing import Final

SHARES, LIFT, HEATING = "", "Ascenseur", "Chauffage"


def enterprise_number(base: int) -> str:
    """Ten digits from the first eight: the last two are 97 less their remainder by 97."""
    return f"{base:08d}{97 - base % 97:02d}"


def iban(bank: int, account: int) -> str:
    """A Belgian account number with both pairs of check digits."""
    ten = bank * 10**7 + account
    inner = f"{ten:010d}{ten % 97 or 97:02d}"
    return f"BE{98 - int(inner + '111400') % 97:02d}{inner}"


@dataclass(frozen=True)
class Bill:
    """What comes back in a year: on which days, for how much without VAT in cents, charged where, divided how.

    `season` adds per cents to the amount by month, as heating does; `lift_per_cent` of it are the lifts', by their key.
    """

    days: tuple[tuple[int, int], ...]
    net_cents: int
    rate: int
    account: str
    label: str
    key: str = SHARES
    months: int = 0
    lot: str = ""
    season: dict[int, int] = field(default_factory=dict)
    lift_per_cent: int = 0


@dataclass(frozen=True)
class Firm:
    """A supplier, and his bills."""

    name: str
    base: int
    bank: int
    account: int
    city: str
    postal_code: str
    street: str
    bills: tuple[Bill, ...]
    scanned: bool = False

    @property
    def iban(self) -> str:
        """His account number."""
        return iban(self.bank, self.account)


_MONTHS: Final = tuple((month, 28) for month in range(1, 13))
_QUARTERS: Final = ((3, 30), (6, 29), (9, 29), (12, 15))
_SEASONS: Final = ((1, 10), (4, 10), (7, 10), (10, 10))
_POWER: Final = ((2, 14), (5, 14), (8, 14), (11, 14))
_GAS: Final = ((1, 20), (3, 20), (5, 20), (7, 20), (9, 20), (11, 17))
_WINTER: Final = {1: 60, 3: 45, 5: -40, 7: -75, 9: -55, 11: 30}

FIRMS: Final = (
    Firm(
        "Nettoyage Brabant SRL",
        4_620_118,
        363,
        1_204_417,
        "Uccle",
        "1180",
        "Rue de Stalle 61",
        (Bill(_MONTHS, 56_529, 21, "61050", "Nettoyage des communs", months=1),),
    ),
    Firm(
        "Ascenseurs du Centre SA",
        4_081_227,
        210,
        881_034,
        "Bruxelles",
        "1070",
        "Quai de l'Industrie 9",
        (
            Bill(
                ((1, 10), (4, 10), (7, 10), (10, 10)),
                118_400,
                6,
                "61011",
                "Entretien complet de deux ascenseurs",
                LIFT,
                3,
            ),
            Bill(((8, 22),), 36_500, 6, "61012", "Remplacement d'un bouton d'appel", LIFT),
        ),
        scanned=True,
    ),
    Firm(
        "Contrôle & Sécurité ASBL",
        4_110_903,
        310,
        1_556_209,
        "Wavre",
        "1300",
        "Avenue Vésale 4",
        (Bill(((4, 2), (10, 2)), 21_450, 21, "61010", "Inspection périodique des ascenseurs", LIFT),),
    ),
    Firm(
        "Énergie Senne SA",
        4_033_112,
        1,
        4_471_226,
        "Bruxelles",
        "1000",
        "Boulevard de Dixmude 30",
        (
            Bill(
                ((2, 14), (5, 14), (8, 14), (11, 14)),
                98_200,
                6,
                "61210",
                "Électricité des parties communes",
                months=3,
                lift_per_cent=30,
            ),
        ),
    ),
    Firm(
        "Gaz de Flandre NV",
        4_775_310,
        735,
        202_118,
        "Vilvoorde",
        "1800",
        "Schaarbeeklei 120",
        (
            Bill(
                ((1, 20), (3, 20), (5, 20), (7, 20), (9, 20), (11, 17)),
                412_000,
                6,
                "61220",
                "Gaz de chauffage",
                HEATING,
                2,
                season=_WINTER,
            ),
        ),
    ),
    Firm(
        "Eau du Plateau SCRL",
        2_021_004,
        91,
        1_226_601,
        "Bruxelles",
        "1050",
        "Rue aux Laines 70",
        (Bill(((3, 12), (6, 12), (9, 12), (12, 4)), 176_300, 6, "61200", "Consommation d'eau", months=3),),
    ),
    Firm(
        "Assurances Delta SA",
        4_014_778,
        310,
        1_004_455,
        "Anvers",
        "2000",
        "Meir 44",
        (
            Bill(((1, 5),), 845_000, 0, "6140", "Prime incendie de l'immeuble", months=12),
            Bill(((1, 5),), 64_000, 0, "6141", "Responsabilité civile de l'immeuble", months=12),
        ),
        scanned=True,
    ),
    Firm(
        "Gestion Saint-Job SRL",
        5_311_862,
        68,
        2_290_015,
        "Uccle",
        "1180",
        "Chaussée de Saint-Job 12",
        (
            Bill(_QUARTERS, 246_000, 21, "61300", "Honoraires du syndic", months=3),
            Bill(((9, 8),), 4_500, 21, "643", "Duplicata d'un badge d'accès", lot="A1.2"),
        ),
    ),
    Firm(
        "Jardins & Paysages Lambert",
        6_502_771,
        732,
        155_908,
        "Linkebeek",
        "1630",
        "Drève du Château 3",
        (Bill(((4, 25), (7, 25), (10, 25)), 62_000, 21, "61060", "Entretien du jardin", months=3),),
    ),
    Firm(
        "Feu & Prévention SRL",
        4_709_365,
        143,
        880_121,
        "Nivelles",
        "1400",
        "Rue de l'Artisanat 17",
        (Bill(((5, 6),), 48_900, 21, "61001", "Contrôle annuel des extincteurs"),),
    ),
    Firm(
        "Chauffage Dewael BV",
        4_218_530,
        1,
        6_003_314,
        "Halle",
        "1500",
        "Industrielaan 8",
        (Bill(((9, 24),), 128_000, 6, "61031", "Entretien de la chaufferie", HEATING, 12),),
        scanned=True,
    ),
    Firm(
        "Portes Automatiques Renard",
        7_126_448,
        363,
        2_118_870,
        "La Louvière",
        "7100",
        "Rue Kéramis 22",
        (Bill(((6, 18),), 41_250, 6, "61041", "Réparation de la porte du garage"),),
        scanned=True,
    ),
)
"""Some forty bills a year, about 84,000 euros with VAT."""

EXTRA: Final = {
    2024: Bill(((10, 21),), 487_500, 6, "61071", "Réparation de la façade nord"),
    2025: Bill(((11, 3),), 612_000, 6, "61073", "Réfection d'une partie de la toiture du bloc B"),
    2026: Bill(((6, 9),), 389_000, 6, "61076", "Peinture du hall du bloc A"),
}
CONTRACTOR: Final = Firm(
    "Toitures Mosane SA", 4_390_116, 240, 771_203, "Jambes", "5100", "Chaussée de Liège 210", (), scanned=True
)
