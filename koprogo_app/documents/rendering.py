"""Reading one file for its picture, its text and its pages, in a process of its own with little memory and time.

`python -m koprogo_app.documents.rendering FILE MEDIA_TYPE PREVIEW` writes the preview (WebP, without any of the
original's metadata) and one JSON line. Files come from strangers: whatever they do to a decoder, they do it here.
"""

import asyncio
import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

Outcome = Literal["ready", "plain", "locked", "unreadable"]
WIDTH: Final = 1200
MOST_TEXT: Final = 200_000
_MEMORY: Final = 1_500_000_000
_SECONDS: Final = 30
_ROOT: Final = Path(__file__).parents[2]  # not from the settings: what reads them takes longer than most files


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of it: `ready` with a preview, `plain` without one, `locked` by a password, or `unreadable`."""

    state: Outcome
    pages: int | None = None
    text: str = ""


async def render(path: Path, media_type: str, preview: Path) -> Rendered:
    """Renders a file apart from this process; a crash, a hang or too much memory gives `unreadable`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name if __spec__ else __name__, str(path), media_type, str(preview),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(), _SECONDS + 10)
        return Rendered(**json.loads(out))
    except (TimeoutError, ValueError, TypeError):
        return Rendered("unreadable")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _pdf(path: Path, preview: Path) -> Rendered:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        return Rendered("locked" if "password" in str(error).lower() else "unreadable")
    with document:
        pages = len(document)
        if pages == 0:
            return Rendered("unreadable")
        page = document[0]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), 2 * WIDTH / max(height, 1), 8)
        _save(page.render(scale=scale, may_draw_forms=False).to_pil(), preview)
        return Rendered("ready", pages, _text(document, pages))


def _text(document: Any, pages: int) -> str:
    found, length = [], 0
    for number in range(pages):
        page = document[number]
        text = page.get_textpage().get_text_bounded()
        page.close()
        found.append(text)
        length += len(text)
        if length > MOST_TEXT:
            break
    return _clean("\n".join(found))


def _clean(text: str) -> str:
    """Text that a database takes: no nulls, no halves of letters, not endless."""
    plain = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return " ".join(plain.split())[:MOST_TEXT]


def _picture(path: Path, preview: Path) -> Rendered:
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    with Image.open(path) as picture:
        picture.draft("RGB", (WIDTH, WIDTH))
        picture.thumbnail((WIDTH, 2 * WIDTH))
        _save(ImageOps.exif_transpose(picture), preview)
    return Rendered("ready", 1)


def _save(picture: Any, preview: Path) -> None:
    """Writes points only: no place, no camera, no comment, no colour profile goes along."""
    from PIL import Image

    flat = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    bare = Image.new(flat.mode, flat.size)
    bare.paste(flat)
    bare.save(preview, "WEBP", quality=80, method=2)


def _words(path: Path) -> Rendered:
    data = path.read_bytes()[: MOST_TEXT * 4]
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return Rendered("plain", text=_clean(text))


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """One file, given on the command line."""
    path, media_type, preview = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    _limits()
    try:
        if media_type == "application/pdf":
            rendered = _pdf(path, preview)
        elif media_type.startswith("image/"):
            rendered = _picture(path, preview)
        elif media_type in ("text/plain", "text/csv"):
            rendered = _words(path)
        else:
            rendered = Rendered("plain")
    except Exception:
        rendered = Rendered("unreadable")
    sys.stdout.write(json.dumps({"state": rendered.state, "pages": rendered.pages, "text": rendered.text}))


if __name__ == "__main__":
    main()
