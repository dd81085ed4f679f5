//! Command line flags of Kubernetes' own programs, wherever a repository writes them.
//!
//! Takes a subject; gives each flag with the program it is for, its value and the node it stands in:
//! containers' `command` and `args`, kubeadm's and kubelet's argument maps and lists, nodeadm's flags,
//! k3s' argument lists, and the shell text of user data. A flag whose program is not certain is not given.

use std::ops::Range;

use manifest::{Document, NodeId};

use super::commands::{self, Word};
use super::images;
use super::pods::{containers, pod_template};
use super::walk::{container_key, entries, items_at, own_key};
use crate::Subject;

/// A program whose flags the checks know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Program {
    Kubelet,
    KubeProxy,
    ApiServer,
    ControllerManager,
    Scheduler,
    CloudControllerManager,
    ClusterAutoscaler,
    /// EKS' script for Amazon Linux 2, which knows flags of its own.
    EksBootstrap,
}

impl Program {
    /// The program with this file name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "kubelet" => Self::Kubelet,
            "kube-proxy" => Self::KubeProxy,
            "kube-apiserver" => Self::ApiServer,
            "kube-controller-manager" => Self::ControllerManager,
            "kube-scheduler" => Self::Scheduler,
            "cloud-controller-manager" | "aws-cloud-controller-manager" => Self::CloudControllerManager,
            "cluster-autoscaler" => Self::ClusterAutoscaler,
            "bootstrap.sh" => Self::EksBootstrap,
            _ => return None,
        })
    }

    /// Its file name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kubelet => "kubelet",
            Self::KubeProxy => "kube-proxy",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::CloudControllerManager => "cloud-controller-manager",
            Self::ClusterAutoscaler => "cluster-autoscaler",
            Self::EksBootstrap => "bootstrap.sh",
        }
    }
}

/// How a flag is written, which decides how it could be taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// A list item of its own, value included: `- --v=2`.
    Item,
    /// A list item whose value is the next item.
    SplitItem,
    /// An entry of a map; the node is the key.
    Entry,
    /// A part of a longer text.
    Text(Range<usize>),
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flag {
    /// Whose flag it is.
    pub(crate) program: Program,
    /// Its name without dashes.
    pub(crate) name: String,
    /// Its value; none for a switch.
    pub(crate) value: Option<String>,
    /// The node to point at.
    pub(crate) node: NodeId,
    /// How it is written.
    pub(crate) form: Form,
}

/// All flags of the subject whose program is certain.
pub(crate) fn flags(subject: &Subject<'_>) -> Vec<Flag> {
    let mut found = Vec::new();
    let mut in_containers = Vec::new();
    if let Some(template) = pod_template(subject) {
        for (container, _) in containers(subject.document, template) {
            container_flags(subject.document, container, &mut found);
            in_containers.push(subject.document.span(container));
        }
    }
    structured_flags(subject.document, subject.node, &mut found);
    for scalar in user_data_scalars(subject) {
        let span = subject.document.span(scalar);
        if !in_containers.iter().any(|container| container.contains(span)) {
            script_flags(subject.document, scalar, &mut found);
        }
    }
    found
}

/// The container's command line: its program is the first word of `command`, else the image's name.
fn container_flags(document: &Document<'_>, container: NodeId, found: &mut Vec<Flag>) {
    let mut words = items_at(document, container, &["command"]);
    words.extend(items_at(document, container, &["args"]));
    let first = words.first().and_then(|word| document.text(*word)).unwrap_or_default();
    let of_command = Program::named(first.rsplit('/').next().unwrap_or(first));
    let image = document.text_at(container, &["image"]).unwrap_or_default();
    let program = of_command.or_else(|| Program::named(images::Reference::parse(image).base_name()));
    for (index, word) in words.iter().enumerate() {
        let Some(text) = document.text(*word).filter(|_| !document.is_opaque(*word)) else { continue };
        if text.contains(char::is_whitespace) {
            script_flags(document, *word, found);
        } else if let Some(program) = program {
            let next = words.get(index + 1).and_then(|next| document.text(*next));
            found.extend(flag_of(program, text, next, *word));
        }
    }
}

fn flag_of(program: Program, text: &str, next: Option<&str>, node: NodeId) -> Option<Flag> {
    let bare = text.strip_prefix("--").filter(|bare| !bare.is_empty())?;
    let (name, value, form) = match (bare.split_once('='), next.filter(|next| !next.starts_with('-'))) {
        (Some((name, value)), _) => (name, Some(value), Form::Item),
        (None, Some(next)) => (bare, Some(next), Form::SplitItem),
        (None, None) => (bare, None, Form::Item),
    };
    Some(Flag { program, name: name.to_owned(), value: value.map(str::to_owned), node, form })
}

/// Flags in maps and lists under keys that mean nothing else.
fn structured_flags(document: &Document<'_>, root: NodeId, found: &mut Vec<Flag>) {
    for entry in entries(document, root) {
        let Some(key) = document.text(entry.key) else { continue };
        let value = document.dereference(entry.value);
        match (key, container_key(document, entry.key)) {
            ("kubeletExtraArgs", _) => argument_map(document, value, Program::Kubelet, found),
            ("extraArgs", Some(owner)) => {
                if let Some(program) = owner_of_extra_args(owner) {
                    argument_map(document, value, program, found);
                }
            }
            ("flags", Some("kubelet")) => argument_list(document, value, Program::Kubelet, found),
            (key, _) => {
                let program = key.strip_suffix("-arg").and_then(Program::named);
                if let Some(program) = program {
                    argument_list(document, value, program, found);
                }
            }
        }
    }
}

fn owner_of_extra_args(owner: &str) -> Option<Program> {
    Some(match owner {
        "apiServer" => Program::ApiServer,
        "controllerManager" => Program::ControllerManager,
        "scheduler" => Program::Scheduler,
        "kubelet" => Program::Kubelet,
        "proxy" => Program::KubeProxy,
        _ => return None,
    })
}

/// kubeadm's arguments: a map of names without dashes, since v1beta4 a list of name and value.
fn argument_map(document: &Document<'_>, value: NodeId, program: Program, found: &mut Vec<Flag>) {
    for entry in document.entries(value) {
        let Some(name) = document.text(entry.key) else { continue };
        let value = document.text(document.dereference(entry.value)).map(str::to_owned);
        found.push(Flag {
            program,
            name: name.trim_start_matches('-').to_owned(),
            value,
            node: entry.key,
            form: Form::Entry,
        });
    }
    for item in document.items(value) {
        let item = document.dereference(*item);
        let (Some(node), Some(name)) = (document.get(item, "name"), document.text_at(item, &["name"])) else {
            continue;
        };
        let value = document.text_at(item, &["value"]).map(str::to_owned);
        let name = name.trim_start_matches('-').to_owned();
        found.push(Flag { program, name, value, node, form: Form::SplitItem });
    }
}

/// nodeadm's `flags` and the argument lists of k3s and RKE2, whose items may leave the dashes out.
fn argument_list(document: &Document<'_>, value: NodeId, program: Program, found: &mut Vec<Flag>) {
    for item in document.items(value) {
        let node = document.dereference(*item);
        let Some(text) = document.text(node) else { continue };
        let dashed = format!("--{}", text.trim_start_matches('-'));
        found.extend(flag_of(program, &dashed, None, node));
    }
}

/// The strings of the subject that may be read as shell text about nodes.
fn user_data_scalars(subject: &Subject<'_>) -> Vec<NodeId> {
    const SIGNS: [&str; 5] =
        ["kubelet-extra-args", "KUBELET_EXTRA_ARGS", "KUBELET_ARGS", "/kubelet", "bootstrap.sh"];
    if !super::walk::holds_any(subject.document, subject.node, &SIGNS) {
        return Vec::new();
    }
    let document = subject.document;
    let says_so = |node: &NodeId| {
        let text = document.text(*node).unwrap_or_default();
        let by_key =
            own_key(document, *node).is_some_and(|key| key.starts_with("KUBELET_") && key.ends_with("ARGS"));
        by_key || text.contains(' ') && SIGNS.iter().any(|sign| text.contains(sign))
    };
    super::walk::nodes(document, subject.node)
        .into_iter()
        .filter(|node| says_so(node) && !document.is_opaque(*node))
        .collect()
}

/// Flags in shell text: of a program that a command calls, of the kubelet where a word hands them on.
fn script_flags(document: &Document<'_>, scalar: NodeId, found: &mut Vec<Flag>) {
    let Some(script) = document.text(scalar) else { return };
    let by_key = own_key(document, scalar).is_some_and(|key| key.starts_with("KUBELET_"));
    for command in commands::commands(script) {
        let called = commands::program(&command);
        let program = called.and_then(|(_, name)| Program::named(name));
        let start = called.map_or(0, |(index, _)| index);
        match program {
            Some(program) => words_flags(program, command.get(start..).unwrap_or_default(), scalar, found),
            None if by_key => words_flags(Program::Kubelet, &command, scalar, found),
            None => {}
        }
        handed_on(&command, scalar, found);
    }
}

fn words_flags(program: Program, words: &[Word], scalar: NodeId, found: &mut Vec<Flag>) {
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).map(|next| next.text.as_str());
        let Some(mut flag) = flag_of(program, &word.text, next, scalar) else { continue };
        flag.form = Form::Text(word.part(0..flag.name.len() + 2));
        found.push(flag);
    }
}

/// `--kubelet-extra-args '…'` and `KUBELET_EXTRA_ARGS=…`: the kubelet's flags within a word.
fn handed_on(command: &[Word], scalar: NodeId, found: &mut Vec<Flag>) {
    let mut is_value = false;
    for word in command {
        let text = word.text.as_str();
        let assigned = ["--kubelet-extra-args=", "KUBELET_EXTRA_ARGS=", "KUBELET_ARGS="]
            .iter()
            .find_map(|sign| text.find(sign).map(|at| at + sign.len()));
        let from = if is_value { Some(0) } else { assigned };
        is_value = text == "--kubelet-extra-args";
        let Some(inner) = from.and_then(|from| text.get(from..)) else { continue };
        let offset = text.len() - inner.len();
        for words in commands::commands(inner.trim_matches(['"', '\''])) {
            let mut inside = Vec::new();
            words_flags(Program::Kubelet, &words, scalar, &mut inside);
            for flag in &mut inside {
                let Form::Text(range) = &mut flag.form else { continue };
                *range = word.part(offset + range.start..offset + range.end);
            }
            found.append(&mut inside);
        }
    }
}
