"""Reads the settings file of a town (TOML): the center, its districts, categories, programme, bank.

Every mistake is explained with its key and line; nothing is written before all of it is right.
"""

from dataclasses import dataclass
from pathlib import Path

from matching.categories.forms import ICONS
from matching.categories.states import Priority
from points.programmes.files import PRESETS
from points.programmes.rule_version import ProgrammeFileError, RuleVersion, parse_rule_version
from points.programmes.toml_reader import Source, Table, load_toml
from points.programmes.wording import N_, say
from volunteer.areas.area_file import AreaFileError, AreaLine, read_areas

FISCAL_YEAR = "04-01"
PRESET = "preset:"
"""Before the name of a programme that ships, so that a copy of the settings finds it from anywhere."""


class TownFileError(ValueError):
    """The file has mistakes; each is one line for the operator."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class CategoryLine:
    """A category of activity as the file gives it."""

    code: str
    name: str
    summary: str
    icon: str
    is_paid: bool
    yen_per_hour: int | None
    needs_insurance: bool
    qualification_kind: str
    qualification_label: str
    usual_priority: int


@dataclass(frozen=True)
class BankLine:
    """The center's own account towards its bank (optional)."""

    code: str
    name: str
    bank: str
    branch: str
    account_type: str
    account_number: str
    separator: str
    clearing_house: str


@dataclass(frozen=True)
class TownSettings:
    """Everything an empty center needs."""

    name: str
    short_name: str
    city: str
    telephone: str
    email: str
    address: str
    opening_hours: str
    number_prefix: str
    fiscal_year_start: str
    areas_comment: str
    areas: list[AreaLine]
    categories: list[CategoryLine]
    programmes: list[tuple[RuleVersion, str]]
    """Rules and the text of their file."""
    bank: BankLine | None


def read_settings(path: Path) -> TownSettings:
    """The settings in the file at `path`; other files are named relative to it. Raises `TownFileError`."""
    text = _text_of(path)
    values, unreadable = load_toml(text)
    if unreadable:
        raise TownFileError([str(one) for one in unreadable])
    source = Source(text)
    root = Table(source, values)
    mistakes: list[str] = []
    center = root.table("center")
    facts = _center(center)
    comment, areas = _areas(root, path.parent, mistakes)
    categories = list(root.tables("categories", _category, required=True))
    programmes = _programmes(root, path.parent, mistakes)
    bank = _bank(root.table("bank")) if root.has("bank") else None
    root.close()
    _refuse_doubles(root, categories)
    mistakes = [str(one) for one in source.mistakes] + mistakes
    if mistakes:
        raise TownFileError(mistakes)
    return TownSettings(
        **facts,
        areas_comment=comment,
        areas=areas,
        categories=categories,
        programmes=programmes,
        bank=bank,
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TownFileError([_unreadable(path.name, path, error)]) from error


def _unreadable(name: str, path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Why the file called `name` could not be read, with the place where it was looked for."""
    if isinstance(error, UnicodeDecodeError):
        why = say(N_("UTF-8の文字として読めません。UTF-8で保存しなおしてください"))
    elif isinstance(error, FileNotFoundError):
        why = say(N_("ファイルがありません（%(place)s）"), place=str(path.resolve()))
    else:
        why = say(
            N_("ファイルを開けません（%(reason)s）"), reason=error.strerror or type(error).__name__
        )
    return f"{name}: {why}"


def _center(table: Table) -> dict[str, str]:
    start = table.text("fiscal_year_start", longest=5) or FISCAL_YEAR
    month, _dash, day = start.partition("-")
    if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28):
        table.wrong("fiscal_year_start", N_("年度の始まりを「04-01」のように書いてください"))
    name = table.text("name", required=True, longest=80)
    facts = {
        "name": name,
        "short_name": table.text("short_name", longest=40) or name[:40],
        "city": table.text("city", required=True, longest=40),
        "telephone": table.text("telephone", required=True, longest=20),
        "email": table.text("email", longest=200),
        "address": table.text("address", longest=200),
        "opening_hours": table.text("opening_hours", longest=200),
        "number_prefix": table.text("number_prefix", longest=8),
        "fiscal_year_start": start,
    }
    table.close()
    return facts


def _areas(root: Table, folder: Path, mistakes: list[str]) -> tuple[str, list[AreaLine]]:
    name = root.text("areas", required=True)
    if not name:
        return "", []
    path = folder / name
    try:
        return read_areas(path.read_text(encoding="utf-8"))
    except AreaFileError as error:
        mistakes.extend(f"{name}: {one}" for one in error.mistakes)
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(_unreadable(name, path, error))
    return "", []


def _programmes(root: Table, folder: Path, mistakes: list[str]) -> list[tuple[RuleVersion, str]]:
    found: list[tuple[RuleVersion, str]] = []
    for name in root.texts("programmes", required=True):
        path = _rule_file(folder, name)
        try:
            text = path.read_text(encoding="utf-8")
            found.append((parse_rule_version(text), text))
        except ProgrammeFileError as error:
            mistakes.extend(f"{name}: {one}" for one in error.mistakes)
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(_unreadable(name, path, error))
    return found


def _rule_file(folder: Path, name: str) -> Path:
    """Where the rules called `name` are: "preset:inagi" on the shelf, all others as seen from the settings."""
    if name.startswith(PRESET):
        return PRESETS / f"{Path(name.removeprefix(PRESET)).name}.toml"
    return folder / name


def _category(table: Table) -> CategoryLine:
    line = CategoryLine(
        code=table.code("code"),
        name=table.text("name", required=True, longest=40),
        summary=table.text("summary"),
        icon=table.text("icon", longest=30) or "group",
        is_paid=table.flag("is_paid", default=False),
        yen_per_hour=table.integer("yen_per_hour", high=100_000),
        needs_insurance=table.flag("needs_insurance", default=True),
        qualification_kind=table.text("qualification_kind", longest=40),
        qualification_label=table.text("qualification_label", longest=80),
        usual_priority=table.number("usual_priority", int(Priority.USUAL), low=0, high=3),
    )
    if line.icon not in ICONS:
        table.wrong("icon", N_("使える絵は %(icons)s です"), icons=", ".join(ICONS))
    return line


def _bank(table: Table) -> BankLine:
    line = BankLine(
        code=table.text("code", required=True, longest=10),
        name=table.text("name", required=True, longest=60),
        bank=table.text("bank", required=True, longest=4),
        branch=table.text("branch", required=True, longest=3),
        account_type=table.text("account_type", longest=1) or "1",
        account_number=table.text("account_number", required=True, longest=7),
        separator=table.text("separator", longest=8) or "CRLF",
        clearing_house=table.text("clearing_house", longest=8) or "zeros",
    )
    table.close()
    return line


def _refuse_doubles(root: Table, categories: list[CategoryLine]) -> None:
    codes = [one.code for one in categories]
    for code in sorted({one for one in codes if one and codes.count(one) > 1}):
        root.wrong("categories", N_("%(code)s が2つあります"), code=code)
