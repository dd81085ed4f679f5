//! The keywords of one schema.
//!
//! Takes the object that a schema is; gives what its keywords ask for. A keyword of the wrong type asks for nothing: what
//! is not judged by the schema of its draft is overlooked.

use std::collections::BTreeMap;

use regex::bytes::Regex;

use super::Refusal;
use super::documents::Spot;
use super::draft::Draft;
use super::failure::quote;
use super::format::Format;
use super::instance::{Instance, TYPES};
use super::node::{
    Additional, Arrays, Choices, Dependency, General, Items, Keywords, Logic, NodeId, Numbers, Objects, Texts,
};
use super::number::Number;
use super::patterns::{Patterns, Spent};
use crate::json::{Json, JsonData};

/// Reads the keywords of a schema.
pub(super) struct Reader<'s, 'j> {
    pub(super) spot: &'s Spot<'j>,
    pub(super) draft: Draft,
    /// Whether formats are held to in every draft.
    pub(super) asserts_formats: bool,
}

/// Gives the node of a schema below.
type Enter<'e, 'j> = &'e mut dyn FnMut(&Spot<'j>) -> Result<NodeId, Refusal>;

impl Keywords {
    /// Keywords that ask for nothing.
    pub(super) fn empty(draft: Draft, resource: NodeId) -> Self {
        Self {
            draft,
            resource,
            dynamic_anchors: BTreeMap::new(),
            dynamic_anchor: None,
            recursive_anchor: false,
            reference: None,
            recursive_reference: None,
            dynamic_reference: None,
            general: General::default(),
            numbers: Numbers::default(),
            texts: Texts::default(),
            arrays: Arrays::default(),
            objects: Objects::default(),
            logic: Logic::default(),
        }
    }
}

impl<'j> Reader<'_, 'j> {
    fn get(&self, keyword: &str) -> Option<&'j Json<'j>> {
        self.spot.json.get(keyword)
    }

    /// The value of a keyword that there is since `draft`.
    fn since(&self, draft: Draft, keyword: &str) -> Option<&'j Json<'j>> {
        if self.draft < draft { None } else { self.get(keyword) }
    }

    pub(super) fn is_true(&self, keyword: &str) -> bool {
        self.get(keyword).is_some_and(|value| value.data == JsonData::Bool(true))
    }

    fn number(&self, keyword: &str) -> Option<Number> {
        match self.get(keyword).map(|value| &value.data) {
            Some(JsonData::Number(written)) => Some(Number::new(written)),
            _ => None,
        }
    }

    fn count(&self, keyword: &str) -> Option<u64> {
        self.number(keyword)?.as_count()
    }

    fn texts_of(value: &Json<'_>) -> Vec<String> {
        value.items().iter().filter_map(Json::as_text).map(str::to_owned).collect()
    }

    fn below(&self, tokens: &[&str], json: &'j Json<'j>) -> Spot<'j> {
        let pointer = tokens.iter().fold(self.spot.pointer.clone(), |pointer, token| pointer.child(token));
        Spot { json, pointer }
    }

    fn schema(
        &self,
        value: Option<&'j Json<'j>>,
        keyword: &str,
        enter: Enter<'_, 'j>,
    ) -> Result<Option<NodeId>, Refusal> {
        value.map(|json| enter(&self.below(&[keyword], json))).transpose()
    }

    fn schemas(&self, keyword: &str, enter: Enter<'_, 'j>) -> Result<Vec<NodeId>, Refusal> {
        let items = self.get(keyword).map(Json::items).unwrap_or_default().iter().enumerate();
        items.map(|(at, json)| enter(&self.below(&[keyword, &at.to_string()], json))).collect()
    }

    fn map(&self, keyword: &str, enter: Enter<'_, 'j>) -> Result<BTreeMap<String, NodeId>, Refusal> {
        let members = self.get(keyword).map(Json::members).unwrap_or_default().iter();
        members
            .map(|member| {
                let id = enter(&self.below(&[keyword, &member.key], &member.value))?;
                Ok((member.key.clone().into_owned(), id))
            })
            .collect()
    }

    fn additional(&self, keyword: &str, enter: Enter<'_, 'j>) -> Result<Option<Additional>, Refusal> {
        Ok(match self.get(keyword) {
            Some(Json { data: JsonData::Bool(value), .. }) => Some(Additional::Allowed(*value)),
            value => self.schema(value, keyword, enter)?.map(Additional::Schema),
        })
    }

    fn regex(&self, keyword: &str, pattern: &str, patterns: &mut Patterns) -> Result<Regex, Refusal> {
        match patterns.get(pattern) {
            Ok(Ok(regex)) => Ok(regex.clone()),
            Ok(Err(reason)) => {
                let place = format!("{}/{keyword}", self.spot.pointer.behind(0));
                Err(Refusal::Words(format!("invalid regex {pattern:?} at {place:?}: {reason}")))
            }
            Err(Spent) => Err(Refusal::TooLarge),
        }
    }

    pub(super) fn constant(&self) -> Option<Instance> {
        self.since(Draft::Draft6, "const").map(Instance::of_json)
    }

    pub(super) fn general(&self) -> General {
        let bit = |name: &str| TYPES.iter().find(|(_, known)| *known == name).map_or(0, |(bit, _)| *bit);
        let types = match self.get("type") {
            Some(value) => match value.as_text() {
                Some(name) => bit(name),
                None => {
                    value.items().iter().filter_map(Json::as_text).fold(0, |types, name| types | bit(name))
                }
            },
            None => 0,
        };
        let asserts = self.asserts_formats || self.draft < Draft::Draft2019;
        let format = self.get("format").and_then(Json::as_text).filter(|_| asserts);
        General {
            types,
            constant: self.constant(),
            choices: self.get("enum").and_then(choices),
            format: format.and_then(Format::of_name),
        }
    }

    pub(super) fn numbers(&self) -> Numbers {
        let exclusive = |bound: &str, exclusive: &str| {
            if self.is_true(exclusive) {
                (None, self.number(bound))
            } else {
                (self.number(bound), self.number(exclusive))
            }
        };
        let (minimum, exclusive_minimum) = exclusive("minimum", "exclusiveMinimum");
        let (maximum, exclusive_maximum) = exclusive("maximum", "exclusiveMaximum");
        let multiple_of = self.number("multipleOf");
        Numbers { minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of }
    }

    pub(super) fn texts(&self, patterns: &mut Patterns) -> Result<Texts, Refusal> {
        let pattern = self.get("pattern").and_then(Json::as_text);
        let pattern =
            pattern.map(|text| Ok((self.regex("pattern", text, patterns)?, text.to_owned()))).transpose()?;
        Ok(Texts {
            characters_min: self.count("minLength"),
            characters_max: self.count("maxLength"),
            pattern,
        })
    }

    pub(super) fn arrays(&self, enter: Enter<'_, 'j>) -> Result<Arrays, Refusal> {
        let mut arrays = Arrays {
            items_min: self.count("minItems"),
            items_max: self.count("maxItems"),
            unique: self.is_true("uniqueItems"),
            ..Arrays::default()
        };
        let items = self.get("items");
        if self.draft >= Draft::Draft2020 {
            arrays.first = self.schemas("prefixItems", enter)?;
            arrays.rest = self.schema(items, "items", enter)?;
        } else if items.is_some_and(|items| matches!(items.data, JsonData::Array(_))) {
            arrays.items = Some(Items::Each(self.schemas("items", enter)?));
            arrays.additional = self.additional("additionalItems", enter)?;
        } else {
            arrays.items = self.schema(items, "items", enter)?.map(Items::All);
        }
        arrays.contains = self.schema(self.since(Draft::Draft6, "contains"), "contains", enter)?;
        if self.draft >= Draft::Draft2019 && arrays.contains.is_some() {
            arrays.contains_min = self.count("minContains");
            arrays.contains_max = self.count("maxContains");
        }
        let keyword = "unevaluatedItems";
        arrays.unevaluated = self.schema(self.since(Draft::Draft2019, keyword), keyword, enter)?;
        Ok(arrays)
    }

    pub(super) fn objects(&self, regexes: &mut Patterns, enter: Enter<'_, 'j>) -> Result<Objects, Refusal> {
        let patterns = self.map("patternProperties", enter)?;
        let patterns: Result<_, Refusal> = patterns
            .into_iter()
            .map(|(pattern, node)| Ok((self.regex("patternProperties", &pattern, regexes)?, node)))
            .collect();
        let mut objects = Objects {
            members_min: self.count("minProperties"),
            members_max: self.count("maxProperties"),
            required: self.get("required").map(Self::texts_of).unwrap_or_default(),
            dependencies: self.dependencies(enter)?,
            properties: self.map("properties", enter)?,
            patterns: patterns?,
            additional: self.additional("additionalProperties", enter)?,
            names: self.schema(self.since(Draft::Draft6, "propertyNames"), "propertyNames", enter)?,
            ..Objects::default()
        };
        if self.draft >= Draft::Draft2019 {
            objects.dependent_schemas = self.map("dependentSchemas", enter)?.into_iter().collect();
            let required = self.get("dependentRequired").map(Json::members).unwrap_or_default().iter();
            let required: BTreeMap<_, _> = required
                .map(|member| (member.key.clone().into_owned(), Self::texts_of(&member.value)))
                .collect();
            objects.dependent_required = required.into_iter().collect();
            let keyword = "unevaluatedProperties";
            objects.unevaluated = self.schema(self.get(keyword), keyword, enter)?;
        }
        Ok(objects)
    }

    fn dependencies(&self, enter: Enter<'_, 'j>) -> Result<Vec<(String, Dependency)>, Refusal> {
        let mut found = BTreeMap::new();
        for member in self.get("dependencies").map(Json::members).unwrap_or_default() {
            let dependency = match &member.value.data {
                JsonData::Array(_) => Dependency::Members(Self::texts_of(&member.value)),
                _ => Dependency::Schema(enter(&self.below(&["dependencies", &member.key], &member.value))?),
            };
            found.insert(member.key.clone().into_owned(), dependency);
        }
        Ok(found.into_iter().collect())
    }

    pub(super) fn logic(&self, enter: Enter<'_, 'j>) -> Result<Logic, Refusal> {
        let mut logic = Logic {
            not: self.schema(self.get("not"), "not", enter)?,
            all_of: self.schemas("allOf", enter)?,
            any_of: self.schemas("anyOf", enter)?,
            one_of: self.schemas("oneOf", enter)?,
            ..Logic::default()
        };
        logic.condition = self.schema(self.since(Draft::Draft7, "if"), "if", enter)?;
        if logic.condition.is_some() {
            logic.then = self.schema(self.get("then"), "then", enter)?;
            logic.otherwise = self.schema(self.get("else"), "else", enter)?;
        }
        Ok(logic)
    }
}

/// `enum`, with the words of Helm for what it asks for.
fn choices(value: &Json<'_>) -> Option<Choices> {
    let JsonData::Array(items) = &value.data else { return None };
    let values: Vec<Instance> = items.iter().map(Instance::of_json).collect();
    let shown: Option<Vec<String>> = values.iter().map(shown).collect();
    let shown = match shown.as_deref() {
        Some([one]) => format!("value must be {one}"),
        Some(several) => format!("value must be one of {}", several.join(", ")),
        None => "'enum' failed".to_owned(),
    };
    Some(Choices { values: values.into_iter().collect(), shown })
}

/// A value of a schema as Helm shows it; none for collections.
pub(super) fn shown(value: &Instance) -> Option<String> {
    match value {
        Instance::Null => Some("<nil>".to_owned()),
        Instance::Bool(value) => Some(value.to_string()),
        Instance::Number(number) => Some(number.written().to_owned()),
        Instance::String(text) => Some(quote(text)),
        Instance::Array(_) | Instance::Object(_) | Instance::Other(_) => None,
    }
}
