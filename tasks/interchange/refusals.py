"""Why a file can't be used: one class per reason, each a whole sentence with what to do next."""

from typing import ClassVar

Param = str | int


class PlanFileRefused(Exception):
    """``code`` and ``params`` let others say the same in another language."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "The file can't be used."

    def __init__(self, **params: Param) -> None:
        self.params = params
        super().__init__(self.sentence.format(**params))


class EmptyFile(PlanFileRefused):
    code = "empty_file"
    sentence = "The file is empty (0 bytes). Please export the plan again and choose the new file."


class FileTooLarge(PlanFileRefused):
    code = "file_too_large"
    sentence = (
        "The file is larger than {limit_mb} MB once unpacked, the most that is read. "
        "Please split the plan into several files."
    )


class BrokenArchive(PlanFileRefused):
    code = "broken_archive"
    sentence = "The compressed file is damaged or cut off. Please compress or download it again."


class BrokenXml(PlanFileRefused):
    code = "broken_xml"
    sentence = (
        "The XML is broken at line {line}, column {column} ({reason}). Please export the plan again as XML from the "
        "program that made it."
    )


class ForbiddenDoctype(PlanFileRefused):
    code = "forbidden_doctype"
    sentence = (
        "The XML declares a document type or entities at line {line}, which no Microsoft Project file needs, "
        "so it is not read. Please export the plan again as XML."
    )


class ForbiddenInclude(PlanFileRefused):
    code = "forbidden_include"
    sentence = (
        "The XML asks at line {line} for other files to be put in (XInclude), which no Microsoft Project file needs, "
        "so it is not read. Please export the plan again as XML."
    )


class NulBytes(PlanFileRefused):
    code = "nul_bytes"
    sentence = (
        "The file has NUL bytes between its text, which no XML may have: it is damaged, or was saved in another encoding "
        "than it says. Please export the plan again."
    )


class UidOutOfRange(PlanFileRefused):
    code = "uid_out_of_range"
    sentence = (
        "The {kind} '{name}' has the UID {uid}. Microsoft Project numbers from 0 to {limit}; what links and assignments "
        "mean by such a number can't be told. Please export the plan again."
    )


class UnknownEncoding(PlanFileRefused):
    code = "unknown_encoding"
    sentence = "The file says it is encoded as {encoding}, which can't be read here. Please save it as UTF-8."


class WrongEncoding(PlanFileRefused):
    code = "wrong_encoding"
    sentence = (
        "The file says it is encoded as {encoding}, but its text is not (byte {position}). Save it as UTF-8."
    )


class NotAPlan(PlanFileRefused):
    code = "not_a_plan"
    sentence = (
        "The XML is not a Microsoft Project file: it begins with <{root}>, not <Project>. "
        "In Microsoft Project, use Save As and choose XML format."
    )


class UnsupportedFormat(PlanFileRefused):
    code = "unsupported_format"
    sentence = (
        "This is a file of the kind {format}, which can't be read. "
        "Please open it in the program that made it and save it as Microsoft Project XML."
    )


class DuplicateUid(PlanFileRefused):
    code = "duplicate_uid"
    sentence = (
        "Two {kind}s have the same UID {uid}: '{first}' and '{second}'. Links can't tell them apart. "
        "Please export the plan again."
    )


class LinkCircle(PlanFileRefused):
    """``uids`` holds the whole circle; the sentence names the first few of its tasks."""

    code = "link_circle"
    sentence = "{count} tasks wait for each other in a circle: {names}. Please remove one of these links."

    def __init__(self, uids: tuple[int, ...], names: str) -> None:
        self.uids = uids
        super().__init__(count=len(uids), names=names)


class TooManyItems(PlanFileRefused):
    code = "too_many_items"
    sentence = (
        "The file has more than {limit} {kind}s, the most that is read. Please split it into several files."
    )


class TooDeep(PlanFileRefused):
    code = "too_deep"
    sentence = "The XML nests elements more than {limit} levels deep, which no Microsoft Project file does."


class TextTooLong(PlanFileRefused):
    code = "text_too_long"
    sentence = (
        "One text or tag in the XML is longer than {limit_mb} MB, the most that is read. "
        "Please shorten it in the program that made the file."
    )


class OutlineTooDeep(PlanFileRefused):
    code = "outline_too_deep"
    sentence = (
        "Task {uid} '{name}' lies more than {limit} outline levels deep, the most that is read. "
        "Please flatten the outline."
    )


class BrokenWorkbook(PlanFileRefused):
    code = "broken_workbook"
    sentence = "The workbook is damaged in its part {part}. Please open it in Excel, save it again and choose the new file."


class ForbiddenInWorkbook(PlanFileRefused):
    code = "forbidden_in_workbook"
    sentence = (
        "The part {part} of the workbook declares a document type or entities, which no spreadsheet program writes, "
        "so it is not read. Please save the workbook again in Excel."
    )


class LockedWorkbook(PlanFileRefused):
    code = "locked_workbook"
    sentence = "The workbook is protected by a password. Please save it without one (File, Info, Protect Workbook) and choose it again."


class UnsupportedSheetFormat(PlanFileRefused):
    code = "unsupported_sheet_format"
    sentence = (
        "This is a file of the kind {format}, which can't be read as a table. "
        "Please open it in Excel and save it as a workbook (.xlsx) or as CSV UTF-8."
    )


class NoWorkbook(PlanFileRefused):
    code = "no_workbook"
    sentence = (
        "The archive holds no workbook with sheets. Please choose a workbook (.xlsx, .xlsm) or a CSV file."
    )


class TooManyCells(PlanFileRefused):
    code = "too_many_cells"
    sentence = "The file has more than {limit} filled cells, the most that is read. Please leave only the sheet of the plan in it."


class TooManyColumns(PlanFileRefused):
    code = "too_many_columns"
    sentence = "A row has more than {limit} columns, the most that Excel itself has: the file is damaged. Please save it again in Excel."


class NoTableFound(PlanFileRefused):
    code = "no_table_found"
    sentence = (
        "No table of tasks was found in the file. Please give the table a row of heads, such as Task, Start and Finish, "
        "and choose the file again."
    )


class ReadingTookTooLong(PlanFileRefused):
    code = "reading_took_too_long"
    sentence = (
        "Reading the file took more than {seconds} seconds or {limit_mb} MB and was stopped. "
        "Please leave only the sheet of the plan in it, without formats in empty rows."
    )


class NotOurWorkbook(PlanFileRefused):
    code = "not_our_workbook"
    sentence = (
        "This is no Excel file that was exported from a plan here, or its hidden row, column or sheet was removed. "
        "Please export the plan again and make your changes in that file."
    )
