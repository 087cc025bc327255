"""The README's first block runs and prints what its comments say; what it names exists."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_block_prints_what_its_comments_say():
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    promised = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block, "README.md", "exec"), {})
    assert promised
    assert out.getvalue().splitlines() == promised


def test_every_file_and_make_target_it_names_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for name in re.findall(r"`?make ([a-z]+)`?", README):
        assert name in targets, name


def test_every_command_it_shows_exists():
    commands = {file.stem for file in (ROOT / "autograder" / "commands").glob("*.py")}
    shown = set(re.findall(r"autograder ([a-z]+)\b", README)) - {"that"}
    assert shown <= commands
