package ecs_audit.lib.answers_test

import data.ecs_audit.lib.answers

test_the_weakest_basis_wins if {
	answers.weakest({"value", "reference"}) == "reference"
	answers.weakest({"value"}) == "value"
	answers.weakest(set()) == "value"
}

test_a_doubt_may_hold if {
	answers.may_hold({"known": true})
	answers.may_hold({"unknown": {"why": "after_apply"}})
	not answers.may_hold({"known": false})
	not answers.may_hold({"absent": true})
}
