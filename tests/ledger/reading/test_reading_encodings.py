"""Every encoding a business's programs write, told by how its text reads."""

import pytest

SIMPLIFIED = """订单号,会员号,下单时间,实付金额,商品名称,备注
A1,曾惠,2024-03-05,12.5,西湖龙井茶,请尽快发货
A2,许安,2024-03-06,88,红烧牛肉面,无
A3,宋良,2024-03-07,20,水煮鱼,客人要求少放辣椒
"""
TRADITIONAL = """訂單編號,會員編號,訂單日期,金額,商品名稱,備註
A1,陳怡君,2024-03-05,12.5,凍頂烏龍茶,請儘快出貨
A2,林志明,2024-03-06,88,紅燒牛肉麵,無
A3,張淑芬,2024-03-07,20,臺灣滷肉飯,客人要求少放辣椒
"""
WESTERN = """order,customer,date,amount,remark
A1,Müller,2024-03-05,12.5,Grüße aus Köln – bis später
A2,Françoise,2024-03-06,88,£5 off “today” café crème
A3,Ångström,2024-03-07,20,señor
"""
CASES = [
    (SIMPLIFIED, "utf-8", "UTF-8"),
    (SIMPLIFIED, "utf-8-sig", "UTF-8"),
    (SIMPLIFIED, "utf-16", "UTF-16"),
    (SIMPLIFIED, "gbk", "GB18030"),
    (SIMPLIFIED, "gb18030", "GB18030"),
    (TRADITIONAL, "big5", "Big5"),
    (TRADITIONAL, "utf-8", "UTF-8"),
    (TRADITIONAL, "gb18030", "GB18030"),
    (WESTERN, "cp1252", "Windows-1252"),
    (WESTERN, "utf-8", "UTF-8"),
    (WESTERN, "utf-16-le", "UTF-16"),
    (WESTERN, "utf-16-be", "UTF-16"),
]


@pytest.mark.parametrize(("text", "encoding", "shown"), CASES)
def test_the_encoding_is_told(open_bytes, rows_of, text, encoding, shown):
    source = open_bytes(text.encode(encoding))
    assert source.encoding == shown
    lines = text.splitlines()
    assert source.headers == tuple(lines[0].split(","))
    assert rows_of(source) == [tuple(line.split(",")) for line in lines[1:]]


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("id,date,name\n1,2024-03-05,李明\n2,2024-03-05,王芳\n", "gbk", "GB18030"),
        ("id,date,name\n1,2024-03-05,陳怡君\n2,2024-03-05,林美玲\n", "big5", "Big5"),
        ("id,date,name\n1,2024-03-05,Zoë\n2,2024-03-05,José\n", "cp1252", "Windows-1252"),
        ("id,date,price\n1,2024-03-05,£12\n2,2024-03-05,€9\n", "cp1252", "Windows-1252"),
    ],
)
def test_a_few_characters_are_enough(open_bytes, text, encoding, shown):
    assert open_bytes(text.encode(encoding)).encoding == shown


def test_big5_text_decodes_as_gb18030_and_is_not_taken_for_it(open_bytes):
    content = TRADITIONAL.encode("big5")
    content.decode("gb18030")  # no error: only the meaning tells
    assert open_bytes(content).encoding == "Big5"


def test_what_comes_late_in_a_large_file_counts(open_bytes, rows_of):
    plain = "c1,2024-03-05,1\n" * 400_000
    source = open_bytes(("customer,date,amount\n" + plain + "曾惠,2024-03-05,1\n李明,2024-03-05,1\n").encode("gbk"))
    assert source.encoding == "GB18030"
    assert rows_of(source)[-2][0] == "曾惠"


def test_the_choice_is_said_and_may_be_overruled(open_bytes, rows_of):
    content = "id,date,name\n1,2024-03-05,李明\n".encode("gbk")
    assert "it was read as GB18030" in str(open_bytes(content).notes[0])
    overruled = open_bytes(content, encoding="big5")
    assert (overruled.encoding, overruled.notes) == ("Big5", ())
    assert rows_of(overruled)[0][2] != "李明"


def test_utf8_with_a_few_broken_bytes_is_still_utf8(open_bytes, rows_of):
    content = SIMPLIFIED.encode().replace("辣椒".encode(), "辣椒".encode()[:-1])
    source = open_bytes(content)
    assert source.encoding == "UTF-8"
    assert "some of its characters are damaged, the first on line 4" in str(source.notes[0])
    assert source.rows == 3
    assert rows_of(source)[0][1] == "曾惠"


@pytest.mark.parametrize("other", ["gb18030", "big5"])
@pytest.mark.parametrize("in_other", [1, 30])
def test_each_line_is_read_in_its_own_encoding(open_bytes, rows_of, other, in_other):
    names = ["陳怡君", "林美玲", "張淑芬", "王小明"]
    lines = [f"{names[place % 4]},2024-03-05,12\r\n" for place in range(40)]
    content = b"customer,date,amount\r\n" + b"".join(
        line.encode(other if place < in_other else "utf-8") for place, line in enumerate(lines)
    )
    source = open_bytes(content)
    assert [row[0] for row in rows_of(source)] == [names[place % 4] for place in range(40)]
    (warning,) = source.warnings
    assert f"{40 - in_other} lines are UTF-8" in str(warning)
    assert ("lines such as 2." if in_other == 1 else "UTF-8 lines such as 32, 33, 34, 35, 36.") in str(warning)


@pytest.mark.parametrize(("text", "encoding", "shown"), CASES)
def test_a_file_in_one_encoding_is_not_called_a_mixture(open_bytes, text, encoding, shown):
    assert open_bytes(text.encode(encoding)).warnings == ()


def test_broken_utf8_is_no_mixture(open_bytes):
    content = SIMPLIFIED.encode().replace("辣椒".encode(), "辣椒".encode()[:-1])
    assert open_bytes(content).warnings == ()
