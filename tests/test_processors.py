"""Playing another processor: the kernels that run are those asked for, and nothing unplayed counts as passed."""

import os

import pytest

from tests import processors
from tests.processors import PROCESSORS, NotPlayed, Processor, environment, play, probe, shown

PASSES = {"nothing": ("-c", "pass")}
DIFFERS = {"nothing": ("-c", "raise SystemExit('the last digits differ')")}
QUICK = ("this one", "Prescott", "backwards")
NOWHERE = Processor("another architecture", ("NEOVERSEN1",))


@pytest.fixture(scope="module")
def alone():
    return probe(environment(Processor("this one"), 1, ()))


@pytest.mark.parametrize(
    "processor",
    [
        pytest.param(each, id=each.name, marks=() if each.name in QUICK else pytest.mark.thorough)
        for each in PROCESSORS
    ],
)
def test_a_processor_is_played_with_its_own_kernels_or_not_at_all(processor, alone):
    try:
        variables, kernels = play(processor, 1, alone)
    except NotPlayed as reason:
        pytest.skip(str(reason))
    found = probe(variables)
    assert found["backwards"] == processor.backwards == ("sums from the end" in kernels)
    assert not processor.cores or any(f"openblas {core}" in found["blas"] for core in processor.cores)
    assert processor.leaves_out(found["chosen"]) == []
    assert found["chosen"] == [
        name for name in alone["chosen"] if name not in processor.leaves_out(alone["chosen"])
    ]


def test_variables_of_the_shell_do_not_shine_through(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "X86_V3")
    assert (
        not {"OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"}
        & environment(PROCESSORS[0], 1, ["X86_V3"]).keys()
    )


def test_only_instructions_that_numpy_uses_here_are_left_out():
    older = Processor("older", ("Haswell",), ("AVX512", "X86_V4"))
    assert (
        environment(older, 2, ["X86_V3", "X86_V4", "AVX512_ICL"]).items()
        >= {
            "OPENBLAS_CORETYPE": "Haswell",
            "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL",
            "OPENBLAS_NUM_THREADS": "2",
        }.items()
    )
    assert "NPY_DISABLE_CPU_FEATURES" not in environment(older, 1, ["X86_V3"])


def test_what_numpy_is_built_for_cannot_be_left_out(alone):
    built = Processor("older than NumPy", (), ("",))
    if not alone["fixed"]:
        pytest.skip("this NumPy is built for any processor")
    with pytest.raises(NotPlayed, match=f"cannot leave out .*{alone['fixed'][0]}"):
        play(built, 1, alone)


def test_without_a_compiler_nothing_adds_backwards(monkeypatch, alone):
    monkeypatch.setattr(processors.shutil, "which", lambda name: None)
    monkeypatch.setattr(processors, "library", processors.library.__wrapped__)
    with pytest.raises(NotPlayed, match="no C compiler"):
        play(next(each for each in PROCESSORS if each.backwards), 1, alone)


def test_python_that_does_not_start_is_a_reason():
    with pytest.raises(NotPlayed, match=r"NumPy does not start: .*baseline"):
        probe(environment(Processor("this one"), 1, ()) | {"NPY_DISABLE_CPU_FEATURES": "X86_V2"})


@pytest.mark.long
def test_a_processor_that_cannot_be_played_is_named_and_is_no_pass(capsys):
    assert shown([PROCESSORS[0], NOWHERE], [1], PASSES, 1) == 0
    said = capsys.readouterr().out
    assert "NOT PLAYED: what runs is" in said
    assert "1 of 2 processors played, 1 passed, 0 failed" in said
    assert shown([NOWHERE], [1], PASSES, 1) == 1
    assert "0 of 1 processors played, 0 passed" in capsys.readouterr().out


def test_more_threads_than_there_are_is_not_played(capsys):
    assert shown([PROCESSORS[0]], [1, 4096], PASSES, 1) == 0
    assert "NOT PLAYED: the BLAS takes" in capsys.readouterr().out


def test_a_failure_is_shown_with_its_last_words(capsys):
    assert shown([PROCESSORS[0]], [1], DIFFERS, 1) == 1
    said = capsys.readouterr().out
    assert "failed" in said
    assert "the last digits differ" in said
    assert "0 passed, 1 failed" in said


def test_the_same_kernels_run_once(capsys):
    assert shown([PROCESSORS[0], Processor("its twin")], [1], PASSES, 1) == 0
    said = capsys.readouterr().out
    assert "as this one" in said
    assert "2 of 2 processors played, 1 passed" in said


@pytest.mark.long
def test_numbers_of_threads_can_take_turns(capsys):
    assert shown([PROCESSORS[0], Processor("its twin")], [1, 2], PASSES, 1, take_turns=True) == 0
    rows = [
        line.split()[:3] for line in capsys.readouterr().out.splitlines() if line.startswith(("this", "its"))
    ]
    assert [row[2] for row in rows] == ["1", "2"]


@pytest.mark.long
def test_where_they_take_turns_this_one_is_left_to_the_other_tests(capsys):
    assert shown([PROCESSORS[0], Processor("its twin")], [1], DIFFERS, 1, take_turns=True) == 0
    assert "as this one" in capsys.readouterr().out


def test_where_they_take_turns_two_that_differ_are_enough(capsys, monkeypatch):
    kernels = iter(range(9))
    monkeypatch.setattr(
        processors, "play", lambda each, threads, alone: ({**os.environ}, f"kernels {next(kernels)}")
    )
    made = [PROCESSORS[0], *(Processor(f"other {k}") for k in range(5))]
    assert shown(made, [1, 2], PASSES, 1, take_turns=True) == 0
    said = capsys.readouterr().out
    assert "2 of 6 processors played, 1 passed" in said
    assert "other 1" not in said
