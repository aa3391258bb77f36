"""Names of files that users take away."""

import pytest

from config.web.file_names import file_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("PRJ-001", "PRJ-001.xml"),
        ("基幹更改 第2期", "基幹更改 第2期.xml"),
        ("..\\..\\autostart", "-..-autostart.xml"),
        ("../../etc/passwd", "-..-etc-passwd.xml"),
        ('a"; filename="b', "a- filename=-b.xml"),
        ("a\r\nX: y", "a-X- y.xml"),
        ("\u202egnp.exe", "gnp.exe.xml"),
        ("...", "-.xml"),
        ("", "-.xml"),
        ("nul", "_nul.xml"),
        ("COM1.data", "_COM1.data.xml"),
        ("x" * 300, "x" * 120 + ".xml"),
    ],
)
def test_are_names_and_no_paths(stem: str, name: str) -> None:
    assert file_name(stem, "xml") == name
