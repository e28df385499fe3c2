# METADATA
# title: No secrets in environment, command, labels or log options
# description: >-
#   Everything in a container definition can be read by whoever may describe task definitions, and stands in the
#   console and in the Terraform state; a secret belongs in Secrets Manager or Parameter Store.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
#     description: Pass sensitive data to an Amazon ECS container
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
#     description: Security Hub CSPM controls for Amazon ECS
# custom:
#   id: ECS-SEC-001
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Move the value to Secrets Manager or Parameter Store and reference it under secrets (or secretOptions
#     for log drivers).
#   parameters:
#     name_regex:
#       description: >-
#         Regular expression for names of variables that hold secrets; "default" stands for the built-in
#         ones
#       default: "default"
#     allow_names:
#       description: >-
#         Names of variables that may hold what looks like a secret
#       default: []
#   controls:
#     security_hub: [ECS.8]
#     aws_config: [ecs-no-environment-secrets]
#     prowler: [ecs_task_definitions_no_environment_secrets]
#     trivy: [AVD-AWS-0036]
package ecs_audit.rules.secrets.no_plaintext_secrets

import data.ecs_audit.lib.answers

subjects contains subject if {
	some id, container in input.containers
	subject := {"resource": id, "basis": answers.basis_of(container)}
}

subjects contains subject if {
	some id, definition in input.task_definitions
	definition.containers.unknown
	subject := {"resource": id, "basis": "value"}
}

# What is worth knowing of a container that passes.
subjects contains subject if {
	some id, container in input.containers
	container.environment_files.known
	note := "it also reads environment files from S3, and what is in them is not part of the input"
	subject := {"resource": id, "basis": answers.basis_of(container), "note": note}
}

subjects contains subject if {
	some id, container in input.containers
	some variable in variables(container)
	variable.shape.known == "empty"
	suspicious(variable)
	note := sprintf("%s is empty", [shown(variable)])
	subject := {"resource": id, "basis": answers.basis_of(container), "note": note}
}

# ---- names

variables(container) := container.environment.known

# Names that the SDKs of AWS, old ones included, and the ECS agent read credentials from.
aws_credentials := {
	"AWS_ACCESS_KEY_ID",
	"AWS_ACCESS_KEY",
	"AWS_SECRET_ACCESS_KEY",
	"AWS_SECRET_KEY",
	"AWS_SESSION_TOKEN",
	"ECS_ENGINE_AUTH_DATA",
}

# A name in words: jwtSecret, Jwt__Secret, jwt.secret and JWT_SECRET are all jwt_secret.
words(name) := lower(regex.replace(
	regex.replace(regex.replace(name, `([a-z0-9])([A-Z])`, "${1}_${2}"), `([A-Z])([A-Z][a-z])`, "${1}_${2}"),
	`[^A-Za-z0-9]+`,
	"_",
))

# Phrases that hold such a word and mean something else.
harmless := `passwordless|password_(reset|recovery)|secrets?_?manager|secrets_extension`

# Words that stand for a secret.
secret_patterns := [
	# on their own or as a part of another word: PGPASSWORD, GF_DATABASE_PASSWORD
	`password|passwd|passphrase`,
	# only on their own: not MONKEY, TOKENIZER or KEYCLOAK
	`(^|_)(credentials?|creds|dsn|pwd|secrets?|tokens?)(_|$)`,
	# at the end: DB_PASS, and not PASS_THROUGH
	`(^|_)(db|root|ssh|user)?pass$`,
	# run together, as Spring writes the names of its properties: CLIENTSECRET
	`(api|app|client|consumer|cookie|jwt|session|shared|webhook)secret(_|$)`,
	`(access|api|auth|bearer|bot|refresh|session)token(_|$)`,
	# keys that are kept secret
	`(access|account|api|auth|hmac|jwt|licen[cs]e|master|private|sdk|secret|shared)_?keys?(_|$)`,
	`(encryption|fernet|signing)_?keys?(_|$)`,
	`(^|_)encryption_[a-z]+_keys?(_|$)`,
	`(^|_)((logged_in|nonce)_key|(auth|derivation|logged_in|nonce)_salt)(_|$)`,
	`^app_(previous_)?keys?$`,
	`(^|_)(dd|datadog)_app(lication)?_key(_|$)`,
	`(^|_)erlang_cookie$`,
	# connection strings
	`conn(ection)?_?str(ings?)?(_|$)`,
]

names_secret(name) if {
	plain := regex.replace(words(name), harmless, "")
	some pattern in secret_patterns
	regex.match(pattern, plain)
	not published(plain)
}

# Build tools hand these to every browser, so that a token or key among them is a public one.
published(plain) if {
	regex.match(`^(expo_public|gatsby|next_public|nuxt_public|react_app|vite|vue_app)_`, plain)
	not regex.match(`pass|private|secret`, plain)
}

# The last word says that the value only points to the secret, or describes it.
pointers := [
	`alias|arn|backend|bucket|dir(ectory)?|endpoint|field|file(name)?|folder|header|host(name)?|id|issuer`,
	`kwargs|location|manager|name(space)?|param(eter)?|path|profile|prefix|provider|ref(erence)?|region|selector`,
	`source|store|suffix|table|template|topic|queue|uri|url|username`,
]

descriptions := [
	`alg(o|orithm)?|attribute|audience|claim|duration|encod(er|ing)|expir(ation|es|y)(_(at|in))?|format|hasher|hint`,
	`interval|length|level|lifespan|lifetime|max_age|method|mode|pattern|policy|regexp?|rotation|rule|scheme|scope`,
	`strategy|strength|timeout|ttl|type|validator|validity|version`,
]

points_elsewhere(name) if {
	endings := concat("|", array.concat(pointers, descriptions))
	regex.match(sprintf(`_(%s)s?$`, [endings]), words(name))
	not secret_id(name)
}

# HashiCorp Vault calls the password of an application its secret id.
secret_id(name) if regex.match(`(vault|app_?role)(_[a-z]+)*_secret_id$`, words(name))

judged(name) if {
	data.parameters.name_regex == "default"
	names_secret(name)
	not points_elsewhere(name)
	not allowed(name)
}

judged(name) if {
	data.parameters.name_regex != "default"
	regex.match(data.parameters.name_regex, name)
	not allowed(name)
}

allowed(name) if name in data.parameters.allow_names

# A name that nobody knows may be one of those that are allowed.
maybe_allowed(name) if allowed(name.known)

maybe_allowed(name) if {
	name.unknown
	count(data.parameters.allow_names) > 0
}

aws_credential(name) if {
	name in aws_credentials
	not allowed(name)
}

# ---- shapes

shape_text := {
	"aws_access_key_id": "an AWS access key id",
	"url_with_password": "a URL with a password",
	"connection_string_with_password": "a connection string with a password",
	"private_key": "a private key",
	"jwt": "a JSON Web Token",
	"provider_token": "an access token",
}

credential_shapes := object.keys(shape_text)

# ---- findings

deny contains finding if {
	some id, container in input.containers
	some variable in variables(container)
	shape := variable.shape.known
	shape in credential_shapes
	not maybe_allowed(variable.name)
	finding := {
		"resource": id,
		"path": variable.shape.at,
		"message": sprintf("%s has %s in %s", [container.label, shape_text[shape], shown(variable)]),
		"severity": shape_severity(shape),
		"related": [],
	}
}

# A secret access key may start with a slash.
deny contains finding if {
	some id, container in input.containers
	some variable in variables(container)
	aws_credential(variable.name.known)
	variable.shape.known in {"text", "path"}
	finding := {
		"resource": id,
		"path": variable.shape.at,
		"message": sprintf("%s has AWS credentials in %s", [container.label, shown(variable)]),
		"severity": "critical",
		"related": [],
	}
}

deny contains finding if {
	some id, container in input.containers
	some variable in variables(container)
	variable.shape.known == "text"
	judged(variable.name.known)
	not aws_credential(variable.name.known)
	finding := {
		"resource": id,
		"path": variable.shape.at,
		"message": sprintf("%s has a secret in plain text in %s", [container.label, shown(variable)]),
		"severity": "high",
		"related": [],
	}
}

shown(variable) := sprintf("the environment variable %s", [variable.name.known])

shown(variable) := "an environment variable of unknown name" if not variable.name.known

shape_severity(shape) := "critical" if shape == "aws_access_key_id"

shape_severity(shape) := "high" if shape != "aws_access_key_id"

# ---- other texts that anybody can read

deny contains finding if {
	some id, container in input.containers
	some text in container.texts
	shape := text.shape.known
	shape in credential_shapes
	not allowed(text.key)
	finding := {
		"resource": id,
		"path": text.shape.at,
		"message": sprintf("%s has %s in its %s", [container.label, shape_text[shape], text.part]),
		"severity": shape_severity(shape),
		"related": [],
	}
}

# A label or log option under a name that stands for a secret.
deny contains finding if {
	some id, container in input.containers
	some text in container.texts
	text.shape.known == "text"
	judged(text.key)
	not splunk_token(text)
	finding := {
		"resource": id,
		"path": text.shape.at,
		"message": sprintf("%s has a secret in plain text in its %s, under %s", [container.label, text.part, text.key]),
		"severity": "high",
		"related": [],
	}
}

# The token of the splunk driver belongs under secretOptions, whatever it looks like.
deny contains finding if {
	some id, container in input.containers
	some text in container.texts
	splunk_token(text)
	text.shape.known != "empty"
	finding := {
		"resource": id,
		"path": text.shape.at,
		"message": sprintf("%s has its Splunk token among the log options", [container.label]),
		"severity": "high",
		"related": [],
	}
}

splunk_token(text) if {
	text.part == "logConfiguration"
	text.key == "splunk-token"
}

# ---- doubts

# An unknown value is a doubt where its name says that it may be a secret.
unknown contains doubt if {
	some id, container in input.containers
	some variable in variables(container)
	suspicious(variable)
	doubt := {
		"resource": id,
		"path": variable.shape.at,
		"message": sprintf("cannot tell whether %s of %s is a secret in plain text", [shown(variable), container.label]),
		"missing": variable.shape.unknown,
	}
}

suspicious(variable) if judged(variable.name.known)

suspicious(variable) if aws_credential(variable.name.known)

suspicious(variable) if variable.name.unknown

unknown contains doubt if {
	some id, container in input.containers
	some variable in variables(container)
	depends_on_name(variable.shape.known)
	doubt := {
		"resource": id,
		"path": variable.name.at,
		"message": sprintf("cannot tell the name of an environment variable of %s", [container.label]),
		"missing": variable.name.unknown,
	}
}

# A path may be a secret access key.
depends_on_name(shape) if shape in {"text", "path"}

depends_on_name(shape) if {
	shape in credential_shapes
	count(data.parameters.allow_names) > 0
}

unknown contains doubt if {
	some id, container in input.containers
	doubt := {
		"resource": id,
		"path": container.environment.at,
		"message": sprintf("cannot tell the environment of %s", [container.label]),
		"missing": container.environment.unknown,
	}
}

unknown contains doubt if {
	some id, container in input.containers
	some missing in container.texts_open
	doubt := {
		"resource": id,
		"path": "",
		"message": sprintf("cannot read a part of %s", [container.label]),
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, container in input.containers
	some text in container.texts
	suspicious_text(text)
	doubt := {
		"resource": id,
		"path": text.shape.at,
		"message": sprintf("cannot tell whether the %s of %s holds a secret", [text.part, container.label]),
		"missing": text.shape.unknown,
	}
}

# Any argument may be one; a label or option, where its name says so.
suspicious_text(text) if not text.key

suspicious_text(text) if judged(text.key)

suspicious_text(text) if splunk_token(text)

unknown contains doubt if {
	some id, definition in input.task_definitions
	doubt := {
		"resource": id,
		"path": definition.containers.at,
		"message": "cannot tell whether its containers hold secrets in plain text",
		"missing": definition.containers.unknown,
	}
}

# A pattern that is no regular expression matches nothing, which must not read as a pass.
unknown contains doubt if {
	some id, container in input.containers
	not regex.is_valid(data.parameters.name_regex)
	doubt := {
		"resource": id,
		"path": "",
		"message": sprintf("cannot tell which variables of %s are secrets by their names", [container.label]),
		"missing": {
			"why": "unparsable",
			"fact": "the parameter name_regex is not a regular expression",
			"remedy": "correct the parameter, or remove it to use the built-in names",
		},
	}
}
