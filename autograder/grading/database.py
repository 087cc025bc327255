"""Which database holds the gradebook: SQLite in the course folder, or PostgreSQL by one setting.

``c.CourseDirectory.db_url`` in the course folder's ``nbgrader_config.py`` says it for all commands, nbgrader's too.
The variable ``AUTOGRADER_DB`` or ``autograder grade --db`` say it in its place, for a URL that holds a password.
nbgrader itself needs the driver in the setting, ``postgresql+psycopg2://``; without, SQLAlchemy takes another.
"""

from __future__ import annotations

import os

from autograder.errors import Trouble

VARIABLE = "AUTOGRADER_DB"
REACH = 5
"""Seconds in which a server must answer."""


def setting(url: str) -> str:
    """Return a database's URL with the driver we install, where it names none."""
    plain = ("postgresql://", "postgres://")
    return f"postgresql+psycopg2://{url.partition('://')[2]}" if url.startswith(plain) else url


def told() -> str | None:
    """Return the database the variable names, None if it names none."""
    return setting(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def check(url: str) -> None:
    """Raise ``Trouble`` if a gradebook on a server cannot be used from here; a file is not looked at."""
    if url.startswith("sqlite:"):
        return
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        place = make_url(setting(url))
        engine = create_engine(place, connect_args={"connect_timeout": REACH})
    except (ArgumentError, ValueError):
        raise Trouble(
            "That is no database: --db wants postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        ) from None
    except ImportError:
        raise Trouble(
            "A gradebook in PostgreSQL needs psycopg2: pip install -e '.[instructor,postgres]'."
        ) from None
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        why = " ".join(str(getattr(error, "orig", error)).split())
        raise Trouble(f"The gradebook {place.render_as_string()} cannot be opened: {why}"[:400]) from None
    finally:
        engine.dispose()
