"""The language of the person in front of the screen."""

from collections.abc import Awaitable, Callable

import reflex as rx

from koprogo_app.foundation.i18n import LANGS, best_lang
from koprogo_app.interface.events import public

NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}

Remember = Callable[[rx.State, str], Awaitable[None]]
_remember: list[Remember] = []


def on_choice(remember: Remember) -> None:
    """Call `await remember(state, lang)` whenever a person picks a language: to keep it in the profile."""
    _remember.append(remember)


class Locale(rx.State):
    """Which language the pages speak: the one chosen (kept in a cookie for a year), else the browser's, else French."""

    chosen: str = rx.Cookie("", name="koprogo_lang", max_age=31_536_000, same_site="lax")

    @rx.var
    def lang(self) -> str:
        """One of LANGS."""
        return self.chosen if self.chosen in LANGS else best_lang(self.router.headers.accept_language)

    @public
    async def choose(self, lang: str) -> None:
        """Speak this language from now on; an unknown one is ignored."""
        if lang in LANGS:
            self.chosen = lang
            for remember in _remember:
                await remember(self, lang)

    def _adopt(self, lang: str) -> None:
        """Take over the language of a profile at sign-in, without telling anybody."""
        if lang in LANGS and self.chosen != lang:
            self.chosen = lang
