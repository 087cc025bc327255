"""Where the reader is: a panel over all lessons, read from the notebooks beside this one.

The files are read as data, as they were last saved: no code of another notebook runs, and what a file holds is
shown as text.  A file that is damaged is named, and the others are shown.
"""

import html
from dataclasses import dataclass
from pathlib import Path

from course.lessons import Lesson, State, Step, notebooks, order, read

SIGNS: dict[State, str] = {"passed": "✓", "not yet": "✗", "not run": "◐", "written": "●", "to do": "○"}
WORDS: dict[State, str] = {
    "passed": "check passed",
    "not yet": "written, the check says not yet",
    "not run": "written, the check was not run",
    "written": "written",
    "to do": "not written",
}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """All lessons.  A cell that ends in one shows lists that open; where there is no HTML, plain lines."""

    lessons: tuple[Lesson, ...]
    folder: Path

    def here(self) -> tuple[Lesson, Step] | None:
        """Return where to go on: the first exercise that is not done, in the order of the lessons."""
        steps = ((lesson, step) for lesson in self.lessons for step in lesson.steps)
        return next((each for each in steps if not each[1].done), None)

    def summary(self) -> str:
        """Return one sentence over all lessons."""
        if not self.lessons:
            return f"No lesson was found in {self.folder}: a lesson is NN_name/NN_name.ipynb."
        steps = [step for lesson in self.lessons for step in lesson.steps]
        written = sum(step.state != "to do" for step in steps)
        passed = sum(step.state == "passed" for step in steps)
        lessons = f"{len(self.lessons)} lesson{'s' if len(self.lessons) > 1 else ''}"
        return f"{lessons}: written {written} of {len(steps)} exercises, visible checks passed {passed}."

    def __str__(self) -> str:
        lines = [self.summary()]
        if on := self.here():
            lines.append(f"Go on with: {on[0].file.stem}, {on[1].title} ({WORDS[on[1].state]}).")
        width = max((len(lesson.file.stem) for lesson in self.lessons), default=0)
        for lesson in self.lessons:
            signs = "".join(SIGNS[step.state] for step in lesson.steps)
            lines.append(f"{lesson.file.stem:<{width}}  {signs}{'  ' if signs else ''}{lesson.count()}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        on = self.here()
        parts = [f"<p><b>{html.escape(self.summary())}</b></p>"]
        if on:
            words = html.escape(f"{on[0].title}: {on[1].title}")
            parts.append(
                f'<p>Go on with <a href="{on[0].link(on[1])}">{words}</a> ({WORDS[on[1].state]}).</p>'
            )
        parts += [shown(lesson, is_open=on is not None and lesson is on[0]) for lesson in self.lessons]
        if self.lessons:
            parts.append(
                '<p style="font-size:.9em">Read from the files as they were last saved; a check counts as it '
                "was last run.</p>"
            )
        return (
            '<div role="region" aria-label="Your progress" style="max-width:44em;line-height:1.5">'
            f"{''.join(parts)}</div>"
        )


def shown(lesson: Lesson, *, is_open: bool) -> str:
    """Return one lesson as HTML: a line with a bar, and its exercises, which open with a click or with Enter."""
    name = html.escape(f"{lesson.file.stem[:2]} · {lesson.title}")
    link = f'<a href="{lesson.link()}">{html.escape(lesson.file.name)}</a>'
    if lesson.trouble:
        return f"<p>{name}: {html.escape(lesson.trouble)} {link}</p>"
    done = sum(step.done for step in lesson.steps)
    full = 100 * done / max(len(lesson.steps), 1)
    bar = (
        '<span aria-hidden="true" style="display:inline-block;width:6em;height:.7em;border:1px solid #767676;'
        f"border-radius:.2em;margin-right:.6em;background:linear-gradient(90deg,#009E73 {full:.0f}%,"
        f'transparent {full:.0f}%)"></span>'
    )
    items = "".join(
        f'<li style="list-style:none"><span aria-hidden="true">{SIGNS[step.state]}</span> '
        f'<a href="{lesson.link(step)}">{html.escape(step.title)}</a> · {step.worth} · '
        f"{WORDS[step.state]}</li>"
        for step in lesson.steps
    )
    return (
        f"<details{' open' if is_open else ''}><summary>{bar}{name}: {lesson.count()}</summary>"
        f'<ul style="margin:.2em 0 .6em;padding-left:1.4em">{items}'
        f'<li style="list-style:none">{link}</li></ul></details>'
    )


def progress(folder: str | Path | None = None) -> Panel:
    """Return where the reader is in all lessons.

    folder  where the lessons lie; by default found beside or above the working directory
    """
    here = Path.cwd()
    places = [Path(folder)] if folder is not None else [here.parent, here]
    found = {place: sorted(notebooks(place), key=lambda file: order(file.stem)) for place in places}
    most = max(places, key=lambda place: len(found[place]))  # one notebook may lie astray in the other
    if not found[most]:
        return Panel(lessons=(), folder=here if folder is None else most)
    return Panel(lessons=tuple(map(read, found[most])), folder=most)
