"""A problem as it stands in a file, with something of everything."""

from typing import Any

SMALL: dict[str, Any] = {
    "format": "otagai-problem",
    "version": 1,
    "origin": "2027-01-18",
    "volunteers": [
        {
            "id": 1,
            "place": {"x_m": 0, "y_m": 0},
            "windows": [[540, 720]],
            "qualifications": [{"kind": "food", "first_day": 0, "last_day": 9}],
            "booked": [{"start": 0, "end": 60, "place": None}],
            "times_with": {"7": 2},
            "wants": ["snow"],
        },
        {"id": 2},
    ],
    "shifts": [
        {"id": 5, "category": "snow", "start": 540, "end": 600, "place": None, "client": 7},
        {"id": 6, "category": "meals", "start": 700, "end": 760, "place": {"x_m": 1, "y_m": 2}},
    ],
    "published": [{"volunteer": 1, "shift": 5, "is_pinned": True}],
    "no_go": [[2, 7]],
    "apart": [[1, 2]],
    "dropped": [[2, 6]],
    "policy": {"season": "winter", "fairness_bands": [[240, 0], [480, 20]]},
}
