"""The front end is built when it must be, fits any origin, and carries nothing heavy."""

import json
import re
from pathlib import Path

import pytest

from koprogo_app.interface import build
from koprogo_app.interface.build import ROOT, BuildError

KIT = [ROOT / "koprogo_app" / "interface", ROOT / "assets"]


def test_the_address_of_the_builder_is_replaced_and_must_be_there(tmp_path: Path) -> None:
    script = tmp_path / "assets" / "reflex-env-x.js"
    script.parent.mkdir()
    script.write_text("e={PING:`http://localhost:8000/ping`,EVENT:`ws://localhost:8000/_event`}")
    build.use_page_origin(tmp_path)
    assert script.read_text() == (
        'e={PING:`${location.origin}/ping`,EVENT:`${location.origin.replace("http","ws")}/_event`}'
    )
    with pytest.raises(BuildError):
        build.use_page_origin(tmp_path)


def test_inline_code_is_hashed_page_by_page(tmp_path: Path) -> None:
    (tmp_path / "lots").mkdir()
    (tmp_path / "index.html").write_text("<script>alert(1)</script><script src=x></script><style>a{}</style>")
    (tmp_path / "lots" / "index.html").write_text('<script type="module">alert(1)</script>')
    hashes = build.inline_hashes(tmp_path)
    assert hashes["index.html"]["script"] == ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    assert hashes["lots/index.html"]["script"] == hashes["index.html"]["script"]
    assert len(hashes["index.html"]["style"]) == 1
    assert hashes["lots/index.html"]["style"] == []


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("koprogo_app/estate/page.py", True),
        ("koprogo_app/estate/pages/lots.py", True),
        ("koprogo_app/locales/fr/LC_MESSAGES/estate.po", True),
        ("assets/kit/grid.jsx", True),
        ("koprogo_app/estate/service/lots.py", False),
        ("koprogo_app/estate/queries.py", False),
        ("koprogo_app/estate/api.py", False),
        ("assets/external/x.jsx", False),
    ],
)
def test_what_a_page_is_made_of(path: str, counts: bool) -> None:
    assert build._shows(Path(path)) is counts


def test_a_change_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "koprogo_app" / "interface" / "x.py"
    page.parent.mkdir(parents=True)
    page.write_text("a")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    before = build.sources_hash()
    assert build.sources_hash() == before
    page.write_text("b")
    assert build.sources_hash() != before


def test_the_front_end_is_locked_without_radix_and_without_an_address() -> None:
    packages = json.loads((ROOT / "reflex.lock" / "package.json").read_text())
    names = {*packages["dependencies"], *packages["devDependencies"]}
    assert not {n for n in names if "radix" in n or "sonner" in n}
    for path in (ROOT / "reflex.lock").iterdir():
        assert not re.search(r"https?://", path.read_text()), f"{path.name} names a registry"


def test_colours_are_named_in_one_place() -> None:
    hex_colour = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!;? *\})|rgba?\(")
    files = [
        p for root in KIT for p in root.rglob("*") if p.suffix in (".py", ".css", ".jsx") and p.name != "theme.css"
    ]
    files += [p for p in (ROOT / "koprogo_app").rglob("*.py") if "page" in str(p.relative_to(ROOT))]
    found = [(p.name, m) for p in files for m in hex_colour.findall(p.read_text()) if not re.fullmatch(r"#\d+", m)]
    assert not found


def test_pages_hold_nothing_heavy_or_unsafe() -> None:
    forbidden = re.compile(r"rx\.(upload|toast|text|button|input|box|vstack|hstack|link|dialog|call_script)\b|\bstyle=")
    files = [p for p in (ROOT / "koprogo_app").rglob("*.py") if "import reflex" in p.read_text()]
    assert not [(str(p.relative_to(ROOT)), m[0]) for p in files if (m := forbidden.search(p.read_text()))]
