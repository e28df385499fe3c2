//! Canaries: a secret in every place that can hold one appears in no output of any format, and in no error.

use ecs_audit::report::{Format, Layout, render};
use ecs_audit::scan::{Options, scan};
use ecs_audit::sources::directories::SourceDirectory;
use ecs_audit::sources::input::Search;
use serde_json::{Value as Json, json};

use super::support::bundle;

/// No part of it occurs in anything that ecs-audit says by itself.
const CANARY: &str = "cAnArY-9f8e7d6c5b4a";

/// Everything that a scan of a text could print.
fn outputs(text: &str) -> String {
    let bundle = bundle();
    let mut search = Search::default();
    search.add("-", &mut text.as_bytes());
    let options =
        Options { rules: bundle.rules.iter().collect(), show_passes: true, source: SourceDirectory::Nowhere };
    let report = scan(search, &bundle, &options).expect("the engine starts");
    let layout = |quiet| Layout { width: 80, color: false, quiet, verbose: !quiet };
    let mut all = format!("{report:?}");
    for format in Format::ALL {
        for quiet in [false, true] {
            all.push_str(&render(&report, format, layout(quiet)).expect("a report can be written"));
        }
    }
    all
}

fn assert_dropped(what: &str, text: &str) {
    assert!(text.contains(CANARY), "{what} holds no canary");
    let outputs = outputs(text);
    if let Some(at) = outputs.find(CANARY) {
        let from = outputs.floor_char_boundary(at.saturating_sub(200));
        panic!("{what}: {}", &outputs[from..at]);
    }
}

/// The canary as each of the shapes that rules judge.
fn shapes() -> Vec<String> {
    vec![
        CANARY.to_owned(),
        format!("postgres://user:{CANARY}@db.internal/app"),
        format!("Server=db;Password={CANARY};"),
        format!("-----BEGIN RSA PRIVATE KEY-----\n{CANARY}"),
        format!("ghp_{}{CANARY}", "a".repeat(36)),
        format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{CANARY}"),
        format!("https://example.com/?token={CANARY}"),
        format!("${{{CANARY}}}"),
        format!("{{{{ must_env `{CANARY}` }}}}"),
    ]
}

fn container(secret: &str) -> Json {
    json!({
        "name": "web", "image": "nginx:1.27.1", "essential": true,
        "environment": [
            { "name": "DB_PASSWORD", "value": secret },
            { "name": "GREETING", "value": secret },
        ],
        "command": ["run", format!("--password={secret}"), secret],
        "entryPoint": ["sh", "-c", format!("export API_KEY={secret}")],
        "dockerLabels": { "token": secret, "com.example": secret },
        "logConfiguration": {
            "logDriver": "splunk",
            "options": { "splunk-token": secret, "splunk-url": format!("https://u:{secret}@splunk.example.com") },
        },
        "firelensConfiguration": { "type": "fluentbit", "options": { "Passwd": secret } },
        "healthCheck": { "command": ["CMD-SHELL", format!("curl -u admin:{secret} localhost")] },
        "extraHosts": [{ "hostname": secret, "ipAddress": "10.0.0.1" }],
        "repositoryCredentials": { "credentialsParameter": secret },
        "secrets": [{ "name": "X", "valueFrom": secret }],
    })
}

#[test]
fn of_a_task_definition() {
    for secret in shapes() {
        let definition = json!({
            "family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [container(&secret)],
            "tags": [{ "key": "owner", "value": secret }],
            "volumes": [{ "name": "v", "dockerVolumeConfiguration": { "driverOpts": { "o": secret } } }],
        });
        assert_dropped("a task definition", &definition.to_string());
        assert_dropped("container definitions", &json!([container(&secret)]).to_string());
    }
}

#[test]
fn of_a_broken_task_definition() {
    let whole = json!({ "containerDefinitions": [container(CANARY)] });
    let text = serde_json::to_string_pretty(&whole).expect("JSON");
    let secret = text.find(CANARY).expect("it is there");
    for end in [secret + CANARY.len(), secret + CANARY.len() + 1, text.len() - 1] {
        assert_dropped("a cut off file", &text[..end]);
    }
    assert_dropped("an unquoted value", &format!("{{\n \"password\": ${CANARY}\n}}"));
    assert_dropped("an unquoted value", &format!("{{\n \"password\": {CANARY}\n}}"));
    assert_dropped("a wrong type", &json!({ "containerDefinitions": CANARY }).to_string());
    assert_dropped(
        "a wrong type",
        &json!([{ "name": "a", "image": "b", "environment": CANARY }]).to_string(),
    );
    assert_dropped(
        "a wrong type",
        &json!([{ "name": "a", "image": "b", "portMappings": CANARY }]).to_string(),
    );
    assert_dropped("other JSON", &json!({ "a": CANARY }).to_string());
    assert_dropped("other text", &format!("hello\n{CANARY}"));
    assert_dropped("YAML", &format!("---\npassword: {CANARY}"));
}

fn change(address: &str, after: &Json, sensitive: &Json) -> Json {
    let (kind, name) = address.split_once('.').expect("type and name");
    json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["create"], "before": null, "after": after, "after_unknown": {}, "after_sensitive": sensitive,
        },
    })
}

fn plan(secret: &str, sensitive: bool) -> Json {
    let marked = |name: &str| if sensitive { json!({ name: true }) } else { json!({}) };
    let policy =
        json!({ "Statement": [{ "Sid": "x", "Condition": { "StringEquals": { "aws:Referer": secret } } }] });
    let changes = [
        change(
            "aws_ecs_task_definition.web",
            &json!({
                "family": "web", "network_mode": "awsvpc", "cpu": "256", "memory": "512",
                "requires_compatibilities": ["FARGATE"],
                "container_definitions": json!([container(secret)]).to_string(),
            }),
            &marked("container_definitions"),
        ),
        change(
            "aws_db_instance.main",
            &json!({ "engine": "postgres", "password": secret, "username": secret, "multi_az": false, "port": secret }),
            &marked("password"),
        ),
        change(
            "aws_iam_role.task",
            &json!({ "name": "task", "assume_role_policy": policy.to_string() }),
            &json!({}),
        ),
        change(
            "aws_elasticache_replication_group.cache",
            &json!({ "auth_token": secret, "engine": "redis", "security_group_ids": ["sg-1"] }),
            &marked("auth_token"),
        ),
        change(
            "aws_lb_listener_rule.header",
            &json!({
                "listener_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/b/c",
                "priority": 1,
                "condition": [{ "http_header": [{ "http_header_name": "X-Origin", "values": [secret] }] }],
                "action": [{ "type": "forward" }],
            }),
            &json!({}),
        ),
        change(
            "aws_cloudfront_distribution.cdn",
            &json!({
                "origin": [{
                    "domain_name": "lb.example.com", "origin_id": "lb",
                    "custom_header": [{ "name": "X-Origin", "value": secret }],
                }],
            }),
            &json!({}),
        ),
        change(
            "aws_secretsmanager_secret_version.db",
            &json!({ "secret_string": secret }),
            &marked("secret_string"),
        ),
        change(
            "aws_security_group.task",
            &json!({
                "name": "task", "description": secret,
                "ingress": [{
                    "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"],
                    "description": secret,
                }],
            }),
            &json!({}),
        ),
        change(
            "aws_ecr_repository.web",
            &json!({ "name": "web", "image_tag_mutability": secret }),
            &json!({}),
        ),
        change(
            "aws_ecs_service.web",
            &json!({
                "name": "web", "task_definition": "web:1", "launch_type": secret,
                "network_configuration": [{ "subnets": ["subnet-1"], "security_groups": [], "assign_public_ip": true }],
            }),
            &json!({}),
        ),
    ];
    json!({
        "format_version": "1.2", "terraform_version": "1.11.0",
        "variables": { "db_password": { "value": secret } },
        "resource_changes": changes,
        "output_changes": { "password": { "actions": ["create"], "after": secret, "after_sensitive": true } },
        "planned_values": { "outputs": { "password": { "sensitive": true, "value": secret } }, "root_module": {} },
        "configuration": { "root_module": { "variables": { "db_password": { "default": secret } } } },
    })
}

#[test]
fn of_a_plan() {
    for secret in shapes() {
        for sensitive in [true, false] {
            assert_dropped("a plan", &plan(&secret, sensitive).to_string());
        }
    }
}

#[test]
fn of_a_broken_plan() {
    for (part, value) in [
        ("variables", json!({ "db_password": CANARY })),
        ("variables", json!(CANARY)),
        ("resource_changes", json!(CANARY)),
        ("resource_changes", json!([CANARY])),
        ("configuration", json!({ "root_module": CANARY })),
        ("prior_state", json!(CANARY)),
    ] {
        let mut broken = plan("x", false);
        broken[part] = value;
        assert_dropped(part, &broken.to_string());
    }
}

/// A text that the plan marks as sensitive is taken out even where a rule has to name it.
#[test]
fn a_sensitive_name_is_not_shown() {
    let mut of = plan("x", true);
    let image = format!("docker.io/library/{}:latest", CANARY.to_lowercase());
    let definitions = json!([{ "name": "web", "image": image }]).to_string();
    of["resource_changes"][0]["change"]["after"]["container_definitions"] = json!(definitions);
    let outputs = outputs(&of.to_string());
    assert!(!outputs.contains(&CANARY.to_lowercase()), "the image is shown");
    assert!(outputs.contains("ECS-ECR-007"), "nothing is said of its tag");
}

/// A number is as secret as a text, however it is written.
#[test]
fn a_sensitive_number_is_not_shown() {
    for port in [json!(47_113), json!("47113")] {
        let mut of = plan("x", false);
        let group = &mut of["resource_changes"][7]["change"];
        assert_eq!(group["after"]["name"], "task", "the group is another one");
        group["after"]["ingress"][0]["from_port"] = port.clone();
        group["after"]["ingress"][0]["to_port"] = port;
        group["after_sensitive"] = json!({ "ingress": [{ "from_port": true, "to_port": true }] });
        of["resource_changes"][9]["change"]["after"]["network_configuration"][0]["security_groups"] =
            json!(["sg-1"]);
        of["resource_changes"][7]["change"]["after"]["id"] = json!("sg-1");
        let outputs = outputs(&of.to_string());
        assert!(outputs.contains("aws_security_group.task"), "nothing is said of the group");
        assert!(!outputs.contains("47113"), "the port is shown");
    }
}
