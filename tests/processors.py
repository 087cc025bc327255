"""Play several processors on this one and run what must hold on all of them: ``make processors``.

OpenBLAS takes its kernels from ``OPENBLAS_CORETYPE``; NumPy leaves out the instructions that are named in
``NPY_DISABLE_CPU_FEATURES``, and the C library's exp and log those in ``GLIBC_TUNABLES``.  All of them round
otherwise on another processor, so last digits differ; nothing that is committed, said or graded may.  One more
processor stands for all that cannot be played: ``backwards.c`` adds in the opposite order.  A processor that cannot
be played here is named with the reason, and passes nothing.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not long and not thorough")
STYLES = "not wrapping and not may_be_wrapped and not put_in_other_words"
"""What is wrapped around an answer computes nothing; ``validate`` judges the same answers without."""
JOBS = {
    "facts": (*TESTS, "tests/facts"),
    "validate": ("-m", "autograder", "validate"),
    "lessons": (*TESTS, "-k", "with_its_answers", "tests/test_notebooks.py"),
    "build --check": ("-m", "autograder", "build", "--check"),
}
"""What runs on every processor, as arguments of Python, the longest first.  A lesson of stubs computes nothing."""

MORE = {
    "exercises": (*TESTS, "-k", STYLES, "tests/autograder/exercises"),
    "long facts": ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "long or thorough", "tests/facts"),
}
"""What also runs where processors do not take turns."""

ASLEEP_AT_ONCE = {"OPENBLAS_THREAD_TIMEOUT": "4"}
"""A waiting thread of OpenBLAS sleeps at once.  Otherwise it spins, and on a machine with more threads than cores a
product of small matrices takes some fifty times as long."""

PROBE = """
import json, numpy, scipy.linalg
from threadpoolctl import threadpool_info
square = numpy.linspace(0.0, 1.0, 10_000).reshape(100, 100)
numpy.linalg.svd(numpy.exp(square) @ square), scipy.linalg.lu(square)
blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
simd = numpy.show_config(mode="dicts")["SIMD Extensions"]
print(json.dumps({
    "blas": sorted({each["internal_api"] + " " + each.get("architecture", "") for each in blas}),
    "threads": sorted({each["num_threads"] for each in blas}),
    "fixed": simd["baseline"],
    "chosen": simd.get("found", []),
    "backwards": bool(numpy.array([1.0, 1e16, -1e16]) @ numpy.ones(3) == 1.0),
}))
"""
"""Computes a little, so that instructions the processor does not have stop it, and says which kernels ran.

fixed      the instructions that NumPy was built for
chosen     those it found here and was not told to leave out
backwards  whether products are added from the last term to the first
"""


@dataclass(frozen=True)
class Processor:
    """A processor to play.

    cores      OpenBLAS's names of its kernels, the first to ask for them; none for those that it chooses itself
    lacks      beginnings of the names of instructions that NumPy is to leave out
    backwards  whether ``backwards.c`` takes the place of products, and of functions where NumPy has none of its own
    """

    name: str
    cores: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    backwards: bool = False

    def leaves_out(self, instructions: Iterable[str]) -> list[str]:
        """Return those of the instructions that NumPy is to leave out."""
        return [name for name in instructions if self.lacks and name.startswith(self.lacks)]


AVX512 = ("X86_V4", "AVX512")
AVX2 = ("X86_V3", "AVX2", "FMA3")
AVX = ("AVX", "F16C")
PROCESSORS = (
    Processor("this one"),
    Processor("backwards", ("Prescott", "Katmai"), (*AVX512, *AVX2, *AVX), backwards=True),
    Processor("Haswell", ("Haswell",), AVX512),
    Processor("Prescott", ("Prescott", "Katmai"), (*AVX512, *AVX2, *AVX)),
    Processor("Sandybridge", ("Sandybridge",), (*AVX512, *AVX2)),
    Processor("SkylakeX", ("SkylakeX",)),
    Processor("Nehalem", ("Nehalem",), (*AVX512, *AVX2, *AVX)),
)
"""Those that differ most come first; backwards has the instructions of Prescott.  Zen is not among them: OpenBLAS
gives it the kernels of Haswell."""

LIBRARY = "backwards.so"

FEWEST = 2
"""How many are played where processors and numbers of threads take turns, this one among them."""


class NotPlayed(Exception):
    """This machine cannot play that processor; says why."""


def environment(processor: Processor, threads: int, chosen: Iterable[str]) -> dict[str, str]:
    """Return the variables that play a processor.

    chosen  the instructions that NumPy uses here when it is left alone
    """
    ours = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES", "GLIBC_TUNABLES")
    variables = {name: value for name, value in os.environ.items() if name not in ours}
    variables |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads)) | ASLEEP_AT_ONCE
    if processor.cores:
        variables["OPENBLAS_CORETYPE"] = processor.cores[0]
    if out := processor.leaves_out(chosen):
        variables["NPY_DISABLE_CPU_FEATURES"] = " ".join(out)
    if processor.leaves_out(["FMA3"]):
        variables["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"
    loaded = [each for each in os.environ.get("LD_PRELOAD", "").split() if Path(each).name != LIBRARY]
    variables["LD_PRELOAD"] = " ".join([library(), *loaded] if processor.backwards else loaded)
    return variables


@cache
def library() -> str:
    """Return ``backwards.c`` as a library, until the program ends.  Raises ``NotPlayed`` without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotPlayed("there is no C compiler")
    folder = tempfile.mkdtemp(prefix="processors-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made, source = Path(folder, LIBRARY), ROOT / "tests" / "backwards.c"
    command = [
        compiler,
        "-O3",
        "-fno-builtin",
        "-shared",
        "-fPIC",
        "-o",
        str(made),
        str(source),
        "-ldl",
        "-lm",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPlayed(f"backwards.c is not compiled: {' '.join(done.stderr.split())[:200]}")
    return str(made)


def probe(variables: dict[str, str]) -> dict:
    """Return which kernels run under these variables.  Raises ``NotPlayed`` when Python does not survive them."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=variables, capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode < 0:
        raise NotPlayed(f"NumPy died of {signal.Signals(-done.returncode).name}: instructions are missing")
    if done.returncode:
        said = done.stderr.rpartition("Error:")[2]
        raise NotPlayed(f"NumPy does not start: {' '.join(said.split())}")
    return json.loads(done.stdout)


def play(processor: Processor, threads: int, alone: dict) -> tuple[dict[str, str], str]:
    """Return the variables that play a processor, and in words which kernels then ran.

    alone  what ``probe`` finds when nothing is played

    Raises ``NotPlayed`` unless exactly those kernels and as many threads as asked for ran.
    """
    variables = environment(processor, threads, alone["chosen"])
    found = probe(variables)
    if kept := processor.leaves_out(found["fixed"] + found["chosen"]):
        raise NotPlayed(f"this NumPy cannot leave out {', '.join(kept)}")
    blas = ", ".join(found["blas"]) or "a BLAS that does not say"
    if processor.cores and blas not in [f"openblas {core}" for core in processor.cores]:
        raise NotPlayed(f"what runs is {blas}")
    if found["backwards"] != processor.backwards:
        raise NotPlayed("the products that run add in the usual order")
    if found["threads"] not in ([threads], []):
        raise NotPlayed(f"the BLAS takes {found['threads'][-1]} threads here")
    if processor.backwards:
        blas = "sums from the end"
    return variables, f"{blas}; NumPy {(found['chosen'] or found['fixed'] or ['without SIMD'])[-1]}"


@dataclass(frozen=True)
class Ended:
    """How a job ended: its last words, which are empty when it passed."""

    seconds: float
    trouble: str


def run(arguments: Sequence[str], variables: dict[str, str], limit: float = 1800) -> Ended:
    """Run Python once under these variables."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, *arguments], env=variables, cwd=ROOT, timeout=limit, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-40:])
        trouble = "" if done.returncode == 0 else said or f"It ended with {done.returncode}."
    except subprocess.TimeoutExpired:
        trouble = f"It was stopped after {limit:g} s."
    return Ended(time.perf_counter() - begun, trouble)


ROW = "{:<12} {:>7}  {:<42} {:<20} {:<10} {:>7}"


def shown(
    processors: Sequence[Processor],
    threads: Sequence[int],
    jobs: dict[str, Sequence[str]],
    workers: int,
    *,
    take_turns: bool = False,
) -> int:
    """Run every job on every processor, print the table row by row, and return the exit code.

    take_turns  whether a processor gets one of the numbers of threads, the next one the next, in place of all,
                until ``FEWEST`` different ones are played; this one, on which all other tests run, is left to them
    """
    begun, troubles, passed, played = time.perf_counter(), [], 0, set()
    ran: dict[tuple[str, int], str] = {}
    alone = probe(environment(Processor("this one"), 1, ()))
    print(ROW.format("processor", "threads", "kernels that ran", "what", "result", "seconds"))
    with ThreadPoolExecutor(workers) as pool:
        rows: list[tuple[Processor, int, str, dict[str, Future[Ended]]]] = []
        due: list[tuple[dict[str, str], dict[str, Future[Ended]]]] = []
        for processor in processors:
            if take_turns and len(ran) == FEWEST:
                break
            for count in [threads[len(ran) % len(threads)]] if take_turns else threads:
                try:
                    variables, kernels = play(processor, count, alone)
                except NotPlayed as reason:
                    rows.append((processor, count, f"NOT PLAYED: {reason}", {}))
                else:
                    played.add(processor)
                    if take_turns and processor == PROCESSORS[0]:
                        ran[kernels, count] = processor.name
                        rows.append((processor, count, f"{kernels}, left to the other tests", {}))
                    elif (first := ran.setdefault((kernels, count), processor.name)) == processor.name:
                        due.append((variables, {}))
                        rows.append((processor, count, kernels, due[-1][1]))
                    else:
                        rows.append((processor, count, f"{kernels}, as {first}", {}))
        for what, arguments in jobs.items():  # the longest of all first, so that no worker is left with one
            for variables, futures in due:
                futures[what] = pool.submit(run, arguments, variables)
        for processor, count, words, futures in rows:
            if not futures:
                print(f"{processor.name:<12} {count:>7}  {words}", flush=True)
            for what, future in futures.items():
                ended = future.result()
                passed += not ended.trouble
                result = "failed" if ended.trouble else "passed"
                seconds = f"{ended.seconds:.1f}"
                print(ROW.format(processor.name, count, words, what, result, seconds), flush=True)
                if ended.trouble:
                    troubles.append(f"{processor.name}, threads {count}, {what}:\n{ended.trouble}")
    for trouble in troubles:
        print(f"\n{trouble}")
    print(
        f"\n{len(played)} of {len(processors)} processors played, "
        f"{passed} passed, {len(troubles)} failed, in {time.perf_counter() - begun:.0f} s."
    )
    return 1 if troubles or not played else 0


def main() -> None:
    """Read the command line, run, and leave with the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = {each.name.lower(): each for each in PROCESSORS}
    parser.add_argument(
        "processors", nargs="*", metavar="PROCESSOR", help=f"of {', '.join(names)}; all for none"
    )
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], metavar="N", help="default: 1 2")
    parser.add_argument(
        "--take-turns", action="store_true", help=f"{FEWEST} processors, one number of threads for each"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time")
    given = parser.parse_args()
    if unknown := [name for name in given.processors if name.lower() not in names]:
        parser.error(f"there is no processor {unknown[0]!r}; there are {', '.join(names)}")
    chosen = [names[name.lower()] for name in given.processors] or list(PROCESSORS)
    jobs = JOBS if given.take_turns else MORE | JOBS
    sys.exit(shown(chosen, given.threads, jobs, given.jobs, take_turns=given.take_turns))


if __name__ == "__main__":
    main()
