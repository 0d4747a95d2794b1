"""What a profile says of the times that were told is kept where they are written: it holds for every way of writing."""

from migrations.triggers import Guard, unchanged

HAS = "EXISTS (SELECT 1 FROM availability_window WHERE person_id = {row}.person_id)"
_TOLD = (
    "INSERT INTO profile (person_id, has_windows, changed_at)"
    " VALUES (NEW.person_id, TRUE, CURRENT_TIMESTAMP)"
    " ON CONFLICT (person_id) DO UPDATE SET has_windows = TRUE WHERE NOT profile.has_windows;"
)
_UNTOLD = (
    "UPDATE profile SET has_windows = FALSE WHERE person_id = OLD.person_id AND has_windows"  # noqa: S608
    f" AND NOT {HAS.format(row='OLD')};"
)
_WORDS = "a profile says whether times were told"

PROFILES = (
    Guard(
        "guard_availability_window_told", "availability_window", "AFTER INSERT",
        sqlite_body=_TOLD, postgres_body=_TOLD,
    ),
    Guard(
        "guard_availability_window_untold", "availability_window", "AFTER DELETE",
        sqlite_body=_UNTOLD, postgres_body=_UNTOLD,
    ),
    unchanged("availability_window", ("person_id",), "times stay whose they are"),
    Guard(
        "guard_profile_begins", "profile", "BEFORE INSERT", _WORDS,
        f"NEW.has_windows AND NOT {HAS.format(row='NEW')}",
    ),
    Guard(
        "guard_profile_windows", "profile", "BEFORE UPDATE", _WORDS,
        "(NEW.has_windows <> OLD.has_windows OR NEW.person_id <> OLD.person_id)"
        f" AND NEW.has_windows <> {HAS.format(row='NEW')}",
    ),
    Guard(
        "guard_profile_kept", "profile", "BEFORE DELETE",
        "a profile goes after its times", HAS.format(row="OLD"),
    ),
)  # fmt: skip
