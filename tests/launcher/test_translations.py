"""Catalogues without the gettext programs."""

import gettext
import io
from pathlib import Path

import pytest

from config.gate import catalogue, sources, translations
from config.gate.catalogue import Entry, Text

TASKS = Text("%(count)d件の作業", "%(count)d件の作業")
TASKS_IN_ENGLISH = Entry(TASKS, ["%(count)d task", "%(count)d tasks"])
OPEN = Entry(Text("未着手", context="作業の状態"), ["Not started"])
LONG = Entry(Text('一行目\n「"引用"」\\の行\n'), ['First line\nthe "quoted" \\ line\n'])


def problems(*entries: Entry, wanted: tuple[Text, ...] = ()) -> list[str]:
    return list(translations.find_problems(list(entries), {text.key: text for text in wanted}))


class TestCatalogue:
    @pytest.fixture
    def entries(self) -> list[Entry]:
        return [translations.HEADER, LONG, OPEN, TASKS_IN_ENGLISH]

    def test_reads_what_it_wrote(self, entries: list[Entry], tmp_path: Path):
        catalogue.write(entries, tmp_path / "django.po")
        assert catalogue.read(tmp_path / "django.po") == entries

    def test_compiles_to_what_gettext_reads(self, entries: list[Entry]):
        english = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(entries)))
        assert english.ngettext(TASKS.singular, TASKS.plural, 1) == "%(count)d task"
        assert english.ngettext(TASKS.singular, TASKS.plural, 2) == "%(count)d tasks"
        assert english.pgettext("作業の状態", "未着手") == "Not started"
        assert english.gettext(LONG.text.singular) == LONG.translations[0]

    def test_leaves_guesses_out(self):
        guess = Entry(Text("保存"), ["Save"], is_fuzzy=True)
        english = gettext.GNUTranslations(io.BytesIO(catalogue.compiled([translations.HEADER, guess])))
        assert english.gettext("保存") == "保存"


class TestSources:
    def test_finds_texts_in_code(self):
        code = """
from django.utils.translation import gettext_lazy as label, pgettext
name = label("名前")
state = pgettext("作業の状態", "未着手")
count = ngettext("%(n)d件", "%(n)d件", n)
other = gettext(name)
"""
        found = set(sources.in_code(code))
        assert found == {Text("名前"), Text("未着手", context="作業の状態"), Text("%(n)d件", "%(n)d件")}

    def test_finds_texts_in_templates(self):
        page = """
{% load i18n %}{% translate "保存" %} {% translate "開く" context "ボタン" as open %}
{% blocktranslate count n=total trimmed %}
  {{ n }}件（全部）
{% plural %}
  {{ n }}件（全部）
{% endblocktranslate %}
"""
        found = set(sources.in_template(page, "page.html"))
        assert found == {
            Text("保存"),
            Text("開く", context="ボタン"),
            Text("%(n)s件（全部）", "%(n)s件（全部）"),
        }


class TestProblems:
    def test_has_none_in_a_whole_catalogue(self):
        assert problems(TASKS_IN_ENGLISH, wanted=(TASKS,)) == []

    def test_misses_a_text(self):
        assert problems(wanted=(Text("保存"),)) == ["not in the catalogue: 保存"]

    def test_misses_a_translation(self):
        assert problems(Entry(Text("保存"), [""]), wanted=(Text("保存"),)) == ["not translated: 保存"]

    def test_does_not_take_a_guess(self):
        guess = Entry(Text("保存"), ["Save"], is_fuzzy=True)
        assert problems(guess, wanted=(guess.text,)) == ["only guessed (fuzzy): 保存"]

    def test_sees_a_placeholder_that_is_not_filled(self):
        broken = Entry(Text("「%(name)s」を開く"), ["Open “%(title)s”"])
        assert problems(broken, wanted=(broken.text,)) == [
            "placeholders differ: 「%(name)s」を開く → Open “%(title)s”"
        ]

    def test_sees_what_is_no_longer_used(self):
        assert problems(Entry(Text("保存"), ["Save"])) == ["used nowhere any more: 保存"]
