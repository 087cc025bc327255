"""A picture behind sliders is drawn anew by the reader's own rules at every move."""

import matplotlib.pyplot as plt

from course.interactive.adaptive import turning
from course.interactive.momentum import sliders
from course.mine import plain_gradient_descent
from course.surfaces import ravine


def test_sliders_run_the_rule_they_are_given_again_at_every_move():
    seen, open_before = [], plt.get_fignums()

    def rule(w, dw, config):
        seen.append((config["learning_rate"], config["momentum"]))
        return w, config

    box = sliders(rule, ravine, steps=3)
    (mu, rate), screen, words = box.children[0].children, *box.children[1:]
    before = screen.value
    mu.value, rate.value = 0.5, 0.1
    assert seen[0] == (0.02, 0.9)
    assert seen[-1] == (0.1, 0.5)
    assert len(seen) == 9
    assert "Momentum: after 3 steps" in words.value
    assert before[:4] == screen.value[:4] == b"\x89PNG"
    assert plt.get_fignums() == open_before


def test_a_picture_of_the_sliders_stands_in_for_them(shown):
    box = sliders(lambda w, dw, config: (w, config), ravine, steps=3)
    live, still = shown(box)
    assert live["text/plain"] == box.words.value
    assert 'alt="Level lines of the ravine' in still["text/html"]


def test_turning_the_valley_turns_the_path_and_changes_no_loss():
    box = turning({"sgd": plain_gradient_descent}, {"sgd": 0.02, "adam": 0.1}, steps=10)
    straight = box.words.value
    box.sliders["angle"].value = 45
    assert "Turned by 0 degrees" in straight
    assert "Turned by 45 degrees" in box.words.value
    assert straight.split("loss ")[1] == box.words.value.split("loss ")[1]
    assert straight.split("at (")[1] != box.words.value.split("at (")[1]
