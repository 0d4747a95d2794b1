"""`flask --app wsgi demo load|entries`: fills an empty database with a demo town and tells how to enter it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from matching.demo import money
from matching.demo.city import CITY, build_city
from matching.demo.loading import begin_loading, end_loading, was_cut_off
from matching.demo.matters import open_matters
from matching.demo.paid_past import chapters
from matching.demo.plan import SCALES, draw, winter_before
from matching.demo.services import chance_of, live_through, post_requests
from matching.demo.settlers import settle
from matching.towns.services import found_center
from matching.towns.settings_file import read_settings
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.center import center_or_none
from volunteer.core.db import db, run_turn, without_syncing

TOWN_FILE = Path(__file__).parents[1] / "towns" / "data" / "otaru-example.toml"

CUT_OFF_STATUS = 3
CUT_OFF = (
    "見本の町を作るとちゅうで止まったデータベースです。消して、もう一度作ってください。"
    " / A load of the demo town into this database was cut off (or is going on);"
    " delete the database and load it again."
)

demo_cli = AppGroup("demo", help="A demo town with invented people.")


@demo_cli.command("load")
@click.option(
    "--scale", type=click.Choice([*sorted(SCALES), "city"]), default="small", show_default=True
)
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same town.")
@click.option("--if-empty", is_flag=True, help="Leave a database with a center as it is.")
def load(scale: str, seed: int, if_empty: bool) -> None:
    """Fill an EMPTY database with a demo town: people, organizations, a winter of work, cash-outs.

    `city` is the small town and beside it five years of 30,000 people, written in bulk to measure in.
    """
    if was_cut_off():
        click.echo(CUT_OFF, err=True)
        raise SystemExit(CUT_OFF_STATUS)
    if center_or_none() is not None:
        if if_empty:
            return
        raise click.ClickException("this database already has a center; a demo needs an empty one")
    started = time.monotonic()
    try:
        with without_syncing():
            totals = fill("small", seed, _city) if scale == "city" else fill(scale, seed)
    finally:
        clock.reset()
    seconds = time.monotonic() - started
    click.echo(f"demo town ({scale}, seed {seed}): {totals}, {seconds:.0f} s")


def fill(scale: str, seed: int, more: Callable[[int], str] | None = None) -> str:
    """Everything, in the order in which it happened; a short account of how much there is.

    `more(seed)` adds to it at the end, before the load counts as whole.
    """
    now, today = clock.now(), clock.today()
    winter_start, winter_end = winter_before(today)
    opened_at = clock.from_tokyo(winter_start) - timedelta(days=210)
    run_turn(_found, scale, seed, opened_at)
    town = draw(SCALES[scale], seed, today, _areas())
    settled = run_turn(settle, town, opened_at, now)
    arrivals = run_turn(post_requests, town, settled, now)
    dice, spring = chance_of(seed), clock.from_tokyo(winter_end)
    evening = clock.day_bounds(today - timedelta(days=3))[1] - timedelta(hours=4)
    with click.progressbar(length=len(arrivals), label="活動 / activities") as bar:
        live_through([one for one in arrivals if one.at < spring], bar.update)
        paid = money.cash_out_winter(settled, dice, spring + timedelta(days=5))
        since = spring
        for until, tell in chapters(settled, clock.to_tokyo(now).date(), spring):
            live_through([one for one in arrivals if since <= one.at < until], bar.update)
            tell()
            since = until
        live_through([one for one in arrivals if since <= one.at < evening], bar.update)
        money.cash_out_now(settled, dice, evening)
        live_through([one for one in arrivals if one.at >= evening], bar.update)
    clock.set(now)
    open_matters(settled, now)
    account = (
        f"{len(town.people)} people, {len(town.requests)} requests, {len(arrivals)} attendances,"
        f" {paid} cash-outs paid"
    )
    if more:
        account = f"{account}, {more(seed)}"
    run_turn(_end, now, account)
    return account


def _city(seed: int) -> str:
    with click.progressbar(length=CITY.attendances, label="市 / city") as bar:
        return build_city(CITY, seed, bar.update)


def _found(scale: str, seed: int, opened_at: datetime) -> None:
    begin_loading(scale, seed)
    clock.set(opened_at)
    found_center(read_settings(TOWN_FILE), is_demo=True)


def _end(now: datetime, account: str) -> None:
    money.mark_mails_sent(now)
    end_loading(account)


def _areas() -> dict[str, float]:
    rows = db.session.execute(db.select(Area)).scalars()
    return {area.code: area.share or 1.0 for area in rows}


@demo_cli.command("entries")
def entries() -> None:
    """Tell how to enter the demo town as each role."""
    click.echo("だれかになって入る / enter as somebody: /demo/enter （ボランティア・団体・職員）")
    click.echo("送ったメールを読む / read the mails:     /demo/mails")
