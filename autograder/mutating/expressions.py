"""One change to an expression, as a slip of the pen makes it: an operator, a constant, an index, an argument.

Each rule takes a node and yields what may stand in its place.  Changes that cannot alter what is computed, such as
a ``float`` around a number that is one or ``strict`` in a ``zip``, are not made.
"""

import ast
from collections.abc import Callable, Iterator

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult, ast.BitOr)
"""Operators whose sides are not exchanged for nothing; ``|`` merges dictionaries."""

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
FUNCTIONS = {
    "all": "any",
    "any": "all",
    "argmax": "argmin",
    "argmin": "argmax",
    "ceil": "floor",
    "cos": "sin",
    "cumsum": "cumprod",
    "dot": "multiply",
    "float64": "float32",
    "floor": "ceil",
    "log": "log10",
    "log1p": "log",
    "log10": "log",
    "max": "min",
    "maximum": "minimum",
    "mean": "sum",
    "median": "mean",
    "min": "max",
    "minimum": "maximum",
    "ones": "zeros",
    "ones_like": "zeros_like",
    "outer": "dot",
    "pstdev": "stdev",
    "sin": "cos",
    "std": "var",
    "sum": "mean",
    "var": "std",
    "zeros": "ones",
    "zeros_like": "ones_like",
}
"""Functions and attributes that are mistaken for each other."""

UNWRAPPED = (
    "abs", "absolute", "array", "clip", "copy", "cumsum", "deepcopy", "dict", "diff", "exp", "floor", "int", "list",
    "log", "log1p", "norm", "round", "sign", "sorted", "sqrt", "square", "tanh",
)  # fmt: skip
"""Functions that are forgotten: their first argument is left (of ``array``, where it was a copy of a name)."""

DROPPED_METHODS = ("astype", "copy", "ravel", "reshape", "squeeze", "strip", "lower")
"""Methods that are forgotten: the object is left."""

MADE = ("array", "empty", "full", "ones", "zeros")
"""Functions that make an array and may be given a type."""

SYMMETRIC = (
    "add", "allclose", "array_equal", "gcd", "hypot", "isclose", "logaddexp", "max", "maximum", "min", "minimum",
    "multiply", "zip",
)  # fmt: skip
"""Functions whose arguments may change places, or which say so at once when they do."""

UNSEEN = ("encoding", "strict", "stacklevel", "copy", "parents", "daemon", "flush")
"""Keywords whose absence changes nothing that a check could ask for."""

ASKED = ("get", "setdefault", "pop")
"""Methods whose first argument is a key."""


def binary(node: ast.BinOp) -> Iterator[ast.expr]:
    """Another operator, sides exchanged, one side left out."""
    other = OPERATORS.get(type(node.op))
    if other is not None:
        yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ORDERED):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right


def comparison(node: ast.Compare) -> Iterator[ast.expr]:
    """Another comparison in each place."""
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(
                node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators
            )


def boolean(node: ast.BoolOp) -> Iterator[ast.expr]:
    """``or`` for ``and``, and one operand left out."""
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def unary(node: ast.UnaryOp) -> Iterator[ast.expr]:
    """The sign, the ``not`` or the ``~`` left out."""
    yield node.operand


def constant(node: ast.Constant) -> Iterator[ast.expr]:
    """A number next to it or twice as large; the other truth."""
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(2 * value if value else 1.0)


def key(node: ast.expr) -> Iterator[ast.expr]:
    """Another key or word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield ast.Constant(f"{node.value}_")


def subscript(node: ast.Subscript) -> Iterator[ast.expr]:
    """The index left out, two indices exchanged, another key; one end of a slice left out."""
    yield node.value
    inside = node.slice
    if isinstance(inside, ast.Tuple) and len(inside.elts) >= 2:
        first, second, *rest = inside.elts
        yield ast.Subscript(node.value, ast.Tuple([second, first, *rest], ast.Load()), node.ctx)
    if isinstance(inside, ast.Slice):
        for field in ("lower", "upper", "step"):
            if getattr(inside, field) is not None:
                open_ended = ast.Slice(inside.lower, inside.upper, inside.step)
                setattr(open_ended, field, None)
                yield ast.Subscript(node.value, open_ended, node.ctx)
    for other in key(inside):
        yield ast.Subscript(node.value, other, node.ctx)


def attribute(node: ast.Attribute) -> Iterator[ast.expr]:
    """A transposition left out, another function of the same library."""
    if node.attr == "T":
        yield node.value
    elif node.attr in FUNCTIONS:
        yield ast.Attribute(node.value, FUNCTIONS[node.attr], node.ctx)


def name(node: ast.Name) -> Iterator[ast.expr]:
    """Another function of Python."""
    if node.id in ("max", "min", "any", "all"):
        yield ast.Name(FUNCTIONS[node.id], node.ctx)


def call(node: ast.Call) -> Iterator[ast.expr]:
    """An argument or the function left out, two arguments exchanged, a range that is one off, single precision."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    arguments = node.args
    starred = any(isinstance(each, ast.Starred) for each in arguments)
    makes_a_list = called == "array" and not isinstance(arguments[0] if arguments else None, ast.Name)
    if called in UNWRAPPED and arguments and not starred and not makes_a_list:
        yield arguments[0]
    if called in DROPPED_METHODS and isinstance(node.func, ast.Attribute) and not is_module(node.func.value):
        yield node.func.value
    if called == "range" and arguments and not starred:
        yield from other_ranges(node)
    if len(arguments) >= 2 and not starred and called not in (*SYMMETRIC, "range", *ASKED):
        yield ast.Call(node.func, [arguments[1], arguments[0], *arguments[2:]], node.keywords)
    if called in ASKED and arguments:
        for other in key(arguments[0]):
            yield ast.Call(node.func, [other, *arguments[1:]], node.keywords)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in UNSEEN:
            yield ast.Call(node.func, arguments, [*node.keywords[:place], *node.keywords[place + 1 :]])
    if called in MADE and is_module(getattr(node.func, "value", None)):
        if not any(keyword.arg == "dtype" for keyword in node.keywords):
            single = ast.Constant("float32")
            yield ast.Call(node.func, arguments, [*node.keywords, ast.keyword("dtype", single)])
        if called in ("zeros", "empty", "ones") and len(arguments) == 1 and is_shape_of(arguments[0]):
            like = ast.Attribute(node.func.value, f"{called}_like", ast.Load())  # type: ignore[attr-defined]
            yield ast.Call(like, [arguments[0].value], [])  # type: ignore[attr-defined]


def other_ranges(node: ast.Call) -> Iterator[ast.expr]:
    """A range that ends one earlier or one later, or begins one later."""
    first, *rest = node.args
    end = rest[0] if rest else first
    for operator in (ast.Sub(), ast.Add()):
        moved = ast.BinOp(end, operator, ast.Constant(1))
        yield ast.Call(node.func, [first, moved, *rest[1:]] if rest else [moved], [])
    if not rest:
        yield ast.Call(node.func, [ast.Constant(1), first], [])


def is_module(node: ast.expr | None) -> bool:
    """Whether a name is that of a library: ``np``, ``math``, ``copy``."""
    return isinstance(node, ast.Name) and node.id in (
        "np",
        "numpy",
        "math",
        "copy",
        "plt",
        "json",
        "os",
        "linalg",
    )


def is_shape_of(node: ast.expr) -> bool:
    """Whether a node is ``x.shape``."""
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def choice(node: ast.IfExp) -> Iterator[ast.expr]:
    """Always one side of a conditional expression."""
    yield node.body
    yield node.orelse


def entry(node: ast.Dict) -> Iterator[ast.expr]:
    """One entry left out, or under another key."""
    for place, word in enumerate(node.keys):
        if word is None:
            continue
        yield ast.Dict(
            [*node.keys[:place], *node.keys[place + 1 :]], [*node.values[:place], *node.values[place + 1 :]]
        )
        for other in key(word):
            yield ast.Dict([*node.keys[:place], other, *node.keys[place + 1 :]], node.values)


def comprehension(node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Iterator[ast.expr]:
    """A condition left out."""
    for place, generator in enumerate(node.generators):
        for condition in range(len(generator.ifs)):
            rest = [*generator.ifs[:condition], *generator.ifs[condition + 1 :]]
            other = ast.comprehension(generator.target, generator.iter, rest, generator.is_async)
            yield type(node)(node.elt, [*node.generators[:place], other, *node.generators[place + 1 :]])


RULES: dict[type[ast.expr], Callable[..., Iterator[ast.expr]]] = {
    ast.BinOp: binary,
    ast.Compare: comparison,
    ast.BoolOp: boolean,
    ast.UnaryOp: unary,
    ast.Constant: constant,
    ast.Subscript: subscript,
    ast.Attribute: attribute,
    ast.Name: name,
    ast.Call: call,
    ast.IfExp: choice,
    ast.Dict: entry,
    ast.ListComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.SetComp: comprehension,
}


def replacements(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what may stand in the place of an expression, each with one thing changed."""
    rule = RULES.get(type(node))
    if rule is not None:
        yield from rule(node)
