"""The demo's papers: made here, received through the services like anybody's; the worker
makes their previews."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from PIL import Image, ImageDraw

from koprogo_app.documents.service.receiving import receive
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import spool, store

_LINE: Final = 15
_TOP: Final = 790


@dataclass(frozen=True)
class Paper:
    """One paper of the demo: what is said of it, and its lines of text; `lot` is a lot's number."""

    kind: str
    title: str
    dated: date
    lines: tuple[str, ...]
    visibility: str = "co_owners"
    lang: str = "fr"
    lot: str = ""
    more: dict[str, str] = field(default_factory=dict)


PAPERS: Final = [
    Paper("regulation", "Acte de base et règlement de copropriété", date(1998, 3, 17), (
        "Par-devant Maître Delvaux, notaire à Liège, a comparu la société Bâtir en Ville.",
        "L'immeuble est divisé en soixante lots représentant ensemble dix mille quotités.",
        "Règlement de copropriété : parties communes, charges, assemblée générale.")),
    Paper("minutes", "Procès-verbal de l'assemblée générale ordinaire 2024", date(2024, 6, 13), (
        "Point 1. Approbation des comptes 2023 : adopté à la majorité absolue.",
        "Point 2. Réfection de la toiture du bloc B : reporté, trois offres à demander.",
        "Point 3. Renouvellement du mandat du syndic pour trois ans : adopté.")),
    Paper("minutes", "Procès-verbal de l'assemblée générale ordinaire 2025", date(2025, 6, 12), (
        "Point 1. Approbation des comptes 2024 : adopté à la majorité absolue.",
        "Point 4. Réfection de la toiture du bloc B : offre Toitures Mosane retenue.",
        "Point 6. Appel au fonds de réserve de 24.000 euros, en deux fois.")),
    Paper("minutes", "Procès-verbal de l'assemblée générale ordinaire 2026", date(2026, 6, 18), (
        "Point 1. Approbation des comptes 2025 : adopté à la majorité absolue.",
        "Point 3. Remplacement de l'ascenseur du bloc A : étude demandée.",
        "Point 5. Bornes de recharge dans le garage : adopté aux deux tiers.")),
    Paper("convocation", "Convocation à l'assemblée du 18 juin 2026", date(2026, 5, 29), (
        "Vous êtes invité à l'assemblée générale ordinaire du jeudi 18 juin 2026 à 19 heures.",
        "Ordre du jour : comptes, budget, ascenseur, bornes de recharge, élections.")),
    Paper("statement", "Décompte annuel des charges 2025", date(2026, 3, 31), (
        "Décompte des charges de l'exercice 2025 par clé de répartition.",
        "Ascenseurs, chauffage, nettoyage, assurance, honoraires, fonds de réserve.")),
    Paper("insurance", "Police incendie de l'immeuble", date(2025, 1, 1), (
        "Police incendie n° 45.118.220, valeur assurée indexée (ABEX 1032).",
        "Dégâts des eaux, tempête, bris de vitres, responsabilité civile immeuble."), "board"),
    Paper("contract", "Contrat d'entretien des ascenseurs", date(2023, 9, 1), (
        "Contrat d'entretien complet de deux ascenseurs, préavis de trois mois.",
        "Quatre visites par an, inspection par un organisme agréé."), "board"),
    Paper("contract", "Schoonmaakcontract gemene delen", date(2024, 2, 1), (
        "Schoonmaak van de gemene delen: tweemaal per week, glaswassing per kwartaal.",
        "Opzegtermijn van drie maanden."), "board", "nl"),
    Paper("quote", "Devis toiture du bloc B, Toitures Mosane", date(2025, 4, 22), (
        "Réfection de la toiture plate du bloc B : étanchéité et isolation de 16 cm.",
        "Total hors TVA : 41.380 euros. Validité : trois mois."), "board"),
    Paper("quote", "Devis toiture du bloc B, Étanchéité Fagnes", date(2025, 4, 28), (
        "Réfection de la toiture plate du bloc B, variante bitume.",
        "Total hors TVA : 44.900 euros."), "board"),
    Paper("invoice", "Facture nettoyage, septembre 2026", date(2026, 9, 30), (
        "Nettoyage des communs, septembre 2026 : 684,00 euros TVA comprise.",), "board"),
    Paper("invoice", "Facture électricité des communs", date(2026, 8, 14), (
        "Électricité des parties communes, deuxième trimestre 2026 : 1.212,40 euros.",), "board"),
    Paper("works_report", "Rapport d'inspection de l'ascenseur A", date(2026, 4, 2), (
        "Inspection périodique : conforme, câble à surveiller, bouton du troisième étage défectueux.",)),
    Paper("post_intervention", "Dossier d'intervention ultérieure : toiture B", date(2025, 11, 3), (
        "Plans, fiches techniques de l'isolation, points d'ancrage en toiture.",)),
    Paper("quote", "Devis peinture de la cage d'escalier A", date(2020, 10, 5), (
        "Peinture des murs et plafonds, deux couches : 6.940 euros hors TVA. Non retenu.",), "board"),
    Paper("insurance", "Déclaration de sinistre : dégât des eaux, lot A1.1", date(2026, 10, 19), (
        "Infiltration par la façade nord constatée le 17 octobre 2026 dans le séjour.",
        "Expertise demandée à l'assureur, numéro de dossier 26-88120."), "board", lot="A1.1"),
    Paper("other", "Courrier du conseil juridique", date(2026, 7, 8), (
        "Analyse du litige relatif aux infiltrations du garage. Confidentiel.",), "syndic"),
]  # fmt: skip


async def fill(who: Principal, building_id: UUID, tell: Callable[[float], None] = lambda _: None) -> int:
    """Puts the papers into a building as that person; returns how many. `tell` hears the share that is done."""
    for number, paper in enumerate(PAPERS, 1):
        await _receive(who, building_id, paper, page_of(paper), f"{paper.title.replace('/', '-')}.pdf")
        tell(number / (len(PAPERS) + 1))
    photo = Paper("photo", "Photo : descente d'eau du bloc B", date(2026, 2, 11), ())
    await _receive(who, building_id, photo, _photo(), "descente.jpg")
    tell(1.0)
    return len(PAPERS) + 1


async def _receive(who: Principal, building_id: UUID, paper: Paper, data: bytes, name: str) -> None:
    values: dict[str, object] = {
        "building_id": building_id, "kind": paper.kind, "title": paper.title, "dated": paper.dated.isoformat(),
        "visibility": paper.visibility, "lang": paper.lang, **paper.more,
    }  # fmt: skip
    if paper.lot:
        async with work(who) as w:
            values["lot_id"] = await w.value(
                "select id from estate.lot where building_id = %(b)s and number = %(n)s", b=building_id, n=paper.lot
            )
    async with spool(store().spools, len(data)) as incoming:
        await incoming.write(data)
        await incoming.finish()
        await receive(who, incoming, name, values)


def page_of(paper: Paper) -> bytes:
    """A PDF page with a title and some lines."""
    rows = [(18, paper.title), (10, paper.dated.strftime("%d/%m/%Y")), (10, ""), *((11, line) for line in paper.lines)]
    parts, y = [], _TOP
    for size, text in rows:
        parts.append(f"BT /F{2 if size == 18 else 1} {size} Tf 56 {y} Td ({_escaped(text)}) Tj ET")
        y -= _LINE + (size - 10) * 2
    stream = "\n".join([*parts, f"0.09 0.35 0.29 RG 2 w 56 {_TOP + 26} m 539 {_TOP + 26} l S"]).encode(
        "cp1252", "replace"
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    out, starts = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + tail % (len(objects) + 1, table, len(objects) + 1, len(out))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _photo() -> bytes:
    """A drawing in the place of a photo: a wall, a pipe and a stain."""
    picture = Image.new("RGB", (900, 600), "#C9BFAE")
    draw = ImageDraw.Draw(picture)
    for row in range(0, 600, 30):
        for column in range(-60 if row % 60 else 0, 900, 120):
            draw.rectangle((column + 2, row + 2, column + 116, row + 26), fill="#B9876A")
    draw.ellipse((430, 300, 640, 560), fill="#7C6A5A")
    draw.rectangle((400, 0, 450, 600), fill="#8E9A9B", outline="#5F6B6C", width=4)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
