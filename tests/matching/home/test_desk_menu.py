"""The menu of the desk says where one is, also on pages whose addresses lie elsewhere."""

import re

from tests.cast import Cast, sign_in_as
from tests.client import Client


def test_the_menu_marks_the_section_a_page_belongs_to(cast: Cast, client: Client) -> None:
    desk = sign_in_as(client, cast.coordinator)
    shift, person = f"/desk/shifts/{cast.shift.id}", f"/desk/people/{cast.hanako.party_id}"

    def marked(address: str) -> list[str]:
        menu = desk.get(address).text.split("<main")[0]
        lines = re.findall(r'<a href="([^"]+)" aria-current="(?:page|true)">', menu)
        return [line for line in lines if line.startswith("/desk")]

    assert marked("/desk") == ["/desk"]
    assert marked(shift) == ["/desk/requests"]
    assert marked(f"{shift}/asking") == ["/desk/match"]
    assert marked(f"{shift}/arrivals") == ["/desk/today"]
    assert marked(f"{person}/answers")[0] == "/desk/people"
    assert marked("/desk/disputes") == ["/desk"]  # in no section: what waits for a decision
