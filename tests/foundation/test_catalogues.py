"""Every message of the program is translated into every language, rightly written, and no translation is left over."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.plurals import get_plural

from koprogo_app.foundation.catalogues import LOCALES, parts
from koprogo_app.foundation.i18n import N_, P_, placeholders
from tests import messages
from tests.messages import LANGS, Use

# No space, a plain one or the wrong one before a sign that has its own, and the straight apostrophe.
_MISPRINTS = {
    "apostrophe": r"'",
    "before ? ! ;": r"(?<![\u202f?!])[?!;]",
    "before a colon": r"(?<!\u00a0):(?=\s|$)|\s:(?<!\u00a0:)",
    "in « »": r"«(?!\u00a0)|(?<!\u00a0)»",
    "quotation marks": r"[“”\"]",
    "two spaces": r"\s\s",
}


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_is_missing(lang: str) -> None:
    absent = sorted({(u.where, u.msgid) for u in messages.missing()[lang]})
    assert not absent, f"{len(absent)} without {lang} (python -m tests.messages prints the entries): {absent[:8]}"


@pytest.mark.parametrize("lang", LANGS)
def test_no_translation_is_left_over(lang: str) -> None:
    used = {u.msgid for u in messages.uses()}
    assert not [entry for entry in messages.entries(lang) if entry.msgid not in used]


@pytest.mark.parametrize("lang", LANGS)
def test_placeholders_are_those_of_the_message(lang: str) -> None:
    wrong = [
        (entry, form)
        for entry in messages.entries(lang)
        for form in entry.forms
        if form and placeholders(entry.msgid) != placeholders(form)
    ]
    assert not wrong


@pytest.mark.parametrize("lang", LANGS)
def test_a_plural_has_the_forms_of_the_language(lang: str) -> None:
    wrong = []
    for entry in messages.entries(lang):
        _, one, many = parts(entry.msgid)
        if len(entry.forms) != (get_plural(lang).num_plurals if many else 1):
            wrong.append(entry)
        if many and not placeholders(one) == placeholders(many) >= {"count"}:
            wrong.append(entry)
    assert not wrong


@pytest.mark.parametrize("lang", LANGS)
def test_a_message_has_one_translation(lang: str) -> None:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in messages.entries(lang):
        found[entry.msgid].append(entry.area)
    assert not {msgid: areas for msgid, areas in found.items() if len(areas) > 1}


@pytest.mark.parametrize("name", _MISPRINTS)
def test_french_is_written_as_it_is_printed(name: str) -> None:
    wrong = [e for e in messages.entries("fr") for form in e.forms if re.search(_MISPRINTS[name], form)]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Qu\u2019est-ce\u202f? Ceci\u00a0: «\u00a0rien\u00a0»\u202f!", []),
        ("À 12:30, https://example.be", []),
        ("l'été", ["apostrophe"]),
        ("Qui ?", ["before ? ! ;"]),
        ("Qui?", ["before ? ! ;"]),
        ("Ceci : rien", ["before a colon"]),
        ("Ceci: rien", ["before a colon"]),
        ("Ceci\u202f: rien", ["before a colon"]),
        ("« rien »", ["in « »"]),
        ("“rien”", ["quotation marks"]),
    ],
)
def test_misprints_are_seen(text: str, names: list[str]) -> None:
    assert [name for name, pattern in _MISPRINTS.items() if re.search(pattern, text)] == names


def test_what_one_word_means_is_said_to_the_translator() -> None:
    said = _said_to_translators()
    silent = [m for m, notes in said.items() if re.fullmatch(r"[^\s{}]+", parts(m)[1]) and not notes]
    assert not silent, f"{len(silent)} bare words without a context (P_) or a comment (# Translators: …): {silent[:8]}"


def test_what_fills_a_message_is_said_to_the_translator() -> None:
    silent = [m for m, notes in _said_to_translators().items() if placeholders(m) and not notes]
    assert not silent, f"{len(silent)} without a context (P_) or a comment (# Translators: …): {silent[:8]}"


def test_messages_differ_by_more_than_a_capital_or_a_full_stop() -> None:
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for use in messages.uses():
        spellings[use.msgid.rstrip(".").lower()].add(use.msgid)
    alike = {spelling: same for spelling, same in spellings.items() if len(same) > 1}
    wrong = [
        same
        for same in alike.values()
        if any(len({_bare(e[m]) for m in same}) > 1 for e in (_by_message(lang) for lang in LANGS))
    ]
    assert not wrong, f"one word, several meanings: give each a context (P_): {wrong[:8]}"


@pytest.mark.parametrize("lang", LANGS)
def test_catalogues_say_where_a_message_is_used(lang: str) -> None:
    kept = {path.stem: path.read_text() for path in (LOCALES / lang / "LC_MESSAGES").glob("*.po")}
    assert kept == messages.written(lang), "python -m tests.messages --write writes them again"


def _said_to_translators() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for use in messages.uses():
        found[use.msgid] |= {*use.notes, parts(use.msgid)[0]} - {""}
    return found


def _by_message(lang: str) -> dict[str, str]:
    return {entry.msgid: entry.forms[0] for entry in messages.entries(lang)}


def _bare(text: str) -> str:
    return text.rstrip(".").lower()


def test_messages_are_found_where_they_are_said() -> None:
    source = """
class KoproError(Exception):
    def __init__(self, message, *, field=""): ...
class Invalid(KoproError):
    def __init__(self, field, message="By default", **params): ...
class CodeWrong(Invalid): ...
t("In a page {name}", name=x)
text.tr(lang, "In a letter")
raise CodeWrong("code", "In an error" if a else "In another")
raise KoproError(message="By keyword")
page("/x", title=N_("As a title"))
Other("not a message")
t(variable)
t(N_("{count} lot", "{count} lots"), count=3)
label = P_("call", "paid")
"""
    tree = ast.parse(source)
    found = messages._in_tree("koprogo_app/x.py", tree, messages.MARKERS | messages._error_markers([tree]))
    assert {u.msgid for u in found} == {
        "By default", "In a page {name}", "In a letter", "In an error", "In another", "By keyword", "As a title",
        N_("{count} lot", "{count} lots"), P_("call", "paid"),
    }  # fmt: skip


def test_a_translator_reads_what_a_message_is_for_and_what_fills_it() -> None:
    source = """
Column(t("Open"), lambda one: one.open)
button(t("Close {name}", name=row.name), on_click=Lots.close)
# Translators: on a scale
# of colours.
label = N_("Light")
STATES = {
    1: N_("draft"),
    2: N_("sent"),  # Translators: of a letter
}
NavItem(N_("Lots"), heading=N_("Building"))
"""
    found = list(messages._in_tree("koprogo_app/x.py", ast.parse(source), messages.MARKERS, source))
    assert {u.msgid: u.notes for u in found} == {
        "Open": ("the heading of a column",),
        "Close {name}": ("a button", "{name}: row.name"),
        "Light": ("on a scale of colours.",),
        "draft": ("one of states",),
        "sent": ("of a letter", "one of states"),
        "Lots": ("an entry of the menu",),
        "Building": ("a heading in the menu",),
    }


def test_messages_of_a_template() -> None:
    text = """{{ t("Lot") }} {{ t(N_("{count} lot", "{count} lots"), count=n) }} {{ t(P_("lot", "sold")) }}"""
    found = list(messages._in_letter("koprogo_app/calls/letters/notice.html", text))
    assert [u.msgid for u in found] == ["Lot", N_("{count} lot", "{count} lots"), P_("lot", "sold")]


def test_an_area_owns_its_messages() -> None:
    owners, order = messages.owners(), messages.areas()
    for use in messages.uses():
        if use.area in order:
            assert order.index(owners[use.msgid]) <= order.index(use.area)


def test_an_f_string_is_refused() -> None:
    with pytest.raises(ValueError, match="f-string"):
        list(messages._in_tree("x.py", ast.parse('t(f"Hello {name}")'), messages.MARKERS))


def test_area_of_a_message() -> None:
    assert Use("x", "koprogo_app/estate/service/lots.py:3").area == "estate"
    assert Use("x", "koprogo_app/koprogo_app.py:3").area == "koprogo_app"
