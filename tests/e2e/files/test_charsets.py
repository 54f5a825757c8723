"""The charset that an upload names for a file, `text/csv; charset=koi8-r`, is the one that the file is
read in, without a guess or a warning; one that cannot be heeded is refused before there is a job."""

import pytest

import formats
from client import IMPORT, MULTIPART, multipart, part

HEADER = "id,title,text,priority,phase\n"


def table(*titles, header=HEADER, ends="\n"):
    return (header + "".join(f",{title},Text,5,X1\n" for title in titles)).replace("\n", ends)


def post(api, content, charset, filename="standard.csv"):
    kind = "text/csv" if charset is None else f"text/csv; charset={charset}"
    return api.post(IMPORT, data=multipart(part(content, filename=filename, kind=kind)),
                    headers={"Content-Type": MULTIPART})


def job(api, content, charset, status, filename="standard.csv"):
    answer = post(api, content, charset, filename)
    assert answer.status == 200, answer
    return api.wait_for(answer.json["id"], status)["id"]


def titles(api, job_id):
    """The titles of the new items; there must be no warning."""
    found = api.job(job_id, include="warnings")
    assert found["warnings"] in (None, []), found
    return [change["new"]["title"] for change in api.diff(job_id)["add"]]


def errors(api, job_id):
    return [(e["row"], e["details"]) for e in api.job(job_id)["errors"]]


# What the part says, what Python calls it, and a title with letters of it.
TOLD = [
    ("windows-1251", "cp1251", "Пароль “да”"),
    ("Windows-1251", "cp1251", "Пароль"),
    ('"koi8-r"', "koi8-r", "Пароль"),
    ('"KOI8-\\R"', "koi8-r", "Пароль"),
    ("koi8-u", "koi8-u", "Їжак"),
    ("iso-8859-5", "iso8859-5", "Пароль"),
    ("ISO_8859-5:1988", "iso8859-5", "Пароль"),
    ("ibm866", "cp866", "Пароль"),
    ("x-mac-cyrillic", "mac_cyrillic", "Пароль"),
    ("macintosh", "mac_roman", "Café “naïve” •"),
    ("x-mac-roman", "mac_roman", "Café"),
    ("cp437", "cp437", "Café ½"),
    ("cp850", "cp850", "Café ×"),
    ("iso-8859-1", "latin-1", "Café"),
    ("latin1", "latin-1", "Café"),
    ("iso-8859-1", "cp1252", "Café – €"),
    ("windows-1252", "cp1252", "Café – €"),
    ("iso-8859-2", "iso8859-2", "Łódź"),
    ("iso-8859-15", "iso8859-15", "Café €"),
    ("windows-1250", "cp1250", "Łódź – €"),
    ("windows-1253", "cp1253", "Κωδικός"),
    ("windows-1254", "cp1254", "Şifre"),
    ("windows-1256", "cp1256", "كلمة"),
    ("shift_jis", "cp932", "表示ソ①～"),
    ("Shift-JIS", "shift_jis", "漢字"),
    ("euc-jp", "euc_jp", "漢字かな"),
    ("iso-2022-jp", "iso2022_jp", "漢字かな"),
    ("gbk", "gbk", "密码"),
    ("gb2312", "gb2312", "密码"),
    ("gb18030", "gb18030", "密码😀"),
    ("big5", "big5", "密碼功"),
    ("euc-kr", "euc_kr", "비밀번호"),
    ("ks_c_5601-1987", "cp949", "비밀번호 갂"),
    ("utf-8", "utf-8", "Пароль 密码 😀"),
    ("UTF8", "utf-8-sig", "Пароль"),
    ("us-ascii", "ascii", "Password"),
    ("utf-16le", "utf-16-le", "Пароль 😀"),
    ("UTF-16BE", "utf-16-be", "Пароль 😀"),
    ("utf-16", "utf-16-le", "Пароль"),
    ("utf-16", "utf-16-be", "Пароль"),
    ("utf-16", "utf-16", "Пароль"),
]


@pytest.mark.parametrize("charset, codec, title", TOLD)
def test_a_file_is_read_in_the_charset_that_is_named(api, charset, codec, title):
    job_id = job(api, table(title, ends="\r\n").encode(codec), charset, "ready_for_review")
    assert titles(api, job_id) == [title]


@pytest.mark.parametrize("charset, codec", [
    ("windows-1251", "utf-8-sig"), ("utf-8", "utf-16"), ("utf-16be", "utf-16"),
    ("iso-8859-1", "utf-8-sig")])
def test_a_byte_order_mark_knows_better(api, charset, codec):
    job_id = job(api, table("Пароль").encode(codec), charset, "ready_for_review")
    assert titles(api, job_id) == ["Пароль"]


@pytest.mark.parametrize("charset, raw, row, words", [
    ("utf-8", b",Caf\xe9,Text,5,X1\n", 2, ["0xE9", "not UTF-8", "charset=utf-8"]),
    ("utf-8", b",a,Text,5,X1\n,b\xff,Text,5,X1\n", 3, ["0xFF", "not UTF-8"]),
    ("utf-8", b",Caf\xc3", 2, ["ends inside a character"]),
    ("us-ascii", b",Caf\xc3\xa9,Text,5,X1\n", 2, ["0xC3", "us-ascii"]),
    ("windows-1252", b",a\x81,Text,5,X1\n", 2, ["0x81", "windows-1252"]),
    ("windows-1251", b",a,Text,5,X1\n,\x98,Text,5,X1\n", 3, ["0x98", "windows-1251"]),
    ("shift_jis", b",\x81,Text,5,X1\n", 2, ["0x81", "shift_jis"]),
    ("shift_jis", b",a,Text,5,\x83", 2, ["ends inside a character", "shift_jis"]),
    ("gbk", b",a,Text,5,X1\n,b,\xff,5,X1\n", 3, ["0xFF", "gbk"]),
])
def test_a_byte_that_the_charset_lacks_is_an_error_in_its_row(api, charset, raw, row, words):
    job_id = job(api, HEADER.encode() + raw, charset, "fail")
    ((found, details),) = errors(api, job_id)
    assert found == row
    for word in words:
        assert word in details


@pytest.mark.parametrize("charset", [
    "klingon", "utf-7", "utf-32", "ebcdic-us", "UTF-8//TRANSLIT", "../../tmp/x", '""', "",
    "utf-8,utf-8", "x" * 5000, "utf-8; charset=koi8-r", '"utf-8', "\u0444"])
def test_an_unknown_charset_is_415(api, db, charset):
    answer = post(api, table("a").encode(), charset)
    assert answer.status == 415, answer
    assert list(answer.json) == ["detail"]
    assert "charset" in answer.detail and "Save the file as UTF-8." in answer.detail
    assert len(answer.detail) < 500
    assert db.value("SELECT count(*) FROM import_job") == 0
    assert db.value("SELECT count(*) FROM import_file WHERE job_id IS NULL") == 0


@pytest.mark.parametrize("filename, charset, words", [
    ("standard.json", "iso-8859-1", "JSON"), ("standard.json", "utf-16le", "JSON"),
    ("standard.yaml", "windows-1251", "YAML"), ("standard.yml", "shift_jis", "YAML")])
def test_a_charset_that_the_format_cannot_have_is_415(api, filename, charset, words):
    answer = post(api, b"[]", charset, filename)
    assert answer.status == 415, answer
    assert charset in answer.detail and words in answer.detail


JSON = '[{"id":"","title":"Пароль","text":"Text","priority":5,"phase":"X1"}]'
YAML = "- id: ''\n  title: Пароль\n  text: Text\n  priority: 5\n  phase: X1\n"


@pytest.mark.parametrize("filename, text, charset, codec", [
    ("standard.json", JSON, "utf-8", "utf-8"), ("standard.json", JSON, "us-ascii", "utf-8"),
    ("standard.yaml", YAML, "utf-8", "utf-8"), ("standard.yaml", YAML, "us-ascii", "utf-8"),
    ("standard.yaml", YAML, "utf-16le", "utf-16-le"), ("standard.yml", YAML, "utf-16", "utf-16")])
def test_json_and_yaml_in_theirs(api, filename, text, charset, codec):
    job_id = job(api, text.encode(codec), charset, "ready_for_review", filename)
    assert titles(api, job_id) == ["Пароль"]


@pytest.mark.parametrize("filename, raw", [
    ("standard.json", JSON.encode("cp1251")), ("standard.yaml", YAML.encode("cp1251"))])
def test_json_and_yaml_that_are_not_utf_8_are_refused_where_they_are_not(api, filename, raw):
    ((_, details),) = errors(api, job(api, raw, "utf-8", "fail", filename))
    assert "UTF-8" in details


def test_of_a_workbook_it_is_ignored(api):
    raw = formats.write("xlsx", ["id", "title", "text", "priority", "phase"],
                        [["", "Пароль", "Text", 5, "X1"]])
    job_id = job(api, raw, "klingon", "ready_for_review", "standard.xlsx")
    assert titles(api, job_id) == ["Пароль"]


def test_a_retry_reads_it_in_the_same(api):
    job_id = job(api, table("Пароль").encode("koi8-r"), "koi8-r", "ready_for_review")
    assert api.change(job_id, "cancel").status == 200
    assert api.change(job_id, "retry").status == 200
    api.wait_for(job_id, "ready_for_review")
    assert titles(api, job_id) == ["Пароль"]


def test_failed_rows_are_read_in_the_same(api):
    job_id = job(api, (HEADER + ",Пароль,Text,500,X1\n").encode("cp1251"), "windows-1251", "fail")
    answer = api.get(f"{IMPORT}{job_id}/errors/", params={"format": "csv"}, check=False)
    assert "Пароль" in answer.raw.decode("utf-8-sig")


def test_each_file_of_a_job_has_its_own(api, db):
    """Also, an uncommon one does not change how the next file is read."""
    job(api, table("Пароль").encode("cp1251"), "windows-1251", "ready_for_review")
    api.change(api.get(IMPORT + "current/").json["id"], "cancel")
    job_id = job(api, table("Café").encode("utf-8"), None, "ready_for_review")
    assert titles(api, job_id) == ["Café"]
    assert db.rows("SELECT charset FROM import_file ORDER BY id") == [("windows-1251",), (None,)]


def test_a_large_file_is_read_in_pieces(api):
    long = "漢字かなソ" * 5000
    raw = (HEADER + "".join(f",t{n},{'x' * (n % 3)}{long},5,X1\n" for n in range(20))).encode("cp932")
    job_id = job(api, raw, "shift_jis", "ready_for_review")
    new = [change["new"] for change in api.diff(job_id)["add"]]
    assert [item["text"] for item in new] == ["x" * (n % 3) + long for n in range(20)]


@pytest.mark.parametrize("encoding, words", [
    ("gbk", "模块的数量不能为零"), ("cp932", "仕様の保護ｿﾌﾄ"), ("big5", "資料的數量"),
    ("euc-kr", "보안 정책을 따른다")])
def test_what_is_read_in_a_wrong_charset_is_told_once(api, encoding, words):
    """Some of it looks as if it had been encoded twice; the warning about the file is enough."""
    content = table(*(f"{words} {n}" for n in range(20))).encode(encoding)
    job_id = job(api, content, None, "ready_for_review")
    (warning,) = api.job(job_id, include="warnings")["warnings"]
    assert warning["row"] == 2 and "Windows-1252" in warning["details"]
