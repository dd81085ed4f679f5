//! Charts beside what Helm 3.21 and Helm 4.2 made of them.
//!
//! The cases are written by people; `cargo xtask goldens --helm3 PATH --helm4 PATH` makes what the originals make of them.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::program::{self, Run};

/// A chart with flags, and what each Helm made of it.
#[derive(Default)]
struct Case {
    flags: Vec<String>,
    files: Vec<(String, String)>,
    expected: Vec<Expected>,
    /// The words in which we refuse, where they are others.
    ours: Vec<(String, String)>,
    inputs: String,
}

struct Expected {
    major: String,
    is_refusal: bool,
    text: String,
    /// The digest of the inputs that it was made of.
    inputs: String,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        for section in text.split("\n=== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let (kind, name) = title.split_once(' ').unwrap_or((title, ""));
            let lines: Vec<&str> = body.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
            let content = lines.join("\n");
            if matches!(kind, "flags" | "file") {
                case.inputs.push_str(&format!("=== {title}\n"));
                lines.iter().for_each(|line| case.inputs.push_str(&format!("|{line}\n")));
            }
            match kind {
                "flags" => case.flags = lines.iter().map(|line| (*line).to_owned()).collect(),
                "file" => case.files.push((name.to_owned(), content)),
                "ours" => case.ours.push((name.to_owned(), content)),
                "helm" | "refused" => case.expected.push(Expected {
                    major: name.split(' ').next().unwrap_or_default().to_owned(),
                    is_refusal: kind == "refused",
                    text: content,
                    inputs: name.rsplit(' ').next().unwrap_or_default().to_owned(),
                }),
                kind => panic!("a section of no known kind: {kind}"),
            }
        }
        case
    }

    fn digest(&self) -> String {
        Sha256::digest(&self.inputs).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn lay_out(&self, folder: &Path) {
        for (path, content) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    fn run(&self, folder: &Path, major: &str) -> Run {
        let mut command = program::command();
        command.args(["helm", "template", "--helm", major]).args(&self.flags);
        program::run(command.current_dir(folder).env("TZ", "UTC").env_remove("HELM_NAMESPACE"))
    }

    /// What is wrong with what we make of the case as one Helm.
    fn fault(&self, folder: &Path, expected: &Expected) -> Option<String> {
        let run = self.run(folder, &expected.major);
        assert!(!run.err.contains("panicked"), "{}", run.err);
        let wanted = self.ours.iter().find(|(major, _)| *major == expected.major).map(|(_, words)| words);
        let (is_refusal, wanted) = (expected.is_refusal, wanted.unwrap_or(&expected.text));
        let made = if is_refusal { words(&run.err) } else { run.out };
        let is_right = run.code == Some(if is_refusal { 2 } else { 0 }) && made == *wanted;
        (!is_right)
            .then(|| format!("as Helm {}\nwanted: {wanted}\nmade:   {made}\n{}", expected.major, run.err))
    }
}

/// The message of a refusal, without its causes and hints.
fn words(told: &str) -> String {
    let told = told.rsplit_once("error: ").map_or(told, |(_, told)| told);
    let ends = ["\nhint: ", "\n  because: "].iter().filter_map(|end| told.find(end));
    let end = ends.min().unwrap_or(told.len());
    told[..end].trim_end().to_owned()
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/helm");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, Case::read(&fs::read_to_string(path).unwrap()))
        })
        .collect();
    cases.sort_by(|(one, _), (two, _)| one.cmp(two));
    cases
}

#[test]
fn charts_render_as_helm_renders_them() {
    let mut faults = Vec::new();
    for (name, case) in cases() {
        let folder = tempfile::tempdir().unwrap();
        case.lay_out(folder.path());
        for expected in &case.expected {
            faults.extend(case.fault(folder.path(), expected).map(|fault| format!("== {name} {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_was_made_by_both_from_the_inputs_that_it_has() {
    for (name, case) in cases() {
        let majors: Vec<&str> = case.expected.iter().map(|expected| expected.major.as_str()).collect();
        assert_eq!(majors, ["3", "4"], "{name}");
        for expected in &case.expected {
            assert_eq!(expected.inputs, case.digest(), "{name}: make it again");
        }
    }
}

#[test]
fn each_line_says_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("web/values.yaml", "replicas: 1\nlabels:\n  tier: front\n"),
        (
            "web/templates/_helpers.tpl",
            "{{ define \"l\" -}}\n{{ with .labels -}}\n{{ toYaml . }}\n{{- end }}{{ end }}",
        ),
        (
            "web/templates/a.yaml",
            "kind: X\nreplicas: {{ .Values.replicas }}\nlabels:\n  {{- include \"l\" .Values | nindent 2 }}\n{{ if .Values.password }}p: {{ .Values.password }}{{ end }}\n",
        ),
        ("v.yaml", "replicas: 2\n"),
    ];
    let case = Case {
        files: files.map(|(path, content)| (path.to_owned(), content.to_owned())).to_vec(),
        flags: ["site", "web", "-f", "v.yaml", "--set", "password=hidden", "--origins"]
            .map(str::to_owned)
            .to_vec(),
        ..Case::default()
    };
    case.lay_out(folder.path());
    let run = case.run(folder.path(), "4").expect(0);
    let expected = "---\n# Source: web/templates/a.yaml\nkind: X\n\
        replicas: 2 # v.yaml:1:11, web/values.yaml:1:11\n\
        labels:\n  \
        tier: front # web/templates/a.yaml:4:29, web/values.yaml:3:3, web/templates/_helpers.tpl:3:4, web/values.yaml:3:9, \
        with web/templates/_helpers.tpl:2:9\n\
        p: hidden # --set password, if web/templates/a.yaml:5:7\n\n";
    assert_eq!(run.out, expected);
}

/// Templates within one another need more stack than a process has for itself: they are rendered, on a thread.
#[test]
fn templates_nest_deeper_than_the_stack_of_the_process() {
    const DEPTH: usize = 15_000;
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("deep");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: deep\nversion: 1.0.0\n").unwrap();
    let mut helpers = format!("{{{{ define \"t{DEPTH}\" }}}}bottom{{{{ end }}}}\n");
    for level in 0..DEPTH {
        let next = level + 1;
        helpers.push_str(&format!(
            "{{{{ define \"t{level}\" }}}}{{{{ include \"t{next}\" . }}}}{{{{ end }}}}\n"
        ));
    }
    fs::write(chart.join("templates/_helpers.tpl"), helpers).unwrap();
    fs::write(chart.join("templates/all.yaml"), "a: {{ include \"t0\" . }}\n").unwrap();
    let mut command = program::command();
    let run = program::run(command.args(["helm", "template", "x"]).arg(&chart));
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        ("---\n# Source: deep/templates/all.yaml\na: bottom\n", "")
    );
}
