"""Text files as people's programs write them."""

import gzip

import pytest

HEADER = ("customer", "date", "amount")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(open_bytes, rows_of, delimiter):
    lines = [HEADER, ("a", "2024-01-02", "1,5" if delimiter == ";" else "1.5"), ("b", "2024-01-03", "2")]
    source = open_bytes("\n".join(delimiter.join(line) for line in lines))
    assert source.delimiter == delimiter
    assert source.headers == HEADER
    assert rows_of(source) == lines[1:]


def test_columns_set_apart_by_runs_of_spaces(open_bytes, rows_of):
    source = open_bytes(
        " customer_id  date n  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112 12  12.00\r\n"
    )
    assert source.headers == ("customer_id", "date", "n", "dollar_value")
    assert rows_of(source) == [("00001", "19970101", "1", "11.77"), ("00002", "19970112", "12", "12.00")]


def test_a_file_without_a_header(open_bytes, rows_of):
    source = open_bytes("760\t25\t2009-11-06\n860\t50\t2012-09-28\n")
    assert not source.has_header
    assert source.headers == ("column 1", "column 2", "column 3")
    assert len(rows_of(source)) == 2


@pytest.mark.parametrize("header", [True, False])
def test_a_person_may_say_whether_there_is_a_header(open_bytes, header):
    assert open_bytes("a,b\nx,y\n", header=header).rows == 2 - header


def test_titles_above_the_header_are_skipped(open_bytes, rows_of):
    source = open_bytes("Orders of 2024\n\ncustomer,date,amount\na,2024-01-02,1\nb,2024-01-03,2\n")
    assert source.headers == HEADER
    assert source.first_line == 4
    assert rows_of(source)[0] == ("a", "2024-01-02", "1")


def test_excels_own_mark_names_the_delimiter(open_bytes):
    assert open_bytes("sep=;\ncustomer;date;amount\na;2024-01-02;1\n").headers == HEADER


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_of_ending_lines(open_bytes, rows_of, end):
    assert len(rows_of(open_bytes(end.join(["customer,date,amount", "a,2024-01-02,1", "b,2024-01-03,2"])))) == 2


def test_lines_that_end_in_different_ways(open_bytes, rows_of):
    assert len(rows_of(open_bytes("customer,date,amount\r\na,2024-01-02,1\nb,2024-01-03,2\r\nc,2024-01-04,3\r"))) == 3


def test_a_cell_may_hold_line_breaks_delimiters_and_quotes(open_bytes, rows_of):
    source = open_bytes('customer,date,amount\n"a, the ""first""\nof them",2024-01-02,1\nb,2024-01-03,2\n')
    assert rows_of(source)[0][0] == 'a, the "first"\nof them'
    assert source.rows == 2


def test_formulas_in_a_text_file_are_text(open_bytes, rows_of):
    assert rows_of(open_bytes("customer,date,amount\n=1+1,2024-01-02,1\n"))[0][0] == "=1+1"


def test_repeated_headers_are_numbered_and_said(open_bytes):
    source = open_bytes("date,date,amount,\n2024-01-02,2024-01-03,1,x\n")
    assert source.headers == ("date", "date (2)", "amount", "column 4")
    assert "2 columns are called date" in str(source.notes[0])


def test_only_a_header_is_no_rows(open_bytes, rows_of):
    source = open_bytes("customer,date,amount\n")
    assert (source.headers, rows_of(source)) == (HEADER, [])


def test_nul_bytes_are_left_out_and_counted(open_bytes, rows_of):
    source = open_bytes("customer,date,amount\na\0b,2024-01-02,1\n")
    assert rows_of(source) == [("ab", "2024-01-02", "1")]
    assert "1 NUL byte was" in str(source.notes[0])


def test_a_gzipped_file(open_bytes, rows_of):
    assert len(rows_of(open_bytes(gzip.compress(b"customer,date,amount\na,2024-01-02,1\n"), "orders.csv.gz"))) == 1


def test_a_file_name_that_reads_like_a_pattern(open_bytes, rows_of):
    assert len(rows_of(open_bytes("customer,date,amount\na,2024-01-02,1\n", "orders[1]*.csv"))) == 1


def test_a_title_and_a_header_may_hold_line_breaks(open_bytes, rows_of):
    text = '"Orders\nof 2024"\n\nid,date,"amount\n(CNY)"\na,2024-03-05,1\n\nb,2024-03-06,2\n'
    source = open_bytes(text)
    assert source.headers == ("id", "date", "amount\n(CNY)")
    assert source.first_line == 6
    assert [row[0] for row in rows_of(source)] == ["a", "b"]
