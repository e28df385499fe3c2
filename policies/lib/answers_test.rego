package ecs_audit.lib.answers_test

import data.ecs_audit.lib.answers

test_the_weakest_basis_wins if {
	answers.weakest({"value", "reference"}) == "reference"
	answers.weakest({"value"}) == "value"
	answers.weakest(set()) == "value"
	answers.weakest({"value", "source"}) == "source"
	answers.weakest({"reference", "source"}) == "reference"
}

test_a_part_that_says_nothing_is_known_by_value if {
	answers.basis_of({"basis": "source"}) == "source"
	answers.basis_of({}) == "value"
}

test_what_is_undecided_says_how_to_decide_it if {
	answers.undecided("which one") == {
		"why": "undecided",
		"fact": "which one",
		"remedy": "scan again once the ids are known, as in a plan after the first apply",
	}
}

test_names_are_listed_in_order if {
	answers.listed({"b", "a"}) == "a, b"
	answers.listed(["b", "a", "b"]) == "a, b, b"
	answers.listed(set()) == ""
}

test_a_doubt_may_hold if {
	answers.may_hold({"known": true})
	answers.may_hold({"unknown": {"why": "after_apply"}})
	not answers.may_hold({"known": false})
	not answers.may_hold({"absent": true})
}
