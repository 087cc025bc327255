"""A claim is decided by a measurement on the reader's own rules, and nothing is said before an answer."""

from autograder.exercises.momentum import sgd, sgd_momentum, sgd_nesterov_momentum
from course.claims import Finding, about_momentum, decided

RULES = (sgd.reference, sgd_momentum.reference, sgd_nesterov_momentum.reference)


def test_nothing_is_given_away_before_an_answer():
    findings = {
        "A": Finding(holds=True, measured="Water is wet"),
        "B": Finding(holds=False, measured="It is not"),
    }
    assert decided({"A": None}, findings) == "A: write True or False first\nB: write True or False first"
    assert decided({"A": True, "B": True}, findings) == "A: right. Water is wet.\nB: look again. It is not."


def test_right_rules_decide_the_claims_of_lesson_04_as_its_text_does():
    found = about_momentum(*RULES)
    assert {letter: each.holds for letter, each in found.items()} == {
        "A": False, "B": False, "C": False, "D": True, "E": False,
    }  # fmt: skip
    assert found["B"].measured == "Ten flat steps leave 90% of a velocity at 0.99, 0.1% at 0.5"


def test_another_rule_decides_otherwise():
    def climbs(w, dw, config=None):
        return sgd.reference(w, -dw, config)

    assert about_momentum(climbs, *RULES[1:])["A"].holds
    assert about_momentum(*RULES[:2], RULES[1])["C"].holds
