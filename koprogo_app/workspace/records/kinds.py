"""Values that many records have, said once for all of them."""

from typing import Annotated, Final, Literal

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import show_enterprise_number, show_iban
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.fields import Field

LANGUAGES: Final = {"fr": N_("French"), "nl": N_("Dutch"), "de": N_("German"), "en": N_("English")}
Language = Annotated[
    Literal["fr", "nl", "de", "en"],
    Field(N_("Language"), fields.language, unit="select", options=tuple(LANGUAGES.items()), wide=True),
]
EMAIL: Final = Field(N_("E-mail"), fields.email, longest=254, personal=True, kind="email")
Email = Annotated[str, EMAIL]
Phone = Annotated[str, Field(N_("Telephone"), fields.phone, longest=40, personal=True, kind="tel")]
Street = Annotated[str, Field(N_("Street and number"), fields.text(), personal=True)]
PostalCode = Annotated[str, Field(N_("Postal code"), fields.text(longest=20), longest=20, personal=True)]
City = Annotated[str, Field(N_("City"), fields.text(longest=100), longest=100, personal=True, sort=True)]
Country = Annotated[str, Field("", fields.country, longest=2)]
Iban = Annotated[
    str,
    Field(
        N_("Account number"),
        fields.iban,
        hint=N_("Such as BE68 5390 0754 7034"),
        example="BE68539007547034",
        longest=60,
        personal=True,
        shown=show_iban,
    ),
]
ENTERPRISE_NUMBER: Final = Field(
    N_("Enterprise number"),
    fields.enterprise_number,
    hint=N_("Ten digits, such as 0403.101.217"),
    description="Ten digits",
    example="0403101217",
    longest=20,
    sort=True,
    shown=show_enterprise_number,
)
EnterpriseNumber = Annotated[str | None, ENTERPRISE_NUMBER]
