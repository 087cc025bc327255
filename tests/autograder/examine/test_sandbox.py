"""What a candidate can see and do: each property of the sandbox, tried from inside."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.examine.inside.frames import Lost
from autograder.examine.launch import sandbox
from autograder.marks import Limits
from autograder.project import Project
from tests.autograder.examine.rooms import Inside, Room, running

CHECKOUT = Project.here().root

bubblewrap = pytest.mark.skipif(
    sandbox.works("bubblewrap") != "", reason=sandbox.works("bubblewrap") or "works"
)


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    room = Room("bubblewrap")
    yield room
    room.pair.close()


@pytest.mark.parametrize("level", [pytest.param("bubblewrap", marks=bubblewrap), "process"])
def test_a_candidate_computes_with_the_kernels_that_the_grader_was_told_to_use(level, monkeypatch):
    dispatched = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", " ".join(dispatched))
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


@bubblewrap
class TestBubblewrap:
    def test_a_cell_runs_with_the_course_at_hand(self, inside):
        assert (
            inside("import numpy, course.surfaces; print(course.surfaces.saddle.value([1, 0.5]))") == "0.75"
        )

    def test_nothing_of_the_grader_can_be_imported_or_read(self, inside):
        assert inside("import autograder") == "ModuleNotFoundError"
        for place in (
            CHECKOUT / "autograder",
            CHECKOUT / "source_notebooks",
            CHECKOUT / ".git",
            Path.home() / ".bashrc",
        ):
            assert inside(f"import os; print(os.path.exists({str(place)!r}))") == "False"

    def test_a_gradebook_and_a_submission_elsewhere_are_not_there(self, inside, tmp_path):
        (tmp_path / "gradebook.db").write_text("marks")
        assert inside(f"print(open({str(tmp_path / 'gradebook.db')!r}).read())") == "FileNotFoundError"

    @pytest.mark.parametrize(
        "place", ["/", "/usr", "/candidate", "/candidate/course", "/dev", "/etc", "/proc"]
    )
    def test_the_system_cannot_be_written(self, inside, place):
        assert inside(f"open({place!r} + '/planted', 'w')") in (
            "OSError",
            "PermissionError",
            "FileNotFoundError",
        )

    def test_the_interpreter_and_its_packages_cannot_be_written(self, inside):
        assert inside("import numpy; open(numpy.__file__, 'a')") in ("OSError", "PermissionError")

    @pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
    def test_files_do_not_reach_the_next_candidate(self, inside, place):
        assert inside(f"open('{place}/left', 'w').write('x'); print(1)") == "1"
        assert inside(f"import os; print(os.listdir('{place}'))") == "[]"

    def test_there_is_no_network(self, inside):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            for address in ("127.0.0.1", "1.1.1.1"):
                said = inside(f"import socket; socket.create_connection(({address!r}, {port}), 1)")
                assert said in ("ConnectionRefusedError", "OSError", "TimeoutError")

    def test_an_abstract_socket_of_the_host_cannot_be_reached(self, inside):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(b"\0grader")
            server.listen()
            said = inside("import socket; socket.socket(socket.AF_UNIX).connect(b'\\0grader')")
        assert said == "ConnectionRefusedError"

    def test_no_other_process_is_seen(self, inside):
        assert inside("import os; print(os.getpid(), os.getppid(), os.listdir('/proc'))") == "1 0 []"

    def test_signals_reach_nobody(self, inside):
        everyone = """
            import os, signal
            for pid in [-1, 0, *range(2, 400)]:
                for each in (signal.SIGSTOP, signal.SIGKILL):
                    try:
                        os.kill(pid, each)
                        print('sent to', pid) if pid > 1 else None
                    except OSError:
                        pass
            print('done')
        """
        assert inside(everyone) == "done"
        assert inside("print('next')") == "next"

    @pytest.mark.parametrize(
        "call",
        [
            "libc.ptrace(16, 2, None, None)",
            "libc.unshare(0x10000000)",
            "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
            "libc.umount2(b'/proc', 2)",
            "libc.chroot(b'/tmp')",
            "libc.setuid(0)",
            "libc.syscall(310, 1, None, 0, None, 0, 0)",  # process_vm_readv
            "libc.syscall(435, None, 0)",  # clone3
            "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",  # clone with a new user namespace
            "libc.bpf(0, None, 0) if hasattr(libc, 'bpf') else libc.syscall(321, 0, None, 0)",
        ],
    )
    def test_system_calls_that_lead_out_are_refused(self, inside, call):
        said = inside(
            f"""
            import ctypes, errno
            libc = ctypes.CDLL(None, use_errno=True)
            print({call}, errno.errorcode[ctypes.get_errno()])
            """
        )
        assert said in ("-1 EPERM", "-1 ENOSYS", "-1 EINVAL")  # invalid: no such user in here

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
        assert said == "(0, 0, 0, 0, 0, 0) 1 0"

    def test_nobody_is_root(self, inside):
        expected = 65534 if os.getuid() == 0 else os.getuid()
        assert inside("import os; print(os.getuid(), os.getgroups())").startswith(f"{expected} [")

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
        said = inside(
            """
            import os, time
            count = 0
            try:
                while count < 200:
                    if os.fork() == 0:
                        time.sleep(60)
                        os._exit(0)
                    count += 1
            except OSError:
                pass
            print(count)
            """
        )
        assert 10 < int(said) < 40

    def test_what_is_left_behind_ends_with_the_candidate(self, inside):
        leave = "import subprocess; subprocess.Popen(['setsid', 'sleep', '424242']); print(1)"
        assert inside(leave) == "1"
        assert not running("424242")

    def test_memory_of_one_process_is_limited(self, inside):
        assert inside("import numpy; numpy.ones(1 << 29)") in ("MemoryError", "_ArrayMemoryError")

    def test_memory_of_all_processes_together_is_limited(self, inside):
        with pytest.raises(Lost):
            inside(
                """
                import os, time
                for _ in range(8):
                    if os.fork() == 0:
                        kept = bytearray(os.urandom(1 << 20)) * 120
                        time.sleep(60)
                time.sleep(10)
                """,
                Limits(memory=600 << 20),
            )
        assert inside.ended == "memory"

    def test_files_are_limited(self, inside):
        assert inside("open('big', 'wb').write(bytes(100 << 20))") in (
            "OSError",
            "",
        )  # cut at the limit of one file
        fill = """
            try:
                for each in range(10):
                    open(f'part{each}', 'wb').write(bytes(30 << 20))
            except OSError as error:
                print(error.errno == 28, each < 6)
        """
        assert inside(fill) == "True True"
