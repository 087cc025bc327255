"""The commands that start the candidates' interpreter, and what of the system it may see."""

import os
import sys
import sysconfig
from pathlib import Path

from autograder.examine.launch.candidate_folder import COURSE, INSIDE, fonts

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
"""Parts of the system that Python and its libraries need; nothing else of it is in the container."""

DEVICES = ("/dev/urandom", "/dev/random")
"""What else a candidate of level ``landlock`` may read; /dev/zero, mapped, would be memory that is not counted."""

START = "import sys; sys.path.insert(0, {imports!r}); from inside.zygote import main; main()"
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "IPYTHONDIR": "/tmp/ipython",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
KERNELS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES")
"""Variables that choose how numbers are computed; examiners keep them, and candidates compute alike."""


def candidate_environment() -> dict[str, str]:
    """Return the variables a candidate sees: nothing of ours but the choice of kernels."""
    return {**ENVIRONMENT, **{name: os.environ[name] for name in KERNELS if name in os.environ}}


def python(control: int, imports: str, level: str) -> list[str]:
    """Return the command of the candidates' interpreter: no folder of its own on the path, no user packages."""
    return [sys.executable, "-P", "-s", "-c", START.format(imports=imports), str(control), level]


def bubblewrap(control: int) -> list[str]:
    """Return the command of the candidates' interpreter in a container."""
    command = ["bwrap", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", "candidate"]
    if (
        os.getuid() == 0
    ):  # the interpreter becomes nobody by itself; a user namespace would keep it root outside
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    for place in SYSTEM:
        if Path(place).is_symlink() and Path(place).is_dir():
            command += ["--symlink", os.readlink(place), place]
        else:
            command += ["--ro-bind-try", place, place]
    for place in installed():
        command += [*ways_to(seen(place)), "--ro-bind", place, seen(place)]
    for place in ("/candidate", "/candidate/fonts"):
        command += ["--perms", "0755", "--dir", place]
    for package in (INSIDE, COURSE):
        command += ["--ro-bind", str(package), f"/candidate/{package.name}"]
    for file in fonts():
        command += ["--ro-bind", str(file), f"/candidate/fonts/{file.name}"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    # a shared mapping of /dev/zero would be memory that is not counted
    command += ["--dev-bind", "/dev/null", "/dev/zero"]
    command += ["--perms", "1777", "--tmpfs", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/"]
    command += ["--chdir", "/tmp", "--clearenv"]
    for name, value in {**candidate_environment(), "MPLCONFIGDIR": "/tmp/matplotlib"}.items():
        command += ["--setenv", name, value]
    interpreter, *arguments = python(control, "/candidate", "bubblewrap")
    return [*command, "--", seen(interpreter), *arguments]


def readable(imports: str) -> list[str]:
    """Return what a candidate of level ``landlock`` may read: what the container of ``bubblewrap`` holds."""
    return [*SYSTEM, *DEVICES, *installed(), imports]


def seen(place: str) -> str:
    """Return where a candidate sees a file of ours; a virtual environment in /tmp, which is private, is moved."""
    if not Path(sys.prefix).is_relative_to("/tmp") or not Path(place).is_relative_to(sys.prefix):
        return place
    return str(Path("/candidate/python", Path(place).relative_to(sys.prefix)))


def ways_to(place: str) -> list[str]:
    """Return what makes the folders above a place passable for everyone; bubblewrap makes them for root alone."""
    above = [str(each) for each in reversed(Path(place).parents) if str(each) not in ("/", "/usr")]
    return [word for each in above for word in ("--perms", "0755", "--dir", each)]


def installed() -> list[str]:
    """Return the folders Python and its packages lie in, none inside another and none the container has."""
    found = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    found |= {os.path.realpath(place) for place in found}
    kept: list[str] = []
    for place in sorted(found):
        if not any(Path(place).is_relative_to(other) for other in ["/usr", *kept]):
            kept.append(place)
    return kept
