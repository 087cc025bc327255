"""Grade submissions of a course folder into its gradebook, with feedback."""

import os
from pathlib import Path
from typing import Any

import click

from autograder import options

DATABASE = """\
The gradebook, if it is not gradebook.db in the course folder: postgresql://USER@HOST/DATABASE, with the extra
`postgres`. c.CourseDirectory.db_url in nbgrader_config.py says the same to every command and, written with the
driver (postgresql+psycopg2://...), to formgrader; the variable AUTOGRADER_DB does so without showing a password to
whoever lists processes."""
CLUSTER = """\
Run submissions on a Dask cluster: the address of its scheduler, tcp://HOST:PORT. Start it with `dask scheduler`,
and on every machine `dask worker tcp://HOST:PORT --nworkers auto --nthreads 1`. The machines share no folder:
submissions are sent, results come back, and only this process writes. Each machine needs this checkout installed
(with the extra `cluster`) in the same state, and the sandbox; another state is refused. Who reaches the scheduler
can run code on the workers: keep it on a private network, or use tls://."""


@click.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@options.course("The folder that holds submitted/.")
@click.option("--jobs", type=click.IntRange(min=0), default=None, help="Processes; by default one per core.")
@click.option("--db", envvar="AUTOGRADER_DB", metavar="URL", help=DATABASE)
@click.option("--scheduler", metavar="ADDRESS", help=CLUSTER)
@options.made("--json", "file", "Write every verdict here.")
@options.running(sandbox="safe", seconds=30.0)
@click.option("--feedback/--no-feedback", default=True, help="Write a page for each student.")
@click.option("--force", is_flag=True, help="Grade unchanged submissions again, too.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show whose marks would change and why; write nothing. Exit code 1 if any would.",
)
def command(
    assignments: tuple[str, ...],
    folder: Path,
    jobs: int | None,
    db: str | None,
    scheduler: str | None,
    file: Path | None,
    sandbox: str,
    timeout: float,
    feedback: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Grade what was handed in: marks to gradebook.db and grades.csv, pages to feedback/.

    ASSIGNMENT is 04_momentum, 04 or momentum; none means every one that somebody handed in.  What neither its
    student nor a check changed since it was graded is left as it is; a run that was stopped is gone on with.
    Exits with 1 when something in submitted/ is not graded or a time cannot be read, and says what and why.
    """
    from autograder.examine.launch.sandbox import announce
    from autograder.grading import database
    from autograder.grading.course import Course
    from autograder.grading.left_over import left_over
    from autograder.running.workers import started

    if db:
        os.environ[database.VARIABLE] = db
    course = Course.open(folder)
    database.check(course.gradebook)
    announce(sandbox)
    jobs = jobs if jobs is not None else os.cpu_count() or 1
    with started(jobs, scheduler) as workers:  # the first one starts while we load the rest
        from autograder.grading.session import preview, run
        from autograder.marks import Limits

        names, limits = list(assignments), Limits(cell=timeout)
        how: dict[str, Any] = {"limits": limits, "workers": workers, "json_file": file, "force": force}
        if dry_run:
            raise SystemExit(0 if preview(course, names, **how).nothing else 1)
        run(course, names, jobs=jobs, feedback=feedback, **how)
    if any(each.matters for each in left_over(course)):
        raise SystemExit(1)
