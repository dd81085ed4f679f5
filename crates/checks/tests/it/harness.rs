//! The only caller of the engine in tests: a manifest as text in, findings as text out.
//!
//! Comments at the top of the manifest say how it is reached: `# journey: 1.24 -> 1.26`, with a name for several
//! (`# journey prod: 1.24 -> 1.26`), `# origin: vendored`, `# serves: resource.k8s.io/v1beta1`, `# platform: eks`. Without
//! a journey it is `-> 1.34`, without a start.

use std::fmt::Write as _;

use catalog::{Enabled, Overlay, Platform};
use checks::{Check, Context, Finding, FixAction, Journey, Outcome, Safety};
use inventory::{FileContext, Inventory, NotAssessed, Origin};
use resource::GroupVersion;
use text::{LineIndex, Source, Texts};
use version::Minor;

/// Where a journey goes that no comment tells.
pub(crate) const TARGET: Minor = Minor::new(34);

/// What a manifest's comments say.
struct Setting {
    journeys: Vec<Journey>,
    overlay: Overlay,
    origin: Origin,
}

/// Runs the check of this id over a manifest and compares what it finds.
#[track_caller]
pub(crate) fn check(id: &str, yaml: &str, expected: &str) {
    assert_eq!(found(&[checks::find(id).unwrap()], yaml).trim_end(), expected.trim_end(), "in\n{yaml}");
}

/// Runs every check over a manifest and gives the ids of those that found something.
pub(crate) fn finders(yaml: &str) -> Vec<&'static str> {
    let mut ids: Vec<&str> =
        run(checks::registry(), yaml).findings.iter().map(|finding| finding.check).collect();
    ids.dedup();
    ids
}

/// Runs checks over the documents of a manifest, then over its rows, and writes down what came out.
pub(crate) fn found(selected: &[&'static dyn Check], yaml: &str) -> String {
    let outcome = run(selected, yaml);
    let lines = LineIndex::new(yaml.as_bytes());
    let at = |offset| {
        let position = lines.position(yaml.as_bytes(), offset);
        format!("{}:{}", position.line, position.column)
    };
    let mut text = String::new();
    for finding in &outcome.findings {
        write_finding(&mut text, finding, &at);
    }
    for NotAssessed { span, reason, detail, path: _ } in &outcome.not_assessed {
        let place = span.map_or_else(|| "?".to_owned(), |span| at(span.start));
        writeln!(text, "{place} not assessed: {} ({detail})", reason.id()).unwrap();
    }
    text
}

/// Runs checks and makes sure that one of their triggers stands where they found something.
pub(crate) fn run(selected: &[&'static dyn Check], yaml: &str) -> Outcome {
    let setting = setting_of(yaml);
    let context = Context { journeys: &setting.journeys, overlay: &setting.overlay };
    let path = "apps/manifest.yaml".to_owned();
    let mut texts = Texts::new();
    let text = texts.add(Source::File { path: path.clone() });
    let file = FileContext { path, text, origin: setting.origin, in_chart_templates: false };
    let mut inventory = Inventory { texts, ..Inventory::default() };
    let mut outcome = Outcome::default();
    for document in manifest::parse_all(text, yaml.as_bytes()).unwrap_or_default() {
        for object in manifest::objects(&document) {
            inventory::row_of(&document, &object).into_iter().for_each(|row| inventory.add_row(row));
        }
        let own = checks::run_document(&context, &file, &document, selected);
        let source = yaml.get(document.range()).unwrap();
        for finding in &own.findings {
            assert_triggered(selected, finding, source);
        }
        outcome.findings.extend(own.findings);
        outcome.not_assessed.extend(own.not_assessed);
        run_decoded((&context, &file), &document, selected, &mut outcome);
    }
    let across = checks::run_inventory(&context, &inventory, selected);
    for finding in &across.findings {
        assert_triggered(selected, finding, yaml);
    }
    outcome.findings.extend(across.findings);
    outcome.not_assessed.extend(across.not_assessed);
    outcome
}

/// Runs checks over what the document holds in base64.
fn run_decoded(
    (context, file): (&Context<'_>, &FileContext),
    document: &manifest::Document<'_>,
    selected: &[&'static dyn Check],
    outcome: &mut Outcome,
) {
    let (decoded, undecoded) = checks::decoded(document);
    let source = std::str::from_utf8(document.bytes()).unwrap();
    let stands = checks::DECODED_TRIGGERS.iter().any(|word| source.contains(word));
    assert!(
        stands || (decoded.is_none() && undecoded.is_empty()),
        "no word of encoded text stands in\n{source}"
    );
    outcome.not_assessed.extend(undecoded.into_iter().map(|item| NotAssessed {
        path: file.path.clone(),
        span: Some(item.span),
        reason: item.reason,
        detail: item.detail,
    }));
    let Some(decoded) = decoded else { return };
    let own = decoded.run(context, file, selected);
    for finding in &own.findings {
        assert_triggered(selected, finding, std::str::from_utf8(decoded.bytes()).unwrap());
    }
    outcome.findings.extend(own.findings);
    outcome.not_assessed.extend(own.not_assessed);
}

fn assert_triggered(selected: &[&'static dyn Check], finding: &Finding, source: &str) {
    let check = selected.iter().find(|check| check.meta().id == finding.check).unwrap();
    let stands = check.triggers().iter().any(|word| source.contains(word));
    assert!(stands, "no trigger of '{}' stands in\n{source}", finding.check);
}

fn write_finding(text: &mut String, finding: &Finding, at: &dyn Fn(u32) -> String) {
    let minor = finding.minor.map_or(String::new(), |minor| format!(" at {minor}"));
    let place = at(finding.span.start);
    writeln!(text, "{place} {:?}, {:?}{minor}: {}", finding.severity, finding.confidence, finding.message)
        .unwrap();
    if !finding.path.0.is_empty() {
        writeln!(text, "    path: {}", finding.path).unwrap();
    }
    writeln!(text, "    remedy: {}", finding.remedy).unwrap();
    for (span, note) in &finding.related {
        writeln!(text, "    see {}: {note}", at(span.start)).unwrap();
    }
    if !finding.clusters.is_empty() {
        writeln!(text, "    clusters: {}", finding.clusters.join(", ")).unwrap();
    }
    let Some(fix) = &finding.fix else { return };
    let action = match &fix.action {
        FixAction::Convert { object, api_version, kind } => {
            format!("convert {} to {api_version} {kind}", at(object.start))
        }
        FixAction::Rewrite { object } => format!("rewrite {}", at(object.start)),
        FixAction::ReplaceVars { object } => format!("replace the vars of {}", at(object.start)),
        FixAction::RenameCharts { object } => format!("rename the charts of {}", at(object.start)),
        other => format!("{other:?}"),
    };
    let safety = match &fix.safety {
        Safety::Safe => "safe".to_owned(),
        Safety::Ask(question) => format!("ask: {question}"),
        Safety::Later { reason, .. } => format!("later: {reason}"),
    };
    writeln!(text, "    fix: {action} ({safety})").unwrap();
}

fn setting_of(yaml: &str) -> Setting {
    let mut setting = Setting { journeys: Vec::new(), overlay: Overlay::default(), origin: Origin::Own };
    for line in yaml.lines().map_while(|line| line.strip_prefix("# ")) {
        let Some((key, value)) = line.split_once(": ") else { continue };
        match key.split_once(' ').unwrap_or((key, "")) {
            ("journey", name) => setting.journeys.push(journey(name, value)),
            ("origin", _) if value == "vendored" => setting.origin = Origin::Vendored,
            ("origin", _) if value == "generated" => setting.origin = Origin::Generated,
            ("platform", _) if value == "eks" => setting.overlay.platform = Platform::Eks,
            ("serves", _) => {
                let enabled = Enabled::group_version(GroupVersion::parse(value).unwrap());
                setting.overlay.enabled.push(enabled);
            }
            _ => {}
        }
    }
    if setting.journeys.is_empty() {
        setting.journeys.push(Journey { cluster: None, from: None, to: TARGET });
    }
    setting
}

fn journey(name: &str, value: &str) -> Journey {
    let (from, to) = value.split_once("-> ").unwrap();
    Journey {
        cluster: (!name.is_empty()).then(|| name.to_owned()),
        from: (!from.is_empty()).then(|| from.trim().parse().unwrap()),
        to: to.parse().unwrap(),
    }
}
