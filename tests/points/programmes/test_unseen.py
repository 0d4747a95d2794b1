"""A made-up scheme with most parameters at once gives what was worked out by hand from its rules."""

import csv
from pathlib import Path

from flask import Flask

HERE = Path(__file__).parent
BY_HAND = {
    "a1": (60, "awarded"),  # a leader: 3 households x 40, divided by two
    "a2": (45, "awarded"),  # 3 x 30, divided by two; snow does not use the daily cap of 50
    "a3": (14, "awarded"),  # 68 / 45 = 1.51 rounds to 2 units of 7
    "a4": (7, "awarded"),  # 67 / 45 = 1.49 rounds to 1
    "a5": (0, "too_short"),  # 29 of 30 minutes
    "a6": (0, "host_not_listed"),
    "a7": (0, "too_short"),  # tiers begin at 20 minutes
    "a8": (5, "awarded"),
    "a9": (25, "awarded"),
    "a10": (0, "over_day_cap"),  # 25 do not fit into the 20 that are left: all or nothing
    "a11": (0, "too_short"),
    "a12": (13, "awarded"),  # for the own family, which this scheme allows
    "a13": (0, "paid"),
    "a14": (0, "client_here"),
    "a15": (0, "not_introduced"),
    "a16": (0, "proof_not_accepted"),
    "a17": (3, "awarded"),  # a lecture does not use the year's cap of 200
    "a20": (3, "awarded"),
    "a19": (0, "over_year_cap"),  # 160; 169 of 200 are used
    "a18": (0, "not_trained"),  # the course was good for 12 months
    "b1": (13, "awarded"),
    "b2": (13, "awarded"),
    "b3": (0, "over_day_cap"),  # children have 30 a day
    "c1": (13, "awarded"),
    "c2": (0, "not_insured"),  # one day after the cover ended
    "d1": (0, "other_municipality"),
}
EXPIRIES = {
    ("A", "2025-11-30", "carried_over", 12),  # up to 12 of 175
    ("A", "2025-11-30", "expired", 163),
    (
        "A",
        "2026-11-30",
        "extended",
        12,
    ),  # the exception for days from 1 November to 15 December 2026
    ("A", "2027-02-28", "carried_over", 12),
    ("A", "2028-11-30", "ends", 12),
    ("B", "2025-11-30", "carried_over", 12),
    ("B", "2025-11-30", "expired", 14),
    ("B", "2026-11-30", "extended", 12),
    ("B", "2027-02-28", "carried_over", 12),
    ("B", "2028-11-30", "ends", 12),
    ("C", "2026-11-30", "extended", 13),
    ("C", "2027-02-28", "carried_over", 12),
    ("C", "2027-02-28", "expired", 1),
    ("C", "2028-11-30", "ends", 12),
}


def simulated(app: Flask, folder: Path, until: str) -> Path:
    out = folder / until
    words = [
        "programmes",
        "simulate",
        str(HERE / "unseen.toml"),
        str(HERE / "unseen-activities.csv"),
    ]
    words += ["--people", str(HERE / "unseen-people.csv"), "--until", until, "--out", str(out)]
    found = app.test_cli_runner().invoke(args=words)
    assert found.exit_code == 0, found.output
    return out


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_points_and_reasons_are_those_worked_out_by_hand(app: Flask, tmp_path: Path) -> None:
    found = rows(simulated(app, tmp_path, "2027-12-31"), "activities")
    assert {one["id"]: (int(one["points"]), one["reason"]) for one in found} == BY_HAND


def test_expiry_and_carrying_over_are_those_worked_out_by_hand(app: Flask, tmp_path: Path) -> None:
    found = rows(simulated(app, tmp_path, "2027-12-31"), "expiries")
    assert {
        (one["person"], one["day"], one["what"], int(one["points"])) for one in found
    } == EXPIRIES


def test_only_old_points_go_and_only_in_the_window(app: Flask, tmp_path: Path) -> None:
    """10 of 12 points of a donation from 10 in steps of 5 at 7 yen; a pupil and somebody in arrears get nothing."""
    inside = {one["person"]: one for one in rows(simulated(app, tmp_path, "2025-12-31"), "people")}
    assert (inside["A"]["exchangeable"], inside["A"]["exchangeable_yen"]) == ("10", "70")
    assert [inside[name]["refusal"] for name in "BC"] == ["too_young", "excluded"]
    outside = {one["person"]: one for one in rows(simulated(app, tmp_path, "2025-12-09"), "people")}
    assert outside["A"]["refusal"] == "window_closed"
    left = {one["person"]: one for one in rows(simulated(app, tmp_path, "2027-12-31"), "people")}
    assert left["A"]["refusal"] == "left_too_long_ago"
