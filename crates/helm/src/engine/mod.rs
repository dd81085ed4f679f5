//! The templates of charts, executed.
//!
//! Takes the charts that take part with their coalesced values; gives the text of each template with its pieces, in Helm's
//! order and with Helm's words where one fails. What templates may ask of the world comes from [`gotemplate::Ports`].

mod cache;
mod capabilities;
mod errors;
mod files;
mod functions;
mod glob;
mod host;
mod json;
mod metadata;
mod no_value;
mod record;
mod scope;
mod toml;
mod utf8;
mod values_methods;
mod yaml;

use text::{DecisionId, Origin, TextId};

use gotemplate::{
    Data, Engine, FaultKind, FunctionTable, Ledger, Map, MapType, Marks, MissingKey, Ports, Rendered,
    TemplateSet, TextSource, Value, sprig,
};

pub use cache::TemplateCache;
pub use capabilities::{Asked, CAPABILITIES};
pub use functions::function_names;
pub use scope::ReleaseOptions;

use crate::HelmVersion;
use crate::capabilities::Capabilities;
use crate::dependencies::EnabledChart;
use host::Host;
use scope::{Renderable, Renderables, base_name};

/// Why templates are not rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderTemplates {
    /// A text is no template, in Helm's words.
    #[error("{message}")]
    Parse {
        /// The whole text.
        message: String,
    },
    /// A template failed, in Helm's words.
    #[error("{message}")]
    Execute {
        /// The template that was executed.
        template: String,
        /// The whole text.
        message: String,
        /// Whether Helm would have said so too, rather than a limit of ours.
        kind: FaultKind,
    },
    /// A file that a template asked for was there when the chart was loaded and cannot be read any longer.
    #[error("error reading {path}: {reason}")]
    ReadFile {
        /// Its path in its chart.
        path: String,
        /// Why.
        reason: String,
    },
}

/// What templates are executed with.
pub struct Execution<'e> {
    /// Which Helm to be like.
    pub version: HelmVersion,
    /// Where origins are kept.
    pub ledger: &'e Ledger,
    /// The world.
    pub ports: &'e dyn Ports,
    /// Whether names of hosts may be looked up.
    pub is_dns_enabled: bool,
    /// Bytes of stack that the thread has to spare.
    pub stack_bytes_max: usize,
    /// Texts that were parsed before.
    pub cache: &'e TemplateCache,
}

/// A template with what it gave.
#[derive(Debug)]
pub struct RenderedTemplate {
    /// Its name: the path of its chart, and its own in it.
    pub name: String,
    /// The text that the template itself is.
    pub source: TextId,
    /// The text. Bytes that are no UTF-8 have become replacement characters.
    pub text: String,
    /// Where in the text such bytes were, each with what a reader of YAML says of it.
    pub invalid: Vec<(usize, &'static str)>,
    /// Lengths, origins and decisions of all bytes in order; empty where nothing is recorded. A piece without bytes says that
    /// a decision which depends on the cluster, the clock or randomness was made there.
    pub pieces: Vec<(usize, Origin, Option<DecisionId>)>,
    /// The marks of all of it: what its template was given may have been changed by what has them.
    pub spread_marks: Marks,
    /// Whether any piece may have a mark.
    pub(crate) has_marks: bool,
}

/// What all templates gave, in the order of their execution, and what they asked of the capabilities.
#[derive(Debug)]
pub struct RenderedTemplates {
    /// The templates that are no partials.
    pub templates: Vec<RenderedTemplate>,
    /// The APIs that they asked for.
    pub asked: Asked,
    /// Whether any looked at the version of the cluster.
    pub asks_version: bool,
    /// Whether any looked at all capabilities together.
    pub lists_capabilities: bool,
}

/// Executes all templates of a chart and of those that it depends on.
///
/// # Errors
/// At the first text that is no template, else at the first template that fails.
pub fn render(
    root: &EnabledChart<'_>,
    values: &Map,
    (release, capabilities): (&ReleaseOptions, &Capabilities),
    execution: &Execution<'_>,
) -> Result<RenderedTemplates, RenderTemplates> {
    let host = Host::new(execution.version, execution.is_dns_enabled);
    let capabilities = capabilities::value(capabilities, execution.version, &host.looked);
    let templates = scope::templates(root, values, release, (capabilities, execution.version));
    let order = in_order(&templates);
    let set = parsed(&order, execution)?;
    let rendered = executed(order, (&set, &host), execution);
    if let Some((path, reason)) = root.chart.unreadable() {
        return Err(RenderTemplates::ReadFile { path: path.to_owned(), reason: text::with_causes(reason) });
    }
    let lists_capabilities = host.looked.all.get();
    let asks_version = lists_capabilities || host.looked.version.get();
    Ok(RenderedTemplates { templates: rendered?, asked: host.asked.take(), asks_version, lists_capabilities })
}

/// What the templates give that are no partials.
fn executed(
    order: Vec<(&str, &Renderable<'_>)>,
    (set, host): (&TemplateSet<'_>, &Host),
    execution: &Execution<'_>,
) -> Result<Vec<RenderedTemplate>, RenderTemplates> {
    let engine = Engine::new(set, execution.ledger, execution.ports, host)
        .with_missing_key(MissingKey::Zero)
        .with_name(functions::ROOT)
        .with_stack(execution.stack_bytes_max);
    let mut rendered = Vec::with_capacity(order.len());
    for (name, template) in order.into_iter().filter(|(name, _)| !base_name(name).starts_with('_')) {
        tell_template(template, name, execution.version);
        let dot = Value::unwritten(Data::Map(template.dot.clone()));
        let text = engine.execute(name, &dot).map_err(|error| RenderTemplates::Execute {
            template: name.to_owned(),
            message: errors::of_executing(name, &error.message, execution.version),
            kind: error.kind,
        })?;
        let marks = (execution.ledger.spread_marks(), execution.ledger.has_marks());
        rendered.push(of_text((name, template.file.text), no_value::without_rendered(text), marks));
    }
    Ok(rendered)
}

fn of_text(
    (name, source): (&str, TextId),
    rendered: Rendered,
    (spread_marks, has_marks): (Marks, bool),
) -> RenderedTemplate {
    let Rendered { bytes, pieces } = rendered;
    let (text, invalid, pieces) = match String::from_utf8(bytes) {
        Ok(text) => (text, Vec::new(), pieces),
        // Bytes that are replaced change the length of everything: the whole text then has the origin of its first piece,
        // and the others have no bytes.
        Err(error) => {
            let (text, invalid) = utf8::replaced(error.as_bytes());
            let mut lengths = std::iter::once(text.len()).chain(std::iter::repeat(0));
            let pieces = pieces.into_iter().zip(&mut lengths);
            let pieces = pieces.map(|((_, origin, decision), length)| (length, origin, decision)).collect();
            (text, invalid, pieces)
        }
    };
    RenderedTemplate { name: name.to_owned(), source, text, invalid, pieces, spread_marks, has_marks }
}

/// Deeper names first, and among those of one depth the last first: what stands further up may so define a template again.
fn in_order<'t, 'c>(templates: &'t Renderables<'c>) -> Vec<(&'t str, &'t Renderable<'c>)> {
    let mut order: Vec<_> = templates.iter().map(|(name, template)| (name.as_str(), template)).collect();
    let depth = |name: &str| name.bytes().filter(|byte| *byte == b'/').count();
    order.sort_by(|(one, _), (two, _)| depth(two).cmp(&depth(one)).then_with(|| two.cmp(one)));
    order
}

fn parsed(
    order: &[(&str, &Renderable<'_>)],
    execution: &Execution<'_>,
) -> Result<TemplateSet<'static>, RenderTemplates> {
    let [common, own] = functions::of(execution.version);
    let tables = [sprig::FAMILIES, &[common, own]].concat();
    let functions = FunctionTable::new(&tables);
    let mut set = TemplateSet::new(functions.clone());
    for (name, template) in order {
        let parsed = execution.cache.parse(name, template.file, &|function| functions.knows(function));
        let parsed = parsed
            .map_err(|error| RenderTemplates::Parse { message: errors::of_parsing(name, &error.message) })?;
        set.add(parsed, TextSource::Text(template.file.text));
    }
    Ok(set)
}

/// Tells the templates of a chart which of them is executed.
fn tell_template(template: &Renderable<'_>, name: &str, version: HelmVersion) {
    let told = Map::new(MapType::Interface);
    for (key, value) in [("Name", name), ("BasePath", template.base_path.as_str())] {
        told.insert(key.into(), Ledger::NOWHERE, Value::string(value, Ledger::NOWHERE));
    }
    let told = Value::unwritten(Data::Map(scope::named_values(&told, version)));
    template.dot.insert("Template".into(), Ledger::NOWHERE, told);
}
