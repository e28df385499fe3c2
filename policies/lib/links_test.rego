package ecs_audit.lib.links_test

import data.ecs_audit.lib.links

certain := {"members": {"a": {"certain": true}, "b": {"certain": true}}, "open": []}

either := {"members": {"a": {"certain": false}, "b": {"certain": false}}, "open": []}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

test_a_certain_member_is_a_hit if links.hits(certain, {"a", "z"}) == {"a"}

test_a_candidate_alone_is_no_hit if links.hits(either, {"a"}) == set()

test_candidates_that_agree_are_hits if links.hits(either, {"a", "b"}) == {"a", "b"}

test_candidates_of_an_open_list_never_agree if {
	links.hits(object.union(either, {"open": [hidden]}), {"a", "b"}) == set()
}

test_nothing_agrees_on_nothing if links.hits({"members": {}, "open": []}, {"a"}) == set()

test_a_candidate_outside_the_set_keeps_the_others_from_agreeing if {
	links.agreed(either, {"a", "b", "z"})
	not links.agreed(either, {"a"})
	not links.agreed({"members": {}, "open": []}, {"a"})
}

test_what_may_be_meant_is_possible if {
	links.possible(either, {"a"}) == {"a"}
	links.possible(certain, {"a"}) == set()
	links.possible(either, {"a", "b"}) == set()
	links.possible(object.union(either, {"open": [hidden]}), {"a", "b"}) == {"a", "b"}
	links.possible(either, {"z"}) == set()
}

test_candidates_are_certain_or_not if {
	links.candidates(certain) == {"a", "b"}
	links.candidates(either) == {"a", "b"}
}
