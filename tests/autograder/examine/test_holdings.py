"""What a candidate holds is counted wherever it is held, or refused."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator

import pytest

from autograder.examine.inside import holdings
from autograder.examine.inside.frames import Lost
from autograder.examine.launch import sandbox
from autograder.marks import Limits
from tests.autograder.examine.rooms import Room

SMALL = Limits(memory=400 << 20)


@pytest.fixture(scope="module", params=sandbox.SAFE)
def inside(request) -> Iterator[Room]:
    if sandbox.works(request.param):
        pytest.skip(f"no {request.param} here: {sandbox.works(request.param)}")
    room = Room(request.param)
    yield room
    room.pair.close()


def outcome(inside: Room, source: str, limits: Limits = SMALL) -> str:
    """Return what a cell printed, or for what its candidate was ended."""
    try:
        return inside(source, limits)
    except Lost:
        return f"ended: {inside.ended}"


FORKED = """
    import os, time
    def everywhere(hold, copies=8):
        for _ in range(copies):
            if os.fork() == 0:
                kept = hold()
                time.sleep(60)
        time.sleep(5)
        print("held")
"""


@pytest.mark.parametrize(
    ("hold", "ends"),
    [
        ("os.memfd_create('m')", {"PermissionError"}),
        ("__import__('mmap').mmap(-1, 1 << 20)", {"PermissionError"}),
        ("__import__('mmap').mmap(os.open('/dev/zero', os.O_RDWR), 1 << 20)", {"PermissionError", "OSError"}),
        ("__import__('socket').socketpair()[0].setsockopt(1, 7, 1 << 30)", {"PermissionError"}),
        ("__import__('fcntl').fcntl(os.pipe()[0], 1031, 1 << 20)", {"PermissionError"}),
        ("open('/dev/shm/a', 'wb').write(bytes(100 << 20))", {"PermissionError", "OSError", ""}),
    ],
    ids=[
        "memfd",
        "shared mapping",
        "dev zero",
        "larger socket",
        "larger pipe",
        "dev shm",
    ],
)
def test_memory_that_no_process_is_charged_for_is_refused_or_limited(inside, hold, ends):
    assert outcome(inside, f"import os\n{hold}") in ends


@pytest.mark.long
def test_the_buffers_of_sockets_count(inside):
    fill = """
        import os, socket, time
        pairs = [socket.socketpair() for _ in range(100)]
        for pair in pairs:
            for each in pair:
                each.setblocking(False)
                try:
                    while True:
                        each.send(bytes(1 << 16))
                except BlockingIOError:
                    pass
        time.sleep(3)
        print("held")
    """
    assert outcome(inside, fill, Limits(memory=700 << 20)) == "held"
    many = (
        f"{FORKED}\n    import socket\n    everywhere(lambda: [socket.socketpair() for _ in range(100)], 12)"
    )
    assert outcome(inside, many) in ("ended: memory", "BlockingIOError")


@pytest.mark.long
def test_memory_of_forks_counts_once_for_what_they_share(inside):
    shared = f"{FORKED}\n    big = bytes(100 << 20)\n    everywhere(lambda: big, 8)"
    assert outcome(inside, shared, Limits(memory=1 << 30)) in ("held", "BlockingIOError")
    own = f"{FORKED}\n    everywhere(lambda: bytearray(os.urandom(1 << 20)) * 100, 8)"
    assert outcome(inside, own) in ("ended: memory", "BlockingIOError")


@pytest.mark.parametrize("way", ["open", "mapped"])
def test_files_that_were_deleted_count(inside, way):
    keep = "kept.append(file)" if way == "open" else "kept.append(mmap.mmap(file.fileno(), 0)); file.close()"
    said = outcome(
        inside,
        f"""
        import mmap, os, time
        kept = []
        try:
            for each in range(8):
                file = open('gone', 'w+b')
                file.write(os.urandom(40 << 20))
                file.flush()
                os.remove('gone')
                {keep}
            time.sleep(5)
            print("held")
        except OSError as error:
            print(error.errno)
        """,
        Limits(memory=1 << 30),
    )
    assert said == {"bubblewrap": "28", "landlock": "ended: disk"}[inside.level]


HIDDEN = {
    "a process whose first thread has ended": """
        import ctypes, platform, threading
        def last():
            kept = hold()
            os.write(told, b"x")
            time.sleep(60)
        def leave():
            threading.Thread(target=last).start()
            ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)
    """,
    "a program that took the place of Python": """
        import sys
        def leave():
            os.execv(sys.executable, [sys.executable, "-S", "-c", PROGRAM, str(told), str(SIZE)])
    """,
    "a program that may be run and not be read": """
        import sys
        program = os.open("program", os.O_CREAT | os.O_WRONLY, 0o111)
        os.write(program, open("/bin/sh", "rb").read())
        os.close(program)
        def leave():
            os.execv("./program", ["sh", "-c", f"echo x >&{told}; sleep 60"])
    """,
}
HIDING = """
    import os, time
    SIZE, PROGRAM = 90, "import os, sys, time; kept = os.urandom(1 << 20) * int(sys.argv[2]);" \\
        "os.write(int(sys.argv[1]), b'x'); time.sleep(60)"
    reading, told = os.pipe()
    os.set_inheritable(told, True)
    def hold():
        return os.urandom(1 << 20) * SIZE
"""
HIDDEN_BY_ALL = """
    for _ in range(7):
        if os.fork() == 0:
            leave()
    for _ in range(7):
        os.read(reading, 1)
    time.sleep(6)
    print("held")
"""


@pytest.mark.parametrize("how", HIDDEN)
def test_memory_counts_however_its_process_hides_it(inside, how):
    said = outcome(inside, "\n".join(map(textwrap.dedent, (HIDING, HIDDEN[how], HIDDEN_BY_ALL))))
    assert said in ("ended: memory", "BlockingIOError")


ITSELF = str(os.getpid())
compares = pytest.mark.skipif(
    not holdings.same_memory(ITSELF, ITSELF), reason="the system does not compare what processes have"
)


@compares
def test_memory_counts_once_while_a_program_is_being_started(inside):
    """It shares all memory with whoever starts it, until it runs: here after a long search."""
    start = """
        import os, subprocess, time
        kept, until = os.urandom(1 << 20) * 350, time.monotonic() + 4
        while time.monotonic() < until:
            subprocess.run(["true"], env={"PATH": "/none:" * 15_000 + os.environ["PATH"]})
        print("done")
    """
    assert outcome(inside, start, Limits(memory=700 << 20)) in ("done", "BlockingIOError")


@compares
def test_memory_is_the_same_for_the_threads_of_a_process_alone():
    ours, ended = str(os.getpid()), threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    child = os.fork()
    if child == 0:
        time.sleep(60)
    program = subprocess.Popen(["sleep", "60"])
    try:
        assert holdings.same_memory(ours, str(thread.native_id))
        assert not holdings.same_memory(ours, str(child))
        assert not holdings.same_memory(str(child), str(program.pid))
    finally:
        ended.set()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        program.kill()
        program.wait()
    assert not holdings.same_memory(ours, str(program.pid))


DESCRIPTORS_OF_A_THREAD = """
import ctypes, mmap, os, time
# clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD): a thread that waits for ever, with descriptors of its own
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
page.write(bytes.fromhex("b838000000bf0009010031f631d24d31d24d31c00f0585c07401c3b8220000000f05ebf7"))
start = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
for _ in range(6):
    file = open("gone", "wb")
    file.write(os.urandom(1 << 20) * 30)
    file.flush()
    os.remove("gone")
    print("thread", start() > 0)
    file.close()
time.sleep(2)
print("held")
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the thread is made by instructions of x86-64")
def test_files_count_that_only_one_thread_has_open(inside):
    said = outcome(inside, DESCRIPTORS_OF_A_THREAD, Limits(memory=1 << 30))
    if inside.level == "landlock":
        assert said == "ended: disk"
    else:  # a folder in memory, which holds four of these
        assert said == "thread True\n" * 4 + "OSError"


LOCKING = """
import fcntl, sys
files = [open(name, "wb") for name in sys.argv[1:]]
for file in files:
    fcntl.flock(file, fcntl.LOCK_EX)
    for at in range(0, 1000, 2):
        fcntl.lockf(file, fcntl.LOCK_EX, 1, at)
print("locked", flush=True)
sys.stdin.read()
"""


def test_locks_count_for_the_process_that_holds_them(tmp_path):
    command = [sys.executable, "-c", LOCKING, str(tmp_path / "a"), str(tmp_path / "b")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        # the kernel's list is read in pieces, and shifts while other processes lock and unlock
        assert 990 <= holdings.locks_by_process()[process.pid] <= 1010
        found = holdings.look(0, None)
        assert found.locks >= 990
        assert found.more_than(sum(map(holdings.proportional, found.own)) + 980 * holdings.LOCK)
        process.stdin.close()
    assert holdings.locks_by_process()[process.pid] == 0
    assert holdings.locks_by_process()[os.getpid()] < 900
