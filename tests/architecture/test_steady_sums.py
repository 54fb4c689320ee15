"""Sums over customers come out the same whatever the number of threads: nobody hands them to linear algebra.

`a @ b` and its like are cut among threads by the library that does them, so that long sums end in other digits on
another machine; `behaviour.steady_sums` adds in one order. Only products of as many numbers as a model has parameters
are left to linear algebra, in the files below.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import keyworth

SOURCE = Path(keyworth.__file__).parent
PURE = ("units", "behaviour", "value", "backtest", "sample", "report")

FEW_NUMBERS = {
    "behaviour/fit.py": "a gradient by the step that is left to the maximum",
    "behaviour/newton.py": "gradients and steps, one number a parameter",
    "behaviour/posterior.py": "a draw by the root of the curvature, one number a parameter",
    "value/base_figure.py": "the root of the parameters' covariance by one draw",
}
BY_LINEAR_ALGEBRA = {"dot", "matmul", "vdot", "inner", "tensordot", "corrcoef", "cov", "multi_dot"}


def products(source: str) -> Iterator[int]:
    """The lines on which arrays are multiplied by linear algebra."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            in_numpy = node.func.attr in BY_LINEAR_ALGEBRA
            optimised = node.func.attr == "einsum" and any(word.arg == "optimize" for word in node.keywords)
            if in_numpy or optimised:
                yield node.lineno


def test_no_long_sum_is_left_to_linear_algebra() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): list(products(path.read_text(encoding="utf-8")))
        for room in PURE
        for path in sorted((SOURCE / room).rglob("*.py"))
    }
    assert not {file: lines for file, lines in found.items() if lines and file not in FEW_NUMBERS}
    assert not [file for file in FEW_NUMBERS if not found.get(file)], "no longer needed"


def test_the_walk_sees_products() -> None:
    seen = ["a @ b", "a @= b", "np.dot(a, b)", "a.dot(b)", "np.einsum('i,i', a, b, optimize=True)"]
    let_be = ["np.einsum('i,i', a, b)", "dot(a, b)", "np.outer(a, b)"]
    assert sorted(products("\n".join(seen + let_be))) == [1, 2, 3, 4, 5]
