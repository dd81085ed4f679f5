//! `.Capabilities`: what the cluster can do, as templates see it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use gotemplate::{
    Call, Data, Element, Fault, JsonForm, List, NamedList, Object, Parameter, Signature, Value,
};

use text::{Origin, Span, TextId};

use super::host;
use super::record::{Field, Record, YamlNames};
use crate::HelmVersion;
use crate::capabilities::{BuildInfo, Capabilities, KubeVersion};

/// The text that everything in `.Capabilities` is said to stand in: it tells what depends on a cluster from what does not.
/// No registry of texts has it.
pub const CAPABILITIES: TextId = TextId(u32::MAX - 1);

/// Where what a cluster answers comes from.
const ORIGIN: Origin = Origin::Written(Span { text: CAPABILITIES, start: 0, end: 0 });

/// What of the capabilities was looked at, beside what [`Asked`] tells.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// The version of the cluster.
    pub(super) version: Cell<bool>,
    /// Everything together, which is the version and the list of APIs.
    pub(super) all: Cell<bool>,
}

/// The value of `.Capabilities`, with a note of what is looked at.
pub(super) fn value(capabilities: &Capabilities, version: HelmVersion, looked: &Rc<Looked>) -> Value {
    let Capabilities { kube_version, api_versions, helm_version } = capabilities;
    let api_versions = api_versions.iter().map(|api| text(api)).collect();
    let element = Element::Of(match version {
        HelmVersion::V3 => &VERSION_SET_OF_3,
        HelmVersion::V4 => &VERSION_SET_OF_4,
    });
    let api_versions = List::new(element, api_versions);
    let record = Record {
        type_name: match version {
            HelmVersion::V3 => "*chartutil.Capabilities",
            HelmVersion::V4 => "*common.Capabilities",
        },
        fields: vec![
            Field::always(KUBE_VERSION, KUBE_VERSION, kube(kube_version, version)),
            Field::always(
                "APIVersions",
                "APIVersions",
                Value { data: Data::List(api_versions), origin: ORIGIN },
            ),
            Field::always("HelmVersion", "HelmVersion", helm(helm_version)),
        ],
        texts: Vec::new(),
        yaml: YamlNames::Lowercase,
        texts_origin: ORIGIN,
    };
    Value::unwritten(Data::Object(Rc::new(Noted { record, looked: Rc::clone(looked) })))
}

/// `.Capabilities` with a note of what was looked at.
#[derive(Debug)]
struct Noted {
    record: Record,
    looked: Rc<Looked>,
}

/// The field with the version of the cluster.
const KUBE_VERSION: &str = "KubeVersion";

impl Noted {
    /// The record for somebody who looks at all of it.
    fn whole(&self) -> &Record {
        self.looked.all.set(true);
        &self.record
    }
}

impl Object for Noted {
    fn type_name(&self) -> &str {
        self.record.type_name()
    }

    fn kind(&self) -> &'static str {
        self.record.kind()
    }

    fn field(&self, name: &str) -> Option<Value> {
        if name == KUBE_VERSION {
            self.looked.version.set(true);
        }
        self.record.field(name)
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        self.record.signature(name)
    }

    fn call(&self, call: &Call<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        self.whole().call(call, name, arguments)
    }

    fn text(&self) -> Option<String> {
        self.whole().text()
    }

    fn text_at_address(&self) -> Option<String> {
        self.whole().text_at_address()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.whole().fields()
    }

    fn json(&self) -> Result<JsonForm, Fault> {
        self.whole().json()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self.whole().as_any()
    }
}

fn text(text: &str) -> Value {
    Value::string(text, ORIGIN)
}

fn kube(kube: &KubeVersion, version: HelmVersion) -> Value {
    Record {
        type_name: match version {
            HelmVersion::V3 => "chartutil.KubeVersion",
            HelmVersion::V4 => "common.KubeVersion",
        },
        fields: kube_fields(kube, version),
        texts: vec![("String", kube.normalized.clone()), ("GitVersion", kube.version.clone())],
        yaml: YamlNames::Lowercase,
        texts_origin: ORIGIN,
    }
    .into_value()
    .with_origin(ORIGIN)
}

fn kube_fields(kube: &KubeVersion, version: HelmVersion) -> Vec<Field> {
    let normalized = Field::hidden("normalizedVersion", text(&kube.normalized));
    let normalized = (version == HelmVersion::V4).then_some(normalized);
    std::iter::once(Field::always("Version", "Version", text(&kube.version)))
        .chain(normalized)
        .chain([
            Field::always("Major", "Major", text(&kube.major)),
            Field::always("Minor", "Minor", text(&kube.minor)),
        ])
        .collect()
}

fn helm(helm: &BuildInfo) -> Value {
    let mut fields = vec![
        Field::optional("Version", "version", text(helm.version)),
        Field::optional("GitCommit", "git_commit", text(helm.git_commit)),
        Field::optional("GitTreeState", "git_tree_state", text(helm.git_tree_state)),
        Field::optional("GoVersion", "go_version", text(helm.go_version)),
    ];
    if let Some(client) = helm.kube_client_version {
        fields.push(Field::always("KubeClientVersion", "kube_client_version", text(client)));
    }
    let (texts, yaml) = (Vec::new(), YamlNames::Lowercase);
    Record { type_name: "version.BuildInfo", fields, texts, yaml, texts_origin: ORIGIN }.into_value()
}

static VERSION_SET_OF_3: NamedList = NamedList {
    name: "chartutil.VersionSet",
    element: Element::String,
    signature: has_signature,
    method: has,
};

static VERSION_SET_OF_4: NamedList =
    NamedList { name: "common.VersionSet", element: Element::String, signature: has_signature, method: has };

fn has_signature(name: &str) -> Option<Signature> {
    (name == "Has").then_some(Signature { parameters: &[Parameter::String], variadic: None })
}

/// Whether an API is there; what was asked for is noted, since another cluster may answer otherwise.
fn has(call: &Call<'_>, list: &List, _: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let asked = arguments.first().and_then(Value::as_bytes);
    let has = list.items.iter().any(|api| api.as_bytes() == asked);
    if let (Some(host), Some(asked)) = (host::of(call), asked) {
        host.asked.borrow_mut().insert((asked.as_text().into_owned(), has));
    }
    let mut read = arguments.to_vec();
    read.push(Value::nil(ORIGIN));
    Ok(Value::bool(has, call.made(&read)))
}

/// What templates asked of the capabilities, with the answers.
pub type Asked = BTreeSet<(String, bool)>;
