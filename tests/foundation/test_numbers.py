"""Belgian numbers with check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation import numbers
from koprogo_app.foundation.errors import Invalid


@pytest.mark.parametrize("typed", ["0403.101.217", "0403101217", "BE 403.101.217", "be0403 101 217", " 403101217 "])
def test_enterprise_numbers_as_people_type_them(typed: str) -> None:
    assert numbers.read_enterprise_number(typed) == "0403101217"


def test_enterprise_number_is_shown_with_dots() -> None:
    assert numbers.show_enterprise_number("0403101217") == "0403.101.217"
    assert numbers.show_enterprise_number("") == ""


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("0403.101.218", "check digits"),
        ("123", "ten digits"),
        ("", "ten digits"),
        ("abc", "ten digits"),
        ("2403101217", "begins"),
    ],
)
def test_wrong_enterprise_numbers_say_why(typed: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as error:
        numbers.read_enterprise_number(typed)
    assert error.value.field == "enterprise_number"


def test_accounts() -> None:
    assert numbers.read_iban("be68 5390 0754 7034") == "BE68539007547034"
    assert numbers.read_iban("NL91 ABNA 0417 1643 00") == "NL91ABNA0417164300"
    assert numbers.show_iban("BE68539007547034") == "BE68 5390 0754 7034"


@pytest.mark.parametrize(
    ("typed", "reason"), [("BE68 5390 0754 7035", "check digits"), ("BE68", "not an account"), ("", "not an account")]
)
def test_wrong_accounts_say_why(typed: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        numbers.read_iban(typed)


def test_structured_messages() -> None:
    assert numbers.read_communication("+++090/9337/55493+++") == "090933755493"
    assert numbers.read_communication("***090/9337/55493***") == "090933755493"
    assert numbers.show_communication("090933755493") == "+++090/9337/55493+++"
    with pytest.raises(Invalid, match="check digits"):
        numbers.read_communication("+++090/9337/55494+++")


@given(st.integers(0, 9_999_999_999))
def test_every_base_makes_a_message_that_reads_back(base: int) -> None:
    digits = numbers.make_communication(base)
    if base:
        assert numbers.read_communication(numbers.show_communication(digits)) == digits


def test_a_base_of_eleven_digits() -> None:
    with pytest.raises(ValueError, match="ten digits"):
        numbers.make_communication(10**10)
