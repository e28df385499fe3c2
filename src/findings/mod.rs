//! From verdicts to findings: what is shown, where it stands, and what it is recognised by.
//!
//! Owns location, fingerprint, redaction and the counts. Must not judge, and must not know formats. It sees of the
//! model only where resources were read ([`crate::model::origin`]).

pub mod finding;
pub mod fingerprint;
pub mod names;
pub mod redact;
pub mod summary;

pub use crate::model::gap::Gap;
pub use crate::model::origin::Basis;
pub use crate::policy::Severity;
pub use crate::policy::metadata::SourceKind;
pub use crate::policy::verdict::{Answer, Missing};
pub use finding::{Finding, Location, RelatedFinding, ResourceName};
pub use summary::{InputSummary, Report, RuleSummary, Skipped, Summary};
