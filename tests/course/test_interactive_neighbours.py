import numpy as np
import pytest
from scipy.spatial.distance import cdist

from course.interactive import neighbours


def vote(labels, k):
    return [np.bincount(row[:k]).argmax() for row in labels]


@pytest.fixture(scope="module")
def figure():
    return neighbours.decision_map(cdist, vote, ks=(1, 9))


@pytest.mark.long
def test_every_setting_has_a_picture_that_says_what_it_shows(figure):
    assert len(figure.frames) == 4
    assert "labels one in five wrong. With k = 1 neighbours" in figure.alts[2]
    assert len(set(figure.alts)) == 4


def test_it_begins_where_wrong_labels_rule_islands(figure):
    assert figure.current == 2
    assert [control["name"] for control in figure.controls] == ["labels of the points", "neighbours k"]


def test_the_map_is_the_readers_own():
    turned = neighbours.decision_map(cdist, lambda labels, k: [0] * len(labels), ks=(1,))
    assert "33.3% of 600 fresh points" in turned.alts[0]


def test_a_function_that_is_not_written_is_asked_for(capsys):
    def stub(X, Y):
        raise NotImplementedError

    assert neighbours.decision_map(stub, vote) is None
    assert "write Exercises 1 and 2 first" in capsys.readouterr().out
