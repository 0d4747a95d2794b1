"""The tables of a simulation on the disk: CSV or JSON, line by line, the whole folder at once or not at all."""

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from points.programmes.wording import N_, say
from points.simulation.columns import TABLES
from points.simulation.mistakes import FileMistakes, Place
from volunteer.core.export import BOM, guard_text


def guarded(text: str) -> str:
    """Text that no spreadsheet computes; what begins with a letter or digit needs no second look."""
    return text if text[:1].isascii() and text[:1].isalnum() else guard_text(text)


class Output:
    """Collects tables in a folder beside the wanted one, which appears only when all is written."""

    def __init__(self, folder: Path, form: str) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            words = say(N_("もうあります。まだないフォルダーの名前を書いてください"))
            raise FileMistakes([Place(str(folder), 0, "", words)])
        self.folder, self.form = folder, form
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.draft = Path(tempfile.mkdtemp(prefix=".simulation-", dir=folder.parent))
        self._open: list[TextIO] = []
        self._json: list[TextIO] = []

    def __enter__(self) -> "Output":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._json:
            one.write("\n]\n")
        for one in self._open:
            one.close()
        if kind is None:
            self.draft.chmod(0o755)
            if self.folder.exists():
                self.folder.rmdir()
            os.replace(self.draft, self.folder)
        else:
            shutil.rmtree(self.draft, ignore_errors=True)

    def table(
        self, name: str, columns: Sequence[str] | None = None
    ) -> Callable[[Iterable[Any]], Any]:
        """A function that writes one row of a table."""
        columns = columns or TABLES[name]
        path = self.draft / f"{name}.{self.form}"
        stream = path.open("w", encoding="utf-8", newline="")
        self._open.append(stream)
        if self.form == "json":
            return self._json_writer(stream, columns)
        stream.write(BOM)
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        return writer.writerow

    def _json_writer(
        self, stream: TextIO, columns: Sequence[str]
    ) -> Callable[[Iterable[Any]], Any]:
        stream.write("[")
        self._json.append(stream)
        before = ["\n"]

        def write(row: Iterable[Any]) -> None:
            values = dict(zip(columns, row, strict=True))
            stream.write(before[0] + json.dumps(values, ensure_ascii=False, default=str))
            before[0] = ",\n"

        return write

    def summary(self, values: dict[str, Any]) -> None:
        """The sums, always as JSON."""
        words = json.dumps(values, ensure_ascii=False, indent=1, default=str)
        (self.draft / "summary.json").write_text(words + "\n", encoding="utf-8")

    def drawing(self, name: str, words: str) -> None:
        """A picture of the folder."""
        (self.draft / f"{name}.svg").write_text(words, encoding="utf-8")
