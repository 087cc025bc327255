"""What a thread runs ends in time too: in a process of its own."""

import operator
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psutil
import pytest

from autograder.deadline import Overtime
from autograder.running import own_process


def in_thread(function, argument, seconds):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(own_process.run, function, argument, seconds).result(60)


@pytest.fixture(autouse=True)
def none_left():
    yield
    while own_process.IDLE:
        own_process.IDLE.pop().kill()


def test_a_function_runs_in_another_process_which_is_used_again():
    first, second = (in_thread(eval, "__import__('os').getpid()", 60) for _ in range(2))
    assert first == second != os.getpid()


def test_it_runs_in_the_main_thread_where_deadlines_hold():
    said = in_thread(
        eval, "__import__('threading').current_thread() is __import__('threading').main_thread()", 60
    )
    assert said is True


@pytest.mark.long
@pytest.mark.parametrize(
    "stuck", [partial(re.match, "(a+)+$"), time.sleep], ids=["in a regular expression", "asleep"]
)
def test_what_is_stuck_is_ended_and_leaves_nothing_running(stuck):
    argument = 600 if stuck is time.sleep else "a" * 60 + "b"
    begun = time.monotonic()
    with pytest.raises(Overtime, match="longer than 3 s"):
        in_thread(stuck, argument, 3.0)
    assert time.monotonic() - begun < 30
    assert own_process.IDLE == []
    ours = [each for each in psutil.Process().children() if "own_process" in "".join(each.cmdline())]
    assert ours == []
    assert in_thread(operator.neg, 3, 60) == -3


def test_an_exception_arrives_and_the_process_goes_on():
    with pytest.raises(ZeroDivisionError):
        in_thread(eval, "1 / 0", 60)
    assert in_thread(operator.neg, 3, 60) == -3


def test_a_process_that_ends_is_said():
    with pytest.raises(OSError, match="a grading process ended"):
        in_thread(os._exit, 3, 60)


def test_what_is_printed_is_no_answer(capfd):
    assert in_thread(eval, "print('x' * 100) or 7", 60) == 7


def test_many_threads_have_a_process_each():
    with ThreadPoolExecutor(3) as pool:
        ready = threading.Barrier(3)

        def one(_):
            ready.wait(30)
            return own_process.run(eval, "__import__('time').sleep(1) or __import__('os').getpid()", 60)

        assert len(set(pool.map(one, range(3)))) == 3
