"""One BLAS thread, wherever the course runs."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from course import threads


def test_inside_there_is_one_thread_and_afterwards_what_was_before():
    def widths():
        return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]

    before = widths()
    with threads.one_thread():
        assert widths() == [1] * len(before)
    assert widths() == before


def test_a_process_that_cannot_see_its_libraries_goes_on(monkeypatch: pytest.MonkeyPatch):
    def blind():
        raise FileNotFoundError("/proc/self/maps")

    threads.controller.cache_clear()
    monkeypatch.setattr(threads, "ThreadpoolController", blind)
    with threads.one_thread():
        assert np.ones((2, 2)).sum() == 4
    threads.keep_one_thread()
    threads.controller.cache_clear()
