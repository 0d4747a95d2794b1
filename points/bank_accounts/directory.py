"""Names of banks and branches by their codes, to let a person see that the codes are right.

The names are the data files of the package `zengin_code`. They are read without importing it: the
import reads all 1,400 files (0.14 s and 30,000 objects for one name that is asked for). A bank that
is missing may be newer than the data, so a missing name is no error.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

_BRANCH_CODE = re.compile(r"[0-9]{3}")
_Entries = dict[str, dict[str, str]]


def bank_name(bank: str) -> str | None:
    """The bank's name without the word 銀行 (北洋, ゆうちょ, 北海道信金), None if unknown.

    Args:
        bank: four ASCII digits.
    """
    entry = _banks().get(bank)
    return entry["name"] if entry else None


def branch_name(bank: str, branch: str) -> str | None:
    """The branch's name without the word 支店, None if bank or branch is unknown.

    Args:
        bank: four ASCII digits.
        branch: three ASCII digits.
    """
    if not _BRANCH_CODE.fullmatch(branch) or bank_name(bank) is None:
        return None
    entry = _branches(bank).get(branch)
    return entry["name"] if entry else None


def bank_code(name: str) -> str | None:
    """The code of the one bank of this name, with or without the word 銀行; None if none or several."""
    return _code_of(name, _banks(), ("銀行", "ぎんこう"))


def branch_code(bank: str, name: str) -> str | None:
    """The code of the one branch of this name, with or without the word 支店; None if none or several.

    Args:
        bank: four ASCII digits.
        name: the branch's name or its kana.
    """
    if bank_name(bank) is None:
        return None
    return _code_of(name, _branches(bank), ("支店", "してん"))


def _code_of(name: str, entries: _Entries, endings: tuple[str, ...]) -> str | None:
    wanted = "".join(unicodedata.normalize("NFKC", name).split())
    shorter = {wanted.removesuffix(ending) for ending in endings}
    names = {wanted, *shorter} - {""}
    found = [
        code for code, entry in entries.items() if names & {entry["name"], entry.get("hira", "")}
    ]
    return found[0] if len(found) == 1 else None


@cache
def _data() -> Path:
    spec = find_spec("zengin_code")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("zengin_code", name="zengin_code")
    return Path(spec.origin).parent / "source-data" / "data"


def _read(path: Path) -> _Entries:
    return cast(_Entries, json.loads(path.read_text(encoding="utf-8")))


@cache
def _banks() -> _Entries:
    return _read(_data() / "banks.json")


@lru_cache(maxsize=32)
def _branches(bank: str) -> _Entries:
    """One bank's branches; `bank` is one of the list, so it makes a safe file name."""
    path = _data() / "branches" / f"{bank}.json"
    return _read(path) if path.is_file() else {}
