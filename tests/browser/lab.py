"""A real JupyterLab on a free port, and a real browser in front of it: for the browser tests and the benchmark."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Lab:
    """A running JupyterLab: ``folder`` holds its notebooks, ``address(notebook)`` opens one."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def address(self, notebook: str) -> str:
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token={self.token}"

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return (
                urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}/api?token={self.token}", timeout=2
                ).status
                == 200
            )
        return False


@contextlib.contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """Run JupyterLab over ``folder`` with its own settings; stop it and its kernels at the end."""
    lab = Lab(folder)
    state = folder / ".state"
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    environment = {**os.environ, **{name: str(state / name.lower()) for name in places}}
    environment |= {
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "work"),
    }
    environment |= {
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    for name in places:
        Path(environment[name]).mkdir(parents=True, exist_ok=True)
    quiet = Path(environment["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={lab.port}"]
    command += [
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={folder}",
    ]
    if (folder / "jupyter_server_config.py").is_file():
        command.append("--config=jupyter_server_config.py")
    with (state / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
        try:
            deadline = time.monotonic() + 60
            while not lab.answers():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"JupyterLab did not start:\n{(state / 'log').read_text()[-3000:]}")
                time.sleep(0.1)
            yield lab
        finally:
            server.terminate()  # the server shuts its kernels down
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


@contextlib.contextmanager
def browser(**launch: Any) -> Iterator[Any]:
    """Run the system's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, **launch)
        try:
            yield running
        finally:
            running.close()


def open_and_run(page: Any, lab: Lab, notebook: str, *, timeout: float = 300) -> float:
    """Open a notebook, run all its cells and return the seconds from the click to the last cell's end."""
    page.goto(lab.address(notebook))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=180_000)
    asked = page.locator(".jp-Dialog .jp-mod-accept")
    with contextlib.suppress(Exception):  # asked where the own kernel is not there at once
        asked.click(timeout=300)
    page.wait_for_selector(
        '.jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=180_000
    )
    prompts = page.locator(".jp-Notebook .jp-CodeCell:not(:has(.cm-content:empty)) .jp-InputPrompt")
    kernel = page.locator(".jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator")
    deadline = time.monotonic() + timeout
    began = 0.0
    while not any(letter.isdigit() for letter in prompts.last.inner_text()):
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"The notebook was not run in {timeout} seconds: {prompts.last.inner_text()!r}"
            )
        fresh = prompts.first.inner_text() == "[ ]:"  # a kernel just started may not listen
        waited = time.monotonic() - began
        if (fresh and waited > 3) or (waited > 10 and kernel.get_attribute("data-status") == "idle"):
            began = time.monotonic()
            with contextlib.suppress(Exception):  # it may ask for the kernel now; the next round runs
                if asked.is_visible():
                    asked.click(timeout=3000)
                page.click('.lm-MenuBar-itemLabel:text-is("Run")', timeout=3000)
                page.click('.lm-Menu-itemLabel:text-is("Run All Cells")', timeout=3000)
        page.wait_for_timeout(50)
    return time.monotonic() - began
