"""Which database holds the gradebook: SQLite in the course folder, or PostgreSQL by one setting.

``c.CourseDirectory.db_url`` in the course folder's ``nbgrader_config.py`` says it for all commands, nbgrader's too.
The variable ``AUTOGRADER_DB`` or ``autograder grade --db`` say it in its place, for a URL that holds a password.
nbgrader itself needs the driver in the setting, ``postgresql+psycopg2://``; without, SQLAlchemy takes another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from autograder.errors import Trouble

SQLITE = "sqlite:///"
NEEDED = {
    "grade",
    "submitted_notebook",
    "submitted_assignment",
    "assignment",
    "base_cell",
    "comment",
    "student",
}
"""Tables that every gradebook of nbgrader's has."""

VERSION = "alembic_version"
"""The table that nbgrader makes last."""

VARIABLE = "AUTOGRADER_DB"
REACH = 5
"""Seconds in which a server must answer, or whoever holds a file must let it go."""


def url_of(file: Path) -> str:
    """Return the URL of a gradebook in a file, whose path may hold what means something in a URL."""
    return SQLITE + str(file).replace("%", "%25").replace("?", "%3F")


def file_of(url: str) -> Path:
    """Return the file of a gradebook's URL."""
    return Path(unquote(url.removeprefix(SQLITE).partition("?")[0]))


def setting(url: str) -> str:
    """Return a database's URL with the driver we install, where it names none."""
    plain = ("postgresql://", "postgres://")
    return f"postgresql+psycopg2://{url.partition('://')[2]}" if url.startswith(plain) else url


def told() -> str | None:
    """Return the database the variable names, None if it names none."""
    return setting(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def check(url: str) -> bool:
    """Return whether a gradebook holds anything; one that is not there, or new, does not.

    Raises ``Trouble`` for one that cannot be used: out of reach, locked, damaged, or no gradebook at all.
    Nothing is made, and no mark is changed.
    """
    found = tables(url)
    if is_half_made(url, found):
        return False
    if found and NEEDED - found:
        shown = ", ".join(sorted(found)[:6])
        raise Trouble(
            f"{named(url)} is no gradebook of nbgrader's: its tables are {shown}. Is the setting right?"
        )
    return bool(found)


def is_half_made(url: str, found: set[str]) -> bool:
    """Whether a program was killed while it made a gradebook in a file: there are tables of nbgrader's, not all of
    them, and no row in any.

    found  the names of the tables
    """
    if not url.startswith(SQLITE) or not found or not (NEEDED | {VERSION}) - found:
        return False
    from nbgrader.api import Base

    if found - set(Base.metadata.tables) - {VERSION}:
        return False
    engine = create_engine(make_url(url))
    try:
        with engine.connect() as connection:
            return not any(connection.execute(text(f'SELECT 1 FROM "{name}"')).first() for name in found)
    except SQLAlchemyError as error:
        raise unusable(url, error) from None
    finally:
        engine.dispose()


def remove_half_made(url: str) -> None:
    """Take away a gradebook that was never finished and holds nothing, so that it can be made anew.

    For the one program that writes to a course: another may be making it.
    """
    if is_half_made(url, tables(url)):
        file_of(url).unlink()


def tables(url: str) -> set[str]:
    """Return the names of a database's tables, none for a file that is not there.

    SQLite may write while it looks: it takes back what a killed program left half done.
    """
    in_file = url.startswith(SQLITE)
    if in_file and not file_of(url).exists():
        return set()
    try:
        patience = {"timeout" if in_file else "connect_timeout": REACH}
        engine = create_engine(make_url(setting(url)), connect_args=patience)
    except (ArgumentError, ValueError):
        raise Trouble(
            "That is no database: --db wants postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        ) from None
    except ImportError:
        raise Trouble(
            "A gradebook in PostgreSQL needs psycopg2: pip install -e '.[instructor,postgres]'."
        ) from None
    try:
        return set(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        raise unusable(url, error) from None
    finally:
        engine.dispose()


@contextmanager
def told_plainly(url: str) -> Iterator[None]:
    """Turn an error of the database, wherever it comes up inside, into ``Trouble``."""
    try:
        yield
    except SQLAlchemyError as error:
        raise unusable(url, error) from error


def named(url: str) -> str:
    """Return how a gradebook is called in a message: a file by its path, a server without its password."""
    if url.startswith(SQLITE):
        return str(file_of(url))
    return make_url(setting(url)).render_as_string()


def unusable(url: str, error: Exception) -> Trouble:
    """Return what to say of an error of the database: what happened, that nothing is lost, and the cure."""
    why = " ".join(str(getattr(error, "orig", None) or error).split())
    place = named(url)
    if "locked" in why:
        return Trouble(
            f"The gradebook {place} is locked: another program is writing to it, formgrader or a command of "
            "nbgrader's. Wait for it and run this again; what was graded is kept."
        )
    if "disk is full" in why or "No space left" in why:
        return Trouble(
            f"There is no room for the gradebook {place}: its disk is full. Make room and run this again; what was "
            "graded is kept."
        )
    if "readonly" in why or "read-only" in why:
        return Trouble(
            f"The gradebook {place} cannot be written ({why}). It needs the right to write to it and to its folder."
        )
    if "no such column" in why or ("column" in why and "does not exist" in why):
        return Trouble(
            f"The gradebook {place} is of another version of nbgrader ({why}). `nbgrader db upgrade` brings it up "
            "to date; keep a copy."[:400]
        )
    if not url.startswith(SQLITE):
        return Trouble(f"The gradebook {place} cannot be opened: {why}"[:400])
    return Trouble(
        f"The gradebook {place} cannot be read: {why}. It is left as it is: put a copy from before in its place, "
        "or move it away to begin a new one."[:400]
    )
