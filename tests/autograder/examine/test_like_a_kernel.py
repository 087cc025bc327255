"""What works in a kernel works in a candidate: habits of people, run in both."""

from __future__ import annotations

import textwrap

import pytest

from autograder.examine.launch import sandbox
from tests.autograder.examine.rooms import Room

HABITS = {
    "a module beside the notebook": (
        """
        with open("rules.py", "w") as file: file.write("def sgd(): return 'from a module'")
        from rules import sgd
        print(sgd())
        """,
        "from a module\n",
        "",
    ),
    "a process that writes to our output": (
        """
        import subprocess, sys
        done = subprocess.run(["echo", "hello"], stdout=sys.stdout)
        print(done.returncode)
        """,
        "0\nhello\n",
        "",
    ),
    "a process that writes to our errors": (
        """
        import subprocess, sys
        print(subprocess.run(["ls", "/nowhere"], stderr=sys.stderr).returncode)
        """,
        "2\n",
        "",
    ),
    "a process by check_output": (
        """
        import subprocess
        print(subprocess.check_output(["echo", "hello"], text=True))
        """,
        "hello\n\n",
        "",
    ),
    "os.system": (
        """
        import os
        print(os.system("true"))
        """,
        "0\n",
        "",
    ),
    "a shell line": ("!echo hello", "hello\n", ""),
    "a shell line kept": (
        """
        found = !echo hello
        print(found[0])
        """,
        "hello\n",
        "",
    ),
    "a cell for bash": (
        """
        %%bash
        echo hello
        """,
        "hello\n",
        "",
    ),
    "a cell written to a file": (
        """
        %%writefile more.py
        x = 3
        """,
        "Writing more.py\n",
        "",
    ),
    "that file run": (
        """
        with open('more.py', 'w') as file: file.write('y = 4')
        %run more.py
        print(y)
        """,
        "4\n",
        "",
    ),
    "that file loaded again": (
        """
        %load_ext autoreload
        %autoreload 2
        print(1)
        """,
        "1\n",
        "",
    ),
    "capturing a cell": (
        """
        %%capture kept
        print('hidden')
        """,
        "",
        "",
    ),
    "figures inline": (
        """
        %matplotlib inline
        print(1)
        """,
        "1\n",
        "",
    ),
    "figures for screens of many dots": (
        """
        %config InlineBackend.figure_format = 'retina'
        print(1)
        """,
        "1\n",
        "",
    ),
    "a style": (
        """
        import matplotlib.pyplot as plt
        plt.style.use('ggplot')
        print(1)
        """,
        "1\n",
        "",
    ),
    "await at the top": (
        """
        import asyncio
        await asyncio.sleep(0)
        print('slept')
        """,
        "slept\n",
        "",
    ),
    "leaving": ("raise SystemExit", "", "SystemExit"),
    "exit": (
        """
        exit()
        print('still here')
        """,
        "still here\n",
        "",
    ),
    "a database of one's own": (
        """
        import sqlite3
        base = sqlite3.connect("mine.db")
        print(base.execute("pragma journal_mode=wal").fetchone())
        with base:
            base.execute("create table runs (rate, loss)")
            base.execute("insert into runs values (0.1, 2.5)")
        print(sqlite3.connect("mine.db").execute("select * from runs").fetchall())
        """,
        "('wal',)\n[(0.1, 2.5)]\n",
        "",
    ),
    "a lock on a file of one's own": (
        """
        import fcntl
        with open("mine", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print("locked")
        """,
        "locked\n",
        "",
    ),
    "threads": (
        """
        import threading
        thread = threading.Thread(target=lambda: None)
        thread.start(); thread.join()
        print("joined")
        """,
        "joined\n",
        "",
    ),
    "a pool of processes": (
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, 2])))
        """,
        "[1, 2]\n",
        "",
    ),
    "a warning": (
        """
        import warnings
        warnings.warn('careful')
        print(1)
        """,
        "1\n",
        "",
    ),
    "the stream's own number": (
        """
        import sys
        print(sys.stdout.fileno() >= 0, sys.stdout.isatty(), sys.stderr.fileno() >= 0)
        """,
        "True False True\n",
        "",
    ),
    "a stream's encoding": (
        """
        import sys
        print(sys.stdout.encoding.lower())
        sys.stdout.flush()
        print(sys.stdout.closed, sys.stdout.writable())
        """,
        "utf-8\nFalse True\n",
        "",
    ),
    "output sent elsewhere": (
        """
        import contextlib, io
        with contextlib.redirect_stdout(io.StringIO()) as text: print("x")
        print(text.getvalue().strip())
        """,
        "x\n",
        "",
    ),
    "printing to the first stream": (
        """
        import sys
        print(type(sys.__stdout__).__name__ != '')
        """,
        "True\n",
        "",
    ),
    "where we are": (
        """
        import os
        print(os.path.exists(os.getcwd()), os.access('.', os.W_OK))
        """,
        "True True\n",
        "",
    ),
    "the empty entry of the path": (
        """
        import sys
        print('' in sys.path or __import__('os').getcwd() in sys.path)
        """,
        "True\n",
        "",
    ),
    "the name of the module": ("print(__name__)", "__main__\n", ""),
    "what was typed before": (
        "print(type(In).__name__, type(Out).__name__, _ == '' or True)",
        "list dict True\n",
        "",
    ),
    "display": (
        """
        from IPython.display import HTML, Markdown, clear_output, display
        display(Markdown('*a*'))
        clear_output()
        print(1)
        """,
        "1\n",
        "",
    ),
    "a progress bar written with carriage returns": (
        """
        import sys
        for k in range(3): sys.stdout.write(f'\\r{k}')
        print()
        """,
        "\r0\r1\r2\n",
        "",
    ),
    "pickle of an own class": (
        """
        import pickle
        class Kept: pass
        print(type(pickle.loads(pickle.dumps(Kept()))).__name__)
        """,
        "Kept\n",
        "",
    ),
    "source of an own function": (
        """
        import inspect
        def mine(): return 1
        print(inspect.getsource(mine).strip())
        """,
        "def mine(): return 1\n",
        "",
    ),
    "a traceback printed": (
        """
        import traceback
        try: 1 / 0
        except ZeroDivisionError: print(traceback.format_exc().splitlines()[-1])
        """,
        "ZeroDivisionError: division by zero\n",
        "",
    ),
    "an undefined name": ("print(nothing_of_that_name)", "", "NameError"),
    "a magic that is not there": (
        """
        %nothing_of_that_name
        print('after')
        """,
        "",
        "UsageError",
    ),
    "a cell magic that is not there": (
        """
        %%nothing_of_that_name
        print('after')
        """,
        "",
        "UsageError",
    ),
    "a bad argument of a magic": ("%store -q nothing_of_that_name\nprint('after')", "", "UsageError"),
    "a syntax error": ("x = = 1", "", "SyntaxError"),
    "a tab among blanks": (
        "if True:\n        x = 1\n\ty = 2",
        "",
        "TabError",
    ),
    "a NUL": ("x = 1\x00", "", "SyntaxError"),
    "a line that ends in a semicolon": ("1 + 1;", "", ""),
    "dataclasses": (
        """
        from dataclasses import dataclass
        @dataclass
        class Point: x: int = 0
        print(Point(1))
        """,
        "Point(x=1)\n",
        "",
    ),
    "typing": (
        """
        def f(x: 'list[int]') -> int: return len(x)
        import typing
        print(typing.get_type_hints(f))
        """,
        "{'x': list[int], 'return': <class 'int'>}\n",
        "",
    ),
    "numpy's printing": (
        """
        import numpy as np
        np.set_printoptions(precision=3)
        print(np.array([1 / 3]))
        """,
        "[0.333]\n",
        "",
    ),
    "a seed": (
        """
        import random
        random.seed(1)
        print(random.random())
        """,
        "0.13436424411240122\n",
        "",
    ),
    "a temporary file": (
        """
        import tempfile
        with tempfile.TemporaryFile() as file: print(file.write(b'x'))
        """,
        "1\n",
        "",
    ),
    "an alarm": (
        """
        import signal
        signal.signal(signal.SIGALRM, lambda *_: None)
        print(1)
        """,
        "1\n",
        "",
    ),
    "unittest": (
        """
        import unittest
        class T(unittest.TestCase):
            def test(self): self.assertTrue(True)
        print(unittest.main(argv=[''], exit=False).result.wasSuccessful())
        """,
        "True\n",
        "",
    ),
    "argv": (
        """
        import sys
        print(len(sys.argv) >= 0)
        """,
        "True\n",
        "",
    ),
    "the environment": (
        """
        import os
        os.environ['A'] = 'b'
        print(os.environ.get('HOME') is not None)
        """,
        "True\n",
        "",
    ),
}
"""What a person does -> the cell, what it prints, and the error it ends with, as seen in a kernel."""

PROGRAMS = ("subprocess", "os.system", "!echo", "%%bash")
"""What a cell that starts a process contains."""


LEVELS = [
    pytest.param(each, marks=pytest.mark.long if number else ())
    for number, each in enumerate(sandbox.LEVELS)
    if each != "fresh"
]


@pytest.fixture(scope="module", params=LEVELS)
def ended(request):
    """Each habit's outputs, all of them run by one candidate of a level."""
    if sandbox.works(request.param):
        pytest.skip(f"no {request.param} here: {sandbox.works(request.param)}")
    room = Room(request.param)
    try:
        sources = [textwrap.dedent(source).strip("\n") for source, _, _ in HABITS.values()]
        found = dict(zip(HABITS, room.outputs(sources), strict=True))
        alone = request.param == "landlock" and room.pair.candidates.user == 0
        return {
            habit: outputs
            for habit, outputs in found.items()
            if not (alone and any(each in HABITS[habit][0] for each in PROGRAMS))
        }
    finally:
        room.pair.close()


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_ends_in_a_candidate_as_in_a_kernel(habit, ended):
    _, printed, error = HABITS[habit]
    if habit not in ended:
        pytest.skip("at landlock, root's cells start no processes: no limit would hold for them")
    outputs = ended[habit]
    assert "".join(each["text"] for each in outputs if each.get("name") == "stdout") == printed
    assert [each["ename"] for each in outputs if each["output_type"] == "error"] == ([error] if error else [])
