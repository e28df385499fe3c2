//! The only wiring: sources → model → topology → policy → findings.

use std::collections::BTreeMap;

use crate::findings::finding::{Context, sort};
use crate::findings::names::Names;
use crate::findings::redact::Redactor;
use crate::findings::{Answer, Basis, Finding, Gap, InputSummary, Report, RuleSummary, Skipped, SourceKind};
use crate::model::origin::DocumentId;
use crate::policy::bundle::{Bundle, Rule};
use crate::policy::engine::{EngineError, Evaluator, RuleOutcome};
use crate::policy::input::PolicyInput;
use crate::sources::detect;
use crate::sources::directories::{Directories, SourceDirectory};
use crate::sources::document::{Document, Documents};
use crate::sources::input::Search;
use crate::sources::refusal::Refusal;
use crate::sources::{Kind, Loaded};
use crate::topology::Topology;

/// What a scan is asked for.
#[derive(Debug)]
pub struct Options<'a> {
    /// The rules to run.
    pub rules: Vec<&'a Rule>,
    /// Passes are findings too.
    pub show_passes: bool,
    /// Where the files are that plans were made from.
    pub source: SourceDirectory,
}

/// Why a scan cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The policy input cannot be written.
    #[error("internal error: the policy input cannot be written: {0}")]
    Input(#[from] serde_json::Error),
}

/// Scans everything that was found, each input as an architecture of its own.
pub fn scan(search: Search, bundle: &Bundle, options: &Options<'_>) -> Result<Report, ScanError> {
    let mut scan = Scan {
        bundle,
        options,
        documents: Documents::default(),
        directories: Directories::new(options.source.clone()),
        outcomes: BTreeMap::new(),
        report: Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: Vec::new(),
            skipped: Vec::new(),
            rules: Vec::new(),
            findings: Vec::new(),
            gaps: Vec::new(),
            notices: Vec::new(),
            other_files: search.other_files,
            input_refused: false,
        },
    };
    for found in search.found {
        match found.text {
            Ok(text) => {
                let id = scan.documents.add(Document::new(found.path.clone(), text));
                match detect::read(&scan.documents, id, &scan.directories) {
                    Ok((loaded, _)) => scan.judge(id, loaded)?,
                    Err(refusal) => scan.refuse(&found.path, found.named, &refusal),
                }
            }
            Err(refusal) => scan.refuse(&found.path, found.named, &refusal),
        }
    }
    Ok(scan.finish())
}

struct Scan<'a> {
    bundle: &'a Bundle,
    options: &'a Options<'a>,
    documents: Documents,
    directories: Directories,
    outcomes: BTreeMap<String, Tally>,
    report: Report,
}

/// What a rule came to so far.
#[derive(Debug, Default)]
struct Tally {
    ran: bool,
    pass: usize,
    fail: usize,
    unknown: usize,
    by_reference: usize,
    errors: Vec<String>,
}

impl Scan<'_> {
    fn judge(&mut self, id: DocumentId, loaded: Loaded) -> Result<(), ScanError> {
        let path = self.documents.get(id).path.clone();
        let topology = Topology::derive(&loaded.architecture);
        let input = PolicyInput { architecture: &loaded.architecture, facts: &topology }.to_json()?;
        drop(topology);
        let evaluator = Evaluator::new(self.bundle, &input)?;
        drop(input);
        let redactor = Redactor::new(&loaded.sensitive);
        let context = Context {
            input: &path,
            resources: &loaded.architecture.resources,
            locate: &self.documents,
            names: &Names::new(&loaded.architecture.resources),
            redactor: &redactor,
        };
        let source = source_kind(loaded.kind);
        for rule in self.options.rules.iter().filter(|rule| rule.metadata.sources.contains(&source)) {
            let outcome = evaluator.run(rule);
            let findings = outcome
                .verdicts
                .iter()
                .filter(|verdict| self.options.show_passes || verdict.answer != Answer::Pass);
            let findings: Vec<Finding> =
                findings.map(|verdict| context.finding(&rule.metadata, verdict)).collect();
            self.report.findings.extend(findings);
            self.outcomes.entry(rule.metadata.id.clone()).or_default().add(&path, &outcome, &redactor);
        }
        // which of several inputs a gap is in, it does not know itself
        let of_input =
            loaded.gaps.into_iter().map(|gap| Gap { what: format!("{} of {path}", gap.what), ..gap });
        self.report.gaps.extend(of_input);
        for notice in loaded.notices {
            // several plans may be made from one source
            if !self.report.notices.contains(&notice) {
                self.report.notices.push(notice);
            }
        }
        self.report.inputs.push(InputSummary {
            kind: kind_name(loaded.kind).to_owned(),
            shown: loaded.kind.shown().to_owned(),
            resources: loaded.resources,
            source: loaded.source,
            path,
        });
        Ok(())
    }

    /// What was named must be usable; what a directory holds beside inputs is listed.
    fn refuse(&mut self, path: &str, named: bool, refusal: &Refusal) {
        if !named && refusal.other_kind {
            self.report.skipped.push(Skipped { path: path.to_owned(), why: refusal.to_string() });
            return;
        }
        self.report.input_refused |= named;
        let Refusal { why, remedy, .. } = refusal.clone();
        self.report.gaps.push(Gap { what: path.to_owned(), why, remedy });
    }

    fn finish(mut self) -> Report {
        let read_something = !self.report.inputs.is_empty();
        for rule in &self.options.rules {
            let tally = self.outcomes.remove(&rule.metadata.id).unwrap_or_default();
            let needs = if tally.ran || !read_something { Vec::new() } else { rule.metadata.sources.clone() };
            self.report.rules.push(summary(rule, &tally, needs));
        }
        sort(&mut self.report.findings);
        self.report.gaps.sort();
        self.report.notices.sort();
        self.report
    }
}

impl Tally {
    fn add(&mut self, path: &str, outcome: &RuleOutcome, redactor: &Redactor) {
        self.ran = true;
        self.pass += outcome.count(Answer::Pass);
        self.fail += outcome.count(Answer::Fail);
        self.unknown += outcome.count(Answer::Unknown);
        let mut by_reference: Vec<&str> = outcome
            .verdicts
            .iter()
            .filter(|verdict| verdict.basis == Basis::Reference && verdict.answer != Answer::Unknown)
            .map(|verdict| verdict.resource.as_str())
            .collect();
        by_reference.dedup();
        self.by_reference += by_reference.len();
        self.errors.extend(outcome.error.as_ref().map(|error| format!("{path}: {}", redactor.redact(error))));
    }
}

fn summary(rule: &Rule, tally: &Tally, needs: Vec<SourceKind>) -> RuleSummary {
    let metadata = &rule.metadata;
    RuleSummary {
        id: metadata.id.clone(),
        name: metadata.name.clone(),
        title: metadata.title.clone(),
        description: metadata.description.clone(),
        remediation: metadata.remediation.clone(),
        page: rule.page.to_owned(),
        area: metadata.area.clone(),
        severity: metadata.severity,
        pass: tally.pass,
        fail: tally.fail,
        unknown: tally.unknown,
        waived: 0,
        by_reference: tally.by_reference,
        error: (!tally.errors.is_empty()).then(|| tally.errors.join("; ")),
        needs,
    }
}

fn source_kind(kind: Kind) -> SourceKind {
    match kind {
        Kind::TerraformPlan | Kind::TerraformState => SourceKind::Plan,
        Kind::TaskDefinition => SourceKind::Taskdef,
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::TerraformPlan => "terraform-plan",
        Kind::TerraformState => "terraform-state",
        Kind::TaskDefinition => "task-definition",
    }
}
