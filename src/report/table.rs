//! The report for people: what fails first, grouped by rule, with the evidence under each finding; then what cannot be
//! told, by the fact that is missing; and what was not looked at.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{Layout, counted, printable};
use crate::findings::{Answer, Basis, Finding, Missing, Report, RuleSummary, Severity};

/// Renders a report.
pub fn render(report: &Report, layout: Layout) -> String {
    let mut page = Page { text: String::new(), layout };
    if layout.quiet {
        page.lines(report);
        return page.text;
    }
    page.inputs(report);
    page.groups(report, Answer::Fail);
    page.unknowns(report);
    page.groups(report, Answer::Pass);
    page.summary(report);
    page.text
}

/// Styles: severity by colour and by word, so that nothing is lost without colour.
fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Critical | Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into())).bold()
}

const UNKNOWN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Magenta))).bold();
const PASS: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green))).bold();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

struct Page {
    text: String,
    layout: Layout,
}

impl Page {
    fn styled(&self, style: Style, text: &str) -> String {
        let text = printable(text);
        if self.layout.color { format!("{style}{text}{style:#}") } else { text.into_owned() }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A paragraph, wrapped and indented.
    fn paragraph(&mut self, indent: usize, hang: usize, text: &str) {
        let first = " ".repeat(indent);
        let rest = " ".repeat(indent + hang);
        let options = textwrap::Options::new(self.layout.width.max(40))
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(&printable(text), options) {
            self.line(&line);
        }
    }

    /// One failing finding in a line, for scripts and for editors.
    fn lines(&mut self, report: &Report) {
        for finding in report.findings.iter().filter(|finding| finding.verdict == Answer::Fail) {
            let place = place(finding);
            let text = format!(
                "{place}: {} {} {}: {}",
                finding.severity, finding.rule, finding.resource.id, finding.message
            );
            self.line(&printable(&text));
        }
    }

    fn inputs(&mut self, report: &Report) {
        for input in &report.inputs {
            let held = counted(input.resources, "resource");
            let source = input.source.as_ref().map(|directory| format!(", with its source in {directory}"));
            let source = source.unwrap_or_default();
            self.paragraph(0, 2, &format!("{}: {}, {held}{source}", input.path, input.shown));
        }
        if !report.inputs.is_empty() {
            self.line("");
        }
    }

    /// The findings with one answer, by severity and rule.
    fn groups(&mut self, report: &Report, answer: Answer) {
        let mut findings = report.findings.iter().filter(|finding| finding.verdict == answer).peekable();
        while let Some(first) = findings.peek().copied() {
            let mut group = Vec::new();
            while let Some(finding) =
                findings.next_if(|next| next.rule == first.rule && next.severity == first.severity)
            {
                group.push(finding);
            }
            self.group(report, first, &group);
        }
    }

    /// What cannot be told, by the fact that is missing: one fact may hide many answers.
    fn unknowns(&mut self, report: &Report) {
        let mut facts: Vec<(&Missing, Vec<&Finding>)> = Vec::new();
        for finding in &report.findings {
            let Some(missing) = &finding.missing else { continue };
            match facts
                .iter_mut()
                .find(|(fact, _)| fact.fact == missing.fact && fact.remedy == missing.remedy)
            {
                Some((_, findings)) => findings.push(finding),
                None => facts.push((missing, vec![finding])),
            }
        }
        for (missing, findings) in facts {
            let start = self.text.len();
            self.paragraph(0, 2, &format!("UNKNOWN {}", missing.fact));
            let wrapped = self.text.split_off(start);
            self.text.push_str(&wrapped.replacen("UNKNOWN", &self.styled(UNKNOWN, "UNKNOWN"), 1));
            self.paragraph(2, 2, &format!("to know it: {}", missing.remedy));
            for finding in findings {
                self.heading(&format!("{} {}", finding.rule, finding.resource.id), finding);
                self.finding(finding);
            }
            self.line("");
        }
    }

    fn group(&mut self, report: &Report, first: &Finding, group: &[&Finding]) {
        let (label, style) = match first.verdict {
            Answer::Fail => (first.severity.as_str().to_uppercase(), style(first.severity)),
            Answer::Unknown | Answer::Pass => ("PASS".to_owned(), PASS),
        };
        let label = self.styled(style, &label);
        let rule = self.styled(BOLD, &format!("{} {}", first.rule, first.name));
        self.line(&format!("{label} {rule}"));
        let mut shown = None;
        for finding in group {
            let heading = (&finding.resource.id, &finding.location);
            if shown != Some(heading) {
                shown = Some(heading);
                self.heading(&finding.resource.id, finding);
            }
            self.finding(finding);
        }
        let rule = report.rules.iter().find(|rule| rule.id == first.rule);
        if let (Answer::Fail, Some(rule)) = (first.verdict, rule) {
            self.paragraph(2, 5, &format!("fix: {}", rule.remediation));
        }
        self.line("");
    }

    /// What a finding is about, with its place at the right edge where both fit.
    fn heading(&mut self, name: &str, finding: &Finding) {
        let (name, place) = (printable(name), place(finding));
        let place = printable(&place);
        let used = 2 + textwrap::core::display_width(&name) + textwrap::core::display_width(&place);
        let gap = self.layout.width.saturating_sub(used);
        let (name, place) = (self.styled(BOLD, &name), self.styled(DIM, &place));
        if gap >= 2 {
            self.line(&format!("  {name}{}{place}", " ".repeat(gap)));
        } else {
            self.line(&format!("  {name}"));
            self.line(&format!("    {place}"));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let by_reference = finding.basis == Basis::Reference && finding.verdict != Answer::Unknown;
        let mark = if by_reference { "[by reference]" } else { "" };
        let text = format!("{} {mark}", finding.message);
        if !text.trim().is_empty() {
            self.paragraph(4, 2, text.trim());
        }
        if self.layout.verbose && finding.verdict != Answer::Pass {
            self.frame(finding);
        }
        for related in &finding.related {
            // a place in the plan itself says nothing to people
            let at = related.location.as_ref().filter(|_| finding.frame.is_some());
            let at = at.map(|at| format!(" ({}:{}:{})", at.path, at.line, at.column)).unwrap_or_default();
            self.paragraph(6, 2, &format!("- {}: {}{at}", related.resource, related.message));
        }
    }

    /// The lines of the configuration that a finding is about.
    fn frame(&mut self, finding: &Finding) {
        let Some(frame) = &finding.frame else { return };
        let snippet = Snippet::source(frame.text.as_str())
            .line_start(frame.first_line)
            .annotation(AnnotationKind::Primary.span(frame.marked.clone()));
        let renderer = if self.layout.color { Renderer::styled() } else { Renderer::plain() };
        let group = Group::with_level(Level::NOTE).element(snippet);
        let text = renderer.term_width(self.layout.width.max(40)).render(&[group]);
        for line in text.lines() {
            self.line(&format!("    {line}"));
        }
    }

    fn summary(&mut self, report: &Report) {
        let summary = report.summary();
        self.counts(report);
        let answers = format!(
            "answers: {} pass, {} fail, {} unknown, {} waived, by {}",
            summary.pass,
            summary.fail,
            summary.unknown,
            summary.waived,
            counted(
                report.rules.iter().filter(|rule| rule.needs.is_empty() && rule.error.is_none()).count(),
                "rule"
            ),
        );
        let answers = self.styled(BOLD, &answers);
        self.line(&answers);
        if summary.by_reference > 0 {
            self.paragraph(0, 2, &format!(
                "{} of these answers {} on references alone: a plan made before the first apply holds which resources an \
                 expression mentions, not the expression. {} a plan made after the first apply, when ids are known, to \
                 be sure.",
                summary.by_reference,
                if summary.by_reference == 1 { "rests" } else { "rest" },
                if report.inputs.iter().any(|input| input.source.is_some()) {
                    "Scan"
                } else {
                    "Scan it beside its .tf files (--source-dir), or scan"
                },
            ));
        }
        self.not_judged(report);
        for rule in report.rules.iter().filter(|rule| rule.error.is_some()) {
            let error = rule.error.as_deref().unwrap_or_default();
            self.paragraph(0, 2, &format!("{} {} could not be run: {error}", rule.id, rule.name));
        }
        for gap in &report.notices {
            self.paragraph(0, 2, &format!("note: {}: {}; {}", gap.what, gap.why, gap.remedy));
        }
        for gap in &report.gaps {
            self.paragraph(0, 2, &format!("not read: {}: {}; {}", gap.what, gap.why, gap.remedy));
        }
        if !report.skipped.is_empty() {
            let shown: Vec<&str> =
                report.skipped.iter().take(3).map(|skipped| skipped.path.as_str()).collect();
            let more = if report.skipped.len() > shown.len() { ", …" } else { "" };
            self.paragraph(
                0,
                2,
                &format!("no input: {}: {}{more}", counted(report.skipped.len(), "file"), shown.join(", ")),
            );
        }
        if report.other_files > 0 {
            let files = counted(report.other_files, "file");
            self.paragraph(0, 2, &format!("not opened: {files} of other kinds, by their extension"));
        }
        if !report.complete() {
            self.paragraph(0, 2, report.notice());
        }
    }

    /// Failures by severity.
    fn counts(&mut self, report: &Report) {
        let failing: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.verdict == Answer::Fail).collect();
        if failing.is_empty() {
            return;
        }
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["severity", "findings", "resources", "rules"]);
        for severity in Severity::ALL {
            let of: Vec<&&Finding> = failing.iter().filter(|finding| finding.severity == severity).collect();
            if of.is_empty() {
                continue;
            }
            let distinct = |key: for<'f> fn(&'f Finding) -> (&'f str, &'f str)| {
                of.iter().map(|finding| key(finding)).collect::<BTreeSet<_>>().len()
            };
            table.add_row([
                severity.to_string(),
                of.len().to_string(),
                distinct(|finding| (&finding.location.path, &finding.resource.id)).to_string(),
                distinct(|finding| (&finding.rule, "")).to_string(),
            ]);
        }
        for column in 1..4 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let _ = writeln!(self.text, "{table}");
    }

    /// Rules that had nothing to judge, and rules that need another source.
    fn not_judged(&mut self, report: &Report) {
        let idle: Vec<&RuleSummary> = report.rules.iter().filter(|rule| rule.nothing_to_judge()).collect();
        if !idle.is_empty() && !report.inputs.is_empty() {
            let ids: Vec<&str> = idle.iter().map(|rule| rule.id.as_str()).collect();
            self.paragraph(
                0,
                2,
                &format!("nothing to judge for {}: {}", counted(ids.len(), "rule"), ids.join(", ")),
            );
        }
        let elsewhere: Vec<&str> =
            report.rules.iter().filter(|rule| !rule.needs.is_empty()).map(|rule| rule.id.as_str()).collect();
        if !elsewhere.is_empty() {
            self.paragraph(
                0,
                2,
                &format!(
                    "not evaluated: {} for which a Terraform plan is needed: {}",
                    counted(elsewhere.len(), "rule"),
                    elsewhere.join(", ")
                ),
            );
        }
    }
}

fn place(finding: &Finding) -> String {
    let location = &finding.location;
    format!("{}:{}:{}", location.path, location.line, location.column)
}
