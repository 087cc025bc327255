"""A JupyterHub on loopback with its proxy and with accounts that exist for it alone.

It runs in a mount namespace of its own, in which /etc/passwd and /etc/group know two students and an instructor; so
servers run as different users, as on a real hub, and this machine keeps its accounts as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "hub"
PEOPLE = {"prof": 61001, "ann": 61002, "bob": 61003}
PROXY = next(
    filter(
        None,
        (
            shutil.which(each)
            for each in (
                "configurable-http-proxy",
                ROOT / ".venv/npm/node_modules/.bin/configurable-http-proxy",
            )
        ),
    ),
    None,
)


def without_ours(path: str) -> str:
    """Return a search path without the environment of the test, as the account that starts a hub has it."""
    return os.pathsep.join(each for each in path.split(os.pathsep) if not each.startswith(sys.prefix))


def missing() -> str:
    """Return why no hub can be run here, or nothing."""
    try:
        import jupyterhub  # noqa: F401
    except ImportError:
        return "jupyterhub is not installed: pip install -e '.[hub]'"
    if PROXY is None:
        return (
            "npm's configurable-http-proxy is not installed: npm install --global configurable-http-proxy@5"
        )
    if os.getuid() != 0:
        return "only root can start servers as other users"
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


ENTER = """\
import os, subprocess, sys
from pathlib import Path

place, base = Path(sys.argv[1]), sys.argv[2]

def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)

for name in ("passwd", "group"):
    mount("--bind", place / name, f"/etc/{name}")
closed = next((each for each in reversed(Path(base).parents) if not each.stat().st_mode & 1), None)
if closed is not None:  # Python lies in the home of root: a folder that leads to it alone
    kept = place / "python"
    kept.mkdir()
    mount("--bind", base, kept)
    mount("-t", "tmpfs", "-o", "mode=755", "none", closed)
    Path(base).mkdir(parents=True)
    mount("--move", kept, base)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""Run in the new namespace, before the hub."""


class Hub:
    """A running hub; ``place`` is what everybody shares, with a home for everybody in ``place/home``."""

    def __init__(self, place: Path):
        self.place = place
        self.token = secrets.token_hex(16)
        self.port, proxy, inner = free_ports(3)
        place.chmod(0o755)
        for folder in ("settings", "home", "exchange", "run"):
            (place / folder).mkdir()
        (place / "exchange").chmod(0o777)
        shutil.copy(EXAMPLE / "nbgrader_config.py", place / "settings")
        self.accounts()
        (place / "run" / "config.py").write_text(
            f"load_subconfig({str(EXAMPLE / 'jupyterhub_config.py')!r})\n"
            f"c.JupyterHub.bind_url = 'http://127.0.0.1:{self.port}'\n"
            f"c.JupyterHub.hub_port = {inner}\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{proxy}'\n"
            f"c.ConfigurableHTTPProxy.command = [{str(PROXY)!r}]\n"
            "c.JupyterHub.authenticator_class = 'null'\n"  # passwords are PAM's; the test has a token
            f"c.JupyterHub.services = [{{'name': 'week', 'api_token': {self.token!r}}}]\n"
            "c.JupyterHub.load_roles = [{'name': 'week', 'services': ['week'], 'scopes': "
            "['admin:users', 'admin:servers', 'access:servers', 'tokens']}]\n"
            "c.Spawner.environment['PYDEVD_DISABLE_FILE_VALIDATION'] = '1'\n"
            f"c.Spawner.environment['DESCENT_PLACE'] = {str(place)!r}\n"
        )
        self.log = (place / "run" / "log").open("wb")
        environment = {
            **os.environ,
            "DESCENT_PLACE": str(place),
            "DESCENT_STUDENTS": sys.prefix,
            "DESCENT_CHECKOUT": sys.prefix,
            "PATH": without_ours(os.environ["PATH"]),
        }
        hub = [f"{sys.prefix}/bin/python", "-m", "jupyterhub", "--config", str(place / "run" / "config.py")]
        enter = [sys.executable, "-c", ENTER, str(place), sys.base_prefix]
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", *enter, *hub],
            cwd=place / "run",
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def accounts(self) -> None:
        """Write the accounts that the namespace knows, and make their homes."""
        passwd, group = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
        for name, number in PEOPLE.items():
            home = self.place / "home" / name
            home.mkdir(mode=0o700)
            os.chown(home, number, number)
            passwd += f"{name}:x:{number}:{number}:{name}:{home}:/bin/sh\n"
            group += f"{name}:x:{number}:\n"
        (self.place / "passwd").write_text(passwd)
        (self.place / "group").write_text(group)

    def home(self, name: str) -> Path:
        """Return somebody's home."""
        return self.place / "home" / name

    def wait(self) -> None:
        """Wait until the hub answers."""
        self.until(lambda: self.ask("GET", "/hub/api/")[0] == 200, 90)

    def until(self, holds: Any, seconds: float) -> None:
        """Wait until something holds; show the log if it does not in time."""
        end = time.monotonic() + seconds
        while not holds():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.said())
            time.sleep(0.3)

    def said(self) -> str:
        """Return the end of the log."""
        return (self.place / "run" / "log").read_text(errors="replace")[-5000:]

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Return the status and the JSON of an answer, through the proxy."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {token or self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if text.strip() else None
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")[:500]
        except OSError as error:
            return 0, str(error)

    def start(self, name: str) -> str:
        """Start somebody's server and return a token of theirs."""
        self.ask("POST", f"/hub/api/users/{name}", {})
        status, said = self.ask("POST", f"/hub/api/users/{name}/server", {})
        assert status in (201, 202), said
        self.until(
            lambda: self.ask("GET", f"/hub/api/users/{name}")[1]["servers"].get("", {}).get("ready"), 120
        )
        status, made = self.ask("POST", f"/hub/api/users/{name}/tokens", {"note": "the week"})
        assert status == 201, made
        return made["token"]

    def run(self, name: str, *command: str, folder: Path) -> str:
        """Run a command as somebody, in the hub's namespace, and return what it printed."""
        number, home = str(PEOPLE[name]), self.home(name)
        done = subprocess.run(
            [
                *("nsenter", "-t", str(self.process.pid), "-m"),
                *("setpriv", "--reuid", number, "--regid", number, "--clear-groups"),
                *("env", "-C", str(folder), f"{sys.prefix}/bin/{command[0]}", *command[1:]),
            ],
            env={
                "HOME": str(home),
                "USER": name,
                "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
                "JUPYTER_CONFIG_PATH": str(self.place / "settings"),
                "DESCENT_PLACE": str(self.place),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def close(self) -> None:
        """End the hub, its proxy and every server."""
        for name in PEOPLE:
            self.ask("DELETE", f"/hub/api/users/{name}/server")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.log.close()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]
