"""What the tests of disputes share: a day that was recorded, and somebody who sees it differently."""

from datetime import timedelta
from typing import Any

from matching.checkin.jobs import close_forgotten
from matching.disputes.models import DisputeMessage, TimeDispute
from tests.cast import Cast
from tests.matching.checkin.scenes import accept, arrive, browser, rows


def forgotten_day(app: Any, cast: Cast, clock_now: Any) -> Any:
    """花子 checks in at 9:00, forgets to check out, and is closed at 12:00; her browser. It is 15:00 then."""
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    clock_now.advance(timedelta(hours=6))
    close_forgotten()
    return hanako


def path(cast: Cast) -> str:
    """Where she says that the time is wrong."""
    return f"/shifts/{cast.shift_today.id}/dispute"


def complain(client: Any, cast: Cast, **fields: str) -> Any:
    """She says that she stayed until 13:00."""
    given = {"kind": "other_time", "came": "10:00", "left": "13:00", "words": "片づけもしました"}
    return client.submit(path(cast), {**given, **fields}, follow_redirects=True)


def disputes() -> list[TimeDispute]:
    """All disputes."""
    return rows(TimeDispute)


def messages() -> list[DisputeMessage]:
    """All that was said."""
    return rows(DisputeMessage)


def desk_path() -> str:
    """Where staff decide the newest."""
    return f"/desk/disputes/{disputes()[-1].id}"


def decide(app: Any, who: Any, outcome: str, **fields: str) -> Any:
    """Staff decide the newest."""
    given = {"outcome": outcome, "reason": "主催者も確かめました", **fields}
    return browser(app, who).submit(desk_path(), given, action=desk_path(), follow_redirects=True)
