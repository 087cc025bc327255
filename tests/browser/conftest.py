"""Chromium for the browser tests; they say so when it is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browser.lab import CHROMIUM, browser

PICTURES = Path(__file__).with_name("pictures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(reason="no Chromium on this machine: nothing was tested in a browser")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@pytest.fixture
def picture() -> Callable[..., np.ndarray]:
    """Take a picture of a page or an element, keep it under a name, and return its pixels (height, width, 3)."""
    PICTURES.mkdir(exist_ok=True)

    def take(name: str, what: Any) -> np.ndarray:
        data = what.screenshot(path=PICTURES / f"{name}.png")
        return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)

    return take
