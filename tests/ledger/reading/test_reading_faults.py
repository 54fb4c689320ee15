"""Rows that cannot be split: each is kept with its line, and costs no other row."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st


def test_ragged_rows_are_kept_apart_with_their_lines(open_bytes, rows_of, faults_of):
    source = open_bytes("customer,date,amount\na,2024-01-02,1\nb,2024-01-03\n\nc,2024-01-03,1,2\nd,2024-01-05,4\n")
    assert [row[0] for row in rows_of(source)] == ["a", "d"]
    assert faults_of(source) == [
        (3, "columns_missing", "2", "b,2024-01-03"),
        (5, "columns_extra", "4", "c,2024-01-03,1,2"),
    ]


@pytest.mark.slow
def test_a_quote_that_is_never_closed_costs_its_own_row_only(open_bytes, rows_of, faults_of):
    lines = [f"c{number},2024-01-02,1" for number in range(200_000)]
    lines[120_000] = 'c120000,"2024-01-02,1'
    source = open_bytes("customer,date,amount\n" + "\n".join(lines) + "\n")
    assert source.rows == 199_999
    assert len(rows_of(source)) == 199_999
    assert [(line, problem) for line, problem, _, _ in faults_of(source)] == [(120_002, "quotes_open")]


def test_inch_marks_inside_a_cell_are_no_quotes(open_bytes, rows_of):
    source = open_bytes('customer,item,amount\na,5" pipe,1\nb,7" pipe and 3" pipe,2\nc,none,3\n')
    assert [row[1] for row in rows_of(source)] == ['5" pipe', '7" pipe and 3" pipe', "none"]


def test_text_after_a_closing_quote_is_a_fault(open_bytes, rows_of, faults_of):
    source = open_bytes('customer,item,amount\na,"bad"quote,1\nb,"good",2\n')
    assert [row[0] for row in rows_of(source)] == ["b"]
    assert [(line, problem) for line, problem, _, _ in faults_of(source)] == [(2, "quotes_broken")]


def test_a_cell_of_ten_megabytes_is_a_fault(open_bytes, rows_of, faults_of):
    source = open_bytes("customer,date,amount\na,2024-01-02,1\n" + "x" * 10_000_000 + ",2024-01-02,1\nb,2024-01-03,2\n")
    assert [row[0] for row in rows_of(source)] == ["a", "b"]
    assert [(line, problem) for line, problem, _, _ in faults_of(source)] == [(3, "line_too_long")]


CELLS = st.text(st.sampled_from('ab",\n 1"'), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(lines=[("1,1", '"'), ('"', "1,1")])  # one record of twice the header's columns
@given(lines=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12))
def test_no_damage_makes_lines_vanish(open_bytes, faults_of, rows_of, lines):
    """Whatever quotation marks and line breaks stand in a file, each line is in a row or in a fault."""
    body = "".join(f"k{number},{one},{other}\n" for number, (one, other) in enumerate(lines))
    source = open_bytes("customer,date,amount\n" + body, header=True, delimiter=",")
    said = "\n".join("".join(cell or "" for cell in row) for row in rows_of(source))
    said += "\n".join(text for *_, text in faults_of(source))
    assert all(f"k{number}" in said for number in range(len(lines)))


def test_lines_are_told_as_an_editor_counts_them(open_bytes, faults_of):
    source = open_bytes('customer,remark,amount\na,"two\nlines",1\n\nb,short\nc,x,1\n')
    assert [(line, text) for line, _, _, text in faults_of(source)] == [(5, "b,short")]
