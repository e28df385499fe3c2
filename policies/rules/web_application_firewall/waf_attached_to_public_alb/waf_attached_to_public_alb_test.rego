package ecs_audit.rules.web_application_firewall.waf_attached_to_public_alb_test

import data.ecs_audit.rules.web_application_firewall.waf_attached_to_public_alb as rule

parameters := {"fms_managed": false}

managed := {"fms_managed": true}

missing := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

hidden := {"unknown": missing, "at": "a"}

fact(value) := {"known": value, "basis": "value", "evidence": []}

hidden_fact := {"unknown": missing, "basis": "value", "evidence": []}

public := {"internal": known(false), "load_balancer_type": known("application")}

# What an association attaches.
attached(protection) := {
	"known": protection,
	"basis": "reference",
	"evidence": [{"resource": "association", "path": "resource_arn", "message": "attaches a web ACL to web"}],
}

# A load balancer with the web ACL `web_acl`; CloudFront is the only way to it as `cloudfront` says.
balancer(of, web_acl, cloudfront) := behind([], of, web_acl, cloudfront)

behind(distributions, of, web_acl, cloudfront) := {
	"load_balancers": {"web": of},
	"facts": {"load_balancers": {"web": {
		"web_acl": web_acl,
		"distributions": distributions,
		"protected_by_cloudfront": cloudfront,
	}}},
}

direct(web_acl) := balancer(public, web_acl, fact(false))

# A public load balancer without web ACL of its own, behind distributions with and without one.
fronted(acls, cloudfront) := object.union(
	behind(sort(object.keys(acls)), public, fact("none"), cloudfront),
	{"distributions": {name: {"web_acl": acl} | some name, acl in acls}},
)

pass_input := direct(fact("wafv2"))

fail_input := direct(fact("none"))

resources(set) := {entry.resource | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

texts(set) := {entry.message | some entry in set}

test_a_web_acl_passes if {
	resources(rule.subjects) == {"web"} with input as pass_input
	rule.deny == set() with input as pass_input with data.parameters as parameters
	rule.unknown == set() with input as pass_input with data.parameters as parameters
}

test_a_reference_to_the_load_balancer_passes_by_reference if {
	case := direct(attached("wafv2"))
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as case
	rule.deny == set() with input as case with data.parameters as parameters
}

test_no_web_acl_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "web",
		"path": "a",
		"message": "is internet-facing and has no web ACL",
		"related": [],
	}
	rule.unknown == set() with input as fail_input with data.parameters as parameters
}

test_an_internal_load_balancer_is_not_judged if {
	case := balancer(object.union(public, {"internal": {"known": true}}), fact("none"), fact(false))
	rule.subjects == set() with input as case
	rule.deny == set() with input as case with data.parameters as parameters
}

test_a_web_acl_cannot_be_attached_to_other_types if {
	every type in ["network", "gateway", "classic"] {
		case := balancer({"internal": known(false), "load_balancer_type": known(type)}, fact("none"), fact(false))
		rule.subjects == set() with input as case
		rule.deny == set() with input as case with data.parameters as parameters
	}
}

test_cloudfront_alone_with_a_web_acl_passes if {
	case := fronted({"edge": known(true)}, {"known": true, "basis": "reference", "evidence": []})
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as case
	rule.deny == set() with input as case with data.parameters as parameters
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_a_load_balancer_that_can_be_reached_past_cloudfront_fails if {
	case := fronted({"edge": known(true)}, fact(false))
	some finding in rule.deny with input as case with data.parameters as parameters
	contains(finding.message, "past CloudFront: attach one, or admit CloudFront alone")
	finding.related == [{"resource": "edge", "path": "origin", "message": "has web as an origin"}]
}

test_a_distribution_without_web_acl_is_named if {
	case := fronted({"edge": known(true), "other": known(false)}, fact(false))
	texts(rule.deny) == {"has no web ACL, and neither has other in front of it"} with input as case
		with data.parameters as parameters
}

test_a_web_acl_of_its_own_makes_cloudfront_irrelevant if {
	every cloudfront in [fact(false), hidden_fact] {
		case := balancer(public, attached("wafv2"), cloudfront)
		rule.deny == set() with input as case with data.parameters as parameters
		rule.unknown == set() with input as case with data.parameters as parameters
	}
}

test_waf_classic_alone_is_low if {
	some finding in rule.deny with input as direct(attached("classic")) with data.parameters as parameters
	finding.severity == "low"
	finding.related[0].resource == "association"
}

test_waf_classic_behind_cloudfront_passes if {
	case := balancer(public, attached("classic"), fact(true))
	rule.deny == set() with input as case with data.parameters as parameters
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_waf_classic_is_unknown_where_the_rest_is if {
	cases := [
		balancer({"internal": hidden, "load_balancer_type": known("application")}, attached("classic"), fact(false)),
		balancer(public, attached("classic"), hidden_fact),
	]
	every case in cases {
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["web", "after_apply"]} with input as case with data.parameters as parameters
	}
}

test_an_association_that_may_be_its_own_is_unknown if {
	case := direct(hidden_fact)
	rule.deny == set() with input as case with data.parameters as parameters
	texts(rule.unknown) == {"cannot tell whether a web ACL is attached to it"} with input as case
		with data.parameters as parameters
}

test_a_call_that_was_denied_is_unknown if {
	denied := {"unknown": {"why": "not_collected", "fact": "x", "remedy": "y"}, "basis": "value", "evidence": []}
	case := direct(denied)
	rule.deny == set() with input as case with data.parameters as parameters
	reasons(rule.unknown) == {["web", "not_collected"]} with input as case with data.parameters as parameters
}

test_an_unknown_way_past_cloudfront_is_unknown if {
	case := fronted({"edge": known(true)}, hidden_fact)
	rule.deny == set() with input as case with data.parameters as parameters
	texts(rule.unknown) == {"cannot tell whether CloudFront with a web ACL is the only way to it"} with input as case
		with data.parameters as parameters
}

test_an_unknown_association_does_not_matter_behind_cloudfront if {
	case := balancer(public, hidden_fact, fact(true))
	resources(rule.subjects) == {"web"} with input as case
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_an_unknown_scheme_or_type_is_unknown if {
	cases := [
		{"internal": hidden, "load_balancer_type": known("application")},
		{"internal": known(false), "load_balancer_type": hidden},
	]
	every of in cases {
		case := balancer(of, fact("none"), fact(false))
		resources(rule.subjects) == {"web"} with input as case
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["web", "after_apply"]} with input as case with data.parameters as parameters
	}
}

test_an_unknown_scheme_does_not_matter_with_a_web_acl if {
	case := balancer({"internal": hidden, "load_balancer_type": known("application")}, attached("wafv2"), fact(false))
	rule.deny == set() with input as case with data.parameters as parameters
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_firewall_manager_makes_absence_unknown if {
	rule.deny == set() with input as fail_input with data.parameters as managed
	reasons(rule.unknown) == {["web", "outside_input"]} with input as fail_input with data.parameters as managed
}

test_firewall_manager_does_not_excuse_waf_classic if {
	case := direct(attached("classic"))
	{finding.severity | some finding in rule.deny} == {"low"} with input as case with data.parameters as managed
	rule.unknown == set() with input as case with data.parameters as managed
}

test_firewall_manager_does_not_matter_behind_cloudfront if {
	case := fronted({"edge": known(true)}, fact(true))
	rule.deny == set() with input as case with data.parameters as managed
	rule.unknown == set() with input as case with data.parameters as managed
}
