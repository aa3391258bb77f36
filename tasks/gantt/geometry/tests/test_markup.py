from tasks.gantt.geometry.markup import classes, escape, number


class TestEscape:
    def test_leaves_ordinary_text_as_it_is(self) -> None:
        assert escape("要件定義（販売）") == "要件定義（販売）"

    def test_closes_no_element_and_no_attribute(self) -> None:
        assert escape("""<b a="x" b='y'>&""") == "&lt;b a=&quot;x&quot; b=&#x27;y&#x27;&gt;&amp;"

    def test_shows_control_characters_as_unreadable(self) -> None:
        assert escape("a\x00b\x0bc\td") == "a\ufffdb\ufffdc\td"


class TestNumber:
    def test_is_short(self) -> None:
        assert [number(7.0), number(0.25), number(2.44), number(-0.5)] == ["7", "0.2", "2.4", "-0.5"]


class TestClasses:
    def test_repeats_the_block_for_each_modifier(self) -> None:
        assert classes("bar", ["done", "open"]) == "bar bar--done bar--open"
