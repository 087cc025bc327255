"""nbgrader's own ``generate_assignment``, in this process and without a gradebook."""

import logging
from pathlib import Path

from autograder.errors import Trouble
from autograder.project import Project


class Kept(logging.Handler):
    """Remembers what nbgrader says, to be shown only when it stops."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the last line of a message, which is where a traceback says what happened."""
        self.lines.append(record.getMessage().strip().splitlines()[-1])


def generate(project: Project, made: Project, lessons: list[str]) -> None:
    """Turn ``made.source/NAME/NAME.ipynb`` into ``made.release/NAME/NAME.ipynb``.  Raises ``Trouble``.

    project  whose nbgrader_config.py holds the stubs
    """
    from nbgrader.converters.base import NbGraderException
    from nbgrader.converters.generate_assignment import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(project.root)).load_config()
    log = logging.Logger("nbgrader")
    kept = Kept()
    log.addHandler(kept)
    config.GenerateAssignment.preprocessors = [
        each for each in GenerateAssignment.preprocessors.default() if each is not SaveCells
    ]
    for lesson in lessons:
        course = CourseDirectory(config=config, root=str(made.root), assignment_id=lesson, log=log)
        converter = GenerateAssignment(coursedir=course, no_database=True, config=config, log=log)
        try:
            converter.start()
        except (NbGraderException, SystemExit) as error:
            said = next((line for line in kept.lines if "Error" in line), str(error))
            raise Trouble(f"nbgrader does not accept {lesson}: {said}") from error
        finally:
            kept.lines.clear()
        if not Path(made.released(lesson)).is_file():
            raise Trouble(f"nbgrader made no release of {lesson}.")
