"""What tasks, resources and assignments have in common: baselines, custom fields, elements kept as they are."""

from tasks.interchange.mspdi import codes
from tasks.interchange.mspdi.calendars import children
from tasks.interchange.mspdi.codes import words
from tasks.interchange.mspdi.fields import Fields, Keeper, Notebook
from tasks.interchange.plan_file import Baseline, CustomField, CustomValue, Extra, Unit
from tasks.interchange.xml.items import Node

NO_FORMAT: tuple[Unit, bool, bool] = ("days", False, False)
_BASELINE_READ = words(
    """Number Start Finish Duration DurationFormat EstimatedDuration Work Cost TimephasedData"""
)
_VALUE_READ = words("FieldID Value ValueID")


class PartReader:
    """Reads the parts and notes what is odd about them."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.keeper = Keeper()

    def baselines(self, owner: Fields, nodes: "list[Node]") -> tuple[Baseline, ...]:
        return tuple(self._baseline(owner, inner) for inner in children(nodes, "Baseline"))

    def _baseline(self, owner: Fields, nodes: "list[Node]") -> Baseline:
        fields = Fields(nodes, f"Baseline of {owner.where.lower()}", self.notebook)
        fields.uid, fields.name = owner.uid, owner.name
        unit, is_elapsed, has_mark = fields.choice("DurationFormat", codes.FORMATS, NO_FORMAT)
        return Baseline(
            number=fields.number("Number", 0),
            start_minute=fields.moment("Start"),
            finish_minute=fields.moment("Finish"),
            duration_minutes=fields.amount("Duration"),
            duration_unit=unit,
            is_elapsed=is_elapsed,
            is_estimated=fields.flag("EstimatedDuration", has_mark),
            work_minutes=fields.amount("Work"),
            cost=fields.money("Cost"),
            extras=self.extras(nodes, _BASELINE_READ),
        )

    def custom_values(self, nodes: "list[Node]") -> tuple[CustomValue, ...]:
        plain = (self._custom_value(inner, False) for inner in children(nodes, "ExtendedAttribute"))
        coded = (self._custom_value(inner, True) for inner in children(nodes, "OutlineCode"))
        return (*plain, *coded)

    def _custom_value(self, nodes: "list[Node]", is_outline_code: bool) -> CustomValue:
        leaf = {name: value for name, value in nodes if isinstance(value, str)}
        return CustomValue(
            leaf.get("FieldID", ""),
            leaf.get("Value", ""),
            leaf.get("ValueID", ""),
            is_outline_code,
            self.extras(nodes, _VALUE_READ),
        )

    def custom_field(self, nodes: "list[Node]", is_outline_code: bool) -> CustomField:
        leaf = {name: value for name, value in nodes if isinstance(value, str)}
        read = frozenset(("FieldID", "FieldName", "Alias"))
        return CustomField(
            leaf.get("FieldID", ""),
            leaf.get("FieldName", ""),
            leaf.get("Alias", ""),
            is_outline_code,
            self.extras(nodes, read),
        )

    def extras(self, nodes: "list[Node]", skipped: frozenset[str]) -> tuple[Extra, ...]:
        defaults = codes.DEFAULTS
        kept = [node for node in nodes if node[0] not in skipped and defaults.get(node[0]) != node[1]]
        kept.sort(key=_name)
        return tuple(map(self.keeper.keep, kept))


def _name(node: Node) -> str:
    return node[0]
