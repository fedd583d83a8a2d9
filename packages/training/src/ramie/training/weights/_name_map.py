"""NameMap: rules applied to names, before any array is looked at."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ._rules import Names, Rule, fill
from .errors import RuleConflictError


@dataclass(frozen=True)
class Job:
    """One use of a rule: names of arrays in the source and in the model."""

    rule: Rule
    sources: Names
    targets: Names


@dataclass(frozen=True)
class Plan:
    """What a name map makes of some names.

    Attributes:
        jobs: uses of rules whose sources are all there.
        absent: name in the model to the names in the source that it is made of and
            that are not there; no names where no rule makes it.
        unused: names in the source that no rule is about.
        homeless: names that a rule makes and the model lacks, to their sources.
    """

    jobs: list[Job]
    absent: dict[str, Names]
    unused: list[str]
    homeless: dict[str, Names]


class NameMap:
    """How the arrays of another framework's model become those of one of ours.

    Args:
        *rules: made by `move`, `split`, `concatenate`, `tie` and `skip`. Each name
            belongs to one rule.

    Example:
        >>> from ramie.training import weights
        >>> names = weights.NameMap(
        ...     weights.move("fc.{n}.weight", "layers.{n}.kernel", weights.transpose()),
        ...     weights.move("fc.{n}.bias", "layers.{n}.bias"),
        ... )
        >>> names.plan(["fc.0.weight", "fc.9.x"], ["layers.0.kernel"]).unused
        ['fc.9.x']
    """

    def __init__(self, *rules: Rule) -> None:
        """Keep the rules."""
        self.rules = rules

    def plan(self, sources: Collection[str], targets: Collection[str]) -> Plan:
        """What becomes of the names of a source and of a model.

        Raises:
            RuleConflictError: two rules are about one name.
        """
        there, wanted = dict.fromkeys(sources), dict.fromkeys(targets)
        owners: dict[str, list[str]] = {}
        makers: dict[str, list[str]] = {}
        plan = Plan([], {}, [], {})
        for job in self._jobs(list(sources)):
            # What tie() compares with belongs to another rule.
            own = job.sources[:1] if job.rule.kind == "tie" else job.sources
            for name in own:
                owners.setdefault(name, []).append(str(job.rule))
            for name in job.targets:
                makers.setdefault(name, []).append(str(job.rule))
            lacking = tuple(name for name in job.sources if name not in there)
            if not lacking:
                plan.jobs.append(job)
                strange = [name for name in job.targets if name not in wanted]
                plan.homeless.update(dict.fromkeys(strange, job.sources))
            elif not job.rule.optional:
                plan.absent.update(dict.fromkeys(job.targets, lacking))
        for side, found in [("source", owners), ("model", makers)]:
            for name, rules in found.items():
                if len(rules) > 1:
                    raise RuleConflictError(side, name, rules)
        plan.unused.extend(name for name in there if name not in owners)
        for name in wanted:
            if name not in makers:
                plan.absent[name] = self._origin(name)
        return plan

    def _jobs(self, sources: list[str]) -> Iterator[Job]:
        for rule in self.rules:
            for binding in rule.bindings(sources):
                yield Job(
                    rule, fill(rule.sources, binding), fill(rule.targets, binding)
                )

    def _origin(self, target: str) -> Names:
        """The names of what a target would be made of."""
        for rule in self.rules:
            for binding in rule.bindings_of_targets([target]):
                return fill(rule.sources, binding)
        return ()
