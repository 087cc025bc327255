"""Whatever a candidate sends: it is an answer, an exception, or the end of the candidate, and nothing else.

``FUZZ=3`` invents three times as many messages, as CI does.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import tracemalloc
import types
from concurrent.futures import ThreadPoolExecutor

import msgpack
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell

from autograder.examine.examination import CannotCross, Examination
from autograder.examine.examiner import Examiner
from autograder.examine.handles import make_handle
from autograder.examine.inside.frames import FRAME, RICH, Channel, Lie, Lost
from autograder.examine.inside.readers import READERS
from autograder.examine.limits import VALUE
from autograder.examine.outputs import CUT, EVALUE, LINE, LINES, MOST, NOTE, checked_outputs, size
from autograder.examine.probes import REASONS
from autograder.examine.verdicts import received, verdict
from course.probes.base import Calls, Path, Raised, Unusable
from course.probes.composed import KINDS, Chain, Changes, Given, HandsBack, Look, Resumed, Several, Turns

MANY = int(os.environ.get("FUZZ", "1"))
NAMED = ("h", "b", "y", "k", "p", "x")
"""Tags of what only one side knows."""

ALL_TAGS = sorted(READERS) + list(NAMED)
TAGS = st.sampled_from([*ALL_TAGS, "ret", "exc", "call"])
LEAVES = TAGS | st.none() | st.booleans() | st.integers(-3, (1 << 64) - 1) | st.floats() | st.text(max_size=3)
MESSAGES = st.recursive(
    LEAVES | st.binary(max_size=16) | st.sampled_from(["<f8", "|b1", "<U2", "PCG64", "surfaces.saddle"]),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(TAGS, inner, inner).map(list),
    max_leaves=25,
)
ENDS = ("lied", "died", "answered", "raised")


def returned(value) -> bytes:
    """Return a message that answers with a value."""
    return msgpack.packb(["ret", [], value])


LARGER = {
    "text arrays": returned(["l", None, *[["a", None, 0, "<U9999", [10_000], [""] * 10_000]] * 7]),
    "one text array": returned(["a", None, 0, "<U9999", [10_000], [""] * 10_000]),
    "views": returned(["l", None, *[["A", "<f8", [10_000, 0], b""]] * 1_000]),
    "empty lists": returned(["t", *[["t"] * 2 + [["t"] * 100_000]] * 20]),
    "lists of lists": msgpack.packb(["ret", [], [[[]] * 100_000] * 40]),
    "empty arrays": returned(["t", *[["a", None, 0, "<f8", [0], b""]] * 180_000]),
    "changes": msgpack.packb(["ret", [[0, [["a", None, 0, "<U9999", [10_000], [""] * 10_000]]]], None]),
}
"""Messages of less than a megabyte or two that would become much more."""


class TestMessages:
    @pytest.mark.parametrize(
        "message",
        [
            ["ret", [], ["r", 99]],
            ["ret", [], ["b", 5]],
            ["ret", [], ["h", -1, "x"]],
            ["ret", [], ["y", "probes.comparing.same"]],
            ["ret", [], ["p", "Path", ["d", None]]],
            ["ret", [], ["x", "KeyError", 3]],
            ["ret", [], ["T", "object"]],
            ["ret", [], ["a", 1, 0, "|O", [1], b"12345678"]],
            ["ret", [], ["a", 1, 0, "<f8", [1 << 40], b""]],
            ["ret", [], ["a", 1, 0, "<f8", [-1], b""]],
            ["ret", [], ["a", 1, 0, "<f8", [2], b"12345678"]],
            ["ret", [], ["a", 0, 0, "<f8", [1], b"12345678"]],
            ["ret", [], ["A", "<f8", [1 << 40], b""]],
            ["ret", [], ["A", "<f8", [1 << 28, 0], b""]],
            ["ret", [], ["A", "<f8", [-1], b""]],
            ["ret", [], ["A", "<f8", [], b"12345678"]],
            ["ret", [], ["A", "<f8", [2], b"12345678"]],
            ["ret", [], ["A", "<U2", [1], ["ab"]]],
            ["ret", [], ["A", "|O", [1], b"12345678"]],
            ["ret", [], ["s", "<f8", b"1"]],
            ["ret", [], ["d", 1, ["l", 3], 2]],
            ["ret", [], ["g", 1, "MT19937", b"", b"", 0, 0]],
            ["ret", [], ["range", 0, 1, 0]],
            ["ret", [[0, ["<f8", [1], b"12345678"]]], None],
            ["ret", 7, None],
            ["ret", [], []],
            ["getattr", [], 0, 3],
            ["exc", [], [], "", None],
            ["exc", [], [1], "", None],
            ["do", [], 0],
            [],
            3,
        ],
    )
    def test_forged_messages_lose_the_candidate_and_nothing_else(self, message):
        assert answered(msgpack.packb(message)) == "lied"

    @settings(max_examples=200 * MANY, deadline=None)
    @given(body=st.binary(max_size=200))
    def test_no_bytes_do_anything_else(self, body):
        assert answered(body) in ("lied", "died", "answered", "raised")

    @settings(max_examples=200 * MANY, deadline=None)
    @given(
        changes=MESSAGES,
        value=MESSAGES,
        kind=st.sampled_from(["ret", "exc", "call", "getattr"]),
        more=MESSAGES,
    )
    @pytest.mark.long
    def test_no_message_does_anything_else(self, changes, value, kind, more):
        for message in (
            [kind, [], value],
            [kind, changes, value],
            [kind, [], value, more],
            [kind, [], 0, value, more],
        ):
            assert answered(msgpack.packb(message)) in ("lied", "died", "answered", "raised")

    def test_a_frame_longer_than_allowed_takes_no_memory(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(struct.pack(">I", FRAME + 1))
            with pytest.raises(Lie):
                Channel(ours).receive()

    def test_containers_that_claim_to_be_long_are_refused(self):
        nested = b"\xdd\x00\x0f\xff\xff" * 500  # 500 arrays in each other that claim a million entries each
        assert answered(nested) == "lied"

    @pytest.mark.long
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(body, id=name, marks=pytest.mark.long if name == "lists of lists" else ())
            for name, body in LARGER.items()
        ],
    )
    def test_what_is_small_on_the_wire_takes_no_more_memory_than_a_value_may(self, body):
        tracemalloc.start()
        try:
            assert answered(body) == "lied"
            assert tracemalloc.get_traced_memory()[1] < 4 * VALUE
        finally:
            tracemalloc.stop()

    @settings(max_examples=100 * MANY, deadline=None)
    @given(level=MESSAGES, rest=st.lists(MESSAGES, max_size=2))
    @example(level="bubblewrap", rest=[])
    def test_only_one_greeting_is_taken_for_a_closed_door(self, level, rest):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            examiner = Examiner({"level": "bubblewrap"}, ours, Channel(theirs))
            body = msgpack.packb(["ready", level, *rest])
            theirs.sendall(struct.pack(">I", len(body)) + body)
            if level == "bubblewrap" and not rest:
                examiner.greet()
                return
            with pytest.raises(Lie):
                examiner.greet()


def send(end: socket.socket, frame: bytes) -> None:
    """Send everything and hang up; from a thread of its own, since nobody may read it."""
    with contextlib.suppress(OSError):
        end.sendall(frame)
        end.shutdown(socket.SHUT_WR)


def answered(body: bytes) -> str:
    """Return what a question ends in when a candidate sends this body and hangs up; our function may be called."""
    ours, theirs = socket.socketpair()
    with ThreadPoolExecutor(1) as sender, ours, theirs:
        sender.submit(send, theirs, struct.pack(">I", len(body)) + body)
        examination = Examination(ours)
        examination.export(lambda *args, **kwargs: None)
        try:
            examination.ask("name", "x")
        except Lost as lost:
            return lost.kind
        except CannotCross:
            return "cannot cross"
        except Exception:
            return "raised"
        return "answered"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.sampled_from(["unfinished", "raises", "text", "stream", "stdout", "error", "display_data"])
    | st.just(np.arange(3.0))
    | st.just(Raised("KeyError", "k")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.sampled_from(["a", "b", "output_type", "name", "text", "data", "metadata"]), inner
        )
    ),
    max_leaves=15,
)
"""What a candidate's answer may decode to."""

STRAIGHT = Path(start=[1.0], gradients=[[1.0], [2.0]])
PROBES = {
    "Path": STRAIGHT,
    "Calls": Calls(arguments=[(1,), (2,)]),
    "Turns": Turns(paths=[STRAIGHT, STRAIGHT]),
    "Resumed": Resumed(path=STRAIGHT, at=1),
    "Given": Given(path=STRAIGHT),
    "Chain": Chain(start=[1.0], names=("x",), rest=(), times=2),
    "Several": Several(probes={"a": STRAIGHT, "b": Calls(arguments=[(1,)])}),
    "Look": Look(probes={"a": STRAIGHT, "b": Calls(arguments=[(1,)])}),
    "HandsBack": HandsBack(arguments=[({"w": 1.0}, 1.0)]),
    "Changes": Changes(probe=STRAIGHT, names=["w", "dw", "config"]),
}


def how_it_ends(probe, answer, examination) -> str:
    """Return what an answer to a probe is taken for."""
    examination.ask = lambda *_: answer
    try:
        probe(make_handle(examination, 1, "function"))
    except Unusable as trouble:
        return trouble.kind
    except Lost as lost:
        return lost.kind
    return "outcome"


class TestOutcomes:
    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_an_answer_to_a_probe_is_an_outcome_a_trouble_or_a_lie(self, kind):
        probe = PROBES[kind]
        ours, theirs = socket.socketpair()

        @settings(max_examples=150, deadline=None)
        @given(answer=VALUES | st.tuples(st.booleans(), VALUES))
        @example(answer=(False, "raises", "why"))
        @example(answer=(False, "anything", "why"))
        @example(answer=(True, []))
        @example(answer=(True, ["dw"]))
        @example(answer=(True, {"a": [], "b": [1]}))
        @example(answer=(True, {"b": [1], "a": []}))
        @example(answer=(True, [Raised("KeyError", "k")]))
        def take(answer):
            examination = Examination(ours)
            ended = how_it_ends(probe, answer, examination)
            assert ended in ("outcome", "lied", *REASONS)
            assert (examination.lost is not None) == (ended == "lied"), "a candidate that lied stays lost"

        with ours, theirs:
            take()

    @settings(max_examples=200 * MANY, deadline=None)
    @given(answer=VALUES | st.tuples(st.lists(VALUES, max_size=3), VALUES).map(list))
    @example(answer=[[{"output_type": "stream", "name": "stdout", "text": "1"}], 1])
    @example(answer=[[{"output_type": "display_data", "data": {"a": float("nan")}, "metadata": {}}], 1])
    @example(answer=[[{"output_type": "update_display_data"}], 1])
    @pytest.mark.long
    def test_outputs_of_a_cell_are_what_a_notebook_holds_or_a_lie(self, answer):
        try:
            outputs, count = checked_outputs(answer, 100)
        except Lie:
            return
        json.dumps([outputs, count], allow_nan=False)
        assert all(set(each) <= FIELDS for each in outputs)


FIELDS = {
    "output_type",
    "name",
    "text",
    "ename",
    "evalue",
    "traceback",
    "data",
    "metadata",
    "execution_count",
}


def test_nothing_that_has_a_tag_is_left_out_here():
    assert set(ALL_TAGS) == {*READERS, *NAMED}
    assert set(PROBES) == set(KINDS)
    operations = [name for name in dir(Examination) if name in ("attend", "converse", "receive", "find")]
    assert len(operations) == 4, "what reads messages has other names now; does this file still reach it?"


def test_a_name_the_student_has_cannot_be_a_name_of_ours():
    examiner = types.SimpleNamespace(names={"momentum": 1}, examination=None)
    assert Examiner.students_names(examiner, ["momentum"]) == {}


def text_of(outputs) -> str:
    return "".join(each.get("text", "") for each in outputs)


class TestMuch:
    """What a cell shows is measured here, whatever its own side says of a limit."""

    STREAM = {"output_type": "stream", "name": "stdout"}  # noqa: RUF012

    @pytest.mark.parametrize("parts", [1, 5_000])
    def test_text_is_cut_and_said_to_be(self, parts):
        sent = [self.STREAM | {"text": "x" * (2_000_000 // parts)}] * parts
        outputs, _ = checked_outputs([sent, 1], 1_000)
        assert 1_000 <= len(text_of(outputs)) <= 1_000 + 2 * NOTE
        assert outputs[-1] == CUT

    def test_what_an_honest_side_cut_itself_is_not_cut_again(self):
        sent = [self.STREAM | {"text": "x" * 1_000 + "\n... the rest of the output was cut\n"}]
        assert checked_outputs([sent, 1], 1_000)[0] == sent

    @pytest.mark.parametrize("where", ["data", "metadata"])
    def test_figures_and_other_data_are_cut(self, where):
        output = {"output_type": "display_data", "data": {}, "metadata": {}}
        sent = [output | {where: {"image/png": "A" * (RICH // 2 - 50)}}] * 4
        outputs, _ = checked_outputs([sent, 1], 1_000)
        assert len(outputs) == 3
        assert outputs[-1] == CUT

    def test_empty_outputs_are_counted(self):
        assert len(checked_outputs([[self.STREAM | {"text": ""}] * 9_000, 1], 1_000)[0]) == MOST + 1

    def test_an_exception_is_cut(self):
        error = {
            "output_type": "error",
            "ename": "E" * 9_999,
            "evalue": "e" * 99_999,
            "traceback": ["t" * 9_999] * 999,
        }
        (output,), _ = checked_outputs([[error], 1], 10_000_000)
        assert size([output]) < NOTE + EVALUE + LINES * (LINE + 10) + 200


HALVES = "a\ud83d\udc00b\udfff"


def test_halves_of_a_pair_are_nowhere_in_what_is_shown():
    stream = {"output_type": "stream", "name": "stdout", "text": HALVES}
    error = {"output_type": "error", "ename": HALVES, "evalue": HALVES, "traceback": [HALVES]}
    data = {"output_type": "display_data", "data": {HALVES: [{HALVES: HALVES}]}, "metadata": {HALVES: HALVES}}
    outputs, _ = checked_outputs([[stream, error, data], 1], 1_000)
    json.dumps(outputs, ensure_ascii=False).encode("utf-8")


def test_halves_and_what_a_terminal_obeys_stand_in_a_message_as_escapes():
    cell = new_code_cell("", metadata={"nbgrader": {"grade_id": "f-check", "points": 4, "grade": True}})
    record = {
        "verdict": "mistake",
        "points": 0.0,
        "max_points": 4.0,
        "message": f"f: {HALVES}\n\x1b[2J\tfine é",
    }
    for found in (received(cell, record), verdict(cell, "error", f"f: {HALVES}", "\x1b[2J\tfine é")):
        assert found.message.split("\n")[1] == "\\x1b[2J\tfine é"
        assert found.message.encode("utf-8").startswith(b"f: a\\ud83d\\udc00b\\udfff")
