"""What this machine offers: each thing is tried, not looked up in a table of versions."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from autograder.examine.inside import landlock as kernel
from autograder.examine.launch import sandbox
from autograder.examine.limits import EXAMINER, TEMPORARY
from autograder.marks import Limits

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PACKAGES = {"nbgrader": "0.9.5", "msgpack": "1.0", "jupytext": "1.16", "ipywidgets": "8.1", "numpy": "2.0"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was tried.

    needed  whether grading the submissions of others is unsafe or impossible without it
    cure    what to do when it does not work
    """

    name: str
    works: bool
    said: str
    cure: str = ""
    needed: bool = False


def examine() -> list[Finding]:
    """Return what was found, the needed things first."""
    tried: list[Callable[[], Finding]] = [python, packages, bubblewrap, landlock]
    tried += [user_namespaces, limits, cores, memory, disk]
    return [each() for each in (*tried, process, fresh, cluster, postgres, browser)]


def told(findings: list[Finding]) -> list[str]:
    """Return the findings as lines, with a last line that says what may be graded."""
    lines = []
    for each in findings:
        mark = "ok  " if each.works else ("MISSING" if each.needed else "none")
        lines.append(f"{mark:8}{each.name:18}{each.said}")
        if not each.works and each.cure:
            lines.append(f"{'':8}{'':18}{each.cure}")
    if all(each.works for each in findings if each.needed):
        level = next((each for each in sandbox.SAFE if sandbox.works(each) == ""), "nothing")
        return [*lines, f"Submissions of others can be graded here: autograder grade uses {level}."]
    if not sandbox.CAN_FORK:
        return [*lines, sandbox.NEEDS_LINUX]
    return [
        *lines,
        "Submissions of others cannot be graded safely here. "
        "`--sandbox process` grades what you trust: it limits, and keeps nothing in.",
    ]


def python() -> Finding:
    """Python itself."""
    said = f"{platform.python_version()} at {sys.executable}"
    return Finding(
        name="python", works=sys.version_info >= (3, 11), said=said, cure="Use 3.11 or newer.", needed=True
    )


def packages() -> Finding:
    """The packages of the instructor's side."""
    found, missing = [], []
    for name, least in PACKAGES.items():
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(f"{name}>={least}")
    said = ", ".join(found) + (f"; missing: {', '.join(missing)}" if missing else "")
    return Finding(name="packages", works=not missing, said=said, cure="Run `make setup`.", needed=True)


def bubblewrap() -> Finding:
    """The container: a candidate is started in it and must say that it is shut in."""
    why = sandbox.works("bubblewrap")
    version = "not installed"
    if shutil.which("bwrap"):
        done = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)
        version = done.stdout.strip() or done.stderr.strip()
    said = f"{version}; a candidate was started and shut in" if why == "" else f"{version}; {why}"
    cure = "Install it: apt-get install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap."
    if shutil.which("bwrap"):
        cure = (
            "Let this user make user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), "
            "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container, allow them from outside."
        )
    if platform.system() != "Linux":
        cure = "It exists on Linux only; grade in a Linux machine or virtual machine."
    needed = sandbox.works("landlock") != ""
    return Finding(name="bubblewrap", works=why == "", said=said[:300], cure=cure, needed=needed)


def landlock() -> Finding:
    """The level for places that refuse namespaces: a candidate is started and must say that it is shut in."""
    why = sandbox.works("landlock")
    version = kernel.version() if why == "" else 0
    said = f"version {version} of the kernel's interface; a candidate was started and shut in; " + (
        "the kernel keeps signals in"
        if version >= kernel.SCOPED
        else f"before version {kernel.SCOPED} no cell can signal a process it started"
    )
    cure = "Linux 5.13 or newer, with landlock among its security modules (CONFIG_LSM or lsm= at boot)."
    needed = sandbox.works("bubblewrap") != ""
    return Finding(
        name="landlock", works=why == "", said=said if why == "" else why[:300], cure=cure, needed=needed
    )


def user_namespaces() -> Finding:
    """User namespaces, which bubblewrap and every candidate need."""
    found = []
    for file in (
        "user/max_user_namespaces",
        "kernel/unprivileged_userns_clone",
        "kernel/apparmor_restrict_unprivileged_userns",
    ):
        place = Path("/proc/sys", file)
        if place.exists():
            found.append(f"{place.name} = {place.read_text(encoding='ascii').strip()}")
    many = Path("/proc/sys/user/max_user_namespaces")
    works = many.exists() and int(many.read_text(encoding="ascii")) > 0
    return Finding(
        name="user namespaces",
        works=works,
        said=", ".join(found) or "this system has none",
        cure="Raise user.max_user_namespaces with sysctl.",
    )


def limits() -> Finding:
    """Limits a process can set for itself."""
    try:
        import resource
    except ImportError:
        return Finding(
            name="limits", works=False, said="this system has none", cure="There are limits of time."
        )
    names = [
        name
        for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_CPU", "RLIMIT_FSIZE")
        if hasattr(resource, name)
    ]
    own = "as root, who is exempt; candidates run as nobody" if os.getuid() == 0 else f"as user {os.getuid()}"
    works = len(names) == 4
    return Finding(
        name="limits", works=works, said=f"{', '.join(names)}, {own}", cure="Some limits are not set."
    )


def cores() -> Finding:
    """How many submissions run at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = psutil.virtual_memory().total / 2**30
    said = f"{count} cores, {memory:.1f} GB: {count} submissions at a time"
    return Finding(
        name="machine", works=memory > count, said=said, cure="Less than 1 GB a core: use fewer --jobs."
    )


def memory() -> Finding:
    """What submissions can take at most, all jobs together."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    one = Limits().memory + TEMPORARY + EXAMINER
    here = psutil.virtual_memory().total
    said = (
        f"at most {one / 2**30:.1f} GB a submission under attack, {count * one / 2**30:.1f} GB at --jobs {count}; "
        "counted without a cgroup, ten times a second"
    )
    cure = f"More than this machine has: --jobs {max(here // one, 1)} is safe whatever is handed in."
    return Finding(name="memory", works=count * one <= here, said=said, cure=cure)


def disk() -> Finding:
    """Room for feedback and the gradebook."""
    free = shutil.disk_usage(".").free / 2**30
    return Finding(
        name="disk", works=free > 1, said=f"{free:.1f} GB free here", cure="Feedback needs about 1 MB each."
    )


def process() -> Finding:
    """The weaker level."""
    why = sandbox.works("process")
    said = "limits only, for submissions you trust" if why == "" else why
    return Finding(name="process sandbox", works=why == "", said=said[:300])


def fresh() -> Finding:
    """The level without any limit but time, for one's own notebooks."""
    return Finding(name="fresh sandbox", works=True, said="autograder check NOTEBOOK: a limit of time only")


def cluster() -> Finding:
    """More machines."""
    cure = "To grade on several machines: pip install -e '.[instructor,cluster]'."
    return extra("dask cluster", "distributed", "autograder grade --scheduler tcp://HOST:PORT", cure)


def postgres() -> Finding:
    """Another database than SQLite."""
    cure = "For a gradebook in PostgreSQL: pip install -e '.[instructor,postgres]'."
    return extra("postgresql", "psycopg2", "autograder grade --db postgresql://...", cure)


def extra(name: str, package: str, said: str, cure: str) -> Finding:
    """Return whether a package that is not needed is installed."""
    works = importlib.util.find_spec(package) is not None
    return Finding(name=name, works=works, said=said if works else f"{package} is not installed", cure=cure)


def browser() -> Finding:
    """A browser for the tests that drive JupyterLab."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Finding(name="chromium", works=found is not None, said=found or "only the browser tests need one")
