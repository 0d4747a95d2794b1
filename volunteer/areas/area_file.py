"""Reads the districts of a town from CSV: `code,name,kana,latitude,longitude,height_m,share`. Pure.

Lines that begin with # before the header are the list's comment, shown on the settings page.
"""

import csv
import io
from dataclasses import dataclass

COLUMNS = ("code", "name", "kana", "latitude", "longitude", "height_m", "share")
AREAS_MAX = 500


class AreaFileError(ValueError):
    """The file has mistakes; each is a line for the operator."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class AreaLine:
    """One district as the file gives it; degrees and metres, share of the people from 0 to 1."""

    code: str
    name: str
    kana: str
    latitude: float | None
    longitude: float | None
    height_m: int | None
    share: float | None


def read_areas(text: str) -> tuple[str, list[AreaLine]]:
    """(comment, districts). Raises `AreaFileError` naming every wrong line."""
    lines = text.lstrip("\ufeff").splitlines()
    comment = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    offset = sum(1 for line in lines if line.startswith("#"))
    body = "\n".join(line for line in lines if not line.startswith("#"))
    reader = csv.DictReader(io.StringIO(body))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise AreaFileError([f"line {offset + 1}: the columns must be {','.join(COLUMNS)}"])
    mistakes: list[str] = []
    areas: list[AreaLine] = []
    for number, row in enumerate(reader, start=offset + 2):
        try:
            areas.append(_area(row))
        except ValueError as error:
            mistakes.append(f"line {number}: {error}")
    mistakes += _whole_file(areas)
    if mistakes:
        raise AreaFileError(mistakes)
    return "\n".join(comment), areas


def _area(row: dict[str, str]) -> AreaLine:
    if None in row or None in row.values():
        raise ValueError(f"{len(COLUMNS)} columns expected")
    code, name, kana = row["code"].strip(), row["name"].strip(), row["kana"].strip()
    if not code.isascii() or not code.replace("-", "").replace("_", "").isalnum():
        raise ValueError("code: small letters and digits expected")
    if not name or not kana:
        raise ValueError("name and kana are needed")
    return AreaLine(
        code=code[:40],
        name=name[:40],
        kana=kana[:80],
        latitude=_number(row, "latitude", -90, 90),
        longitude=_number(row, "longitude", -180, 180),
        height_m=None if not row["height_m"].strip() else int(row["height_m"]),
        share=_number(row, "share", 0, 1),
    )


def _number(row: dict[str, str], column: str, low: float, high: float) -> float | None:
    text = row[column].strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{column}: a number expected, not {text!r}") from None
    if not low <= value <= high:
        raise ValueError(f"{column}: between {low} and {high} expected")
    return value


def _whole_file(areas: list[AreaLine]) -> list[str]:
    if not areas:
        return ["the file has no district"]
    if len(areas) > AREAS_MAX:
        return [f"more than {AREAS_MAX} districts"]
    codes = [area.code for area in areas]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return [f"code {code} stands there twice" for code in twice]
