//! ecs-audit: a policy-as-code linter for AWS ECS/Fargate architectures.
//!
//! Data moves from left to right, once:
//!
//! ```text
//! sources → model → topology → policy (Rego) → findings → report
//! ```
//!
//! - [`sources`] reads plans, states and task definitions; a reader never guesses and never drops an error.
//! - [`model`] is the architecture as data: every leaf is known, absent, or unknown with a reason.
//! - [`topology`] derives facts: subnet classes, security-group reach, load balancer ↔ service, endpoint needs.
//! - [`policy`] judges them with Rego: pass, fail, or unknown and why, for every resource.
//! - [`findings`] gives verdicts a place, a fingerprint and counts.
//! - [`report`] turns one [`findings::Report`] into bytes.
//! - [`scan`] is the only wiring, and [`cli`] alone prints, reads the environment and knows exit codes.
//!
//! Nothing on the right knows what kind of source stood on the left. Which room may use which is written down in
//! ARCHITECTURE.md, and a test holds it.

pub mod cli;
pub mod findings;
pub mod model;
pub mod policy;
pub mod report;
pub mod scan;
pub mod sources;
pub mod topology;
