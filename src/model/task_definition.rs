//! Task definitions and their containers, in the words of the ECS API.
//!
//! Values that may be secrets are not here: an environment value, a command or a label is judged for its
//! [`Shape`] while it is read, and dropped.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{ContainerId, RepositoryId, RoleId, TaskDefinitionId};
use super::image::Image;
use super::links::Links;
use super::origin::Basis;
use super::value::{Attr, Unknown};

/// Docker network mode of a task (`networkMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkMode {
    /// An elastic network interface for each task.
    Awsvpc,
    /// Docker's bridge.
    Bridge,
    /// The host's interfaces.
    Host,
    /// No external network.
    None,
    /// Windows' default (NAT).
    Default,
}

/// Where a task definition says it can run (`requiresCompatibilities`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compatibility {
    /// Fargate.
    Fargate,
    /// EC2 container instances.
    Ec2,
    /// ECS Anywhere.
    External,
    /// ECS Managed Instances.
    ManagedInstances,
}

/// A role as a task definition names it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RoleReference {
    /// The role, where it is among the resources.
    pub role: Links<RoleId>,
    /// Its name, the path left out; known even for a role that is not among the resources.
    pub name: Attr<String>,
}

/// A task definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TaskDefinition {
    /// Family.
    pub family: Attr<String>,
    /// Network mode.
    pub network_mode: Attr<NetworkMode>,
    /// Task size in CPU units (1024 = 1 vCPU).
    pub cpu: Attr<i64>,
    /// Task size in MiB.
    pub memory: Attr<i64>,
    /// Ephemeral storage in GiB.
    pub ephemeral_storage: Attr<i64>,
    /// Where it says it can run.
    pub requires_compatibilities: Attr<Vec<Compatibility>>,
    /// The operating system is a Windows one.
    pub windows: Attr<bool>,
    /// The role that ECS assumes to start the task.
    pub execution_role: RoleReference,
    /// The role that the application assumes.
    pub task_role: RoleReference,
    /// The containers in order; unknown where the definitions cannot be read.
    pub containers: Attr<Vec<ContainerId>>,
    /// Repositories that the definitions mention where the definitions themselves cannot be read.
    pub mentioned_repositories: Links<RepositoryId>,
}

/// A port that a container publishes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PortMapping {
    /// First and last container port; the same but for a `containerPortRange`.
    pub from: Attr<i64>,
    /// Last container port.
    pub to: Attr<i64>,
    /// Stated as a range.
    pub range: bool,
}

/// What a text looks like; the text itself is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Nothing.
    Empty,
    /// A number or a truth value.
    Scalar,
    /// An ARN.
    Arn,
    /// A file path, or a path-like name of a secret or parameter.
    Path,
    /// A URL or host without credentials.
    Url,
    /// A bare word that may name a secret.
    Text,
    /// Credential: an AWS access key id.
    AwsAccessKeyId,
    /// Credential: a URL with a password in it.
    UrlWithPassword,
    /// Credential: a connection string with a password in it.
    ConnectionStringWithPassword,
    /// Credential: a PEM private key.
    PrivateKey,
    /// Credential: a JSON Web Token.
    Jwt,
    /// Credential: a token in a provider's own format.
    ProviderToken,
}

/// An environment variable, its value reduced to a shape.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: Attr<String>,
    /// What its value looks like.
    pub shape: Attr<Shape>,
}

/// Another text that ends up readable at AWS, reduced to a shape: an argument, a label, a log option.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReadableText {
    /// What it is part of (`command`, `dockerLabels`).
    pub part: String,
    /// The key of a label or option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it looks like.
    pub shape: Attr<Shape>,
}

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretStore {
    /// AWS Secrets Manager.
    SecretsManager,
    /// SSM Parameter Store: an ARN or a bare parameter name.
    ParameterStore,
}

/// Logging of a container.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LogConfiguration {
    /// Driver; absent where the container has no log configuration.
    pub driver: Attr<String>,
    /// Region of the awslogs driver, or of a `FireLens` output.
    pub region: Attr<String>,
    /// `FireLens` output plugin (`cloudwatch_logs`).
    pub output: Attr<String>,
}

/// A container definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Container {
    /// The task definition it belongs to.
    pub task_definition: TaskDefinitionId,
    /// How messages name it: `container "web"`, or by position where the name may not be shown.
    pub label: String,
    /// Name.
    pub name: Attr<String>,
    /// Image.
    pub image: Attr<Image>,
    /// The repository whose URL the image is made of, where the input describes that.
    pub repository: Links<RepositoryId>,
    /// The task stops with it.
    pub essential: Attr<bool>,
    /// CPU units.
    pub cpu: Attr<i64>,
    /// Hard limit in MiB.
    pub memory: Attr<i64>,
    /// Soft limit in MiB.
    pub memory_reservation: Attr<i64>,
    /// Published ports; unknown where the list cannot be read.
    pub ports: Attr<Vec<PortMapping>>,
    /// Logging.
    pub log: LogConfiguration,
    /// It routes the logs of the others (`firelensConfiguration`).
    pub firelens: Attr<bool>,
    /// `FireLens` reads its configuration from S3.
    pub firelens_config_in_s3: Attr<bool>,
    /// Environment.
    pub environment: Attr<Vec<EnvironmentVariable>>,
    /// Commands, labels, log options and the like.
    pub texts: Vec<ReadableText>,
    /// Parts whose texts cannot be read.
    pub texts_open: Vec<Unknown>,
    /// Stores of all secrets that it references (`secrets`, `secretOptions`, `repositoryCredentials`).
    pub secrets: Attr<Vec<SecretStore>>,
    /// It reads environment files from S3.
    pub environment_files: Attr<bool>,
    /// How firmly all of it is known.
    pub basis: Basis,
}
