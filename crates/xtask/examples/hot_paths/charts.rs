//! Charts whose work grows by one number: `tpl` in a loop, `tpl` of a long text, an umbrella of charts.

use super::{Input, counted_region};
use anyhow::{Result, anyhow, bail};
use gotemplate::{Fixed, Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::chart::Chart;
use helm::engine::{Execution, ReleaseOptions, TemplateCache};
use helm::render::{Shown, Target, render};
use text::Texts;
use tree::Memory;

/// Rounds of the loop at the base size; four times as many are the 10,000 that are asked of every version.
const ROUNDS: usize = 2_500;

/// Dependencies of the umbrella at the base size; four times as many are 100.
const DEPENDENCIES: usize = 25;

/// What the executor may use of this thread's stack.
const STACK_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A template that renders a text of its values again and again.
pub(super) fn tpl_in_a_loop(input: &Input, ledger: &Ledger) -> Result<()> {
    let rounds = ROUNDS * input.times;
    let mut tree = Memory::new();
    tree.insert("Chart.yaml", "apiVersion: v2\nname: loop\nversion: 1.0.0\n");
    tree.insert(
        "values.yaml",
        format!("rounds: {rounds}\ntext: 'name-{{{{ .round }}}}: {{{{ .round | quote }}}}'\n"),
    );
    tree.insert(
        "templates/all.yaml",
        "kind: ConfigMap\ndata:\n{{- range $round := until (int .Values.rounds) }}\n  {{ tpl $.Values.text (dict \"round\" $round \"Template\" $.Template) }}\n{{- end }}\n",
    );
    let text = rendered(&tree, ledger)?;
    if text.matches("  name-").count() != rounds {
        bail!("not every round was rendered");
    }
    Ok(())
}

/// A text of values of as many lines that is a template itself.
pub(super) fn tpl_of_a_long_text(input: &Input, ledger: &Ledger) -> Result<()> {
    let lines = ROUNDS * input.times;
    let text: String = (0..lines).map(|line| format!("  name-{line}: {{{{ .Release.Name }}}}\n")).collect();
    let mut tree = Memory::new();
    tree.insert("Chart.yaml", "apiVersion: v2\nname: long\nversion: 1.0.0\n");
    tree.insert("values.yaml", format!("text: |\n{text}"));
    tree.insert("templates/all.yaml", "kind: ConfigMap\ndata:\n{{ tpl .Values.text . | indent 2 }}\n");
    let text = rendered(&tree, ledger)?;
    if text.matches(": release\n").count() != lines {
        bail!("not every line was rendered");
    }
    Ok(())
}

/// A chart of many charts, each with values of its own, of the umbrella's and of all.
pub(super) fn umbrella(input: &Input, ledger: &Ledger) -> Result<()> {
    let count = DEPENDENCIES * input.times;
    let mut tree = Memory::new();
    let (mut dependencies, mut values) = (String::new(), "global: {team: blue}\n".to_owned());
    for index in 0..count {
        dependencies.push_str(&format!("- {{name: c{index}, version: 1.x, condition: c{index}.enabled}}\n"));
        values.push_str(&format!("c{index}: {{enabled: true, replicas: {index}}}\n"));
        let below = format!("charts/c{index}");
        tree.insert(
            format!("{below}/Chart.yaml"),
            format!("apiVersion: v2\nname: c{index}\nversion: 1.0.0\n"),
        );
        tree.insert(format!("{below}/values.yaml"), "replicas: 1\nimage: {name: nginx, tag: '1.25'}\n");
        tree.insert(
            format!("{below}/templates/deployment.yaml"),
            "kind: Deployment\nmetadata:\n  name: {{ .Chart.Name }}\n  labels: {{ .Values.global | toYaml | nindent 4 }}\nspec:\n  replicas: {{ .Values.replicas }}\n",
        );
    }
    tree.insert(
        "Chart.yaml",
        format!("apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n{dependencies}"),
    );
    tree.insert("values.yaml", values);
    let text = rendered(&tree, ledger)?;
    if text.matches("    team: blue").count() != count {
        bail!("not every dependency was rendered");
    }
    Ok(())
}

/// The manifests of a chart; only the rendering is counted.
fn rendered(tree: &Memory, ledger: &Ledger) -> Result<String> {
    let chart = Chart::of_folder(tree, "", &mut Texts::new())?;
    let (version, ports, cache) = (HelmVersion::V4, Fixed::default(), TemplateCache::new());
    let release = ReleaseOptions::of_name("release");
    let execution = Execution {
        version,
        ledger,
        ports: &ports,
        is_dns_enabled: false,
        stack_bytes_max: STACK_BYTES_MAX,
        cache: &cache,
    };
    let capabilities = Capabilities::of(version);
    let target = Target {
        release: &release,
        capabilities: &capabilities,
        schemas: None,
        renders_subchart_notes: false,
    };
    let given = Map::new(MapType::Interface);
    counted_region(|| {
        let release = render(&chart, &given, target, &execution).map_err(|error| anyhow!("{error}"))?;
        Ok(release.text(Shown { crds: false, hooks: true, tests: true }))
    })
}
