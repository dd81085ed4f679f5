//! Generators: what each makes parameters of, alone, crossed and merged.

use std::collections::{BTreeMap, BTreeSet};

use manifest::value::Value;

use super::parameters::{Parameter, Parameters, flat, merge, of_entries};
use super::rendering::{Renderer, Templating};
use super::selector::Selector;
use super::{clusters, git, template};
use crate::argo::cluster::ClusterSecret;
use crate::argo::files::FindFiles;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::UNITS_MAX;

/// The generators that are made here, in the order in which one entry's are looked at.
const KINDS: [&str; 5] = ["list", "clusters", "git", "matrix", "merge"];

/// Those that combine others.
const COMBINING: [&str; 2] = ["matrix", "merge"];

/// Those that ask something outside of the repository.
const ASKING_OUTSIDE: [&str; 4] = ["scmProvider", "clusterDecisionResource", "pullRequest", "plugin"];

/// What stands beside a generator in its entry.
const SELECTOR: &str = "selector";

/// How deep generators may stand in one another: a combining one in a combining one.
const DEPTH_MAX: usize = 2;

/// What generators need of the world.
pub(crate) struct Making<'m> {
    pub(crate) templating: Templating,
    pub(crate) clusters: &'m [ClusterSecret],
    pub(crate) files: &'m mut FindFiles<'m>,
}

/// What one entry of `generators` makes.
pub(super) struct Generated {
    pub(super) sets: Vec<Parameters>,
    /// Its own template.
    pub(super) template: Value,
}

/// The outermost entry: each kind in it makes something of its own.
pub(super) fn generate(entry: Fields<'_>, making: &mut Making<'_>) -> Result<Vec<Generated>, Missing> {
    let mut all = Vec::new();
    for kind in kinds(entry)? {
        let template = entry.at(&[kind, "template"]).value().cloned().unwrap_or(Value::Null);
        all.push(Generated { sets: transform(entry, kind, making, 0)?, template });
    }
    Ok(all)
}

/// The kinds of generators in an entry that make something.
fn kinds(entry: Fields<'_>) -> Result<Vec<&'static str>, Missing> {
    let Some(Value::Mapping(entries)) = entry.value() else { return Ok(Vec::new()) };
    for (key, value) in entries {
        let key = key.as_str().unwrap_or_default();
        let is_known = KINDS.contains(&key) || key == SELECTOR || matches!(value, Value::Null);
        if !is_known || ASKING_OUTSIDE.contains(&key) {
            return Err(Missing::UseSource { source_kind: "generator", name: key.to_owned() });
        }
    }
    Ok(KINDS.into_iter().filter(|kind| entry.at(&[kind]).value().is_some()).collect())
}

/// What a generator makes and its entry's selector leaves.
fn transform(
    entry: Fields<'_>,
    kind: &str,
    making: &mut Making<'_>,
    depth: usize,
) -> Result<Vec<Parameters>, Missing> {
    let sets = parameters(entry.at(&[kind]), kind, making, depth)?;
    if sets.len() > UNITS_MAX {
        return Err(Missing::PassLimit);
    }
    selected(sets, entry)
}

fn parameters(
    generator: Fields<'_>,
    kind: &str,
    making: &mut Making<'_>,
    depth: usize,
) -> Result<Vec<Parameters>, Missing> {
    if COMBINING.contains(&kind) && depth >= DEPTH_MAX {
        return Err(refused("generators are nested too deep"));
    }
    match kind {
        "list" => list(generator, making),
        "clusters" => clusters::parameters(generator, making),
        "git" => git::parameters(generator, making),
        "matrix" => matrix(generator, making, depth),
        _ => merged(generator, making, depth),
    }
}

/// Parameters with the `values` of a generator, in which those parameters may be asked for but no other value.
pub(super) fn with_values(
    generator: Fields<'_>,
    mut parameters: Parameters,
    making: &Making<'_>,
) -> Result<Parameters, Missing> {
    let mut values = Vec::new();
    let renderer = making.templating.renderer(&parameters);
    for (key, text) in generator.texts(&["values"]) {
        values.push((key.to_owned(), renderer.replace(text)?));
    }
    if !making.templating.is_go() {
        parameters.extend(values.into_iter().map(|(key, text)| (format!("values.{key}"), text.into())));
    } else if !values.is_empty() {
        parameters.insert("values".to_owned(), Parameter::Texts(values.into_iter().collect()));
    }
    Ok(parameters)
}

fn list(generator: Fields<'_>, making: &Making<'_>) -> Result<Vec<Parameters>, Missing> {
    let mut sets = Vec::new();
    for element in generator.items(&["elements"]) {
        sets.push(match element.value() {
            Some(Value::Mapping(entries)) if making.templating.is_go() => of_entries(entries),
            Some(Value::Mapping(entries)) => of_texts(entries)?,
            None => Parameters::new(),
            Some(_) => return Err(refused("an element of a list is no mapping")),
        });
    }
    let text = generator.text(&["elementsYaml"]);
    if !text.is_empty() {
        sets.extend(of_yaml(text)?);
    }
    Ok(sets)
}

/// An element whose parameters are texts, those in `values` by their path.
fn of_texts(entries: &[(Value, Value)]) -> Result<Parameters, Missing> {
    let text = |value: &Value| {
        let text = value.as_str().ok_or_else(|| refused("a parameter of a list is no text"))?;
        Ok(Parameter::from(text))
    };
    let mut parameters = Parameters::new();
    for (key, value) in entries {
        let Some(key) = key.as_str() else { continue };
        match value {
            Value::Mapping(values) if key == "values" => {
                for (name, value) in values {
                    parameters.insert(format!("values.{}", name.as_str().unwrap_or_default()), text(value)?);
                }
            }
            _ if key == "values" => return Err(refused("the values of an element of a list are no mapping")),
            value => {
                parameters.insert(key.to_owned(), text(value)?);
            }
        }
    }
    Ok(parameters)
}

/// The mappings in a list that is written as a text.
fn of_yaml(text: &str) -> Result<Vec<Parameters>, Missing> {
    let value = git::read_yaml(text.as_bytes())
        .map_err(|reason| refused(&format!("error unmarshling decoded ElementsYaml {reason}")))?;
    let mappings = git::mappings(&value);
    mappings.ok_or_else(|| refused("error unmarshling decoded ElementsYaml: it is no list of mappings"))
}

/// Each set of the first generator with each of the second, which may ask for parameters of the first.
fn matrix(generator: Fields<'_>, making: &mut Making<'_>, depth: usize) -> Result<Vec<Parameters>, Missing> {
    let children: Vec<Fields<'_>> = generator.items(&["generators"]).collect();
    let [first, second] = children.as_slice() else {
        let what = if children.len() < 2 { "less" } else { "more" };
        return Err(refused(&format!("found {what} than two generators, Matrix support only two")));
    };
    let mut sets = Vec::new();
    for one in child(*first, making, depth)? {
        let of_one = match (one.is_empty(), second.value()) {
            (false, Some(entry)) => {
                let entry = template::interpolated(entry, &one, &making.templating)?;
                selected(child_unselected(Fields::of(&entry), making, depth)?, *second)?
            }
            _ => child(*second, making, depth)?,
        };
        for other in of_one {
            sets.push(if making.templating.is_go() { over(&one, other) } else { together(&one, &other)? });
            if sets.len() > UNITS_MAX {
                return Err(Missing::PassLimit);
            }
        }
    }
    Ok(sets)
}

/// Parameters over others.
fn over(one: &Parameters, mut other: Parameters) -> Parameters {
    merge(&mut other, one);
    other
}

/// Parameters of two as texts; a name that both have must say the same in both.
fn together(one: &Parameters, other: &Parameters) -> Result<Parameters, Missing> {
    let mut all: Parameters = one.iter().map(|(key, value)| (key.clone(), value.printed().into())).collect();
    for (key, value) in other {
        let text = value.printed();
        if all.get(key).is_some_and(|there| there.as_text() != Some(&text)) {
            return Err(refused(&format!("found duplicate key {key} with different value")));
        }
        all.insert(key.clone(), text.into());
    }
    Ok(all)
}

/// The sets of the first generator, with what others say of those with equal keys.
fn merged(generator: Fields<'_>, making: &mut Making<'_>, depth: usize) -> Result<Vec<Parameters>, Missing> {
    let children: Vec<Fields<'_>> = generator.items(&["generators"]).collect();
    if children.len() < 2 {
        return Err(refused("found less than two generators, Merge requires two or more"));
    }
    let keys: Vec<&str> = generator.items(&["mergeKeys"]).filter_map(|item| item.value()?.as_str()).collect();
    if keys.is_empty() {
        return Err(refused("no merge keys were specified, Merge requires at least one"));
    }
    let mut all = Vec::with_capacity(children.len());
    for one in children {
        all.push(by_key(child(one, making, depth)?, &keys)?);
    }
    let mut all = all.into_iter();
    let mut base = all.next().unwrap_or_default();
    for others in all {
        let others: BTreeMap<String, Parameters> = others.into_iter().collect();
        for (key, set) in &mut base {
            let Some(over) = others.get(key) else { continue };
            if making.templating.is_go() {
                merge(set, over);
            } else {
                set.extend(over.clone());
            }
        }
    }
    Ok(base.into_iter().map(|(_, set)| set).collect())
}

/// Sets beside what their keys say; none two of which say the same.
type Keyed = Vec<(String, Parameters)>;

fn by_key(sets: Vec<Parameters>, keys: &[&str]) -> Result<Keyed, Missing> {
    let mut known = BTreeSet::new();
    let mut keyed: Keyed = Vec::with_capacity(sets.len());
    for set in sets {
        let values: Vec<&Parameter> =
            keys.iter().map(|key| set.get(*key).unwrap_or(&Parameter::Null)).collect();
        let key = format!("{values:?}");
        if !known.insert(key.clone()) {
            return Err(refused(
                "the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique",
            ));
        }
        keyed.push((key, set));
    }
    Ok(keyed)
}

/// What a generator within another makes.
fn child(entry: Fields<'_>, making: &mut Making<'_>, depth: usize) -> Result<Vec<Parameters>, Missing> {
    selected(child_unselected(entry, making, depth)?, entry)
}

fn child_unselected(
    entry: Fields<'_>,
    making: &mut Making<'_>,
    depth: usize,
) -> Result<Vec<Parameters>, Missing> {
    match kinds(entry)?.as_slice() {
        [] => Err(refused("child generator generated no parameters")),
        [kind] => parameters(entry.at(&[kind]), kind, making, depth + 1),
        _ => Err(refused("found more than one generator in matrix.Generators")),
    }
}

/// The sets that the selector of an entry leaves.
fn selected(sets: Vec<Parameters>, entry: Fields<'_>) -> Result<Vec<Parameters>, Missing> {
    let selector = entry.at(&[SELECTOR]);
    if selector.value().is_none() {
        return Ok(sets);
    }
    let selector = Selector::of(selector)?;
    Ok(sets.into_iter().filter(|set| selector.matches(&flat(set))).collect())
}

/// Where parameters are put into an entry that stands beside another: everywhere, except that values which ask for what is
/// not there yet stay as they are.
pub(super) fn interpolate_entry(
    entry: &Value,
    renderer: &Renderer<'_>,
    strict: &Renderer<'_>,
) -> Result<Value, Missing> {
    let Value::Mapping(entries) = entry else { return renderer.replace_all(entry) };
    let mut replaced = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let kind = key.as_str().unwrap_or_default();
        let value = match value {
            Value::Mapping(fields) if COMBINING.contains(&kind) => {
                of_fields(fields, "generators", renderer, |children| match children {
                    Value::Sequence(children) => Ok(Value::Sequence(
                        children
                            .iter()
                            .map(|child| interpolate_entry(child, renderer, strict))
                            .collect::<Result<_, _>>()?,
                    )),
                    other => renderer.replace_all(other),
                })?
            }
            Value::Mapping(fields) if ["clusters", "git"].contains(&kind) => {
                of_fields(fields, "values", renderer, |values| Ok(where_known(values, strict)))?
            }
            // Which of its sets count is decided by what it says itself.
            other if kind == SELECTOR => other.clone(),
            other => renderer.replace_all(other)?,
        };
        replaced.push((key.clone(), value));
    }
    Ok(Value::Mapping(replaced))
}

fn of_fields(
    fields: &[(Value, Value)],
    special: &str,
    renderer: &Renderer<'_>,
    otherwise: impl Fn(&Value) -> Result<Value, Missing>,
) -> Result<Value, Missing> {
    let replaced = fields.iter().map(|(key, value)| {
        let is_special = key.as_str() == Some(special);
        let value = if is_special { otherwise(value)? } else { renderer.replace_all(value)? };
        Ok((key.clone(), value))
    });
    Ok(Value::Mapping(replaced.collect::<Result<_, Missing>>()?))
}

/// Texts with parameters in them where all of these are there.
fn where_known(values: &Value, strict: &Renderer<'_>) -> Value {
    let Value::Mapping(entries) = values else { return values.clone() };
    let replaced = entries.iter().map(|(key, value)| {
        let known = value.as_str().and_then(|text| strict.replace(text).ok());
        (key.clone(), known.map_or_else(|| value.clone(), Value::String))
    });
    Value::Mapping(replaced.collect())
}

pub(super) fn refused(reason: &str) -> Missing {
    Missing::Render(reason.to_owned())
}
