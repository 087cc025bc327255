"""An invented class: the same bytes for the same seed, every habit, every mistake, and its truth."""

import csv
import hashlib
import inspect
import json
import random

import numpy as np
import pytest

from autograder.cohort import habits
from autograder.cohort.answers import Answer, Deck, questions
from autograder.cohort.invent import Class, dealt, habit_names, student_names
from autograder.cohort.paste import NotPasted, pasted
from autograder.cohort.write import read_marks, write
from autograder.errors import Trouble
from autograder.judging import Known, judge
from autograder.lesson import Master, compiles
from autograder.project import Project
from tests.autograder.small_lesson import LESSON
from tests.test_notebooks import LESSONS


@pytest.fixture(scope="module")
def asked(built_once):
    return questions(Master.read(LESSON, built_once), built_once)


def digest(folder):
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [(str(file.relative_to(folder)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]


def test_same_seed_gives_the_same_bytes_and_another_does_not(built_once, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write(tmp_path / name, built_once, [LESSON], 40, seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_a_second_run_replaces_the_first(built_once, tmp_path):
    write(tmp_path / "c", built_once, [LESSON], 5, 1)
    before = digest(tmp_path / "c")
    write(tmp_path / "c", built_once, [LESSON], 30, 2)
    (tmp_path / "c" / "gradebook.db").write_text("old marks")
    write(tmp_path / "c", built_once, [LESSON], 5, 1)
    assert digest(tmp_path / "c") == before


def test_a_folder_with_something_else_is_refused(built_once, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(Trouble, match="not a cohort"):
        write(tmp_path, built_once, [LESSON], 5, 1)
    assert (tmp_path / "thesis.tex").exists()


def test_truth_has_a_row_for_every_student_and_graded_cell(built_once, tmp_path):
    write(tmp_path, built_once, [LESSON], 24, 7)
    truth = read_marks(tmp_path / "truth.csv")
    assert len(truth) == 24
    with (tmp_path / "truth.csv").open(newline="") as stream:
        assert next(csv.reader(stream)) == [
            "student",
            "assignment",
            "grade_id",
            "points",
            "max_points",
            "verdict",
            "mistake",
        ]
    assert {row["verdict"] for row in truth.values()} >= {
        "correct",
        "mistake",
        "error",
        "timeout",
        "unfinished",
    }


def test_a_class_of_24_has_every_habit_that_must_be_shown(asked):
    first, others = habit_names()
    made = list(Class(asked, student_names(24), "7").submissions())
    assert set(first) <= {each.habit for each in made}
    assert set(first + others) >= {*habits.ANSWERS, *habits.NOTEBOOKS, *habits.FILES, *habits.FOLDERS}


def test_a_large_class_makes_every_mistake_and_convention(asked):
    made = [
        each for student in Class(asked, student_names(200), "1").submissions() for each in student.answers
    ]
    known = {answer.mistake for question in asked for answer in [*question.wrong, *question.conventions]}
    assert {each.mistake for each in made} == known | {None}


def test_a_small_class_makes_only_the_answers_it_draws():
    asked = questions(Master.read("05_adaptive_rates", Project.here()), Project.here())
    drawn = [
        each for student in Class(asked, student_names(6), "7").submissions() for each in student.answers
    ]
    made = [each.mistake for question in asked for each in question.wrong.made.values()]
    assert made
    assert len(made) <= len(drawn) < sum(len(question.wrong) for question in asked)
    assert {each.mistake for each in drawn if each.verdict == "mistake"} <= set(made)


def test_what_cannot_be_made_into_a_cell_is_passed_over():
    good = Answer(source="pass\n", verdict="mistake", points=0.0, mistake="good")

    def make(known):
        return good if known.name == "good" else None

    known_ones = [Known(function=make, share=0.0, name=name) for name in ("bad", "good", "worse")]
    cards = dealt(Deck(make, known_ones), random.Random(3))
    assert [next(cards) for _ in range(4)] == [good] * 4
    assert list(dealt(Deck(make, known_ones[:1]), random.Random(3))) == []
    assert list(dealt(Deck(make, []), random.Random(3))) == []


def test_every_habit_of_an_answer_is_python_or_says_error(asked):
    for name, habit in habits.ANSWERS.items():
        answer = habit(asked[0], asked[0].own)
        assert compiles(answer.source) != (name == "syntax error")
        assert (answer.points > 0) == (answer.verdict == "correct")


def test_noisy_answer_is_still_right(asked, doubling, recwarn):
    (exercise,) = [each for each in doubling.EXERCISES if each.name == "twice"]
    space = {}
    exec("import numpy as np\n" + habits.text_on_stderr(asked[0], asked[0].own).source, space)
    assert judge(exercise, space["twice"]).verdict == "correct"
    assert recwarn.list, "it must make noise while it is defined"


def test_wide_characters_survive_every_file_habit(built_once):
    notebook = json.loads(built_once.released(LESSON).read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]) + " η"
    for name, habit in habits.FILES.items():
        assert isinstance(habit(notebook), bytes), name


class TestPaste:
    def test_a_function_brings_what_it_needs(self):
        from autograder.exercises.momentum import sgd

        gradient_added = next(each for each in sgd.mistakes if each.name == "gradient added")
        source = pasted(gradient_added.function, "sgd")
        assert "autograder" not in source
        assert "climbs" not in source, "the docstring names the mistake"
        space = {}
        exec(source, space)
        found = judge(sgd, space["sgd"])
        assert (found.verdict, found.mistake) == ("mistake", "gradient added")

    def test_a_function_that_another_one_made_brings_its_maker(self):
        from autograder.exercises.saddle_explorer import make_explorer

        known = next(each for each in make_explorer.mistakes if each.name == "off by one")
        source = pasted(known.function, "make_explorer")
        assert "make_explorer = flawed(flaw='early')" in source
        space = {}
        exec(source, space)
        found = judge(make_explorer, space["make_explorer"])
        assert (found.verdict, found.mistake) == ("mistake", "off by one")

    @pytest.mark.parametrize(
        ("name", "body"),
        [
            ("tanh not centred", "return other(kind, x, tanh=lambda x: expit(2 * x))"),
            ("absolute value for relu", "return other(kind, x, relu=np.abs)"),
        ],
    )
    def test_a_line_of_a_table_becomes_a_definition(self, name, body):
        from autograder.exercises.neurons_and_layers import activation

        source = pasted(activation.known(name), "activation")
        assert f"def activation(kind, x):\n    {body}\n" in source
        space = {}
        exec(source, space)
        assert judge(activation, space["activation"]).mistake == name

    def test_a_lambda_of_a_table_becomes_a_definition(self):
        from autograder.exercises.neurons_and_layers import count

        source = pasted(count.known("biases not counted"), "count")
        assert "def count(sizes):\n    return (sum(sizes[1:]), weights(sizes))\n" in source

    def test_what_cannot_stand_alone_is_refused(self):
        held = np.ones(2)

        def inner(x):
            return x + held

        for function, why in [
            (inner, "inside a function"),
            (len, "made by"),
            (Class.answer, "not at the top"),
        ]:
            with pytest.raises(NotPasted, match=why):
                pasted(function, "f")

    def test_an_argument_is_not_taken_for_a_name_of_the_module(self):
        from autograder.exercises.ensembles import distill_loss

        known = next(each for each in distill_loss.mistakes if "distil(" in inspect.getsource(each.function))
        source = pasted(known.function, "distill_loss")
        assert "case(" not in source, "y is an argument there, and the module has another y"

    def test_a_maker_is_called_with_the_arguments_behind_its_star(self):
        from autograder.exercises.sanity_checks import softmax_loss

        known = next(
            each for each in softmax_loss.conventions if each.name == "one shift for all rows, log of 0"
        )
        assert "softmax_loss = habit(*('shift', 'zero'))" in pasted(known.function, "softmax_loss")


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each[:2] == "F3" else pytest.mark.thorough) for each in LESSONS]
)
def test_every_known_function_of_a_lesson_stands_in_the_cohort(name):
    asked = questions(Master.read(name, Project.here()), Project.here())
    for question in asked:
        for deck in (question.correct, question.wrong, question.conventions):
            assert len(list(deck)) == len(deck), question.left_out


@pytest.mark.long
def test_every_known_function_of_the_momentum_lesson_becomes_a_cell_that_does_the_same():
    from autograder.cohort.answers import compare
    from autograder.exercises.momentum import EXERCISES

    kinds = (("correct", "variants"), ("mistake", "mistakes"), ("convention", "conventions"))
    for exercise in EXERCISES:
        for kind, group in kinds:
            for known in getattr(exercise, group):
                source = pasted(known.function, exercise.name)
                compare(exercise, known, kind, source, exercise.name)
