"""Towns are data: `center new FILE` makes an empty center, all of it or nothing, and explains every mistake."""

import shutil
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask

import matching.towns
import points.programmes
from matching.categories.models import Category
from matching.towns.services import found_center
from matching.towns.settings_file import read_settings
from points.payouts.models import Originator
from points.programmes.models import Programme
from points.programmes.queries import rules_of, version_in_force
from volunteer.areas.queries import areas
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.models import AuditEntry, Center
from volunteer.people.models import Person

DATA = Path(matching.towns.__path__[0]) / "data"
PRESETS = Path(points.programmes.__path__[0]) / "presets"


def new(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["center", "new", *arguments])
    db.session.rollback()
    return result.exit_code, result.output


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The second town's files in a folder of their own, to be spoiled."""
    shutil.copy(DATA / "areas-minato.csv", tmp_path)
    shutil.copy(PRESETS / "example-august-year.toml", tmp_path)
    text = (DATA / "minato-example.toml").read_text(encoding="utf-8")
    file = tmp_path / "town.toml"
    file.write_text(
        text.replace("preset:example-august-year", "example-august-year.toml"), encoding="utf-8"
    )
    return file


@pytest.mark.both_databases
@pytest.mark.parametrize(("name", "districts"), [("otaru-example", 16), ("minato-example", 5)])
def test_each_example_makes_an_empty_center(app: Flask, name: str, districts: int) -> None:
    code, output = new(app, str(DATA / f"{name}.toml"))
    assert code == 0, output
    assert len(areas()) == districts
    center = the_center()
    assert center.is_demo is False
    assert center.areas_comment
    assert db.session.scalar(db.select(db.func.count(Person.party_id))) == 0
    assert db.session.execute(db.select(AuditEntry.act)).scalars().all() == ["command:center new"]


@pytest.mark.both_databases
def test_the_second_town_differs_in_everything_that_is_data(app: Flask) -> None:
    code, output = new(app, str(DATA / "minato-example.toml"))
    assert code == 0, output
    assert the_center().fiscal_year_start == "08-01"
    assert run_turn(next_number, "person", the_center().number_prefix) == "M0001"
    codes = set(db.session.execute(db.select(Category.code)).scalars())
    assert codes == {"cafe", "garden", "visit", "lecture"}
    programme = db.session.execute(db.select(Programme)).scalar_one()
    version = version_in_force(programme.id, clock.today())
    assert version is not None
    year_start = rules_of(version.id).year_start
    assert (year_start.month, year_start.day) == (8, 1)


def test_the_bank_number_is_not_readable_in_the_database(app: Flask) -> None:
    new(app, str(DATA / "minato-example.toml"))
    sealed = db.session.get_one(Originator, 1).number_sealed
    assert "7654321" not in sealed


@pytest.mark.both_databases
def test_a_database_with_a_center_takes_no_second_one(app: Flask) -> None:
    new(app, str(DATA / "minato-example.toml"))
    code, output = new(app, str(DATA / "otaru-example.toml"))
    assert code == 1
    assert "もうセンターがあります" in output
    assert len(areas()) == 5


@pytest.mark.both_databases
def test_of_two_founders_at_once_one_wins(app: Flask) -> None:
    towns = [read_settings(DATA / f"{name}-example.toml") for name in ("otaru", "minato")]
    db.session.rollback()
    gate, ends = Barrier(2), []

    def found(index: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                ends.append(run_turn(found_center, towns[index]).name)
            except AlreadyDecided:
                ends.append("")
            finally:
                db.session.remove()

    threads = [Thread(target=found, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("") == 1
    winner = db.session.get_one(Center, 1)
    assert winner.name in ends
    assert len(areas()) == (16 if winner.number_prefix == "OT-" else 5)


def test_a_demo_is_marked_at_its_birth(app: Flask) -> None:
    assert new(app, str(DATA / "minato-example.toml"), "--demo")[0] == 0
    assert the_center().is_demo is True


def test_production_makes_no_demo(app: Flask) -> None:
    app.config["OTAGAI"].env = "production"
    code, output = new(app, str(DATA / "minato-example.toml"), "--demo")
    assert code == 1
    assert "no demo town" in output
    assert db.session.get(Center, 1) is None


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('name = "みなと市ささえあいセンター（見本）"', "", "center.name"),
        ('telephone = "077-000-0000"', "telephone = 77", "center.telephone"),
        ('fiscal_year_start = "08-01"', 'fiscal_year_start = "8月"', "center.fiscal_year_start"),
        ('number_prefix = "M"', 'number_prefiks = "M"', "number_prefix のことですか"),
        ('code = "garden"', 'code = "cafe"', "cafe が2つあります"),
        ('icon = "building"', 'icon = "flower"', "icon"),
        ('areas = "areas-minato.csv"', 'areas = "nowhere.csv"', "nowhere.csv"),
        ("[center]", "[center", "行目"),
        ('bank = "0001"', 'bank = "みずほ"', "[bank]"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_written(
    app: Flask, town: Path, good: str, bad: str, told: str
) -> None:
    text = town.read_text(encoding="utf-8")
    assert good in text
    town.write_text(text.replace(good, bad, 1), encoding="utf-8")
    code, output = new(app, str(town))
    assert code == 1, output
    assert told in output
    assert db.session.get(Center, 1) is None
    assert areas() == []


def test_an_example_can_be_copied_with_its_districts_alone(app: Flask, tmp_path: Path) -> None:
    for name in ("minato-example.toml", "areas-minato.csv"):
        shutil.copy(DATA / name, tmp_path)
    code, output = new(app, str(tmp_path / "minato-example.toml"))
    assert code == 0, output
    assert db.session.execute(db.select(Programme)).scalar_one().code == "example-august-year"


def test_a_file_that_is_missing_is_told_with_the_place_it_was_looked_for(
    app: Flask, town: Path
) -> None:
    (town.parent / "areas-minato.csv").unlink()
    code, output = new(app, str(town))
    assert code == 1
    assert f"areas-minato.csv: ファイルがありません（{town.parent / 'areas-minato.csv'}）" in output


def test_mistakes_of_all_files_are_told_together(app: Flask, town: Path) -> None:
    csv = town.parent / "areas-minato.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("本町", ""), encoding="utf-8")
    rules = town.parent / "example-august-year.toml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("daily_points = 2", "daily_points = 0"),
        encoding="utf-8",
    )
    text = town.read_text(encoding="utf-8").replace('city = "みなと市"', "")
    town.write_text(text, encoding="utf-8")
    code, output = new(app, str(town))
    assert code == 1
    for told in ("center.city", "areas-minato.csv: 3行目", "caps.daily_points"):
        assert told in output
