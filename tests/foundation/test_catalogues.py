"""Every message of the program is translated into every language, and no translation is left over."""

import ast
from collections import defaultdict

import pytest

from koprogo_app.foundation.i18n import placeholders
from tests import messages
from tests.messages import LANGS, Use


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_is_missing(lang: str) -> None:
    absent = sorted({(u.where, u.msgid) for u in messages.missing()[lang]})
    assert not absent, f"{len(absent)} without {lang} (python -m tests.messages prints the entries): {absent[:8]}"


@pytest.mark.parametrize("lang", LANGS)
def test_no_translation_is_left_over(lang: str) -> None:
    used = {u.msgid for u in messages.uses()}
    assert not [(domain, msgid) for domain, msgid, _ in messages.entries(lang) if msgid not in used]


@pytest.mark.parametrize("lang", LANGS)
def test_placeholders_are_those_of_the_message(lang: str) -> None:
    wrong = [(d, m, text) for d, m, text in messages.entries(lang) if text and placeholders(m) != placeholders(text)]
    assert not wrong


@pytest.mark.parametrize("lang", LANGS)
def test_a_message_has_one_translation(lang: str) -> None:
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for _, msgid, text in messages.entries(lang):
        texts[msgid].add(text)
    assert not {msgid: found for msgid, found in texts.items() if len(found) > 1}


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
"""
    tree = ast.parse(source)
    found = messages._in_tree("koprogo_app/x.py", tree, messages.MARKERS | messages._error_markers([tree]))
    assert {u.msgid for u in found} == {
        "By default", "In a page {name}", "In a letter", "In an error", "In another", "By keyword", "As a title",
    }  # fmt: skip


def test_an_f_string_is_refused() -> None:
    with pytest.raises(ValueError, match="f-string"):
        list(messages._in_tree("x.py", ast.parse('t(f"Hello {name}")'), messages.MARKERS))


def test_area_of_a_message() -> None:
    assert Use("x", "koprogo_app/estate/service/lots.py:3").area == "estate"
    assert Use("x", "koprogo_app/koprogo_app.py:3").area == "koprogo_app"
