//! kubectl calls in scripts that newer versions refuse.

use manifest::NodeId;

use super::commands::{self, Word};
use super::due::Due;
use super::pods::{containers, pod_template};
use super::rule::{Level, Rule, report};
use super::scene::{Scene, replace};
use super::walk::{items_at, nodes};
use crate::{Confidence, Finding, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "removed-kubectl-flag",
        title: "kubectl call that newer versions refuse",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Calls of kubectl in commands, arguments and scripts of objects: bare `--dry-run`, generators of `run`, `version --short`, `apply --prune-whitelist`, `drain --delete-local-data`, `exec` without `--`; and `get componentstatuses`, which tells nothing any more.",
        why: "kubectl should be within one minor of the cluster, so its image moves with the upgrade, and the newer one exits on a flag that it does not know. Jobs, hooks and backups fail then.",
        remedy: "use the form that both versions know",
        example: "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: drain\nspec:\n  template:\n    spec:\n      containers:\n        - name: drain\n          image: registry.example.com/kubectl:1.30\n          command: [kubectl, drain, node-1, --delete-local-data]\n",
        fixed: "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: drain\nspec:\n  template:\n    spec:\n      containers:\n        - name: drain\n          image: registry.example.com/kubectl:1.30\n          command: [kubectl, drain, node-1, --delete-emptydir-data]\n",
        fix_safety: "A flag that is an argument of its own is renamed unattended where every cluster, and so kubectl, is new enough to know the new name; asks otherwise.",
        rows: &["KUBECTL", "FLD-COMPSTAT"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/105327",
            "https://github.com/kubernetes/kubernetes/pull/116720",
            "https://github.com/kubernetes/kubernetes/pull/125437",
            "https://github.com/kubernetes/kubernetes/pull/133841",
        ],
        triggers: &["kubectl"],
    },
    level: Level::Objects,
    look,
};

/// A part of a call that newer versions refuse.
struct Fault {
    /// Which word of the call.
    word: usize,
    due: Due,
    message: &'static str,
    /// The word's new text and the first minor that knows it; none if there is no single one.
    new: Option<(&'static str, u16)>,
}

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    if !super::walk::holds_any(document, scene.subject.node, &["kubectl"]) {
        return;
    }
    let mut of_containers = Vec::new();
    if let Some(template) = pod_template(scene.subject) {
        for (container, _) in containers(document, template) {
            let mut words = items_at(document, container, &["command"]);
            words.extend(items_at(document, container, &["args"]));
            argument_list(scene, &words, sink);
            of_containers.extend(words);
        }
    }
    for node in nodes(document, scene.subject.node) {
        let is_script = document.text(node).is_some_and(|text| text.contains("kubectl "));
        if is_script && !document.is_opaque(node) && !is_prose(scene, node) {
            script(scene, node, sink);
        }
    }
}

/// Descriptions talk about commands and run none; records of the past run none any more.
fn is_prose(scene: &Scene<'_>, node: NodeId) -> bool {
    let key = super::walk::own_key(scene.document(), node).unwrap_or_default();
    matches!(
        key,
        "description" | "summary" | "message" | "runbook" | "title" | "notes" | "NOTES.txt" | "README.md"
    ) || key.contains('/')
        || scene.subject.object.is_some_and(|object| object.gvk.kind == "CustomResourceDefinition")
}

/// A container's command line, one word in each item.
fn argument_list(scene: &Scene<'_>, items: &[NodeId], sink: &mut Sink) {
    let document = scene.document();
    let texts: Vec<&str> = items.iter().map(|item| document.text(*item).unwrap_or_default()).collect();
    let Some(start) = texts.iter().position(|text| text.rsplit('/').next() == Some("kubectl")) else {
        return;
    };
    let call = texts.get(start + 1..).unwrap_or_default();
    for fault in faults(call) {
        let Some(node) = items.get(start + 1 + fault.word) else { continue };
        let Some(found) = scene.find(fault.due, *node, fault.message) else { continue };
        let found = severity_of(found, fault.message);
        sink.report(match fault.new {
            Some((text, since)) => {
                let question = format!(
                    "is this kubectl {} or newer? only then it knows '{text}'",
                    version::Minor::new(since)
                );
                found
                    .mended_by(format!("write '{text}'"))
                    .fixed_by(replace(text), scene.safe_from(since, &question))
            }
            None => found,
        });
    }
}

fn script(scene: &Scene<'_>, node: NodeId, sink: &mut Sink) {
    let Some(text) = scene.document().text(node) else { return };
    for command in commands::commands(text) {
        let Some((index, "kubectl")) = commands::program(&command) else { continue };
        let words: &[Word] = command.get(index + 1..).unwrap_or_default();
        let call: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        for fault in faults(&call) {
            let Some(word) = words.get(fault.word) else { continue };
            let found = scene.find(fault.due, node, fault.message);
            report(
                sink,
                found.map(|found| {
                    let found = severity_of(found, fault.message).within(scene.document(), node, &word.range);
                    match fault.new {
                        Some((text, _)) => found.mended_by(format!("write '{text}'")),
                        None => found,
                    }
                }),
            );
        }
    }
}

/// A deprecated read is no failure.
fn severity_of(found: Finding, message: &str) -> Finding {
    if message == COMPONENT_STATUS { found.at_most(Severity::Info) } else { found }
}

const COMPONENT_STATUS: &str = "ComponentStatus is deprecated and says 'Healthy' whatever is true";

/// What is wrong with a call, whose words begin after `kubectl`.
fn faults(call: &[&str]) -> Vec<Fault> {
    let mut found = Vec::new();
    let verb = call.iter().find(|word| !word.starts_with('-')).copied().unwrap_or_default();
    for (index, word) in call.iter().enumerate() {
        if *word == "--" {
            break;
        }
        found.extend(flag_fault(index, word, verb));
        if verb == "get" && matches!(*word, "cs" | "componentstatus" | "componentstatuses") {
            found.push(Fault {
                word: index,
                due: Due::discouraged(19),
                message: COMPONENT_STATUS,
                new: None,
            });
        }
    }
    found.extend(exec_fault(call, verb));
    found
}

fn flag_fault(word: usize, text: &str, verb: &str) -> Option<Fault> {
    let fault = |minor, message, new| Some(Fault { word, due: Due::at(minor), message, new });
    match (text, verb) {
        ("--dry-run" | "--dry-run=true", _) => {
            fault(23, "'--dry-run' needs to say 'client' or 'server'", Some(("--dry-run=client", 18)))
        }
        ("--dry-run=false", _) => {
            fault(23, "'--dry-run' needs to say 'client' or 'server'", Some(("--dry-run=none", 18)))
        }
        ("--short", "version") => {
            fault(28, "'version' no longer knows '--short', which became the default", None)
        }
        ("--delete-local-data", "drain") => {
            fault(31, "'drain' no longer knows '--delete-local-data'", Some(("--delete-emptydir-data", 20)))
        }
        (_, "apply") if text == "--prune-whitelist" || text.starts_with("--prune-whitelist=") => {
            fault(30, "'apply' no longer knows '--prune-whitelist': it is '--prune-allowlist'", None)
        }
        (_, "run") => {
            let name = text.split('=').next().unwrap_or(text);
            let removed =
                ["--generator", "--replicas", "--service-generator", "--service-overrides", "--schedule"];
            let later = ["--serviceaccount", "--hostport", "--requests", "--limits"];
            if removed.contains(&name) {
                return fault(21, "'run' only makes pods and no longer knows this flag", None);
            }
            later
                .contains(&name)
                .then(|| fault(24, "'run' no longer knows this flag: use '--overrides'", None))
                .flatten()
        }
        _ => None,
    }
}

/// `kubectl exec POD COMMAND`: the command must come after `--`.
fn exec_fault(call: &[&str], verb: &str) -> Option<Fault> {
    if verb != "exec" || call.contains(&"--") {
        return None;
    }
    const WITH_VALUE: [&str; 8] =
        ["-n", "--namespace", "-c", "--container", "--context", "--kubeconfig", "-f", "--filename"];
    let mut words = Vec::new();
    let mut is_value = false;
    for (index, word) in call.iter().enumerate() {
        if !is_value && !word.starts_with('-') {
            words.push(index);
        }
        is_value = WITH_VALUE.contains(word);
    }
    // The verb, the pod, and then the command.
    let command = words.get(2)?;
    Some(Fault {
        word: *command,
        due: Due::at(31),
        message: "'exec' needs '--' before the command",
        new: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(call: &str) -> Vec<(usize, Option<u16>)> {
        let words: Vec<&str> = call.split(' ').collect();
        faults(&words)
            .iter()
            .map(|fault| (fault.word, fault.due.effective.map(version::Minor::number)))
            .collect()
    }

    #[test]
    fn calls_are_read_with_their_verb() {
        assert_eq!(found("drain node --delete-local-data --force"), [(2, Some(31))]);
        assert_eq!(found("-n web create -f a --dry-run -o yaml"), [(5, Some(23))]);
        assert_eq!(found("create -f a --dry-run -o yaml"), [(3, Some(23))]);
        assert_eq!(found("create -f a --dry-run=client"), []);
        assert_eq!(found("version --short"), [(1, Some(28))]);
        assert_eq!(found("top --short"), []);
        assert_eq!(found("exec -n web pod ls /"), [(4, Some(31))]);
        assert_eq!(found("exec -it pod -- ls --dry-run"), []);
        assert_eq!(found("exec pod"), []);
        assert_eq!(
            found("run a --image=b --generator=run-pod/v1 --limits=cpu=1"),
            [(3, Some(21)), (4, Some(24))]
        );
        assert_eq!(found("get cs"), [(1, None)]);
        assert_eq!(found(""), []);
    }
}
