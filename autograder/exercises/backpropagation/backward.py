"""The order of a backward pass: every node hands on its gradient once, when all of it has arrived."""

from collections import Counter, deque

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.tape import (
    ALONE,
    CHAIN,
    EARLY,
    FORK,
    LATE,
    ROADS,
    SHARED,
    TWICE,
    ladder,
    passed_back,
    passed_twice,
    visible_backward,
)


def reachable(node):
    """Return all nodes that a node was computed from, and itself, in the order of their discovery."""
    found, left = {id(node): node}, [node]
    while left:
        for parent in left.pop().parents:
            if id(parent) not in found:
                found[id(parent)] = parent
                left.append(parent)
    return list(found.values())


def reference(node):
    """Solve the linear equations of all gradients at once: g = seed + S g, with S the slopes along every edge."""
    nodes = reachable(node)
    at = {id(each): k for k, each in enumerate(nodes)}
    slopes = np.zeros((len(nodes), len(nodes)))
    for k, each in enumerate(nodes):
        if each.parents:
            for parent, slope in zip(each.parents, each.pull(np.ones(())), strict=True):
                slopes[at[id(parent)], k] += slope
    seed = np.zeros(len(nodes))
    seed[0] = 1.0
    for each, grad in zip(nodes, np.linalg.solve(np.eye(len(nodes)) - slopes, seed), strict=True):
        each.grad = np.full(np.shape(each.value), grad)


WIDE = [
    ((), ()),
    ((), ()),
    ((0, 1), (2.0, -3.0)),
    ((2, 0), (0.5, 4.0)),
    ((3, 2, 1), (1.0, -1.0, 2.0)),
    ((4, 4, 3), (1.5, 1.0, -2.0)),
]


def gradients(candidate):
    """Return the gradients on several graphs, of arrays and of plain numbers."""
    arrays = [
        passed_back(candidate, plan, (3,))[0]
        for plan in (CHAIN, FORK, TWICE, EARLY, LATE, WIDE, ROADS, SHARED, ALONE)
    ]
    return arrays + [passed_back(candidate, plan)[0] for plan in (FORK, EARLY, WIDE, ladder(9))]


def asked(candidate):
    """Return how often each node of a ladder is asked."""
    return passed_back(candidate, ladder(9))[1]


def again(candidate):
    """Return the gradients where every node still has one from an earlier pass, and after a pass of one's own."""
    stale = [passed_back(candidate, plan, (), -3.0)[0] for plan in (CHAIN, WIDE)]
    return stale + [passed_twice(candidate, WIDE, inner) for inner in (4, 3)]


backward = Exercise(
    "backward",
    points=6,
    reference=reference,
    checks=[
        Check(name="gradients", probe=gradients, says="The gradient of a node is not right."),
        Check(
            name="once",
            probe=asked,
            says="A node hands on its gradient more than once, so the work grows with the number of roads.",
        ),
        Check(name="again", probe=again, says="Gradients of an earlier pass are still in those of this one."),
    ],
    visible=visible_backward,
    read="Exercise 6. Backward",
    uses=("sum_to_shape",),
    effect=EFFECT,
    equivalent={
        "found[id(parent)] = parent; left.append(parent) -> (exchanged)": "Neither line needs the other.",
        "if id(parent) not in found: -> if True:": "Found again, a node is written where it stands already.",
        "return list(found.values()) -> return found.values()": "It is walked, measured and zipped, never indexed.",
        "seed = np.zeros(len(nodes)) -> seed = np.zeros(len(nodes), dtype='float32')": "It holds zeros and a one.",
        "…(len(nodes), len(nodes))) -> …(len(nodes), len(nodes)), dtype='float32')": (
            "The slopes are halves and whole numbers, and the equations are solved in float64."
        ),
        "…np.shape(each.value), grad) -> …np.shape(each.value), grad, dtype='float32')": (
            "The gradients are small multiples of a power of one half."
        ),
        "…parents, each.pull(np.ones(())), strict=True):"
        " -> …parents, each.pull(np.ones((), dtype='float32')), strict=True):": (
            "A one is a one in any precision."
        ),
    },
)


def in_order(node):
    """Return the nodes so that each comes after its parents."""
    order, seen = [], set()

    def visit(each):
        if id(each) in seen:
            return
        seen.add(id(each))
        for parent in each.parents:
            visit(parent)
        order.append(each)

    visit(node)
    return order


def cleared(nodes):
    for each in nodes:
        each.grad = np.zeros_like(each.value)


def hand_on(nodes, *, add=lambda old, new: old + new):
    """Let nodes hand on their gradients in the given order."""
    for each in nodes:
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = add(parent.grad, share)


def started(node, order):
    cleared(order)
    node.grad = np.ones_like(node.value)


@backward.mistake
def overwritten_at_a_fork(node):
    """A share overwrites what has already arrived at a parent. At a fork gradients add up: `parent.grad + share`.

    On which of the lesson's circuits would overwriting do no harm?
    """
    order = in_order(node)
    started(node, order)
    hand_on(reversed(order), add=lambda old, new: new)


@backward.mistake
def handed_on_before_all_had_arrived(node):
    """Nodes are visited level by level from the output, so some hand on their gradient before all of it is there.

    When may a node hand on its gradient: when the first share has arrived, or the last?
    """
    order, seen = [], {id(node)}
    left = deque([node])
    while left:
        each = left.popleft()
        order.append(each)
        for parent in each.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                left.append(parent)
    started(node, order)
    hand_on(order)


@backward.mistake
def order_of_the_first_visit(node):
    """A node is put on the list when it is first met, not after all its parents: it then hands on too early.

    In which line of `visit` is the node appended, before its parents are visited or after?
    """
    order, seen = [], set()

    def visit(each):
        if id(each) not in seen:
            seen.add(id(each))
            order.append(each)
            for parent in each.parents:
                visit(parent)

    visit(node)
    started(node, order)
    hand_on(order)


@backward.mistake
def all_handed_on_again_at_every_visit(node):
    """A node hands on all that it holds each time a share arrives, so what came first is handed on twice.

    How often should a node that is used by three others call its pull?
    """
    started(node, in_order(node))

    def hand(each):
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = parent.grad + share
                hand(parent)

    hand(node)


@backward.mistake
def from_the_inputs_to_the_output(node):
    """The list is walked from the inputs: they hand on nothing, and the output comes last. Walk it reversed."""
    order = in_order(node)
    started(node, order)
    hand_on(order)


@backward.mistake
def nothing_put_in_at_the_output(node):
    """All gradients are 0: nobody has put a 1 in at the output, and 0 is handed on."""
    order = in_order(node)
    cleared(order)
    hand_on(reversed(order))


@backward.mistake
def two_put_in_at_the_output(node):
    """Every gradient is twice too large: the output starts from 1 and 1 is added to it again."""
    order = in_order(node)
    started(node, order)
    node.grad = node.grad * 2
    hand_on(reversed(order))


@backward.mistake
def only_the_parents_of_the_output(node):
    """Only the output hands on its gradient. Every node that has parents must."""
    started(node, in_order(node))
    hand_on([node])


@backward.mistake
def what_arrives_is_left_out(node):
    """Every node is asked with a gradient of 1. Ask it with its own: `pull(each.grad)`."""
    order = in_order(node)
    started(node, order)
    for each in reversed(order):
        if each.parents:
            for parent, share in zip(each.parents, each.pull(np.ones_like(each.value)), strict=True):
                parent.grad = parent.grad + share


@backward.mistake
def nodes_told_apart_by_value(node):
    """Two nodes of equal value are taken for one. What was seen is the node, not its number: use id(...)."""
    order, seen = [], []

    def visit(each):
        if any(np.array_equal(each.value, value) for value in seen):
            return
        seen.append(each.value)
        for parent in each.parents:
            visit(parent)
        order.append(each)

    visit(node)
    started(node, order)
    hand_on(reversed(order))


@backward.mistake
def a_parent_twice_paid_once(node):
    """A node that uses one parent twice, as in a * a, pays it once. Go through parents and shares in pairs.

    What does a dict do with two entries of the same key?
    """
    order = in_order(node)
    started(node, order)
    for each in reversed(order):
        if each.parents:
            shares = dict(zip(map(id, each.parents), each.pull(each.grad), strict=True))
            for parent in {id(parent): parent for parent in each.parents}.values():
                parent.grad = parent.grad + shares[id(parent)]


@backward.mistake
def one_array_for_two_gradients(node):
    """A share is stored as it is and then changed in place, and an addition handed the same array to two parents.

    Write `parent.grad = parent.grad + share`, which makes a new array.
    """
    order = in_order(node)
    for each in order:
        each.grad = None
    node.grad = np.ones_like(node.value)
    for each in reversed(order):
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                if parent.grad is None:
                    parent.grad = share
                else:
                    parent.grad += share


@backward.mistake
def the_order_of_the_ready_list_forgotten(node):
    """A node waits for its first share only. It must wait until every node that uses it has paid.

    How many nodes use this one, and how many of them have paid so far?
    """
    started(node, in_order(node))
    left, done = [node], set()
    while left:
        each = left.pop()
        if id(each) in done:
            continue
        done.add(id(each))
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = parent.grad + share
                left.append(parent)


@backward.convention(share=5 / 6)
def added_to_the_gradients_of_before(node):
    """Gradients of an earlier call are added to, as in PyTorch, where `zero_grad` clears. Here each call clears.

    Set every node's gradient to zero before the first share is paid.
    """
    order = in_order(node)
    node.grad = np.ones_like(node.value)
    hand_on(reversed(order))


@backward.convention(share=2 / 3)
def every_road_walked_again(node):
    """Right, but each road from the output is walked by itself: twenty forks in a row make a million roads.

    Add up at a node first, and hand on once.
    """
    cleared(in_order(node))

    def pay(each, grad):
        each.grad = each.grad + grad
        if each.parents:
            for parent, share in zip(each.parents, each.pull(grad), strict=True):
                pay(parent, share)

    pay(node, np.ones_like(node.value))


@backward.mistake
def value_put_in_at_the_output(node):
    """The output starts from its value. With respect to itself it changes by 1, whatever its value is."""
    order = in_order(node)
    cleared(order)
    node.grad = node.value
    hand_on(reversed(order))


@backward.convention(share=5 / 6)
def a_plain_one_at_the_output(node):
    """The output starts from the number 1, so an output that is an array loses its shape: np.ones_like(value)."""
    order = in_order(node)
    cleared(order)
    node.grad = 1.0
    hand_on(reversed(order), add=lambda old, new: new if not np.any(old) else old + new)


@backward.variant
def recursive_topological_order(node):
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v.parents:
                build(child)
            topo.append(v)

    build(node)
    for v in topo:
        v.grad = np.zeros_like(v.value)
    node.grad = np.ones_like(node.value)
    for v in reversed(topo):
        if v.pull is not None:
            for child, share in zip(v.parents, v.pull(v.grad), strict=False):
                child.grad = child.grad + share


@backward.variant
def with_a_stack_of_two_kinds(node):
    order, seen, stack = [], set(), [(node, False)]
    while stack:
        each, ready = stack.pop()
        if ready:
            order.append(each)
        elif id(each) not in seen:
            seen.add(id(each))
            stack.append((each, True))
            stack.extend((parent, False) for parent in each.parents)
    grads = {id(node): np.ones(node.value.shape)}
    for each in order[::-1]:
        each.grad = grads[id(each)]
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                grads[id(parent)] = grads.get(id(parent), 0) + share


@backward.variant
def by_counting_who_still_owes(node):
    nodes, left = {id(node): node}, [node]
    owed = Counter()
    while left:
        each = left.pop()
        each.grad = np.zeros_like(each.value)
        for parent in each.parents:
            owed[id(parent)] += 1
            if id(parent) not in nodes:
                nodes[id(parent)] = parent
                left.append(parent)
    node.grad = np.ones_like(node.value)
    ready = [node]
    while ready:
        each = ready.pop()
        if each.pull is None:
            continue
        for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
            parent.grad = np.add(parent.grad, share)
            owed[id(parent)] -= 1
            if owed[id(parent)] == 0:
                ready.append(parent)


@backward.variant
def by_the_longest_road(node):
    depth = {}

    def reach(each, level):
        if level > depth.get(each, -1):
            depth[each] = level
            for parent in each.parents:
                reach(parent, level + 1)

    reach(node, 0)
    for each in depth:
        each.grad = np.zeros_like(each.value)
    node.grad += 1
    for each in sorted(depth, key=depth.get):
        for parent, share in zip(each.parents, each.pull(each.grad) if each.parents else (), strict=True):
            parent.grad += share


@backward.variant
def in_place_into_zeros(node):
    order = in_order(node)
    for each in order:
        each.grad = np.zeros(np.shape(each.value))
    order[-1].grad += 1.0
    while order:
        each = order.pop()
        if not each.parents:
            continue
        for k, share in enumerate(each.pull(each.grad.copy())):
            each.parents[k].grad += share


@backward.variant
def micrograd_like(node):
    topo, visited = [], set()

    def build_topo(v):
        if v not in visited:
            visited.add(v)
            for child in set(v.parents):
                build_topo(child)
            topo.append(v)

    build_topo(node)

    def closure(v):
        def _backward():
            if v.pull:
                for child, out in zip(v.parents, v.pull(v.grad), strict=True):
                    child.grad = child.grad + out

        return _backward

    for v in topo:
        v._backward = closure(v)
        v.grad = 0 * v.value
    node.grad = 0 * node.value + 1
    for v in reversed(topo):
        v._backward()


@backward.variant
def lists_of_shares_summed_at_the_end(node):
    order = in_order(node)
    arrived = {each: [] for each in order}
    arrived[node].append(np.ones_like(node.value))
    for each in reversed(order):
        each.grad = np.sum(arrived[each], axis=0)
        if each.pull:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                arrived[parent].append(share)


@backward.variant_as_in("PyTorch")
def engine_with_dependencies(node):
    dependencies, stack, seen = {}, [node], {id(node)}
    while stack:
        fn = stack.pop()
        for next_fn in fn.parents:
            dependencies[id(next_fn)] = dependencies.get(id(next_fn), 0) + 1
            if id(next_fn) not in seen:
                seen.add(id(next_fn))
                stack.append(next_fn)
    not_ready, ready = {}, [(node, np.ones_like(node.value))]
    while ready:
        fn, grad_output = ready.pop()
        fn.grad = grad_output.copy()
        grad_inputs = fn.pull(grad_output) if fn.parents else ()
        for next_fn, grad_input in zip(fn.parents, grad_inputs, strict=True):
            if id(next_fn) not in not_ready:
                not_ready[id(next_fn)] = np.array(grad_input, dtype=float)
            else:
                not_ready[id(next_fn)] += grad_input
            dependencies[id(next_fn)] -= 1
            if dependencies[id(next_fn)] == 0:
                ready.append((next_fn, not_ready.pop(id(next_fn))))
