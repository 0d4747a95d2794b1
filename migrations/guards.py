"""Triggers that keep what tables alone cannot: frozen rows and balances. Called by every migration that touches them.

A batch rebuild of a table on SQLite drops its triggers silently, so `install_guards` drops and creates all of them.
Both databases refuse the same things; the texts stand side by side so that they can be compared.
"""

from sqlalchemy import Connection, inspect

from migrations.billing_guards import BILLING, BILLING_KEPT
from migrations.brief_guards import BRIEFS
from migrations.kept import (
    ACCOUNT_IDENTITY,
    AWARD_FACTS,
    BATCH_FACTS,
    CASH_OUT_FACTS,
    FROZEN,
    GROUP_NAME_FACTS,
    GROUP_VISIT_FACTS,
    HISTORIES,
    LINE_ACCOUNT,
    LINE_FACTS,
)
from migrations.paid_guards import PAID, PAID_KEPT
from migrations.profile_guards import PROFILES
from migrations.triggers import Guard, frozen, never, unchanged

IS_USED = (
    "EXISTS (SELECT 1 FROM award WHERE rule_version_id = OLD.id)"
    " OR EXISTS (SELECT 1 FROM journal WHERE rule_version_id = OLD.id)"
    " OR EXISTS (SELECT 1 FROM cash_out WHERE rule_version_id = OLD.id)"
)
ONLY_ENDS = (
    "NEW.programme_id = OLD.programme_id AND NEW.valid_from = OLD.valid_from"
    " AND NEW.source = OLD.source AND NEW.sha256 = OLD.sha256"
    " AND OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM journal WHERE rule_version_id = OLD.id"
    " AND kind = 'credit' AND effective_on >= NEW.valid_to)"
)
"""A used version may be ended once, from a day after all points it gave."""
OVERLAPS = (
    "EXISTS (SELECT 1 FROM rule_version AS other"
    " WHERE other.programme_id = NEW.programme_id AND other.id <> NEW.id"
    " AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to)"
    " AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to))"
)
MIXES_UNITS = (
    "(SELECT count(DISTINCT unit) FROM (SELECT unit FROM ledger_account"
    " WHERE id IN (NEW.from_account_id, NEW.to_account_id)"
    " UNION ALL SELECT unit FROM journal WHERE id = NEW.journal_id) AS units) <> 1"
)
MIXES_HOLDERS = (
    "EXISTS (SELECT 1 FROM ledger_account AS pot JOIN journal ON journal.id = NEW.journal_id"
    " WHERE pot.id IN (NEW.from_account_id, NEW.to_account_id) AND pot.holder_id IS NOT NULL"
    " AND journal.kind <> 'transfer'"
    " AND (journal.holder_id IS NULL OR pot.holder_id <> journal.holder_id"
    " OR pot.programme_id <> journal.programme_id))"
)
LEAVES_UNSETTLED = (
    "EXISTS (SELECT 1 FROM ledger_account AS pot JOIN ledger_account AS goal"
    " ON goal.id = NEW.to_account_id JOIN standing"
    " ON standing.holder_id = pot.holder_id AND standing.programme_id = pot.programme_id"
    " AND standing.unit = pot.unit"
    " WHERE pot.id = NEW.from_account_id AND pot.kind = 'lot'"
    " AND (goal.kind IN ('hold', 'adjust') OR goal.holder_id <> pot.holder_id)"
    " AND standing.in_lots - {amount} < standing.unsettled)"
)
"""Out of a lot to a cash-out, or by way of `adjust` to another member (or out of an erased person's hands)."""
OTHER_UNIT = "NEW.unit <> (SELECT unit FROM programme WHERE id = NEW.programme_id)"
OUT_OF_FORCE = (
    "NEW.kind = 'credit' AND EXISTS (SELECT 1 FROM rule_version WHERE id = NEW.rule_version_id"
    " AND (NEW.effective_on < valid_from OR NEW.effective_on >= valid_to))"
)
LOT_WITHOUT_STANDING = (
    "EXISTS (SELECT 1 FROM ledger_account AS pot"
    " WHERE pot.id IN (NEW.from_account_id, NEW.to_account_id) AND pot.kind = 'lot'"
    " AND NOT EXISTS (SELECT 1 FROM standing WHERE standing.holder_id = pot.holder_id"
    " AND standing.programme_id = pot.programme_id AND standing.unit = pot.unit))"
)


def _moves(side: str, sign: str) -> str:
    """The balance of this side's account; system accounts keep none (a hot row)."""
    return (
        f"UPDATE ledger_account SET balance = balance {sign} NEW.amount"  # noqa: S608 - our own words
        f" WHERE id = NEW.{side}_account_id AND holder_id IS NOT NULL;"
    )


def _stands(side: str, sign: str) -> str:
    """What the holder has in lots, when this side's account is one."""
    return (
        f"UPDATE standing SET in_lots = in_lots {sign} NEW.amount"  # noqa: S608 - our own words
        " WHERE (holder_id, programme_id, unit) = (SELECT holder_id, programme_id, unit"
        f" FROM ledger_account WHERE id = NEW.{side}_account_id AND kind = 'lot');"
    )


_MOVES_ON_POSTGRESQL = (
    # the lower id first, whatever the direction: two postings between two accounts never wait for each other
    "IF NEW.from_account_id < NEW.to_account_id THEN "
    + _moves("from", "-") + _moves("to", "+")
    + " ELSE " + _moves("to", "+") + _moves("from", "-") + " END IF; "
    + _stands("from", "-") + _stands("to", "+")
)  # fmt: skip

_POSTINGS = (
    Guard(
        "guard_posting_units", "posting", "BEFORE INSERT",
        "units never mix in one posting", MIXES_UNITS,
    ),
    Guard(
        "guard_posting_holders", "posting", "BEFORE INSERT",
        "a posting stays with the holder of its journal", MIXES_HOLDERS,
    ),
    Guard(
        "guard_posting_standing", "posting", "BEFORE INSERT",
        "a lot needs a standing", LOT_WITHOUT_STANDING,
    ),
    Guard(
        "guard_posting_moves", "posting", "AFTER INSERT",
        sqlite_body=_moves("from", "-") + _moves("to", "+")
        + _stands("from", "-") + _stands("to", "+"),
        postgres_body=_MOVES_ON_POSTGRESQL,
    ),
)  # fmt: skip


_OTHERS = (
    unchanged("ledger_account", ACCOUNT_IDENTITY, "an account stays what it is"),
    never("ledger_account", "DELETE", "accounts are never deleted"),
    unchanged("award", AWARD_FACTS, "an award is corrected by a new revision"),
    never("award", "DELETE", "awards are never deleted"),
    Guard(
        "guard_cash_out_target", "cash_out", "BEFORE UPDATE",
        "a donation goes where the person said",
        "OLD.target <> '' AND NEW.target IS DISTINCT FROM OLD.target",
    ),
    unchanged("cash_out", CASH_OUT_FACTS, "a cash-out stays what was asked for"),
    never("cash_out", "DELETE", "cash-outs are never deleted"),
    unchanged("payout_batch", BATCH_FACTS, "a batch is frozen when it is made"),
    Guard(
        "guard_payout_batch_sha256", "payout_batch", "BEFORE UPDATE",
        "a batch keeps its file", "OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256",
    ),
    never("payout_batch", "DELETE", "batches are never deleted"),
    unchanged("payout_line", LINE_FACTS, "a line is frozen when it is made", LINE_ACCOUNT),
    never("payout_line", "DELETE", "lines are never deleted"),
    Guard(
        "guard_center_is_demo", "center", "BEFORE UPDATE",
        "a demo stays a demo", "NEW.is_demo IS DISTINCT FROM OLD.is_demo",
    ),
    never("center", "DELETE", "the center is never deleted"),
    Guard(
        "guard_rule_version_kept", "rule_version", "BEFORE DELETE",
        "a rule version that was used is kept", IS_USED,
    ),
    Guard(
        "guard_rule_version_overlap", "rule_version", "AFTER INSERT",
        "versions of a programme never overlap", OVERLAPS,
    ),
    Guard(
        "guard_rule_version_overlap_later", "rule_version", "AFTER UPDATE",
        "versions of a programme never overlap", OVERLAPS,
    ),
)  # fmt: skip

_PLANS = (
    Guard(
        "guard_plan_decision_reasons", "plan_decision", "BEFORE UPDATE",
        "the reasons of a decision stay",
        "CAST(NEW.reasons AS TEXT) <> '[]'"
        " AND CAST(NEW.reasons AS TEXT) <> CAST(OLD.reasons AS TEXT)",
    ),
)  # fmt: skip
"""Emptied when the person is erased, never others."""

_COUNT_NAME = "UPDATE group_visit SET names_count = names_count + 1 WHERE id = NEW.visit_id;"
_UNCOUNT_NAME = (
    "UPDATE group_visit SET names_count = names_count - 1 WHERE id = NEW.visit_id"
    " AND OLD.taken_out_at IS NULL AND NEW.taken_out_at IS NOT NULL;"
)
_GROUPS = (
    Guard(
        "guard_group_name_counts", "group_name", "AFTER INSERT",
        sqlite_body=_COUNT_NAME, postgres_body=_COUNT_NAME,
    ),
    Guard(
        "guard_group_name_uncounts", "group_name", "AFTER UPDATE",
        sqlite_body=_UNCOUNT_NAME, postgres_body=_UNCOUNT_NAME,
    ),
    Guard(
        "guard_group_name_taken_out", "group_name", "BEFORE UPDATE",
        "a name is taken out once",
        "OLD.taken_out_at IS NOT NULL AND NEW.taken_out_at IS DISTINCT FROM OLD.taken_out_at",
    ),
    unchanged("group_name", GROUP_NAME_FACTS, "a name is taken out, never changed"),
    never("group_name", "DELETE", "names of groups are never deleted"),
    unchanged("group_visit", GROUP_VISIT_FACTS, "a visit stays what was recorded"),
    never("group_visit", "DELETE", "visits of groups are never deleted"),
)  # fmt: skip
"""The names of a group are counted where they are written: its CHECK then holds for every way of writing them."""

_KEPT = (
    "cash_out",
    "payout_batch",
    "payout_line",
    "group_visit",
    "group_name",
    *BILLING_KEPT,
    *PAID_KEPT,
)
_TRUNCATED = (*FROZEN, *HISTORIES, *_KEPT, "ledger_account", "award", "center", "rule_version")


def _unsettled(dialect: str) -> Guard:
    """SQLite has one writer and looks before; PostgreSQL looks when the standing is locked by guard_posting_moves.

    Triggers of one moment fire there in the order of their names.
    """
    is_sqlite = dialect == "sqlite"
    return Guard(
        "guard_posting_unsettled",
        "posting",
        "BEFORE INSERT" if is_sqlite else "AFTER INSERT",
        "points that are not settled are neither held nor given",
        LEAVES_UNSETTLED.format(amount="NEW.amount" if is_sqlite else "0"),
    )


def _versions(dialect: str) -> list[Guard]:
    """A version ends only from a day after all points it gave, also while somebody earns by it at this moment.

    SQLite has one writer. On PostgreSQL a credit holds its version FOR KEY SHARE and its end takes it FOR UPDATE, so
    that whoever comes second waits and then looks anew. A credit that comes second is sent back as after a
    serialization failure: its turn is taken again and finds the version that is in force now.
    """
    stays, in_force = (
        "a rule version that was used stays as it is",
        "a credit follows a version in force",
    )
    changes = f"({IS_USED}) AND NOT ({ONLY_ENDS})"
    used, credit = "guard_rule_version_used", "guard_journal_in_force"
    if dialect == "sqlite":
        return [
            Guard(used, "rule_version", "BEFORE UPDATE", stays, changes),
            Guard(credit, "journal", "BEFORE INSERT", in_force, OUT_OF_FORCE),
        ]
    end = (
        "PERFORM 1 FROM rule_version WHERE id = OLD.id FOR UPDATE;"
        f" IF {changes} THEN RAISE EXCEPTION '{stays}' USING ERRCODE = 'check_violation'; END IF;"
    )
    earn = (
        "IF NEW.kind = 'credit' AND NEW.rule_version_id IS NOT NULL THEN"
        " PERFORM 1 FROM rule_version WHERE id = NEW.rule_version_id FOR KEY SHARE;"
        f" IF {OUT_OF_FORCE} THEN"
        f" RAISE EXCEPTION '{in_force}' USING ERRCODE = 'serialization_failure'; END IF; END IF;"
    )
    return [
        Guard(used, "rule_version", "BEFORE UPDATE", postgres_body=end),
        Guard(credit, "journal", "BEFORE INSERT", postgres_body=earn),
    ]


def _units() -> list[Guard]:
    """What belongs to a programme counts in its unit, and a programme counts in one for ever."""
    words = "the unit is that of the programme"
    return [
        *(
            Guard(f"guard_{table}_unit", table, "BEFORE INSERT", words, OTHER_UNIT)
            for table in ("ledger_account", "journal", "standing")
        ),
        Guard(
            "guard_standing_unit_stays",
            "standing",
            "BEFORE UPDATE OF unit, programme_id",
            words,
            OTHER_UNIT,
        ),
        unchanged("programme", ("unit",), "a programme counts in one unit for ever"),
    ]


def _history(table: str) -> list[Guard]:
    """Lines are added and kept; free words in them can be taken out, never replaced (decision 14)."""
    kept, words = HISTORIES[table]
    changed = [f"CAST(NEW.{one} AS TEXT) IS DISTINCT FROM CAST(OLD.{one} AS TEXT)" for one in kept]
    rewritten = [f"(NEW.{one} <> '' AND NEW.{one} <> OLD.{one})" for one in words]
    return [
        Guard(
            f"guard_{table}_no_update",
            table,
            "BEFORE UPDATE",
            f"{table} is added to, never changed",
            " OR ".join(["NEW.id <> OLD.id", *changed, *rewritten]),
        ),
        never(table, "DELETE", f"{table} is added to, never changed"),
    ]


def _guards(dialect: str) -> list[Guard]:
    guards = [guard for table in FROZEN for guard in frozen(table)]
    guards += [guard for table in HISTORIES for guard in _history(table)]
    guards += [
        *_POSTINGS,
        _unsettled(dialect),
        *_versions(dialect),
        *_OTHERS,
        *_GROUPS,
        *_PLANS,
        *BILLING,
        *PAID,
        *PROFILES,
        *BRIEFS,
    ]
    guards += _units()
    if dialect == "postgresql":
        guards += [never(table, "TRUNCATE", f"{table} is never emptied") for table in _TRUNCATED]
    return guards


def guard_names(dialect: str) -> list[str]:
    """The names of all guards on a database of this dialect (`sqlite` or `postgresql`), sorted."""
    return sorted(guard.name for guard in _guards(dialect))


def installed_guards(connection: Connection) -> list[str]:
    """The guards that the catalogue of this database knows, sorted."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    names = connection.exec_driver_sql(query).scalars()
    return sorted(name for name in names if name.startswith("guard_"))


def changed_guards(connection: Connection) -> list[str]:
    """Guards that stand in the catalogue under their name but with another text, sorted."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT proname, '$guard$' || prosrc || '$guard$' FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace"
        )
    found = {row[0]: row[1] for row in connection.exec_driver_sql(query)}
    changed = []
    for guard in _guards(connection.dialect.name):
        text = guard.on_sqlite()[0] if is_sqlite else guard.on_postgresql()[0]
        if guard.name in found and not text.endswith(found[guard.name]):
            changed.append(guard.name)
    return sorted(changed)


def install_guards(connection: Connection) -> None:
    """Every trigger exists afterwards, exactly once, on SQLite and PostgreSQL.

    An early migration has not all tables yet; the migration that makes one calls this again.
    """
    _drop_all(connection)
    tables = {"", *inspect(connection).get_table_names()}
    guards = _guards(connection.dialect.name)
    for guard in (one for one in guards if one.table in tables and one.also in tables):
        make = guard.on_sqlite if connection.dialect.name == "sqlite" else guard.on_postgresql
        for statement in make():
            connection.exec_driver_sql(statement)


def _drop_all(connection: Connection) -> None:
    """Drop every guard in the catalogue, also those of older versions under other names."""
    if connection.dialect.name == "sqlite":
        for name in installed_guards(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    query = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    names = connection.exec_driver_sql(query).scalars()
    for name in [name for name in names if name.startswith("guard_")]:
        connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")
