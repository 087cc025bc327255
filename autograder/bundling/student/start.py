"""Open the course in JupyterLab; the first time, install what it needs into the folder .venv beside this file.

``python start.py --install`` only installs.
"""

import hashlib
import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)
HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(HERE, ".venv")
REQUIREMENTS = os.path.join(HERE, "requirements.txt")
DONE = os.path.join(ENVIRONMENT, "installed")


def python():
    """Return the interpreter of the environment."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(ENVIRONMENT, *parts)


def wanted():
    """Return what identifies the requirements: a new bundle in the same folder is installed again."""
    with open(REQUIREMENTS, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def installed():
    """Whether the environment holds these requirements."""
    try:
        with open(DONE, encoding="ascii") as file:
            return file.read() == wanted()
    except OSError:
        return False


def install():
    """Make the environment.  Raises ``SystemExit`` with what to do if that fails."""
    print("Installing the course. This takes a few minutes, the first time only, and needs the internet.")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", ENVIRONMENT]) != 0:
        sys.exit(
            "Python could not make an environment. On Debian and Ubuntu: sudo apt install python3-venv. "
            "On Windows and macOS install Python from https://www.python.org/downloads/."
        )
    command = [python(), "-m", "pip", "install", "--disable-pip-version-check", "-r", REQUIREMENTS]
    if subprocess.call(command, cwd=HERE) != 0:
        sys.exit(
            "Something could not be installed; the lines above say what. Is there a connection to the internet? "
            "On Windows, a folder with a short path such as C:\\descent also helps. Then start again."
        )
    with open(DONE, "w", encoding="ascii") as file:
        file.write(wanted())


def main():
    """Install if needed, then open the notebooks."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            "Python {}.{} to {}.{} is needed, and this is {}. Get one at https://www.python.org/downloads/.".format(
                *OLDEST, *NEWEST, sys.version.split()[0]
            )
        )
    if not installed():
        install()
    if "--install" in sys.argv[1:]:
        return 0
    print("JupyterLab opens in your browser. Keep this window open; to stop, press Ctrl-C in it.")
    try:
        return subprocess.call([python(), "-m", "jupyterlab"], cwd=os.path.join(HERE, "notebooks"))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
