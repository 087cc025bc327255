"""What a mistake in an exercise does to training, one sentence for each; the page of the student says it."""

RULE = "Every step of training is this rule, so the mistake is made at every step."
SCHEDULE = (
    "Each step is taken with a rate other than the one you planned: too small, and training freezes; too large, "
    "and it never settles."
)
GRADIENT = "Every step of training follows this gradient, and nothing but the curve of the loss complains."

EFFECTS: dict[str, str] = {
    "numerical_gradient": (
        "A second opinion that is itself wrong condemns a right gradient or, worse, agrees with a "
        "wrong one, which is then trained with."
    ),
    "relative_error": (
        "The number that decides whether a gradient is trusted is off: a wrong gradient passes, or "
        "you look for a bug that is not there."
    ),
    "crosses_kink": "A gradient is blamed where the loss has a corner, or a real bug is excused as one.",
    "check_gradients": (
        "An array that is never looked at trains with whatever gradient it has; a wrong one of a bias "
        "lowers the accuracy, and nothing complains."
    ),
    "find_trojans": "A bug that passes at one setting is trained with at another, for hours.",
    "chance_loss": (
        "Without the right number to expect, a network that starts broken looks as if it started well."
    ),
    "softmax_loss": GRADIENT,
    "svm_loss": GRADIENT,
    "overfit_tiny": (
        "A program that cannot memorise a handful of examples cannot learn them all; without "
        "this test you learn it after a night of training."
    ),
    "regularization_raises_loss": (
        "Regularisation that does not reach the loss shows much later, as a gap between two accuracies."
    ),
    "to_epochs": (
        "Curves of runs with other batch sizes lie over each other wrongly; the better run may be the "
        "one that counted differently."
    ),
    "smooth": (
        "You read the trend off a curve that is shifted or still noisy, and stop too early or too late."
    ),
    "update_ratio": "The rate is judged by this number; read wrongly, it is turned in the wrong direction.",
    "activation_stats": (
        "A layer that is saturated or dead does not show, and the layers below it learn nothing."
    ),
    "diagnose_run": "A wrong diagnosis costs a whole run: the cure of one trouble makes another worse.",
    "sgd": RULE,
    "sgd_momentum": RULE,
    "sgd_nesterov_momentum": RULE,
    "lookahead_step": RULE,
    "adagrad": RULE,
    "rmsprop": RULE,
    "adam": RULE,
    "momentum_schedule": "The ball has too much friction or too little at the wrong time of training.",
    "max_stable_rate": "Above the limit the loss grows without end; far below it, training crawls.",
    "first_step": (
        "How far the first step carries decides whether a run starts or blows up; warm-up is chosen by it."
    ),
    "steps_to_escape": "You count on having left a saddle at which the run still sits.",
    "trace": "The picture shows another path than the one training took.",
    "draw_frame": "A frame that shows more or less than its step tells another story than the run.",
    "make_explorer": (
        "What is moved and what is drawn are not the same run, and the eye learns what is not so."
    ),
    "step_decay": SCHEDULE,
    "smooth_decay": SCHEDULE,
    "scale_rate": (
        "A run that is moved to another batch size has another floor: it ends higher, or wastes its batch."
    ),
    "reduce_on_plateau": (
        "The rate falls while the loss still improves, or stays high when it no longer does."
    ),
    "translate_momentum_buffer": (
        "A run that is moved from one library to the other jumps where the rate changes."
    ),
    "hessian_memory": "A method is chosen that does not fit into memory, or one is given up that would.",
    "numerical_hessian": "Newton's step is as good as the curvature it is given.",
    "newton_step": (
        "The step does not lead to the bottom of the local bowl: it climbs near a saddle, or fails "
        "where the curvature is zero."
    ),
    "lbfgs_direction": (
        "The direction does not follow the curvature that was measured: it costs more steps, or is "
        "not downhill."
    ),
    "minibatch_prediction": (
        "The curvature of a few examples is taken for that of the loss, and a step trusts it."
    ),
    "sample_log_uniform": "Most trials go to one end of the range, and the good decade gets few or none.",
    "random_search": "The best trial cannot be found again, or is not the best.",
    "on_border": "The search ends at the edge of its range while the best lies beyond it.",
    "coarse_to_fine": "The later and dearer stages search where the best is not.",
    "successive_halving": "The budget goes to settings that have not earned it, and a better one is dropped.",
    "save": "A worker that dies leaves half a file that is taken for a result, or none at all.",
}
