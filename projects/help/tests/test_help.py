"""The help: its words in both languages, and that its keys are those that the scripts know."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from projects.help import keys, words
from tests.pages import compact

SCRIPTS: Final = Path(settings.BASE_DIR) / "static/js"
#: How scripts name a key: as it is compared, or as it stands in a table of deeds.
COMPARED: Final = re.compile(r'event\.key(?:\.toLowerCase\(\))? [!=]== "([^"]+)"')
NAMED: Final = re.compile(
    r"\b(Arrow(?:Up|Down|Left|Right)|Page(?:Up|Down)|Home|End|Insert|Delete|Escape|ContextMenu|Enter|Tab|Backspace|F\d+)\b"
)
BLANK: Final = re.compile(r'^\s*"(?:\w+\+)* ":', re.MULTILINE)
#: A line of a table of keys and what they do: `"Ctrl+A": "all",`.
COMMANDED: Final = re.compile(r'^\s*"?([^\s":]*[^":]|\?)"?: "(\w+)",$', re.MULTILINE)
COMMENT: Final = re.compile(r"/\*.*?\*/|(?<!:)//.*?$", re.DOTALL | re.MULTILINE)


def keys_of(script: str) -> set[str]:
    """The keys that a script hears."""
    text = COMMENT.sub("", (SCRIPTS / script).read_text(encoding="utf-8"))
    held = {key for combination in commands_of(script) if len(key := combination.split("+")[-1]) == 1}
    found = (
        held
        | set(COMPARED.findall(text))
        | set(NAMED.findall(text))
        | ({" "} if BLANK.search(text) else set())
    )
    return {key.upper() if len(key) == 1 else key for key in found}


def commands_of(script: str) -> dict[str, str]:
    """What the keys of a script do, by their names: those of its table `KEYS`."""
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    table = re.search(r"export const KEYS = \{\n(.*?)^\};", text, re.DOTALL | re.MULTILINE)
    return dict(COMMANDED.findall(table[1])) if table else {}


class TestKeys:
    def test_do_what_the_help_says(self) -> None:
        for group in keys.GROUPS:
            declared = {key: each.command for each in group.shortcuts for key in each.keys if each.command}
            known = {key: command for script in group.scripts for key, command in commands_of(script).items()}
            assert declared == known, group.scripts

    def test_are_those_that_the_scripts_know(self) -> None:
        declared: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for group in keys.GROUPS:
            declared[group.scripts] |= {name for each in group.shortcuts for name in each.names}
        for scripts, names in declared.items():
            assert set().union(*map(keys_of, scripts)) == names, scripts

    def test_leave_no_script_out_that_hears_keys(self) -> None:
        hearing = {
            path.relative_to(SCRIPTS).as_posix()
            for path in SCRIPTS.rglob("*.js")
            if '"keydown"' in path.read_text(encoding="utf-8")
        }
        assert hearing == {script for group in keys.GROUPS for script in group.scripts}

    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_are_spelled_as_they_are_labelled(self, language: str) -> None:
        with translation.override(language):
            combinations = [each for group in keys.GROUPS for key in group.shortcuts for each in key.spelled]
        spelled = {key for combination in combinations for key in combination}
        assert {"↑", "Esc", "Alt"} < spelled
        assert not {" ", "ArrowUp", "Escape"} & spelled


class TestWords:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_are_explained_in_both_languages(self, language: str) -> None:
        with translation.override(language):
            shown = [
                str(text)
                for group in words.GROUPS
                for word in group.words
                for text in (word.term, word.meaning)
            ]
            kana = [text for text in shown if re.search(r"[ぁ-ん]", text)]
        assert len(shown) > 60
        assert len(set(shown)) == len(shown)
        assert bool(kana) == (language == "ja")

    def test_name_the_same_word_in_the_other_language(self) -> None:
        word = words.Word(gettext_lazy("クリティカルパス"), gettext_lazy("期限"))
        with translation.override("ja"):
            assert word.other == "Critical path"
        with translation.override("en"):
            assert word.other == "クリティカルパス"


class TestHelpPage:
    def test_shows_words_and_keys(self, viewer_client: Client) -> None:
        html = compact(viewer_client.get(reverse("projects:help_page")))
        assert "クリティカルパス" in html
        assert ">Insert</kbd>" in html

    def test_answers_a_key_with_the_keys_alone(self, viewer_client: Client) -> None:
        headers = {"HX-Request": "true", "HX-Target": "dialog"}
        html = compact(viewer_client.get(reverse("projects:help_page"), headers=headers)).strip()
        assert html.startswith("<dialog")
        assert "クリティカルパス" not in html

    def test_is_in_the_menu_of_the_user(self, viewer_client: Client, project: Any) -> None:
        assert 'href="/help/"' in compact(viewer_client.get(reverse("projects:help_page")))

    def test_is_for_those_who_are_signed_in(self, client: Client, db: Any) -> None:
        assert client.get(reverse("projects:help_page")).status_code == 302
