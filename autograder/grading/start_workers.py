"""The workers of a course, started before the rest of the command is loaded.

Nothing heavy is imported here: `autograder grade` starts its first worker before it loads the rest of itself.
"""

from __future__ import annotations

from autograder.grading.course import Course
from autograder.running.workers import Ahead, ThisProcess, Workers, begun


def start_workers(course: Course, assignments: list[str], jobs: int, scheduler: str | None = None) -> Workers:
    """Return the workers for some assignments of a course, the first of them already starting.

    jobs       how many processes, 0 for this one
    scheduler  the address of a cluster to use instead
    """
    if scheduler is not None:
        from autograder.running.cluster import Cluster

        return Cluster(scheduler)
    chosen = course.project.chosen(assignments) if assignments else course.assignments()
    submissions = {lesson: len(course.handed_in(lesson)) for lesson in chosen}
    first = next((lesson for lesson in chosen if submissions[lesson]), None)
    if first is None:
        return ThisProcess()
    return begun(Ahead(lesson=first, root=course.project.root), min(jobs, sum(submissions.values())))
