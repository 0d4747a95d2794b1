"""What a guard is, and the kinds of them that many tables share. Both databases refuse the same things."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """One trigger: when it fires, on which table, and what it refuses or does."""

    name: str
    table: str
    moment: str
    """`BEFORE UPDATE`, `AFTER INSERT`, `BEFORE UPDATE OF a, b` …"""
    words: str = ""
    """What the refusal says; names the rule for whoever reads the log."""
    refuses_when: str = ""
    """A condition on OLD and NEW; empty means always."""
    sqlite_body: str = ""
    postgres_body: str = ""
    also: str = ""
    """Another table that it writes and without which it cannot be."""

    def on_sqlite(self) -> list[str]:
        """The statements that make it on SQLite."""
        body = self.sqlite_body
        if not body:
            when = f" WHERE {self.refuses_when}" if self.refuses_when else ""
            body = f"SELECT RAISE(ABORT, '{self.words}'){when};"
        create = f"CREATE TRIGGER {self.name} {self.moment} ON {self.table} FOR EACH ROW"
        return [f"{create} BEGIN {body} END"]

    def on_postgresql(self) -> list[str]:
        """The statements that make it on PostgreSQL: a function and its trigger."""
        is_statement = "TRUNCATE" in self.moment
        body = self.postgres_body
        if not body:
            refusal = f"RAISE EXCEPTION '{self.words}' USING ERRCODE = 'check_violation';"
            body = (
                f"IF {self.refuses_when} THEN {refusal} END IF;" if self.refuses_when else refusal
            )
        result = "OLD" if self.moment.startswith("BEFORE DELETE") else "NEW"
        result = "NULL" if is_statement else result
        each = "STATEMENT" if is_statement else "ROW"
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $guard$ BEGIN {body} RETURN {result}; END $guard$",
            f"CREATE TRIGGER {self.name} {self.moment} ON {self.table}"
            f" FOR EACH {each} EXECUTE FUNCTION {self.name}()",
        ]


def never(table: str, verb: str, words: str) -> Guard:
    """Nobody does this to the table."""
    return Guard(f"guard_{table}_no_{verb.lower()}", table, f"BEFORE {verb}", words)


def frozen(table: str) -> list[Guard]:
    """Rows are added, never changed or taken away."""
    return [
        never(table, verb, f"{table} is added to, never changed") for verb in ("UPDATE", "DELETE")
    ]


def unchanged(
    table: str, columns: tuple[str, ...], words: str, only_emptied: tuple[str, ...] = ()
) -> Guard:
    """The listed columns keep the value they were written with; some may be emptied, none replaced."""
    changed = [f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns]
    replaced = [f"(NEW.{one} <> '' AND NEW.{one} <> OLD.{one})" for one in only_emptied]
    return Guard(
        f"guard_{table}_identity", table, "BEFORE UPDATE", words, " OR ".join([*changed, *replaced])
    )
