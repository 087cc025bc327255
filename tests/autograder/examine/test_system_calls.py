"""The filter of system calls, run by hand for both processors, and its table beside the system's own."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.examine.inside import call_filter
from autograder.examine.inside.system_calls import (
    ALLOWED,
    ANSWERED,
    CONDITIONS,
    NEW_NAMESPACES,
    at_landlock,
)

X86_64, AARCH64 = call_filter.MACHINES
HEADERS = {
    X86_64: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    AARCH64: Path("/usr/include/asm-generic/unistd.h"),
}


def decide(steps, number, *arguments, architecture):
    """Return what the kernel would do with a call: ``permit``, ``kill`` or the error it returns."""
    arguments = (*arguments, *[0] * (6 - len(arguments)))
    words = {0: number, 4: architecture} | {
        16 + 8 * at: each & 0xFFFFFFFF for at, each in enumerate(arguments)
    }
    words |= {20 + 8 * at: each >> 32 & 0xFFFFFFFF for at, each in enumerate(arguments)}
    at = value = 0
    while True:
        code, if_true, if_false, constant = steps[at]
        at += 1
        if code == call_filter.LOAD:
            value = words[constant]
        elif code == call_filter.AND:
            value &= constant
        elif code == call_filter.EQUAL:
            at += if_true if value == constant else if_false
        elif code == call_filter.AT_LEAST:
            at += if_true if value >= constant else if_false
        else:
            assert code == call_filter.RETURN
            known = {call_filter.PERMIT: "permit", call_filter.KILL: "kill"}
            return known.get(constant) or errno.errorcode.get(constant & 0xFFFF, "done")


class Filter:
    """The filter of a machine, asked by the names of calls."""

    def __init__(self, machine, *further):
        self.machine = machine
        self.column, self.architecture = call_filter.MACHINES[machine]
        self.steps = call_filter.program(machine, *further)

    def __call__(self, call, *arguments, architecture=None):
        number = call if isinstance(call, int) else ALLOWED[call][self.column]
        return decide(self.steps, number, *arguments, architecture=architecture or self.architecture)


FILTERS = [Filter(machine) for machine in call_filter.MACHINES]


@pytest.fixture(params=[X86_64, AARCH64])
def machine(request):
    return request.param


def test_the_kernel_takes_a_program_of_that_length(machine):
    steps = call_filter.program(machine, *at_landlock(7, scoped=False, counted=False))
    assert len(steps) <= 4096
    assert all(max(each[1:3]) < 256 for each in steps)


def test_only_what_the_table_names_is_permitted(machine):
    asked = Filter(machine)
    permitted = {number for number in range(1000) if asked(number) == "permit"}
    assert permitted <= {numbers[asked.column] for numbers in ALLOWED.values()}
    refused = {number: asked(number) for number in set(range(1000)) - permitted}
    assert {said for number, said in refused.items() if number >= 424} == {"ENOSYS"}
    assert {said for number, said in refused.items() if number < 424} <= {"EPERM", "ENOTTY", "ENOTSUP"}


def test_what_the_table_names_without_a_condition_is_permitted(machine):
    asked = Filter(machine)
    for name, numbers in ALLOWED.items():
        if numbers[asked.column] is not None and name not in CONDITIONS and name not in ANSWERED:
            assert asked(name, *[0xFFFFFFFF] * 6) == "permit", name


def test_no_number_stands_for_two_calls(machine):
    column = call_filter.MACHINES[machine][0]
    numbers = [each[column] for each in ALLOWED.values() if each[column] is not None]
    assert len(numbers) == len(set(numbers))


def test_every_condition_and_answer_is_of_a_call_in_the_table():
    for scoped in (False, True):
        conditions, answers = at_landlock(7, scoped=scoped, counted=scoped)
        assert {*CONDITIONS, *ANSWERED, *conditions, *answers} <= set(ALLOWED)


def test_another_processor_is_killed_and_an_unknown_machine_refused(machine):
    (other,) = [number for name, (_, number) in call_filter.MACHINES.items() if name != machine]
    for architecture in (other, 0x40000003):
        assert Filter(machine)("read", architecture=architecture) == "kill"
    with pytest.raises(OSError, match="riscv64"):
        call_filter.program("riscv64")


def test_the_second_interface_of_x86_64_is_closed():
    asked = Filter(X86_64)
    for name in ("read", "openat", "clone"):
        assert asked(0x40000000 + ALLOWED[name][0]) == "ENOSYS"


@given(flags=st.integers(0, 2**64 - 1))
def test_memory_without_a_file_is_never_shared_nor_of_huge_pages(flags):
    for asked in FILTERS:
        uncounted = flags & 0x21 == 0x21 or flags & 0x40000
        assert (asked("mmap", 0, 4096, 3, flags) == "permit") == (not uncounted)


@given(flags=st.integers(0, 2**32 - 1))
def test_clone_makes_no_namespace(flags):
    for asked in FILTERS:
        assert (asked("clone", flags) == "permit") == (flags & NEW_NAMESPACES == 0)


@pytest.mark.parametrize(
    ("family", "kind", "said"),
    [
        (1, 1, "permit"),
        (1, 0o2000001, "permit"),
        (1, 2, "EPERM"),
        (1, 5, "EPERM"),
        (2, 1, "EPERM"),
        (16, 3, "EPERM"),
    ],
)
def test_a_pair_of_sockets_is_local_and_a_stream(machine, family, kind, said):
    assert Filter(machine)("socketpair", family, kind) == said


class TestLandlock:
    def test_where_the_kernel_does_not_keep_signals_in_they_reach_the_candidate_alone(self, machine):
        asked = Filter(machine, *at_landlock(77, scoped=False, counted=True))
        assert [asked("kill", each & 0xFFFFFFFF) for each in (77, 0, -77)] == ["permit"] * 3
        assert {asked("kill", each & 0xFFFFFFFF) for each in (1, 76, 78, -1, -76)} == {"EPERM"}
        assert [asked("tgkill", each) for each in (77, 76)] == ["permit", "EPERM"]

    def test_where_the_kernel_does_a_candidate_ends_its_own_children(self, machine):
        assert Filter(machine, *at_landlock(77, scoped=True, counted=True))("kill", 99) == "permit"

    def test_where_nobody_counts_processes_there_are_only_threads(self, machine):
        asked = Filter(machine, *at_landlock(77, scoped=True, counted=False))
        assert asked("clone", 0x3D0F00) == "permit"  # as the C library starts a thread
        assert asked("clone", 0x1200011) == "EAGAIN"  # as it forks
        assert asked("clone", 0x10000 | 0x10000000) == "EAGAIN"
        assert machine == AARCH64 or {asked("fork"), asked("vfork")} == {"EAGAIN"}

    def test_modes_and_times_only_seem_to_be_set(self, machine):
        asked = Filter(machine, *at_landlock(77, scoped=True, counted=True))
        assert {asked("fchmod"), asked("fchmodat"), asked("utimensat")} == {"done"}
        assert asked("truncate") == "EPERM"

    def test_all_processes_stay_in_one_group_that_one_signal_ends(self, machine):
        asked = Filter(machine, *at_landlock(77, scoped=True, counted=True))
        assert {asked("setsid"), asked("setpgid")} == {"done"}
        assert {Filter(machine)("setsid"), Filter(machine)("setpgid")} == {"permit"}


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_those_of_the_systems_headers(machine):
    file = HEADERS[machine]
    if not file.exists():
        pytest.skip(f"{file} is not installed")
    text = file.read_text()
    found = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", text)}
    alike = re.findall(r"#define __NR3264_(\w+)\s+(\d+)", text)
    found |= {{"fstatat": "newfstatat"}.get(name, name): int(number) for name, number in alike}
    column = call_filter.MACHINES[machine][0]
    for name, numbers in ALLOWED.items():
        if numbers[column] is not None:
            assert found[name] == numbers[column], name
        elif machine == AARCH64:
            assert name not in found or found[name] >= 1024, f"{name} exists"
