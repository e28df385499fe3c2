# METADATA
# title: Every internet-facing ALB that serves tasks has a WAFv2 web ACL (directly or at its locked CloudFront front)
# description: >-
#   A public load balancer without a web ACL hands every request of the internet to the application.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html
#     description: Associating or disassociating protection with an AWS resource
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html
#     description: Security Hub CSPM controls for Elastic Load Balancing
# custom:
#   id: ECS-WAF-001
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Associate a regional WAFv2 web ACL with the load balancer, or lock it to a CloudFront distribution that
#     has one.
#   parameters:
#     fms_managed:
#       description: >-
#         Firewall Manager attaches web ACLs after apply, so that their absence from a plan says nothing
#       default: false
#   controls:
#     security_hub: [ELB.16]
#     aws_config: [alb-waf-enabled]
#     checkov: [CKV2_AWS_28]
#     prowler: [elbv2_waf_acl_attached]
package ecs_audit.rules.web_application_firewall.waf_attached_to_public_alb

# Public Application Load Balancers, and those that may be. A web ACL cannot be attached to other types.
balancers[id] := balancer if {
	some id, balancer in input.load_balancers
	maybe_public(balancer)
	application(balancer)
}

maybe_public(balancer) if balancer.internal.known == false

maybe_public(balancer) if balancer.internal.unknown

application(balancer) if balancer.load_balancer_type.known == "application"

application(balancer) if balancer.load_balancer_type.unknown

protection(id) := input.facts.load_balancers[id].web_acl

behind_cloudfront(id) := input.facts.load_balancers[id].protected_by_cloudfront

subjects contains subject if {
	some id, _ in balancers
	subject := {"resource": id, "basis": basis(id)}
}

basis(id) := protection(id).basis if not behind_cloudfront(id).known

basis(id) := behind_cloudfront(id).basis if behind_cloudfront(id).known

public(id) if {
	balancers[id].internal.known == false
	balancers[id].load_balancer_type.known == "application"
}

# Whatever else is unknown, it does not matter any more.
protected(id) if protection(id).known == "wafv2"

protected(id) if behind_cloudfront(id).known

deny contains finding if {
	some id, balancer in balancers
	public(id)
	protection(id).known == "none"
	behind_cloudfront(id).known == false
	not data.parameters.fms_managed
	finding := {
		"resource": id,
		"path": balancer.internal.at,
		"message": message(id),
		"related": [evidence |
			some distribution in distributions(id)
			evidence := {"resource": distribution, "path": "origin", "message": sprintf("has %s as an origin", [id])}
		],
	}
}

distributions(id) := input.facts.load_balancers[id].distributions

# Distributions in front of it that have no web ACL either.
bare(id) := [distribution |
	some distribution in distributions(id)
	input.distributions[distribution].web_acl.known == false
]

message(id) := "is internet-facing and has no web ACL" if count(distributions(id)) == 0

message(id) := "has no web ACL of its own and can be reached past CloudFront: attach one, or admit CloudFront alone" if {
	count(distributions(id)) > 0
	count(bare(id)) == 0
}

message(id) := sprintf("has no web ACL, and neither has %s in front of it", [concat(", ", sort(bare(id)))]) if {
	count(bare(id)) > 0
}

deny contains finding if {
	some id, balancer in balancers
	public(id)
	protection(id).known == "classic"
	behind_cloudfront(id).known == false
	finding := {
		"resource": id,
		"path": balancer.internal.at,
		"message": "has only a web ACL of WAF Classic, which AWS has retired",
		"severity": "low",
		"related": protection(id).evidence,
	}
}

unknown contains doubt if {
	some id, balancer in balancers
	not protected(id)
	some attribute in ["internal", "load_balancer_type"]
	doubt := {
		"resource": id,
		"path": balancer[attribute].at,
		"message": "cannot tell whether it is a public Application Load Balancer",
		"missing": balancer[attribute].unknown,
	}
}

unknown contains doubt if {
	some id, balancer in balancers
	not protected(id)
	doubt := {
		"resource": id,
		"path": balancer.internal.at,
		"message": "cannot tell whether a web ACL is attached to it",
		"missing": protection(id).unknown,
	}
}

unknown contains doubt if {
	some id, balancer in balancers
	not protected(id)
	doubt := {
		"resource": id,
		"path": balancer.internal.at,
		"message": "cannot tell whether CloudFront with a web ACL is the only way to it",
		"missing": behind_cloudfront(id).unknown,
	}
}

# Firewall Manager attaches web ACLs by itself, after the resources have been made.
unknown contains doubt if {
	some id, balancer in balancers
	not protected(id)
	data.parameters.fms_managed
	protection(id).known == "none"
	doubt := {
		"resource": id,
		"path": balancer.internal.at,
		"message": "cannot tell whether Firewall Manager attaches a web ACL to it",
		"missing": {
			"why": "outside_input",
			"fact": sprintf("%s: the web ACL that Firewall Manager attaches", [id]),
			"remedy": "check the Firewall Manager policy, or the load balancer once it exists",
		},
	}
}
