"""The constraint of a task in the database, beside the registry of the engine."""

from django.db.models import Q

from tasks.models import Constraint, Task
from tasks.scheduling.constraint_types import CONSTRAINT_TYPES


class TestConstraint:
    def test_has_the_types_of_the_registry_in_their_order(self):
        assert Constraint.values == list(CONSTRAINT_TYPES)

    def test_fits_into_its_column(self):
        assert max(map(len, CONSTRAINT_TYPES)) <= Task._meta.get_field("constraint_type").max_length

    def test_has_its_date_as_the_migration_wrote_it(self):
        conditions = {rule.name: rule.deconstruct()[2].get("condition") for rule in Task._meta.constraints}
        types = ["ASAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"]
        dated = Q(constraint_type__in=types, constraint_minute__isnull=False)
        assert conditions["task_constraint_has_its_date"] == Q(constraint_type__in=["ASAP", "ALAP"]) | dated
