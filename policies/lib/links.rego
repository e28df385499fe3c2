# References to other resources: {"members": {id: {"certain": bool}}, "open": [unknown], …}.
#
# A member that is not certain is one of several candidates. What is true of every candidate is true, whichever it is.
package ecs_audit.lib.links

# hits holds the members that are bound to be in `ids`: the certain ones, or all candidates where all of them are.
hits(links, ids) := candidates(links) if agreed(links, ids)

hits(links, ids) := {id |
	some id, member in links.members
	member.certain
	ids[id]
} if {
	not agreed(links, ids)
}

# agreed holds where every candidate is in `ids` and nothing else can be meant.
agreed(links, ids) if {
	count(links.members) > 0
	count(links.open) == 0
	count(candidates(links) - ids) == 0
}

# possible holds the members in `ids` that may or may not be meant.
possible(links, ids) := (candidates(links) & ids) - hits(links, ids)

candidates(links) := object.keys(links.members)
