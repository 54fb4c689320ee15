"""Files that cannot be read at all: one clear sentence each."""

import errno
import gzip
import io
import zipfile

import pytest

from keyworth.errors import BookUnwritable, FileUnreadable, KeyworthError, OptionRefused
from keyworth.ledger.reading import from_frame, open_sources

GOOD = "customer,date,amount\na,2024-01-02,1\n"
CHINESE = "会员号,下单时间,实付金额\n曾惠,2024-01-02,1\n"


@pytest.mark.parametrize(
    ("content", "name", "options", "sentence"),
    [
        (b"", "orders.csv", {}, "orders.csv is empty"),
        (GOOD, "orders.csv", {"delimiter": ";"}, "to be split at semicolons, but no line of it holds one"),
        (GOOD, "orders.csv", {"delimiter": "abc"}, "A delimiter is one character"),
        (GOOD, "orders.csv", {"encoding": "klingon"}, "no encoding called 'klingon'"),
        (CHINESE.encode("gbk"), "orders.csv", {"encoding": "utf-8"}, "is not in UTF-8: what stands at byte 1 (line 1)"),
        (bytes(range(256)) * 40, "orders.csv", {}, "holds binary data"),
        (b"%PDF-1.7 ...", "orders.csv", {}, "is a PDF, not a table"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "orders.xls", {}, "is a web page"),
        (",".join(["x"] * 1_000_000) + "\n", "orders.csv", {}, "columns; an order file has at most 4,000"),
        (gzip.compress(GOOD.encode())[:-12], "orders.csv.gz", {}, "cannot be unpacked to its end"),
        (b"PK\x03\x04 and then nothing", "orders.xlsx", {}, "damaged or locked"),
        (b"PAR1 and then nothing", "orders.parquet", {}, "damaged Parquet file"),
        (GOOD, "orders.parquet", {}, "called Parquet but is none"),
        ("1\n2\n", "orders.jsonl", {}, "holds no table in JSON"),
    ],
)  # fmt: skip
def test_the_sentence(open_bytes, content, name, options, sentence):
    with pytest.raises(KeyworthError) as refused:
        open_bytes(content, name, **options)
    assert sentence in str(refused.value)


def test_the_hint_names_the_encoding_that_fits(open_bytes):
    with pytest.raises(FileUnreadable, match="reads well as GB18030"):
        open_bytes(CHINESE.encode("gbk"), encoding="utf-8")


def test_the_hint_names_the_delimiter_that_fits(open_bytes):
    with pytest.raises(FileUnreadable, match="set apart by commas"):
        open_bytes(GOOD, delimiter="tab")


def test_a_missing_file(connection, scratch, tmp_path):
    with pytest.raises(FileUnreadable, match=r"There is no file .*orders\.csv"):
        open_sources([tmp_path / "orders.csv"], connection=connection, scratch=scratch)


def test_a_folder_with_nothing_in_it(connection, scratch, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".hidden.csv").write_text(GOOD)
    with pytest.raises(FileUnreadable, match="holds no file that can be read"):
        open_sources([tmp_path / "empty"], connection=connection, scratch=scratch)


@pytest.mark.slow
def test_a_gzip_bomb_is_stopped_early_and_leaves_nothing(open_bytes, scratch):
    bomb = io.BytesIO()
    with gzip.open(bomb, "wb") as packed:
        for _ in range(300):
            packed.write(b"0" * 1_000_000)
    with pytest.raises(FileUnreadable, match="swells more than 250 times"):
        open_bytes(bomb.getvalue(), "orders.csv.gz")
    assert not list(scratch.iterdir())


@pytest.mark.slow
def test_a_workbook_that_is_a_bomb(open_bytes):
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b"0" * 1_000_000)
    with pytest.raises(FileUnreadable, match="swells more than 250 times"):
        open_bytes(bomb.getvalue(), "orders.xlsx")


def test_an_archive_that_is_no_workbook(open_bytes):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("orders.csv", GOOD)
    with pytest.raises(FileUnreadable, match="zip archive, not a workbook"):
        open_bytes(archive.getvalue(), "orders.zip")


def test_what_is_no_frame(connection, scratch):
    with pytest.raises(FileUnreadable, match="is a int, not a table"):
        from_frame(17, connection=connection, scratch=scratch, name="orders")


def test_a_sheet_that_is_not_there(open_bytes):
    openpyxl = pytest.importorskip("openpyxl")
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["customer"])
    book.save(content)
    with pytest.raises(OptionRefused, match="no sheet called 'Orders'"):
        open_bytes(content.getvalue(), "orders.xlsx", sheet="Orders")


def test_a_full_disk_is_said(open_bytes, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("keyworth.ledger.reading.text.to_utf8", full)
    with pytest.raises(BookUnwritable, match=r"no room on the disk to unpack or rewrite orders\.csv"):
        open_bytes(CHINESE.encode("gbk"))


@pytest.mark.parametrize(
    ("name", "claimed"),
    [("pic.xlsx", "a workbook"), ("pic.xls", "a workbook"), ("o.csv.gz", "a gzip archive")],
)
@pytest.mark.parametrize("text", ["not xlsx\n", "hello", "customer,date\n"])
def test_a_few_words_under_the_name_of_something_else(open_bytes, name, claimed, text):
    with pytest.raises(FileUnreadable, match=f"is {claimed} by its name, but it holds plain text"):
        open_bytes(text, name)


@pytest.mark.parametrize("name", ["orders.xls", "orders.xlsx", "orders.csv.gz"])
def test_a_table_in_text_under_such_a_name_is_read_and_said(open_bytes, name):
    source = open_bytes("customer\tdate\tamount\nA\t2024-01-01\t5\nB\t2024-01-02\t6\n", name)
    assert (source.headers, source.rows) == (("customer", "date", "amount"), 2)
    assert "it holds plain text and was read as such" in str(source.notes[0])
