"""Programme files as people have them: from a disk, from a browser, from the shelf of presets. Pure but for reading.

Whatever cannot be read as a text is one clear mistake, found without reading more than a file may hold.
"""

from functools import cache
from pathlib import Path

from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from points.programmes.toml_reader import LARGEST_FILE, Mistake
from points.programmes.wording import N_, Fact, say

PRESETS = Path(__file__).parent / "presets"
MOST_BYTES = 4 * LARGEST_FILE
"""No text of the longest allowed length needs more."""

UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _refused(message: str, line: int | None = None, **facts: Fact) -> ProgrammeFileError:
    return ProgrammeFileError([Mistake("", line, say(message, **facts))])


def text_of_file(path: Path) -> str:
    """The text of a file. Raises ProgrammeFileError when it is none, or longer than a programme can be."""
    try:
        with path.open("rb") as stream:
            return text_of_bytes(stream.read(MOST_BYTES + 1))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(N_("ファイルを開けません（%(reason)s）"), reason=reason) from error


def text_of_bytes(raw: bytes) -> str:
    """The text in bytes: UTF-8 with or without a byte order mark, every line ending as one newline.

    Raises ProgrammeFileError; a text in Shift_JIS or UTF-16 is named, because people can save it again.
    """
    if len(raw) > MOST_BYTES:
        raise _refused(N_("ファイルが大きすぎます（%(limit)s字まで）"), limit=LARGEST_FILE)
    if raw.startswith(UTF_16_MARKS):
        raise _refused(N_("UTF-16で保存されています。UTF-8で保存しなおしてください"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _other_encoding(raw, raw.count(b"\n", 0, error.start) + 1) from error
    if "\x00" in text:
        raise _refused(N_("文字のファイルではありません（TOMLのファイルをえらんでください）"))
    return one_form(text)


def one_form(text: str) -> str:
    """The same text however a browser or an editor ends its lines; a version is known by it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


def _other_encoding(raw: bytes, line: int) -> ProgrammeFileError:
    try:
        raw.decode("cp932")
    except UnicodeDecodeError:
        return _refused(N_("UTF-8の文字として読めません。UTF-8で保存しなおしてください"), line)
    return _refused(N_("Shift_JISで保存されているようです。UTF-8で保存しなおしてください"), line)


@cache
def presets() -> dict[str, str]:
    """The names of the programmes on the shelf by the names of their files."""
    found = {path.stem: parse_rule_version(text_of_file(path)) for path in PRESETS.glob("*.toml")}
    return {stem: found[stem].programme_name for stem in sorted(found)}


def preset_text(stem: str) -> str:
    """The text of a preset. Raises KeyError for a name that is not on the shelf."""
    if stem not in presets():
        raise KeyError(stem)
    return text_of_file(PRESETS / f"{stem}.toml")
