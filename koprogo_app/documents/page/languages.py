"""The languages of a paper, to choose from."""

from koprogo_app.estate.words import LANGUAGES
from koprogo_app.interface.text import t

LANGUAGE_OPTIONS = [(lang, t(label)) for lang, label in LANGUAGES.items()]
