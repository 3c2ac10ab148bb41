"""Sign-in, its second step, a forgotten password, an invitation: what their pages show around the native forms."""

from typing import Any

import reflex as rx

from koprogo_app.foundation import crypto
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, catalogue
from koprogo_app.identity import web
from koprogo_app.identity.codes import SENTENCES
from koprogo_app.identity.forms import KEPT
from koprogo_app.identity.guard import handler, signed_in
from koprogo_app.identity.permissions import PUBLIC
from koprogo_app.identity.service import members, recovery
from koprogo_app.identity.service.passwords import MAX_LENGTH, MIN_LENGTH
from koprogo_app.interface.locale import Locale
from koprogo_app.settings import settings

_GOOD = frozenset({"changed", "sent"})
_NEWS = frozenset({"ended", "expired"})


class Said(rx.State, mixin=True):
    """What the form's redirect brought: a code in the address, as a sentence in four languages, and its kind."""

    said: dict[str, str] = {}
    said_kind: str = ""
    kept: str = ""

    def _hear(self) -> None:
        query = self.router.url.query_parameters
        code = query.get("error", "")
        self.kept = crypto.kept(query.get("kept", ""), KEPT)
        self._tell(code, query.get("minutes", ""))

    def _tell(self, code: str, minutes: str = "") -> None:
        count = MAX_LENGTH if code == "long" else MIN_LENGTH
        sentence = SENTENCES.get(code, "")
        waited = minutes if minutes.isdigit() and len(minutes) < 4 else "15"
        self.said = catalogue(sentence, minutes=waited, count=count, text=self.kept) if sentence else {}
        self.said_kind = "done" if code in _GOOD else "information" if code in _NEWS else "refused"


class SignIn(Said, rx.State):
    """The sign-in page."""

    next: str = ""
    oidc: str = ""

    @handler(PUBLIC)
    async def load(self) -> Any:
        """Shows what happened before; who is signed in already goes on."""
        self._hear()
        self.next = web.local_path(self.router.url.query_parameters.get("next", ""))
        self.oidc = settings().oidc_name if settings().oidc_issuer else ""
        who = signed_in()
        if who is not None and not self.said:
            return rx.redirect("/", replace=True)
        return None


class SignInCode(Said, rx.State):
    """The second step."""

    next: str = ""

    @handler(PUBLIC)
    async def load(self) -> None:
        """Shows what happened before."""
        self._hear()
        self.next = web.local_path(self.router.url.query_parameters.get("next", ""))


class Reset(Said, rx.State):
    """Asking for a link."""

    @handler(PUBLIC)
    async def load(self) -> None:
        """Shows what happened before."""
        self._hear()


class NewPassword(Said, rx.State):
    """The page behind the link of a forgotten password; the link's secret stands after the # and reaches no log."""

    token: str = ""
    over: bool = False
    email: str = ""

    @handler(PUBLIC)
    async def load(self) -> None:
        """Reads the secret and tells at once when the link is over."""
        self._hear()
        self.token = self.router.url.fragment
        try:
            self.email, self.over = (await recovery.behind(self.token)).email, False
        except KoproError:
            self.email, self.over = "", True
            self._tell("link")


class Invitation(Said, rx.State):
    """The page behind an invitation."""

    token: str = ""
    over: bool = False
    email: str = ""
    name: str = ""
    lang: str = "fr"

    @handler(PUBLIC)
    async def load(self) -> None:
        """Reads the secret, says whom the invitation is for, and keeps what was typed before."""
        self._hear()
        self.token = self.router.url.fragment
        try:
            user = await members.invited(self.token)
        except KoproError:
            self.over, self.email = True, ""
            self._tell("invitation")
            return
        typed_lang, _, typed_name = self.kept.partition(" ")
        self.over, self.email = False, user.email
        self.lang = typed_lang if typed_lang in LANGS else user.lang
        self.name = typed_name if self.kept else user.name
        (await self.get_state(Locale))._adopt(self.lang)
