"""Short codes for what a form could not accept: they travel in the redirect's address, the page shows the sentence."""

from typing import Final

from koprogo_app.foundation.errors import KoproError, TooMany
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.service import members, passwords, recovery, totp

SENTENCES: Final[dict[str, str]] = {
    "credentials": N_("This e-mail address and password do not go together."),
    "wait": N_("Too many attempts. Try again in {minutes} min."),
    "code": totp.WRONG_CODE,
    "expired": N_("That took too long. Please sign in again."),
    "ended": N_("Your session has ended. Please sign in again."),
    "changed": N_("Your password is changed. Sign in with the new one."),
    "sent": N_("If there is an account for this address, a link is on its way. It works for one hour."),
    "address": N_("“{text}” is not an e-mail address."),
    "short": passwords.TOO_SHORT,
    "long": passwords.TOO_LONG,
    "easy": passwords.TOO_EASY,
    "different": passwords.NOT_THE_SAME,
    "name": N_("Enter a name."),
    "link": recovery.LINK_OVER,
    "invitation": members.LINK_OVER,
    "oidc": N_("Single sign-on did not work. Try again, or sign in with your password."),
    "oidc-unknown": N_("There is no account here for your single sign-on address. Ask your syndic to invite you."),
    "origin": N_("This request did not come from a page of KoproGo."),
}
"""Code → msgid. `{minutes}`, `{count}` and `{text}` are filled by the page."""

_BY_MESSAGE: Final = {message: code for code, message in SENTENCES.items()}


def code_of(error: KoproError) -> str:
    """The code of an expected failure; 'name' or 'link' by its field when the sentence has none of its own."""
    if isinstance(error, TooMany):
        return f"wait&minutes={error.params['minutes']}"
    return _BY_MESSAGE.get(error.message) or ("name" if error.field in ("name", "lang") else "expired")
