"""What a candidate can see and do: each property of the sandbox, tried from inside."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.examine.inside.frames import Lost
from autograder.examine.launch import candidate_folder, container, sandbox
from autograder.examine.launch.warm_interpreter import Level
from autograder.marks import Limits
from autograder.project import Project
from tests.autograder.examine.rooms import Room, running

CHECKOUT = Project.here().root

BARE = f"""
    import ctypes, errno
    libc = ctypes.CDLL(None, use_errno=True)
    def call(x86_64, aarch64, *arguments):
        ctypes.set_errno(0)
        number = {{"x86_64": x86_64, "aarch64": aarch64}}[{platform.machine()!r}]
        result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])
        return result if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""
"""Beginning of a cell that makes system calls itself."""


@pytest.fixture(scope="module")
def room() -> Iterator[Callable[[Level], Room]]:
    """Return the room of a level, made once."""
    made: dict[Level, Room] = {}

    def find(level: Level) -> Room:
        if sandbox.works(level):
            pytest.skip(f"no {level} here: {sandbox.works(level)}")
        if level not in made:
            made[level] = Room(level)
        return made[level]

    yield find
    for each in made.values():
        each.pair.close()


@pytest.fixture(params=sandbox.SAFE)
def inside(room, request) -> Room:
    """Each level that keeps submissions in."""
    return room(request.param)


@pytest.fixture
def bubblewrap(room) -> Room:
    return room("bubblewrap")


@pytest.fixture
def landlock(room) -> Room:
    return room("landlock")


@pytest.mark.parametrize("level", sandbox.LEVELS)
def test_a_candidate_computes_with_the_kernels_that_the_grader_was_told_to_use(level, monkeypatch):
    if sandbox.works(level):
        pytest.skip(f"no {level} here: {sandbox.works(level)}")
    dispatched = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    left_out = os.environ.get("NPY_DISABLE_CPU_FEATURES", "").split()  # as where another processor is played
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", " ".join([*left_out, *dispatched]))
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    room = Room(level)
    try:
        said = room(
            """
            import os, numpy
            found = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
            print(os.environ["OPENBLAS_CORETYPE"], found)
            """
        )
        assert said == "Prescott []"
    finally:
        room.pair.close()


@pytest.mark.parametrize("level", sandbox.SAFE)
def test_a_list_of_fonts_that_only_its_owner_may_read_shuts_no_level(level, monkeypatch, tmp_path):
    if sandbox.works(level):
        pytest.skip(f"no {level} here: {sandbox.works(level)}")
    kept = candidate_folder.fonts()
    mine = tmp_path / (kept[0].name if kept else "fontlist-v0.json")  # as umask 077 leaves it
    mine.write_bytes(kept[0].read_bytes() if kept else b"{}")
    mine.chmod(0o600)
    for module in (candidate_folder, container):
        monkeypatch.setattr(module, "fonts", lambda: [mine])
    assert sandbox.works.__wrapped__(level) == ""


class TestShutIn:
    def test_a_cell_runs_with_the_course_at_hand(self, inside):
        assert (
            inside("import numpy, course.surfaces; print(course.surfaces.saddle.value([1, 0.5]))") == "0.75"
        )

    @pytest.mark.parametrize(
        "place",
        [
            CHECKOUT / "autograder" / "cli.py",
            CHECKOUT / "source_notebooks" / "04_momentum.py",
            CHECKOUT / "pyproject.toml",
            Path("/etc/passwd"),
            Path("/proc/self/environ"),
            Path("/proc/1/environ"),
            Path("/proc/self/mem"),
        ],
        ids=str,
    )
    def test_nothing_of_the_grader_or_of_the_system_can_be_read(self, inside, place):
        assert inside(f"print(open({str(place)!r}, 'rb').read(1))") in (
            "FileNotFoundError",
            "PermissionError",
        )

    @pytest.mark.parametrize("place", [CHECKOUT / "autograder", Path("/var/log"), Path("/etc")])
    def test_no_folder_of_the_system_can_be_listed(self, inside, place):
        said = inside(f"import os; print(os.listdir({str(place)!r}))")
        assert said in ("FileNotFoundError", "PermissionError")

    def test_the_grader_cannot_be_imported(self, inside):
        assert inside("import autograder") == "ModuleNotFoundError"

    def test_a_gradebook_and_a_submission_elsewhere_are_out_of_reach(self, inside, tmp_path):
        book = tmp_path / "gradebook.db"
        book.write_text("marks")
        book.chmod(0o666)
        tries = [
            "open({!r})",
            "open({!r}, 'a')",
            "import os; os.truncate({!r}, 0)",
            "import os; os.remove({!r})",
        ]
        tries += ["import os; os.rename({!r}, 'mine')", "import os; os.link({!r}, 'mine')"]
        tries += ["import os; os.symlink({!r}, 'mine'); open('mine')", "import os; os.chown({!r}, 0, 0)"]
        for each in tries:
            said = inside(each.format(str(book)))
            assert said in ("FileNotFoundError", "PermissionError", "OSError"), each
        for each in ("import os; os.chmod({!r}, 0)", "import os; os.utime({!r}, (1, 1))"):
            inside(each.format(str(book)))  # at landlock it only seems to be done
        assert book.read_text() == "marks"
        assert book.stat().st_mode & 0o777 == 0o666
        assert book.stat().st_mtime > 1e9

    @pytest.mark.parametrize(
        "place", ["/", "/usr", "/candidate", "/candidate/course", "/dev", "/etc", "/proc", "/var/tmp", ".."]
    )
    def test_the_system_cannot_be_written(self, inside, place):
        refused = ("OSError", "PermissionError", "FileNotFoundError")
        assert inside(f"open({place!r} + '/planted', 'w')") in refused
        assert inside(f"import os; os.mkdir({place!r} + '/planted')") in refused

    @pytest.mark.parametrize("module", ["numpy", "course.surfaces", "inside.confine", "json"])
    def test_the_interpreter_and_its_packages_cannot_be_written(self, inside, module):
        said = inside(f"import {module}; open({module}.__file__, 'a')")
        assert said in ("OSError", "PermissionError")

    @pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm"])
    def test_files_do_not_reach_the_next_candidate(self, inside, place):
        inside(f"open('{place}/left', 'w').write('x')")
        assert inside(f"print(open('{place}/left').read())") in ("FileNotFoundError", "PermissionError")

    @pytest.mark.parametrize(
        "address",
        [
            *[
                (family, host)
                for family in ("AF_INET", "AF_INET6")
                for host in ("127.0.0.1", "::1", "1.1.1.1")
            ],
            ("AF_UNIX", "{folder}/socket"),
            ("AF_UNIX", "\0grader"),
            ("AF_VSOCK", "host"),
            ("AF_NETLINK", "kernel"),
            ("AF_PACKET", "lo"),
            ("AF_ALG", "hash"),
        ],
        ids=lambda address: f"{address[0]} {address[1]!r}",
    )
    def test_there_is_no_socket_to_anywhere(self, inside, address):
        family, _ = address
        assert inside(f"import socket; socket.socket(socket.{family})") == "PermissionError"
        assert inside(f"import socket; socket.socketpair(socket.{family}, socket.SOCK_DGRAM)") in (
            "PermissionError",
            "OSError",
        )

    def test_a_name_is_not_looked_up(self, inside):
        assert inside("import socket; socket.getaddrinfo('example.org', 80)") == "gaierror"

    def test_an_event_loop_runs(self, inside):
        assert inside("import asyncio; print(asyncio.run(asyncio.sleep(0, 7)))") == "7"

    def test_signals_reach_nobody(self, inside):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        everyone = f"""
            import os, signal
            for pid in [-1, 0, {other.pid}, {os.getpid()}, os.getppid(), *range(2, 400)]:
                for each in (signal.SIGSTOP, signal.SIGKILL):
                    try:
                        os.kill(pid, each) if pid else None
                        print('sent to', pid) if pid > 1 else None
                    except OSError:
                        pass
            print('done')
        """
        try:
            assert inside(everyone) == "done"
            assert other.poll() is None
            assert psutil.Process(other.pid).status() != psutil.STATUS_STOPPED
        finally:
            other.kill()
            other.wait()
        assert inside("print('next')") == "next"

    @pytest.mark.parametrize(
        "act",
        [
            "resource.prlimit({pid}, resource.RLIMIT_NOFILE, (9, 9))",
            "os.setpriority(os.PRIO_PROCESS, {pid}, 19)",
            "os.sched_setaffinity({pid}, [0])",
            "os.sched_setscheduler({pid}, os.SCHED_IDLE, os.sched_param(0))",
            "open('/proc/{pid}/mem', 'rb')",
            "open('/proc/{pid}/oom_score_adj', 'w')",
            "os.pidfd_open({pid})",
            "open('/proc/{pid}/root/etc/passwd')",
        ],
    )
    def test_no_other_process_can_be_changed_or_looked_into(self, inside, act):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            said = inside(f"import os, resource; {act.format(pid=other.pid)}")
        finally:
            other.kill()
            other.wait()
        assert said in ("PermissionError", "ProcessLookupError", "FileNotFoundError", "OSError")

    @pytest.mark.parametrize(
        ("name", "call"),
        [
            ("ptrace", (101, 117, 16, 1)),
            ("process_vm_readv", (310, 270, 1, 0, 0, 0, 0, 0)),
            ("unshare", (272, 97, 0x10000000)),
            ("mount", (165, 40, 0, 0, 0, 0, 0)),
            ("umount2", (166, 39, 0, 2)),
            ("chroot", (161, 51, 0)),
            ("bpf", (321, 280, 0, 0, 0)),
            ("perf_event_open", (298, 241, 0, 0, 0, 0, 0)),
            ("userfaultfd", (323, 282, 0)),
            ("keyctl", (250, 219, 0, 0, 0, 0, 0)),
            ("setuid", (105, 146, 0)),
            ("personality", (135, 92, 0)),
            ("memfd_create", (319, 279, 0, 0)),
            ("shmget", (29, 194, 0, 4096, 0o1600)),
            ("semget", (64, 190, 0, 1, 0o1600)),
            ("msgget", (68, 186, 0, 0o1600)),
            ("mq_open", (240, 180, 0, 0, 0, 0)),
            ("inotify_init1", (294, 26, 0)),
            ("fanotify_init", (300, 262, 0, 0)),
            ("timer_create", (222, 107, 0, 0, 0)),
            ("add_key", (248, 217, 0, 0, 0, 0, 0)),
            ("name_to_handle_at", (303, 264, 0, 0, 0, 0, 0)),
            ("clone with a user namespace", (56, 220, 0x10000000 | 17, 0, 0, 0, 0)),
            ("prctl, to be dumped by others", (157, 167, 0x59616D61, -1, 0, 0, 0)),
            ("mmap, shared with no file", (9, 222, 0, 4096, 3, 0x21, -1, 0)),
            ("mmap, shared and validated with no file", (9, 222, 0, 4096, 3, 0x23, -1, 0)),
            ("fcntl, a lock of an open file", (72, 25, 0, 37, 0)),
            ("fcntl, a lease", (72, 25, 0, 1024, 0)),
            ("fcntl, signals to an owner", (72, 25, 0, 8, 1)),
            ("fcntl, a larger pipe", (72, 25, 0, 1031, 1 << 20)),
            ("prlimit of another process", (302, 261, 1, 7, 0, 0)),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    def test_a_system_call_that_leads_out_is_refused(self, inside, name, call):
        assert inside(f"{BARE}\n    print(call{call})") in ("EPERM", "EAGAIN")

    @pytest.mark.parametrize(
        ("name", "number"), [("clone3", 435), ("io_uring_setup", 425), ("pidfd_getfd", 438), ("newest", 999)]
    )
    def test_a_new_system_call_is_not_known(self, inside, name, number):
        assert inside(f"{BARE}\n    print(call({number}, {number}, 0, 0, 0))") == "ENOSYS"

    @pytest.mark.skipif(platform.machine() != "x86_64", reason="x86-64 alone has two other interfaces")
    def test_the_other_interfaces_of_the_processor_are_closed(self, inside):
        assert inside(f"{BARE}\n    print(call(0x40000000 + 39, 0))") == "ENOSYS"  # x32: getpid
        with pytest.raises(Lost):  # i386: getpid by int 0x80
            inside(
                """
                import ctypes, mmap
                code = b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"
                page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
                page.write(code)
                start = ctypes.addressof(ctypes.c_char.from_buffer(page))
                print(ctypes.CFUNCTYPE(ctypes.c_int)(start)())
                """
            )

    def test_no_capability_is_left_and_none_can_be_won(self, inside):
        said = inside(
            """
            import ctypes, struct
            libc = ctypes.CDLL(None)
            data = ctypes.create_string_buffer(24)
            libc.capget(struct.pack('Ii', 0x20080522, 0), data)
            print(struct.unpack('6I', data.raw), libc.prctl(39, 0, 0, 0, 0), libc.prctl(23, 21, 0, 0, 0))
            """
        )
        assert said[:-1] == "(0, 0, 0, 0, 0, 0) 1 "  # none, and no program can give any
        assert said[-1] == "0" or inside.level == "landlock"  # whoever is not root cannot say that twice

    def test_no_descriptor_is_inherited_but_the_wire(self, inside):
        said = inside(
            """
            import os, stat
            found = []
            for each in range(256):
                try:
                    found.append((each, stat.S_IFMT(os.fstat(each).st_mode)))
                except OSError:
                    pass
            print([kind == stat.S_IFSOCK for number, kind in found if number > 2],
                  {os.fstat(n).st_rdev for n in (0, 1, 2)} == {os.stat('/dev/null').st_rdev})
            """
        )
        assert said == "[True] True"

    def test_the_environment_tells_nothing(self, inside, monkeypatch):
        said = inside("import os; print(sorted(os.environ))")
        assert "PGPASSWORD" not in said
        assert "USER" not in said
        assert str(CHECKOUT / "autograder") not in inside("import os; print(os.environ)")

    def test_processes_are_limited(self, inside):
        flood = """
            import os, time
            count = 0
            try:
                while count < 500:
                    if os.fork() == 0:
                        time.sleep(60)
                        os._exit(0)
                    count += 1
            except OSError:
                pass
            print(count)
        """
        try:
            said = int(inside(flood))
        except Lost:
            assert (inside.level, inside.ended) == ("landlock", "processes")
            return
        assert said < 40 or (inside.level == "landlock" and said < 500)
        assert said > 10 or inside.level == "landlock"  # none where nobody counts root's

    def test_threads_are_limited(self, inside):
        flood = """
            import threading, time
            threading.stack_size(1 << 16)
            for _ in range(2000):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            time.sleep(2)
            print("all of them")
        """
        try:
            assert inside(flood) == "RuntimeError"
        except Lost:
            assert inside.ended == "processes"

    def test_what_is_left_behind_ends_with_the_candidate(self, inside):
        leave = "import subprocess; subprocess.Popen(['setsid', 'sleep', '424242']); print(1)"
        assert inside(leave) in ("1", "BlockingIOError")
        assert not running("424242")

    def test_memory_of_one_process_is_limited(self, inside):
        assert inside("import numpy; numpy.ones(1 << 29)") in ("MemoryError", "_ArrayMemoryError")

    def test_memory_of_all_processes_together_is_limited(self, inside):
        hoard = """
            import os, time
            for _ in range(8):
                if os.fork() == 0:
                    kept = bytearray(os.urandom(1 << 20)) * 120
                    time.sleep(60)
            time.sleep(10)
        """
        try:
            assert inside(hoard, Limits(memory=600 << 20)) == "BlockingIOError"
        except Lost:
            assert inside.ended == "memory"

    def test_a_file_is_limited(self, inside):
        said = inside("open('big', 'wb').write(bytes(100 << 20))")
        assert said in ("OSError", "")  # cut at the limit of one file

    def test_all_files_together_are_limited(self, inside):
        fill = """
            import time
            try:
                for each in range(10):
                    open(f'part{each}', 'wb').write(bytes(30 << 20))
                    time.sleep(0.2)
            except OSError as error:
                print(error.errno == 28, each < 6)
        """
        try:
            assert inside(fill) == "True True"
        except Lost:
            assert inside.ended == "disk"


class TestBubblewrap:
    """What namespaces add."""

    def test_no_other_process_is_seen(self, bubblewrap):
        assert bubblewrap("import os; print(os.getpid(), os.getppid(), os.listdir('/proc'))") == "1 0 []"

    def test_a_path_outside_does_not_exist(self, bubblewrap):
        for place in (CHECKOUT / "autograder", Path.home() / ".bashrc"):
            assert bubblewrap(f"import os; print(os.path.exists({str(place)!r}))") == "False"

    def test_nobody_is_root(self, bubblewrap):
        expected = 65534 if os.getuid() == 0 else os.getuid()
        assert bubblewrap("import os; print(os.getuid(), os.getgroups())").startswith(f"{expected} [")

    def test_folders_for_everybody_are_its_own(self, bubblewrap):
        for place in ("/tmp", "/dev/shm"):
            assert bubblewrap(f"open('{place}/left', 'w').write('x'); print(1)") == "1"
            assert bubblewrap(f"import os; print(os.listdir('{place}'))") == "[]"

    def test_a_mapped_dev_zero_is_no_memory(self, bubblewrap):
        assert bubblewrap("import mmap; mmap.mmap(open('/dev/zero', 'r+b').fileno(), 4096)") in (
            "OSError",
            "PermissionError",
        )


class TestLandlock:
    """What an ordinary process does without."""

    def test_dev_zero_is_not_there(self, landlock):
        assert landlock("open('/dev/zero', 'rb')") == "PermissionError"
        assert (
            landlock("print(len(open('/dev/urandom', 'rb').read(4)), open('/dev/null', 'w').write('x'))")
            == "4 1"
        )

    def test_its_own_folder_is_where_temporary_files_go(self, landlock):
        said = landlock(
            "import os, tempfile; print({os.path.dirname(tempfile.mkdtemp()), os.getcwd()} == {os.environ['HOME']})"
        )
        assert said == "True"

    def test_a_file_can_be_copied_though_modes_stay_as_they_are(self, landlock):
        said = landlock(
            "import shutil; open('a', 'w').write('1'); shutil.copy2('a', 'b'); print(open('b').read())"
        )
        assert said == "1"
