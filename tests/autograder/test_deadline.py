"""What reads a student's text ends in time, whatever it is at."""

import re
import threading
import time

import pytest

from autograder.deadline import Overtime, within


def wait_for_ever() -> None:
    while True:
        with pytest.raises(ZeroDivisionError):  # what goes on does not take the alarm for an error of its own
            raise ZeroDivisionError


def test_a_loop_ends():
    begun = time.monotonic()
    with pytest.raises(Overtime, match=r"0\.2 s"), within(0.2):
        wait_for_ever()
    assert time.monotonic() - begun < 5


def test_an_expression_that_takes_for_ever_ends():
    with pytest.raises(Overtime), within(0.2):
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_the_longer_of_two_still_counts_after_the_shorter():
    def both() -> None:
        with pytest.raises(Overtime, match=r"0\.1 s"), within(0.1):
            wait_for_ever()
        wait_for_ever()

    with pytest.raises(Overtime, match=r"0\.6 s"), within(0.6):
        both()


def test_what_ends_in_time_is_left_alone():
    with within(0.1):
        pass
    time.sleep(0.2)


def test_in_another_thread_nothing_is_stopped():
    done = []

    def work() -> None:
        with within(0.05):
            time.sleep(0.2)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert done
