"""Once a day, in the afternoon: what is new for those who want to hear of it."""

from matching.suggestions import queries, services
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.jobs import Job

NEWS_MAX = 500
"""So many new shifts are looked through in a day."""
SLICE = 20
"""So many people a turn."""


def tell_news() -> str:
    """Slice by slice; what was told is remembered with each person, so that a second run tells nothing twice."""
    since, moment = queries.oldest_telling(), clock.now()
    if since is None:
        return "told=0"
    fresh = services.fresh_shifts(since, NEWS_MAX)
    told, after = 0, 0
    while people := queries.people_with_searches(after, SLICE):
        told += run_turn(services.tell_news, people, fresh, moment)
        after = people[-1]
    return f"told={told}"


JOBS = (Job("tell-news", tell_news, at="16:30"),)
