"""A week on a real JupyterHub: its proxy, three accounts, nbgrader's exchange, and the example of the guide."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.grading.config import write
from tests.alone import answer
from tests.hub.hub import PEOPLE, Hub, missing

pytestmark = [
    pytest.mark.long,  # tests/conftest.py lets a worker begin with it
    pytest.mark.thorough,
    pytest.mark.skipif(missing() != "", reason=missing()),
]

LESSON = "06_saddle_explorer"
COURSE = "descent"


@pytest.fixture
def hub():
    place = Path(tempfile.mkdtemp(prefix="descent-hub-"))
    running = Hub(place)
    try:
        running.wait()
        yield running
    finally:
        running.close()
        shutil.rmtree(place, ignore_errors=True)


class Student:
    """Somebody at a browser: everything goes through the proxy, with a token of their own."""

    def __init__(self, hub: Hub, name: str):
        self.hub, self.name, self.token = hub, name, hub.start(name)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.hub.ask(method, f"/user/{self.name}/{path}", body, self.token)
        assert status in (200, 201), (path, status, answer, self.hub.said())
        return answer

    def exchange(self, action: str) -> Any:
        """Do what a button of nbgrader's list of assignments does."""
        said = self.ask("POST", f"assignments/{action}", {"course_id": COURSE, "assignment_id": LESSON})
        assert said["success"], said["value"]
        return said["value"]

    def work(self, right: bool) -> None:
        """Write answers and save the notebook, as JupyterLab does."""
        path = f"api/contents/{LESSON}/{LESSON}.ipynb"
        notebook = nbformat.from_dict(self.ask("GET", path)["content"])
        if right:
            answer(notebook, LESSON)
        self.ask("PUT", path, {"type": "notebook", "format": "json", "content": notebook})

    def runs(self, source: str) -> str:
        """Run a cell in a kernel through the proxy and return what it printed."""
        from tornado.httpclient import HTTPRequest
        from tornado.ioloop import IOLoop
        from tornado.websocket import websocket_connect

        kernel = self.ask("POST", "api/kernels", {"name": "python3"})["id"]
        address = f"ws://127.0.0.1:{self.hub.port}/user/{self.name}/api/kernels/{kernel}/channels"
        head = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": "week"}
        content = {"code": source, "silent": False, "store_history": False, "allow_stdin": False}
        request = {
            "header": head,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }

        async def talk() -> str:
            wire = await websocket_connect(
                HTTPRequest(address, headers={"Authorization": f"token {self.token}"}, request_timeout=60)
            )
            await wire.write_message(json.dumps(request | {"buffers": []}))
            printed = ""
            while True:
                heard = json.loads(await wire.read_message())
                if heard["parent_header"].get("msg_id") != head["msg_id"]:
                    continue
                if heard["msg_type"] == "stream":
                    printed += heard["content"]["text"]
                elif heard["msg_type"] == "error":
                    raise AssertionError(heard["content"]["traceback"])
                elif heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                    return printed

        try:
            with ThreadPoolExecutor(
                1
            ) as beside:  # a browser test before this one leaves its event loop in this thread
                return beside.submit(lambda: IOLoop().run_sync(talk, timeout=120)).result()
        finally:
            self.hub.ask("DELETE", f"/user/{self.name}/api/kernels/{kernel}", None, self.token)


def owner_alone_reads(file: Path) -> bool:
    return file.stat().st_mode & 0o004 == 0


def test_a_week_on_the_hub(hub):
    course = hub.home("prof") / COURSE
    (course / "submitted").mkdir(parents=True)
    write(course)
    for each in (course, *course.rglob("*")):
        os.chown(each, PEOPLE["prof"], PEOPLE["prof"])
    hub.run("prof", "nbgrader", "release_assignment", LESSON, folder=course)

    ann, bob = Student(hub, "ann"), Student(hub, "bob")
    for student in (ann, bob):
        listed = student.ask("GET", f"assignments?course_id={COURSE}")
        assert [(each["assignment_id"], each["status"]) for each in listed["value"]] == [(LESSON, "released")]
        student.exchange("fetch")
        student.work(right=student is ann)

    said = ann.runs(
        "import os, getpass, course\nos.chdir('06_saddle_explorer')\nprint(getpass.getuser(), course.progress())"
    )
    assert said.startswith("ann 1 lesson: written ")
    terminal = "import shutil\nprint(shutil.which('nbgrader'), shutil.which('autograder'))"
    programs = Path(sys.prefix) / "bin"
    assert Student(hub, "prof").runs(terminal) == f"{programs / 'nbgrader'} {programs / 'autograder'}\n"
    for theirs in (hub.home("bob") / LESSON, course):
        assert ann.runs(f"import os\nprint(os.access({str(theirs)!r}, os.R_OK))") == "False\n"
    status, _ = hub.ask("GET", f"/user/bob/api/contents/{LESSON}", None, ann.token)
    assert status in (403, 404)

    for student in (ann, bob):
        student.exchange("submit")
    hub.run("prof", "nbgrader", "collect", LESSON, folder=course)
    assert sorted(each.name for each in (course / "submitted").iterdir()) == ["ann", "bob"]
    hub.run("prof", "autograder", "grade", "--sandbox", "best", "--course", ".", folder=course)
    hub.run("prof", "nbgrader", "generate_feedback", LESSON, folder=course)
    hub.run("prof", "nbgrader", "release_feedback", LESSON, folder=course)

    pages = {}
    for student in (ann, bob):
        student.exchange("fetch_feedback")
        (page,) = (hub.home(student.name) / LESSON).rglob("*.html")
        pages[student.name] = page.read_text(encoding="utf-8")
    assert "not written yet" in pages["bob"]
    assert "not written yet" not in pages["ann"]
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    verdicts = {(row["student"], row["verdict"]) for row in table}
    assert verdicts == {("ann", "correct"), ("bob", "unfinished")}
