"""Names of files in an archive tell who sent them."""

import pytest

from autograder.printing import folded
from autograder.reporting.class_book import Student
from autograder.reporting.lms.senders import Roster, Sender, sender


@pytest.mark.parametrize(
    ("kind", "place", "expected"),
    [
        (
            "canvas",
            "lovelaceada_12_34_a_56_78_b.ipynb",
            ("lovelaceada", "12", "a_56_78_b.ipynb", False, 34),
        ),
        ("canvas", "submissions/x_LATE_12_34_a.ipynb", ("x", "12", "a.ipynb", True, 34)),
        ("canvas", "late_12_34_LATE_1_2_a.ipynb", ("late", "12", "LATE_1_2_a.ipynb", False, 34)),
        (
            "moodle",
            "zip/Ada B. C_7_assignsubmission_file_/d/e.ipynb",
            ("Ada B. C", "7", "d/e.ipynb", False, 0),
        ),
    ],
)
def test_are_taken_apart_as_they_were_put_together(kind, place, expected):
    name, user, title, late, attempt = expected
    assert sender(kind, place) == Sender(name=name, user=user, title=title, late=late, attempt=attempt)


@pytest.mark.parametrize(
    "place", ["a.ipynb", "ada_12.ipynb", "12_34_a.ipynb", "_12_34", "Ada_7_assignsubmission_x/a"]
)
def test_that_no_lms_makes_are_nobodys(place):
    assert sender("canvas", place) is None
    assert sender("moodle", place) is None


def test_survive_what_an_lms_takes_out_of_them():
    student = Student(id="x", first_name="Siân", last_name="O'Neil-Łuk", lms_id="")
    for name in ("oneilłuksian", "o_neil_łuk_siân", "Siân ONeil-Łuk"):
        assert Roster([student]).canvas(Sender(name=name, user="1", title="a")) is student
    assert folded("Nöther") == folded("NÖTHER") == "nother"
