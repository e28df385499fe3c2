# Pieces of verdicts that many rules share.
package ecs_audit.lib.answers

# undecided is what is missing where several candidates differ.
undecided(fact) := {
	"why": "undecided",
	"fact": fact,
	"remedy": "scan again once the ids are known, as in a plan after the first apply",
}

# weakest is the basis of a conclusion from those of its parts.
weakest(bases) := "reference" if bases["reference"]

weakest(bases) := "source" if {
	bases["source"]
	not bases["reference"]
}

weakest(bases) := "value" if {
	not bases["reference"]
	not bases["source"]
}

# basis_of is how firmly a part of the input is known as a whole.
basis_of(part) := object.get(part, "basis", "value")

# may_hold holds where a fact is true, or where nobody can tell.
may_hold(fact) if fact.known == true

may_hold(fact) if fact.unknown

# listed joins names in a stable order.
listed(names) := concat(", ", sort(names))
