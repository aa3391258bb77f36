"""Files that can't be used: each gets one sentence, and costs little."""

import gzip
import io
import zipfile

import pytest

from tasks.interchange import refusals
from tasks.interchange.mspdi.read import LIMITS, read_mspdi
from tasks.interchange.tests.builders import NAMESPACE, mspdi, read, task, waits_for

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


def workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


class TestForeignFiles:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (workbook(), "Excel workbook (.xlsx)"),
            (OLE + "Workbook".encode("utf-16-le"), "Excel workbook (.xls)"),
            (OLE + "MSProject".encode("utf-16-le"), "Microsoft Project MPP"),
            (OLE, "Microsoft Project MPP or another Office file of the old kind"),
            (b"PK\x03\x04 word/document.xml", "Word document (.docx)"),
            (b"PK\x03\x04 [Content_Types].xml", "Office document (.xlsx, .docx, .pptx)"),
            (
                b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                "OpenDocument spreadsheet (.ods)",
            ),
            (b"PK\x03\x04 readme.txt", "ZIP archive"),
            (b"MPX,Microsoft Project for Windows,4.0", "MPX (Microsoft Project 4)"),
            (b"ERMHDR\t8.4", "Primavera XER"),
            (b"BEGIN:VCALENDAR\r\n", "iCalendar"),
            (b"%PDF-1.7", "PDF"),
            (b'{"tasks": []}', "JSON"),
            (b"[[[[", "JSON"),
            (b"id,name\n1,A\n", "text table (CSV) or plain text"),
            ("id\tname\n".encode("utf-16"), "text table (CSV) or plain text"),
            (b"id,\x00name", "unknown binary file"),
            (b"<APIBusinessObjects/>", "Primavera P6 XML"),
            (b'<project mrproject-version="2"/>', "Planner"),
            (b'<project view-date="2026-11-02"/>', "GanttProject"),
            (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel XML spreadsheet"),
            (b"<html><body/></html>", "HTML page"),
        ],
    )
    def test_are_refused_by_their_name(self, content, name):
        with pytest.raises(refusals.UnsupportedFormat) as refused:
            read(content)
        assert refused.value.params == {"format": name}
        assert name in str(refused.value)

    @pytest.mark.parametrize(
        "content",
        [
            b"<plans/>",
            b"<project/>",
            b'<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003"/>',
        ],
    )
    def test_are_refused_by_their_root(self, content):
        with pytest.raises(refusals.NotAPlan):
            read(content)

    def test_are_found_inside_gzip_too(self):
        with pytest.raises(refusals.UnsupportedFormat):
            read(gzip.compress(b"MPX,"))


class TestDamagedFiles:
    @pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0)])
    def test_without_content(self, content):
        with pytest.raises(refusals.EmptyFile):
            read(content)

    def test_cut_off_tell_the_line(self):
        with pytest.raises(refusals.BrokenXml) as refused:
            read(mspdi(task(1))[:300])
        assert refused.value.params["line"] == 2
        assert "line 2" in str(refused.value)

    def test_cut_off_inside_gzip(self):
        with pytest.raises(refusals.BrokenArchive):
            read(gzip.compress(mspdi(task(1)).encode())[:-30])

    def test_with_rubbish_inside_gzip(self):
        packed = bytearray(gzip.compress(mspdi(task(1)).encode()))
        packed[20:40] = b"\xff" * 20
        with pytest.raises((refusals.BrokenArchive, refusals.BrokenXml)):
            read(bytes(packed))

    def test_with_the_wrong_encoding(self):
        xml = mspdi(task(1, name="\u5de5\u7a0b")).replace("UTF-8", "Shift_JIS").encode("utf-8")
        with pytest.raises((refusals.WrongEncoding, refusals.BrokenXml)):
            read(xml + b"\xff\xff")

    def test_with_bytes_that_are_not_utf_8(self):
        with pytest.raises(refusals.WrongEncoding) as refused:
            read(mspdi(task(1, name="\u5de5\u7a0b")).encode("shift_jis"))
        assert refused.value.params["encoding"] == "UTF-8"

    @pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "nonsense"])
    def test_with_an_encoding_that_is_not_read(self, encoding):
        with pytest.raises(refusals.UnknownEncoding) as refused:
            read(mspdi().replace("UTF-8", encoding))
        assert refused.value.params == {"encoding": encoding}


class TestHostileFiles:
    def test_entities_are_never_expanded(self):
        bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
        doctype = f'<!DOCTYPE Project [<!ENTITY e0 "ha">{bomb}]>'
        with pytest.raises(refusals.ForbiddenDoctype):
            read(mspdi(task(1, name="&e9;")).replace("<Project", doctype + "<Project"))

    def test_document_types_are_not_fetched(self):
        doctype = '<!DOCTYPE Project SYSTEM "http://127.0.0.1:9/project.dtd">'
        with pytest.raises(refusals.ForbiddenDoctype):
            read(mspdi(task(1)).replace("<Project", doctype + "<Project"))

    def test_size_is_counted_after_unpacking(self):
        packed = gzip.compress(b"<Project>" + b" " * 5_000_000)
        assert len(packed) < 10_000
        with pytest.raises(refusals.FileTooLarge) as refused:
            read_mspdi(io.BytesIO(packed), max_bytes=1024 * 1024)
        assert "1 MB" in str(refused.value)

    def test_deep_nesting_ends_early(self):
        with pytest.raises(refusals.TooDeep):
            read(mspdi(task(1, "<a>" * 5000)))

    def test_one_item_cannot_hold_everything(self):
        with pytest.raises(refusals.TooManyItems):
            read(mspdi(task(1, "<a/>" * 300_001)))

    @pytest.mark.parametrize(
        "long",
        [f"<!--{'x' * 3_000_000}-->", f'<Name a="{"x" * 3_000_000}"/>', f"<Name>{'x' * 5_000_000}</Name>"],
        ids=["comment", "attribute", "text"],
    )
    def test_no_text_is_scanned_again_and_again(self, long):
        with pytest.raises(refusals.TextTooLong):
            read(mspdi(head=long))

    @pytest.mark.parametrize(
        "rubbish",
        ["<a/>" * 6000, f"<Views>{'<a/>' * 2_000_001}</Views>", f"<Tasks>{'<a/>' * 6000}</Tasks>"],
        ids=["head", "views", "list"],
    )
    def test_rubbish_is_not_read_to_its_end(self, rubbish):
        with pytest.raises(refusals.TooManyItems):
            read(f"<Project {NAMESPACE}>{rubbish}</Project>")

    def test_an_outline_has_an_end(self):
        with pytest.raises(refusals.OutlineTooDeep) as refused:
            read(mspdi(*(task(level, level=level) for level in range(1, 1002))))
        assert refused.value.params["uid"] == 1001

    def test_empty_rows_are_bounded(self, monkeypatch):
        monkeypatch.setitem(LIMITS, "task", 3)
        with pytest.raises(refusals.TooManyItems):
            read(mspdi(*["<Task/>"] * 5))

    def test_unknown_elements_are_bounded(self, monkeypatch):
        monkeypatch.setattr("tasks.interchange.mspdi.fields.MAX_EXTRAS", 10)
        with pytest.raises(refusals.TooManyItems):
            read(mspdi(task(1, "".join(f"<a{n}>x</a{n}>" for n in range(20)))))

    def test_rows_are_bounded(self, monkeypatch):
        monkeypatch.setitem(LIMITS, "task", 3)
        with pytest.raises(refusals.TooManyItems) as refused:
            read(mspdi(*(task(uid) for uid in range(1, 6))))
        assert refused.value.params == {"kind": "task", "limit": 3}


class TestContradictions:
    @pytest.mark.parametrize("kind", ["Task", "Resource", "Calendar"])
    def test_two_things_with_one_uid(self, kind):
        twice = f"<{kind}><UID>7</UID><Name>A</Name></{kind}><{kind}><UID>7</UID><Name>B</Name></{kind}>"
        with pytest.raises(refusals.DuplicateUid) as refused:
            read(f"<Project {NAMESPACE}><{kind}s>{twice}</{kind}s></Project>")
        assert refused.value.params == {"kind": kind.lower(), "uid": 7, "first": "A", "second": "B"}

    def test_a_circle_is_named_in_order(self):
        with pytest.raises(refusals.LinkCircle) as refused:
            read(
                mspdi(
                    task(1, waits_for(3), name="A"),
                    task(2, waits_for(1), name="B"),
                    task(3, waits_for(2), name="C"),
                )
            )
        assert sorted(refused.value.uids) == [1, 2, 3]
        first = refused.value.uids.index(1)
        assert refused.value.uids[first:] + refused.value.uids[:first] == (1, 2, 3)
        assert "'A' (1)" in str(refused.value)

    def test_a_circle_through_a_summary(self):
        with pytest.raises(refusals.LinkCircle) as refused:
            read(mspdi(task(1, waits_for(3)), task(2, level=2), task(3, waits_for(2))))
        assert {2, 3} <= set(refused.value.uids)

    def test_a_long_circle_is_cut_in_the_sentence(self):
        rows = [task(uid, waits_for(uid % 1000 + 1)) for uid in range(1, 1001)]
        with pytest.raises(refusals.LinkCircle) as refused:
            read(mspdi(*rows))
        assert len(refused.value.uids) == 1000
        assert len(str(refused.value)) < 300
