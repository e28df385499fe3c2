package ecs_audit.rules.secrets.no_plaintext_secrets_test

import data.ecs_audit.rules.secrets.no_plaintext_secrets as rule

parameters := {"name_regex": "default", "allow_names": []}

allowing(names) := {"name_regex": "default", "allow_names": names}

missing := {"why": "placeholder", "fact": "x", "remedy": "y"}

hidden := {"unknown": missing, "at": "a"}

known(value) := {"known": value, "at": "a"}

variable(name, shape) := {"name": known(name), "shape": {"known": shape, "at": "value"}}

# A container with these environment variables and other texts.
container(environment, texts) := {"containers": {"shop#web": {
	"label": "container \"web\"",
	"environment": known(environment),
	"texts": texts,
	"texts_open": [],
	"environment_files": known(false),
}}}

environment(name, shape) := container([variable(name, shape)], [])

argument(part, shape) := container([], [{"part": part, "shape": {"known": shape, "at": "value"}}])

option(part, key, shape) := container([], [{"part": part, "key": key, "shape": {"known": shape, "at": "value"}}])

pass_input := container([variable("PORT", "scalar"), variable("DB_PASSWORD", "arn")], [])

fail_input := container([variable("PORT", "scalar"), variable("DB_PASSWORD", "text")], [])

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

# ---- names, as applications use them; each with the text of a value that is nothing in particular

secrets := {
	# Spring
	"SPRING_DATASOURCE_PASSWORD", "SPRING_DATA_REDIS_PASSWORD", "SPRING_RABBITMQ_PASSWORD",
	"SPRING_CLOUD_VAULT_TOKEN", "SPRING_SECURITY_OAUTH2_CLIENT_REGISTRATION_GOOGLE_CLIENTSECRET",
	"SERVER_SSL_KEYSTOREPASSWORD", "SPRING_CLOUD_AWS_CREDENTIALS_SECRET_KEY",
	"MANAGEMENT_DATADOG_METRICS_EXPORT_APIKEY", "spring.datasource.password",
	# Django, Flask, Airflow
	"SECRET_KEY", "DJANGO_SECRET_KEY", "DJANGO_SUPERUSER_PASSWORD", "EMAIL_HOST_PASSWORD",
	"POSTGRES_PASSWORD", "PGPASSWORD", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__WEBSERVER__SECRET_KEY",
	"AIRFLOW__API_AUTH__JWT_SECRET",
	# Rails
	"SECRET_KEY_BASE", "RAILS_MASTER_KEY", "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY", "DEVISE_JWT_SECRET_KEY",
	"ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
	# Node
	"JWT_SECRET", "SESSION_SECRET", "COOKIE_SECRET", "NEXTAUTH_SECRET", "ACCESS_TOKEN_SECRET", "NPM_TOKEN",
	"GITHUB_TOKEN", "NPM_AUTHTOKEN", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "OPENAI_API_KEY",
	"TWILIO_AUTH_TOKEN", "SLACK_SIGNING_SECRET", "jwtSecret", "accessToken", "MONGO_INITDB_ROOT_PASSWORD",
	"N8N_ENCRYPTION_KEY", "NEXT_PUBLIC_CLIENT_SECRET",
	# .NET
	"ConnectionStrings__DefaultConnection", "Jwt__Key", "Jwt__SecretKey", "AzureAd__ClientSecret",
	"SA_PASSWORD", "Kestrel__Certificates__Default__Password", "ServiceBus__ConnectionString",
	"SQLAZURECONNSTR_Shop", "Stripe__ApiKey", "AZURE_STORAGE_ACCOUNT_KEY",
	"APPLICATIONINSIGHTS_CONNECTION_STRING", "JWTSecret",
	# Laravel, WordPress
	"APP_KEY", "APP_PREVIOUS_KEYS", "DB_PASSWORD", "REDIS_PASSWORD", "MAIL_PASSWORD", "PUSHER_APP_SECRET",
	"MAILGUN_SECRET", "WORDPRESS_DB_PASSWORD", "WORDPRESS_SECURE_AUTH_KEY", "WORDPRESS_LOGGED_IN_KEY",
	"WORDPRESS_NONCE_SALT",
	# databases, brokers
	"MYSQL_ROOT_PASSWORD", "MYSQL_PWD", "DB_PASS", "DBPASS", "RABBITMQ_DEFAULT_PASS",
	"RABBITMQ_ERLANG_COOKIE", "DATABASE_DSN", "DB_CREDENTIALS", "DB_CONN_STR", "MINIO_ROOT_PASSWORD",
	"S3_ACCESS_KEY",
	# Grafana, Keycloak, Datadog, New Relic, Sentry, Elastic, Hasura, Strapi, Vault
	"GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_SECRET_KEY", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET",
	"GF_SMTP_PASSWORD", "KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD", "KC_DB_PASSWORD",
	"KC_HTTPS_KEY_STORE_PASSWORD", "DD_API_KEY", "DD_APP_KEY", "DATADOG_APPLICATION_KEY",
	"DD_CLUSTER_AGENT_AUTH_TOKEN", "NEW_RELIC_LICENSE_KEY", "SENTRY_AUTH_TOKEN", "ELASTIC_PASSWORD",
	"ELASTIC_APM_SECRET_TOKEN", "XPACK_SECURITY_ENCRYPTIONKEY", "HASURA_GRAPHQL_ADMIN_SECRET", "APP_KEYS",
	"API_TOKEN_SALT", "VAULT_TOKEN", "VAULT_SECRET_ID", "SPRING_CLOUD_VAULT_APP_ROLE_SECRET_ID",
	"TS_AUTHKEY", "LAUNCHDARKLY_SDK_KEY", "SSH_KEY_PASSPHRASE", "JWT_PRIVATE_KEY", "SSHPASS",
	# what follows a harmless phrase counts all the same
	"PASSWORD_RESET_TOKEN_SECRET",
}

harmless := {
	# where things are
	"DB_HOST", "REDIS_HOST", "DATABASE_NAME", "KEYCLOAK_URL", "KC_DB_URL_HOST", "VAULT_ADDR",
	"SPRING_PROFILES_ACTIVE", "SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_USERNAME",
	"DJANGO_SETTINGS_MODULE", "ASPNETCORE_ENVIRONMENT", "DD_SITE", "GF_SERVER_ROOT_URL", "KC_HOSTNAME",
	"BROADCAST_DRIVER", "SENTRY_ENVIRONMENT", "AWS_PROFILE", "spring.cloud.stream.default.group",
	# words that only look alike
	"MONKEY", "TOKENIZER_MODEL", "TOKENIZERS_PARALLELISM", "KEYCLOAK_REALM", "API_KEYCLOAK_REALM",
	"SECRETARY_NAME", "BYPASS", "COMPASS", "PASS_THROUGH", "CONNECTION_STRATEGY", "DSNIFF",
	"PASSENGER_APP_ENV", "PASSWORDLESS_METHOD", "KEYSPACE", "PUSHER_APP_CLUSTER", "PUSHER_APP_KEY",
	"CACHE_KEY_PREFIX", "PARTITION_KEY", "SORT_KEY",
	# what points to a secret
	"DB_SECRET_ARN", "DB_SECRET_NAME", "SECRET_ID", "DB_PASSWORD_FILE", "GF_SECURITY_ADMIN_PASSWORD__FILE",
	"API_KEY_PATH", "DD_API_KEY_SSM_NAME", "DB_PASSWORD_PARAMETER", "SECRETS_BUCKET",
	"SECRETS_MANAGER_NAMESPACE", "AWS_SECRETS_MANAGER_REGION", "GOOGLE_CREDENTIALS_LOCATION",
	"AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "TOKEN_TABLE", "tokenUrl",
	"GF_AUTH_GENERIC_OAUTH_TOKEN_URL", "Keycloak__TokenEndpoint", "AIRFLOW__SECRETS__BACKEND", "SecretName",
	"JWT_PRIVATE_KEY_ID", "AIRFLOW__SECRETS__BACKEND_KWARGS", "S3_ACCESS_KEY_ID", "DB_CREDENTIALS_USERNAME",
	"CREDENTIALS_PROFILE", "SECRETS_PREFIX",
	# what describes one
	"JWT_TOKEN_TYPE", "TOKEN_ALGORITHM", "JWT_SECRET_ALGORITHM", "TOKEN_EXPIRES_IN", "ACCESS_TOKEN_LIFETIME",
	"PASSWORD_POLICY", "PASSWORD_ENCODER", "API_KEY_HEADER", "TOKEN_ISSUER", "TOKEN_AUDIENCE",
	"GF_USERS_PASSWORD_HINT", "AUTH_PASSWORD_VALIDATORS", "DD_SECRET_BACKEND_TYPE", "PASSWORD_RESET_FROM",
	"PASSWORD_RECOVERY_SUBJECT", "TOKEN_ENDPOINT_AUTH_METHOD", "TOKEN_SCOPES",
	"PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL",
	# what every browser gets
	"NEXT_PUBLIC_MAPBOX_TOKEN", "VITE_MAPBOX_ACCESS_TOKEN", "REACT_APP_API_KEY", "STRIPE_PUBLISHABLE_KEY",
	"RECAPTCHA_SITE_KEY", "VAPID_PUBLIC_KEY",
}

verdict(name, shape) := found if {
	found := severities(rule.deny) with input as environment(name, shape) with data.parameters as parameters
}

test_names_that_hold_secrets if {
	missed := {name | some name in secrets; verdict(name, "text") != {"high"}}
	missed == set()
}

test_names_that_hold_none if {
	accused := {name | some name in harmless; verdict(name, "text") != set()}
	accused == set()
}

test_names_that_aws_reads_credentials_from if {
	names := {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"}
	every name in names {
		verdict(name, "text") == {"critical"}
		verdict(name, "empty") == set()
	}
	verdict("ECS_ENGINE_AUTH_DATA", "text") == {"critical"}
	verdict("AWS_SECRET_ACCESS_KEY", "path") == {"critical"}
	verdict("AWS_REGION", "text") == set()
}

test_without_a_secret_it_passes if {
	rule.subjects == {{"resource": "shop#web", "basis": "value"}} with input as pass_input
		with data.parameters as parameters
	rule.deny == set() with input as pass_input with data.parameters as parameters
	rule.unknown == set() with input as pass_input with data.parameters as parameters
}

test_a_secret_fails_and_its_name_is_shown if {
	rule.deny == {{
		"resource": "shop#web",
		"path": "value",
		"message": "container \"web\" has a secret in plain text in the environment variable DB_PASSWORD",
		"severity": "high",
		"related": [],
	}} with input as fail_input with data.parameters as parameters
	rule.unknown == set() with input as fail_input with data.parameters as parameters
}

# TOKEN_TTL=3600, SECRET=arn:…, PASSWORD=/run/secrets/x, SENTRY_DSN=https://key@host/1
test_a_value_that_is_none_passes_whatever_its_name if {
	every shape in ["scalar", "arn", "path", "url", "empty"] {
		verdict("DB_PASSWORD", shape) == set()
		verdict("SENTRY_DSN", shape) == set()
	}
}

test_a_value_that_is_a_credential_fails_whatever_its_name if {
	every shape in ["url_with_password", "private_key", "jwt", "provider_token"] {
		verdict("DATABASE_URL", shape) == {"high"}
		verdict("LOG_LEVEL", shape) == {"high"}
		verdict("SECRET_ARN", shape) == {"high"}
	}
	verdict("LOG_LEVEL", "aws_access_key_id") == {"critical"}
	verdict("AWS_ACCESS_KEY_ID", "aws_access_key_id") == {"critical"}
}

test_an_empty_value_passes_with_a_note if {
	notes := {subject.note | some subject in rule.subjects} with input as environment("DB_PASSWORD", "empty")
		with data.parameters as parameters
	notes == {"the environment variable DB_PASSWORD is empty"}
	none := {subject.note | some subject in rule.subjects} with input as environment("LOG_LEVEL", "empty")
		with data.parameters as parameters
	none == set()
}

test_environment_files_cannot_be_read_and_are_noted if {
	case := {"containers": {"shop#web": {
		"label": "container \"web\"",
		"environment": {"absent": true, "at": "environment"},
		"texts": [],
		"texts_open": [],
		"environment_files": known(true),
	}}}
	notes := {subject.note | some subject in rule.subjects} with input as case with data.parameters as parameters
	notes == {"it also reads environment files from S3, and what is in them is not part of the input"}
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_names_can_be_allowed if {
	names := allowing(["STRIPE_TOKEN", "AWS_ACCESS_KEY_ID", "apikey"])
	every shape in ["text", "provider_token", "jwt"] {
		rule.deny == set() with input as environment("STRIPE_TOKEN", shape) with data.parameters as names
	}
	rule.deny == set() with input as environment("AWS_ACCESS_KEY_ID", "text") with data.parameters as names
	every shape in ["text", "provider_token"] {
		rule.deny == set() with input as option("logConfiguration", "apikey", shape) with data.parameters as names
	}
	every shape in ["text", "jwt"] {
		severities(rule.deny) == {"high"} with input as environment("OTHER_TOKEN", shape) with data.parameters as names
	}
}

test_allowed_names_are_no_doubt_either if {
	variables := [{"name": known("STRIPE_TOKEN"), "shape": hidden}, {"name": known("AWS_ACCESS_KEY_ID"), "shape": hidden}]
	names := allowing(["STRIPE_TOKEN", "AWS_ACCESS_KEY_ID"])
	rule.unknown == set() with input as container(variables, []) with data.parameters as names
}

test_names_can_be_given_as_a_pattern if {
	own := {"name_regex": "^SHOP_.*_URL$", "allow_names": ["SHOP_HELP_URL"]}
	severities(rule.deny) == {"high"} with input as environment("SHOP_SIGNED_URL", "text") with data.parameters as own
	rule.deny == set() with input as environment("SHOP_HELP_URL", "text") with data.parameters as own
	rule.deny == set() with input as environment("DB_PASSWORD", "text") with data.parameters as own
	rule.unknown == set() with input as environment("DB_PASSWORD", "text") with data.parameters as own
}

test_a_pattern_that_is_none_is_unknown if {
	broken := {"name_regex": "(", "allow_names": []}
	reasons(rule.unknown) == {["shop#web", "unparsable"]} with input as pass_input with data.parameters as broken
}

test_a_credential_in_any_other_text_fails if {
	every part in ["command", "entryPoint", "healthCheck"] {
		severities(rule.deny) == {"high"} with input as argument(part, "url_with_password")
			with data.parameters as parameters
		severities(rule.deny) == {"critical"} with input as argument(part, "aws_access_key_id")
			with data.parameters as parameters
		rule.deny == set() with input as argument(part, "text") with data.parameters as parameters
	}
	every part in ["dockerLabels", "logConfiguration"] {
		case := option(part, "x", "jwt")
		some finding in rule.deny with input as case with data.parameters as parameters
		finding.severity == "high"
		finding.message == sprintf("container \"web\" has a JSON Web Token in its %s", [part])
	}
}

test_a_label_or_option_by_the_name_of_a_secret_fails if {
	every part in ["dockerLabels", "logConfiguration"] {
		case := option(part, "apikey", "text")
		some finding in rule.deny with input as case with data.parameters as parameters
		finding.severity == "high"
		finding.message == sprintf("container \"web\" has a secret in plain text in its %s, under apikey", [part])
	}
	every key in ["awslogs-group", "awslogs-region", "dd_service", "splunk-url", "splunk-format", "tls.verify"] {
		rule.deny == set() with input as option("logConfiguration", key, "text") with data.parameters as parameters
	}
}

test_the_splunk_token_belongs_under_secret_options if {
	every shape in ["text", "scalar", "provider_token", "path"] {
		case := option("logConfiguration", "splunk-token", shape)
		texts := {finding.message | some finding in rule.deny} with input as case with data.parameters as parameters
		"container \"web\" has its Splunk token among the log options" in texts
	}
	count(rule.deny) == 1 with input as option("logConfiguration", "splunk-token", "text")
		with data.parameters as parameters
	rule.deny == set() with input as option("dockerLabels", "splunk-token", "scalar") with data.parameters as parameters
	rule.deny == set() with input as option("logConfiguration", "splunk-token", "empty")
		with data.parameters as parameters
}

test_an_unknown_value_is_a_doubt_where_its_name_matters if {
	every name in ["DB_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
		case := container([{"name": known(name), "shape": hidden}], [])
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
	}
	every name in ["LOG_LEVEL", "DB_PASSWORD_FILE"] {
		case := container([{"name": known(name), "shape": hidden}], [])
		rule.unknown == set() with input as case with data.parameters as parameters
	}
}

test_an_unknown_name_is_a_doubt_where_the_value_may_be_a_secret if {
	every shape in [known("text"), known("path"), hidden] {
		case := container([{"name": hidden, "shape": shape}], [])
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
	}
	rule.unknown == set() with input as container([{"name": hidden, "shape": known("scalar")}], [])
		with data.parameters as parameters
}

test_a_credential_under_an_unknown_name_fails if {
	case := container([{"name": hidden, "shape": known("jwt")}], [])
	some finding in rule.deny with input as case with data.parameters as parameters
	endswith(finding.message, "in an environment variable of unknown name")
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_a_credential_under_a_name_that_may_be_allowed_is_unknown if {
	case := container([{"name": hidden, "shape": known("jwt")}], [])
	names := allowing(["STRIPE_TOKEN"])
	rule.deny == set() with input as case with data.parameters as names
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as names
	number := container([{"name": hidden, "shape": known("scalar")}], [])
	rule.unknown == set() with input as number with data.parameters as names
}

test_an_unknown_argument_is_a_doubt if {
	case := container([], [{"part": "command", "shape": hidden}])
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
}

test_an_unknown_label_or_option_is_a_doubt_where_its_name_matters if {
	every key in ["apikey", "splunk-token"] {
		case := container([], [{"part": "logConfiguration", "key": key, "shape": hidden}])
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
	}
	own := {"name_regex": "^SHOP_", "allow_names": []}
	token := container([], [{"part": "logConfiguration", "key": "splunk-token", "shape": hidden}])
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as token with data.parameters as own
	case := container([], [{"part": "logConfiguration", "key": "awslogs-region", "shape": hidden}])
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_an_environment_that_cannot_be_read_is_unknown if {
	case := {"containers": {"shop#web": {
		"label": "container \"web\"",
		"environment": {"unknown": missing, "at": "environment"},
		"texts": [],
		"texts_open": [],
		"environment_files": known(false),
	}}}
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
}

test_a_part_that_cannot_be_read_is_unknown if {
	case := {"containers": {"shop#web": {
		"label": "container \"web\"",
		"environment": known([]),
		"texts": [],
		"texts_open": [missing],
		"environment_files": known(false),
	}}}
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
}

test_containers_that_cannot_be_read_are_unknown if {
	case := {"task_definitions": {"shop": {"containers": {"unknown": missing, "at": "container_definitions"}}}}
	resources(rule.subjects) == {"shop"} with input as case with data.parameters as parameters
	reasons(rule.unknown) == {["shop", "placeholder"]} with input as case with data.parameters as parameters
	readable := {"task_definitions": {"shop": {"containers": known([])}}}
	rule.subjects == set() with input as readable with data.parameters as parameters
}
