//! A scan made by hand that has one of everything.

use std::collections::BTreeMap;

use checks::{ChartReach, Confidence, Finding, Fix, FixAction, Journey, Meta, ObjectName, Safety, Severity};
use inventory::{Inventory, NotAssessed, Reason, Switch, Ways};
use report::{ScanReport, Sources, Style, Summary, Waived, locate, locate_in_order};
use resource::{FieldPath, ObjectKey};
use text::{Source, Span, TextId};
use version::Minor;

/// Files, the findings in them and what was not assessed.
#[derive(Default)]
pub(crate) struct Sample {
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) inventory: Inventory,
    pub(crate) findings: Vec<Finding>,
    pub(crate) waived: Vec<Finding>,
    pub(crate) journeys: Vec<Journey>,
}

impl Sources for Sample {
    fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.files.get(path).cloned()
    }
}

/// What there is to say about a place, in short.
pub(crate) struct Said<'t> {
    pub(crate) check: &'static str,
    pub(crate) severity: Severity,
    pub(crate) minor: Option<u16>,
    /// The object's kind, its name and the field.
    pub(crate) object: (&'t str, &'t str, &'t str),
    pub(crate) message: &'t str,
    pub(crate) remedy: &'t str,
}

impl Sample {
    pub(crate) fn file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> TextId {
        self.files.insert(path.to_owned(), bytes.into());
        self.inventory.files_assessed += 1;
        self.inventory.texts.add(Source::File { path: path.to_owned() })
    }

    /// The span of the first place where `needle` stands in the file.
    pub(crate) fn span(&self, text: TextId, needle: &str) -> Span {
        let bytes = &self.files[self.inventory.texts.path(text).unwrap()];
        let at = bytes.windows(needle.len()).position(|window| window == needle.as_bytes()).unwrap();
        Span { text, start: u32::try_from(at).unwrap(), end: u32::try_from(at + needle.len()).unwrap() }
    }

    pub(crate) fn find(&mut self, text: TextId, needle: &str, said: &Said<'_>) -> &mut Finding {
        let span = self.span(text, needle);
        let (kind, name, field) = said.object;
        self.findings.push(Finding {
            check: said.check,
            severity: said.severity,
            confidence: Confidence::High,
            span,
            object: Some(ObjectName {
                api_version: "v1".to_owned(),
                kind: kind.to_owned(),
                key: ObjectKey { namespace: "shop".to_owned(), name: name.to_owned() },
            }),
            path: FieldPath::of(field),
            message: said.message.to_owned(),
            remedy: said.remedy.to_owned(),
            minor: said.minor.map(Minor::new),
            related: Vec::new(),
            clusters: Vec::new(),
            roots: Vec::new(),
            charts: Vec::new(),
            units: Vec::new(),
            is_deployed: None,
            is_fixed_at_origin: false,
            fix: None,
        });
        self.findings.last_mut().unwrap()
    }

    pub(crate) fn not_assessed(&mut self, path: &str, reason: Reason, detail: &str) {
        let item = NotAssessed { path: path.to_owned(), span: None, reason, detail: detail.to_owned() };
        self.inventory.not_assessed.push(item);
    }

    pub(crate) fn report(&self) -> ScanReport<'_> {
        let waived = locate_in_order(&self.waived, &self.inventory, self);
        let accepted = |located| Waived {
            located,
            owner: "team-shop".to_owned(),
            reason: "goes away with the old cluster".to_owned(),
            expires: "2030-01-31".to_owned(),
        };
        ScanReport {
            findings: locate(&self.findings, &self.inventory, self),
            waived: waived.into_iter().map(accepted).collect(),
            not_assessed: report::not_assessed(&self.inventory),
            switches: report::locate_switches(&self.inventory, self),
            journeys: &self.journeys,
            summary: Summary::new(&self.findings, self.waived.len(), &self.inventory),
            fix_command: "liftlock fix . --from 1.24 --to 1.29".to_owned(),
        }
    }
}

/// The report in every format, by the name of the format.
pub(crate) fn every_format(report: &ScanReport<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("text", report::text(report, VERBOSE)),
        ("colored", report::text(report, Style { color: true, ..VERBOSE })),
        ("json", report::to_json(report)),
        ("sarif", report::sarif(report, &metas(), "0.1.0")),
        ("junit", report::junit(report)),
        ("markdown", report::markdown(report)),
        ("github", report::github(report)),
    ]
}

/// Everything, at a width that does not depend on a terminal.
pub(crate) const VERBOSE: Style = Style { color: false, width: 100, verbose: true, summary_only: false };

/// Two checks of the registry, as those that ran.
pub(crate) fn metas() -> Vec<&'static Meta> {
    ["removed-api", "deprecated-api"]
        .iter()
        .filter_map(|id| checks::find(id))
        .map(|check| check.meta())
        .collect()
}

const CRONJOB: &str = "# nightly\napiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: nightly\n";

/// Several files and severities, clusters, waivers, what was not assessed, fixes of each kind, related places,
/// a finding without a minor, tabs, CRLF, wide characters and a line too long to show.
pub(crate) fn one_of_everything() -> Sample {
    let journey = |name: &str| Journey {
        cluster: Some(name.to_owned()),
        from: Some(Minor::new(24)),
        to: Minor::new(29),
    };
    let mut sample =
        Sample { journeys: ["production", "staging"].map(journey).to_vec(), ..Sample::default() };
    sample.inventory.documents_assessed = 12;
    removed_apis(&mut sample);
    changed_meanings(&mut sample);
    odd_lines(&mut sample);
    sample.not_assessed("charts/web/templates/a.yaml", Reason::NeedsRendering, "");
    sample.not_assessed("charts/web/templates/b.yaml", Reason::NeedsRendering, "its actions do not end");
    sample.not_assessed(
        "infra/broken.yaml",
        Reason::Malformed,
        "line 3, column 1: a tab where a space must be",
    );
    rendered_charts(&mut sample);
    sample
}

/// A finding that a chart renders, and conditions that ask the cluster: one decides nothing, one goes both ways.
fn rendered_charts(sample: &mut Sample) {
    let template = "{{- if semverCompare \"<1.21-0\" .Capabilities.KubeVersion.Version }}\napiVersion: policy/v1beta1\n{{- end }}\n{{- if .Capabilities.APIVersions.Has \"x/v1\" }}\n";
    let text = sample.file("charts/web/templates/budget.yaml", template);
    let minors: Vec<Minor> = [24, 25].map(Minor::new).to_vec();
    let said = Said {
        check: "removed-api",
        severity: Severity::Breaks,
        minor: Some(25),
        object: ("PodDisruptionBudget", "web", "apiVersion"),
        message: "PodDisruptionBudget 'shop/web' uses policy/v1beta1, which is not served from 1.25 on",
        remedy: "use policy/v1, served since 1.21",
    };
    let finding = sample.find(text, "policy/v1beta1", &said);
    let reach = |values: &str| ChartReach {
        chart: "charts/web".to_owned(),
        values: values.to_owned(),
        minors: minors.clone(),
    };
    finding.charts = vec![reach(""), reach("ci/old.yaml")];
    finding.fix = Some(Fix { action: FixAction::RemoveItem, safety: Safety::Safe });
    let switch = |sample: &Sample, condition: &str, ways: Ways| Switch {
        chart: "charts/web".to_owned(),
        place: sample.span(text, condition),
        condition: condition.to_owned(),
        ways: minors.iter().map(|minor| (*minor, ways)).collect(),
        depends_on_values: false,
        always: None,
        never_reached: None,
    };
    let never = sample.span(text, "apiVersion: policy/v1beta1\n");
    let fails = Ways { holds: false, fails: true };
    let dead = switch(sample, "semverCompare \"<1.21-0\" .Capabilities.KubeVersion.Version", fails);
    let both = Ways { holds: true, fails: true };
    let open = switch(sample, ".Capabilities.APIVersions.Has \"x/v1\"", both);
    sample.inventory.switches =
        vec![Switch { always: Some(false), never_reached: Some(never), ..dead }, open];
}

fn removed_apis(sample: &mut Sample) {
    for folder in ["a", "b", "c", "d", "e"] {
        let text = sample.file(&format!("apps/{folder}/cron.yaml"), CRONJOB);
        let said = Said {
            check: "removed-api",
            severity: Severity::Breaks,
            minor: Some(25),
            object: ("CronJob", "nightly", "apiVersion"),
            message: "CronJob 'shop/nightly' uses batch/v1beta1, which is not served from 1.25 on",
            remedy: "use batch/v1, served since 1.21",
        };
        let finding = sample.find(text, "batch/v1beta1", &said);
        finding.clusters = vec!["production".to_owned(), "staging".to_owned()];
        let action = FixAction::Convert {
            object: finding.span,
            api_version: "batch/v1".to_owned(),
            kind: "CronJob".to_owned(),
        };
        finding.fix = Some(Fix { action, safety: Safety::Safe });
    }
    let waived = sample.findings.pop().unwrap();
    sample.waived.push(waived);
}

fn changed_meanings(sample: &mut Sample) {
    let text =
        sample.file("apps/web.yaml", "kind: PodDisruptionBudget\nspec:\n  selector: {}\n  minAvailable: 3\n");
    let web = sample.file("apps/a/web.yaml", "kind: Deployment\nspec: {replicas: 3}\n");
    let replicas = sample.span(web, "replicas");
    let said = Said {
        check: "budget-selects-all",
        severity: Severity::Silent,
        minor: Some(25),
        object: ("PodDisruptionBudget", "web", "spec.selector"),
        message: "PodDisruptionBudget 'shop/web' selects no pod before and every pod of its namespace after the step",
        remedy: "name the labels of the pods that it is meant for, or take the budget out if it was never meant to \
                 protect anything, since an empty selector begins to select everything",
    };
    let finding = sample.find(text, "{}", &said);
    finding.related = vec![(replicas, "the pods of Deployment 'shop/web'".to_owned())];
    let safety = Safety::Ask("should it go on selecting nothing?".to_owned());
    finding.fix = Some(Fix { action: FixAction::ReplaceScalar { text: "null".to_owned() }, safety });
    let said = Said {
        check: "budget-never-allows-eviction",
        severity: Severity::Warning,
        minor: None,
        object: ("PodDisruptionBudget", "web", "spec.minAvailable"),
        message: "PodDisruptionBudget 'shop/web' never allows an eviction: minAvailable is 3 and there are 3 pods",
        remedy: "require at most 2 of the 3 pods",
    };
    sample.find(text, "3", &said);
}

fn odd_lines(sample: &mut Sample) {
    let long = format!(
        "{{\"a\":\"{}\",\"image\":\"old.example/web\",\"b\":\"{}\"}}",
        "x".repeat(900),
        "y".repeat(900)
    );
    for (path, bytes, needle) in [
        ("odd/crlf.yaml", "kind: Pod\r\nimage: old.example/web\r\n", "old.example/web"),
        ("odd/long.json", long.as_str(), "old.example/web"),
        ("odd/tab.yaml", "image:\told.example/web\t# why\n", "old.example/web"),
        ("odd/wide ü 日本.yaml", "\"名前\": 日本 # wide\n", "日本 #"),
    ] {
        let text = sample.file(path, bytes);
        let said = Said {
            check: "legacy-registry",
            severity: Severity::Info,
            minor: Some(29),
            object: ("Pod", "web", "image"),
            message: "Pod 'shop/web' takes an image from old.example",
            remedy: "take it from new.example",
        };
        sample.find(text, needle, &said);
    }
}
