"""Numbers no row can have and letters no database takes, in an address: the answer is a page, never a fault."""

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client

TOO_LARGE = ("2147483648", "9223372036854775808", "9" * 40)


@pytest.mark.both_databases
@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_number_no_row_can_have_is_a_missing_page(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    sign_in_as(client, cast.coordinator)
    assert client.get(f"/board/{number}").status_code == 404
    assert client.get(f"/desk/people/{number}").status_code == 404
    assert client.post(f"/desk/offers/{number}/acceptance").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ["%00", "a%00b", "9223372036854775808", "9" * 40])
@pytest.mark.parametrize(
    "address", ["/board?area=", "/desk/people?q=", "/desk/households?area=", "/desk/households?q="]
)
def test_a_search_for_the_impossible_is_answered_by_a_page(
    app: Flask, client: Client, cast: Cast, address: str, value: str
) -> None:
    sign_in_as(client, cast.coordinator)
    answer = client.get(address + value)
    assert answer.status_code in {200, 404}
    assert "<h1" in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.both_databases
def test_control_characters_in_a_name_of_an_address_are_a_missing_page(
    app: Flask, client: Client, cast: Cast
) -> None:
    sign_in_as(client, cast.coordinator)
    assert client.get("/desk/categories/a%00b").status_code == 404
