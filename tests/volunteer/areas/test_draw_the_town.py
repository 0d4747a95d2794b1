"""The schematic map: any list of districts becomes tiles that do not overlap, near ones near each other."""

from itertools import combinations

import pytest

import matching.towns
from volunteer.areas.area_file import read_areas
from volunteer.areas.schematic import (
    WIDTH,
    district_map,
    schematic,
    shade_bounds,
    shade_of,
    short_name,
)


def spots_of(town: str) -> dict[str, tuple[float | None, float | None]]:
    path = f"{matching.towns.__path__[0]}/data/areas-{town}.csv"
    with open(path, encoding="utf-8") as file:
        _comment, lines = read_areas(file.read())
    return {line.code: (line.latitude, line.longitude) for line in lines}


@pytest.mark.parametrize("town", ["otaru", "minato"])
def test_no_tile_covers_another_and_all_are_inside(town: str) -> None:
    spots = spots_of(town)
    drawn = schematic(tuple(spots.values()))
    assert len(drawn.middles) == len(spots)
    for one, other in combinations(drawn.middles, 2):
        assert (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 >= (WIDTH * 0.97) ** 2
    for x, y in drawn.middles:
        assert WIDTH / 2 <= x <= drawn.width - WIDTH / 2
        assert 0 < y < drawn.height


def test_north_is_above_and_east_is_right() -> None:
    spots = spots_of("otaru")
    drawn = schematic(tuple(spots.values()))
    at = dict(zip(spots, drawn.middles, strict=True))
    assert drawn.is_located
    assert at["shioya"][0] < at["inaho"][0] < at["sakura"][0] < at["zenibako"][0]
    assert at["takashima"][1] < at["irifune"][1] < at["tenjin"][1]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 16, 47])
def test_without_coordinates_the_list_fills_a_grid_in_its_order(count: int) -> None:
    drawn = schematic(((None, None),) * count)
    assert not drawn.is_located
    assert len(set(drawn.middles)) == count
    assert sorted(drawn.middles, key=lambda middle: (middle[1], middle[0])) == list(drawn.middles)


def test_one_district_without_a_place_makes_the_whole_a_list() -> None:
    assert not schematic(((43.1, 141.0), (43.2, 141.1), (None, None))).is_located


def test_districts_at_one_place_still_get_tiles_of_their_own() -> None:
    drawn = schematic(((43.1, 141.0), (43.1, 141.0), (43.2, 141.0)))
    assert len(set(drawn.middles)) == 3


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 0], [(1, None)]),
        ([2, 1], [(1, 1), (2, None)]),
        ([7, 2], [(1, 3), (4, 5), (6, None)]),
    ],
)
def test_shades_are_few_and_cover_every_count(
    counts: list[int], bounds: list[tuple[int, int | None]]
) -> None:
    assert shade_bounds(counts) == bounds
    assert [shade_of(one, bounds) for one in (0, max(counts, default=0))] == [0, len(bounds)]


def test_long_names_are_cut_in_the_tile_only() -> None:
    assert [short_name(name) for name in ("新光・朝里", "望洋台", "オタモイ", "港ニュータウン")] == [
        "新光", "望洋台", "オタモイ", "港ニュ…"
    ]  # fmt: skip


def test_a_large_town_shows_the_numbers_of_the_list() -> None:
    drawn = district_map(["東"] * 60, [(None, None)] * 60, [0] * 60)
    assert drawn.tiles[59].words == "60"
