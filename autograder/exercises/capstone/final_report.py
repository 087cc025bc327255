"""Exercise ``final_report``: validation chooses, the test set is asked once."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.capstone.reporting import contests, visible_report

CASES = (
    ([30, 37, 33, 28], [30, 28, 26, 35]),
    ([36, 21, 30], [26, 33, 22]),
    ([25], [30]),
    ([11, 19, 27, 38, 16], [33, 31, 22, 24, 30]),
    (
        [381, 382, 381],
        [30, 26, 30],
        401,
    ),  # all three are 0.95 to two digits, and right on the first hundred rows
    ([33, 20, 33], [24, 30, 24]),
)


def reference(classifiers, X_val, y_val, sealed):
    """Sort the names by how many validation rows each gets wrong."""
    wrong = {name: np.count_nonzero(classify(X_val) != y_val) for name, classify in classifiers.items()}
    first = sorted(wrong, key=wrong.__getitem__)[0]
    found = {"test_accuracy": sealed.judge(classifiers[first]), "chosen": first}
    return {**found, "val_accuracy": 1 - wrong[first] / len(y_val)}


final_report = Exercise(
    "final_report",
    points=1,
    reference=reference,
    checks=[
        Check(
            name="report",
            probe=lambda candidate: contests(candidate, CASES),
            says="Validation must choose; the test set is asked once, about the chosen one; both are reported.",
        ),
    ],
    visible=visible_report,
    read="Exercise 5. One look",
    effect="The accuracy you publish is better than what anybody will see on new data.",
)


def accuracies(classifiers, X, y):
    """Return the accuracy of every classifier by name."""
    return {name: float((np.asarray(classify(X)) == y).mean()) for name, classify in classifiers.items()}


def report(classifiers, X_val, y_val, sealed, *, pick=max, before=(), again=False, **changed):
    """Return the report; each mistake below changes one thing."""
    found = accuracies(classifiers, X_val, y_val)
    for name in before:
        sealed.judge(classifiers[name])
    chosen = pick(found, key=found.get)
    test = sealed.judge(classifiers[chosen])
    if again:
        test = sealed.judge(classifiers[chosen])
    return {"chosen": chosen, "val_accuracy": found[chosen], "test_accuracy": test} | changed


@final_report.variant
def in_a_loop(classifiers, X_val, y_val, sealed):
    best, top = None, -1.0
    for name in classifiers:
        share = np.mean(classifiers[name](X_val) == y_val)
        if share > top:
            best, top = name, share
    return {"chosen": best, "val_accuracy": top, "test_accuracy": sealed.judge(classifiers[best])}


@final_report.variant_as_in("CS231n")
def best_val_and_best_net(classifiers, X_val, y_val, sealed):
    results, best_val, best_net = {}, -1, None
    for name in classifiers:
        y_val_pred = classifiers[name](X_val)
        results[name] = np.mean(y_val == y_val_pred)
        if results[name] > best_val:
            best_val, best_net = results[name], name
    test_accuracy = sealed.judge(classifiers[best_net])
    return {"chosen": best_net, "val_accuracy": best_val, "test_accuracy": test_accuracy}


@final_report.variant
def a_function_around_the_chosen_one(classifiers, X_val, y_val, sealed):
    shares = {name: np.mean(np.asarray(classify(X_val)) == y_val) for name, classify in classifiers.items()}
    chosen = sorted(shares, key=lambda name: -shares[name])[0]
    test = sealed.judge(lambda X: np.asarray(classifiers[chosen](X)))
    return {"chosen": chosen, "val_accuracy": shares[chosen], "test_accuracy": test}


@final_report.convention(share=0.75)
def rounded_to_few_digits(classifiers, X_val, y_val, sealed):
    """An accuracy is rounded to a few digits, so two models that differ by one row may look alike. Return both as
    they are, and round where you print."""
    found = report(classifiers, X_val, y_val, sealed)
    return found | {name: round(found[name], 2) for name in ("val_accuracy", "test_accuracy")}


@final_report.in_place
def classifiers_taken_out(classifiers, X_val, y_val, sealed):
    """The dict `classifiers` is changed: after the call it has other entries than before, and it belongs to the
    caller. Read from it, or work on a copy: `dict(classifiers)`."""
    found = report(dict(classifiers), X_val, y_val, sealed)
    classifiers.pop(found["chosen"])
    return found


@final_report.mistake
def chosen_by_test(classifiers, X_val, y_val, sealed):
    """The test set was asked about every model and the best of the answers won. That number is partly luck, and
    no unseen rows are left to tell how much. Choose by validation, then ask once."""
    test = {name: sealed.judge(classify) for name, classify in classifiers.items()}
    chosen = max(test, key=test.get)
    found = accuracies(classifiers, X_val, y_val)
    return {"chosen": chosen, "val_accuracy": found[chosen], "test_accuracy": test[chosen]}


@final_report.mistake
def test_set_asked_about_every_model(classifiers, X_val, y_val, sealed):
    """The right model was chosen, but the test set was asked about all of them. A look you do not use is still
    a look. Ask after you have chosen."""
    test = {name: sealed.judge(classify) for name, classify in classifiers.items()}
    found = accuracies(classifiers, X_val, y_val)
    chosen = max(found, key=found.get)
    return {"chosen": chosen, "val_accuracy": found[chosen], "test_accuracy": test[chosen]}


@final_report.mistake
def test_set_asked_twice(classifiers, X_val, y_val, sealed):
    """The test set was asked twice about the same model. Keep the first answer in a variable."""
    return report(classifiers, X_val, y_val, sealed, again=True)


@final_report.mistake
def test_set_never_asked(classifiers, X_val, y_val, sealed):
    """The seal is unbroken: what is called test accuracy was measured on validation rows. Call `sealed.judge`."""
    found = accuracies(classifiers, X_val, y_val)
    chosen = max(found, key=found.get)
    return {"chosen": chosen, "val_accuracy": found[chosen], "test_accuracy": found[chosen]}


@final_report.mistake
def tie_broken_by_the_test_set(classifiers, X_val, y_val, sealed):
    """Two models were equally good on the validation rows, and the test set was asked about both. On a tie take
    either, and ask once."""
    found = accuracies(classifiers, X_val, y_val)
    tied = [name for name, share in found.items() if share == max(found.values())]
    test = {name: sealed.judge(classifiers[name]) for name in tied}
    chosen = max(test, key=test.get)
    return {"chosen": chosen, "val_accuracy": found[chosen], "test_accuracy": test[chosen]}


final_report.table(
    {
        """chosen on few digits or few rows: Where two models lie close together, the better one was not chosen:
        the accuracies were rounded or cut before they were compared, or measured on some of the rows. Compare them
        as they are, on all validation rows.
        """: partial(report, pick=lambda found, key: max(found, key=lambda name: round(found[name], 2))),
        """worst chosen: The model with the lowest validation accuracy was chosen. Accuracies are better when
        they are higher.
        """: partial(report, pick=min),
        """first chosen: The first model was taken whatever validation says. Compare them.
        """: partial(report, pick=lambda found, key: next(iter(found))),
        """last name chosen: The model whose name is last in the alphabet was chosen: max compared names. Give
        it a key.
        """: partial(report, pick=lambda found, key: max(found)),
    }
)


@final_report.mistake
def test_accuracy_reported_as_validation(classifiers, X_val, y_val, sealed):
    """Both numbers are that of the test set. The validation accuracy is the one that chose."""
    found = report(classifiers, X_val, y_val, sealed)
    return found | {"val_accuracy": found["test_accuracy"]}


@final_report.mistake
def in_per_cent(classifiers, X_val, y_val, sealed):
    """The accuracies are in per cent. Report shares between 0 and 1."""
    found = report(classifiers, X_val, y_val, sealed)
    return found | {name: 100 * found[name] for name in ("val_accuracy", "test_accuracy")}


@final_report.mistake
def rows_counted(classifiers, X_val, y_val, sealed):
    """The validation accuracy is a number of rows. Divide by how many there are."""
    found = report(classifiers, X_val, y_val, sealed)
    return found | {"val_accuracy": found["val_accuracy"] * len(y_val)}


@final_report.mistake
def model_in_place_of_its_name(classifiers, X_val, y_val, sealed):
    """Under "chosen" stands the accuracy or the model itself. The name of the model belongs there."""
    found = report(classifiers, X_val, y_val, sealed)
    return found | {"chosen": found["val_accuracy"]}
