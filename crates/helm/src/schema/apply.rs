//! Keywords for one type of value, and those that combine schemas.
//!
//! Takes the state of a walk; adds what is wrong in the order in which Helm finds it. Asks the walk for everything below.

use std::collections::BTreeMap;

use super::failure::{Failure, quote, quote_all};
use super::instance::Instance;
use super::node::{Additional, Arrays, Dependency, Items, Keywords, NodeId, Numbers, Objects, Texts};
use super::number::{Number, grouped};
use super::walk::{Frame, Place, Quiet, State, Walk};

/// From which item on no keyword of a schema evaluates; none if all are evaluated.
pub(super) fn evaluated_items(arrays: &Arrays) -> Option<usize> {
    match &arrays.items {
        _ if arrays.rest.is_some() || arrays.additional.is_some() => None,
        Some(Items::All(_)) => None,
        Some(Items::Each(schemas)) => Some(schemas.len()),
        None => Some(arrays.first.len()),
    }
}

impl Walk<'_> {
    pub(super) fn by_type(&mut self, state: &mut State<'_, '_>, keywords: &Keywords) {
        match state.frame.value() {
            Instance::Object(members) => self.object(state, &keywords.objects, members),
            Instance::Array(items) => self.array(state, &keywords.arrays, items),
            Instance::String(text) => self.text(state, &keywords.texts, text),
            Instance::Number(number) => numbers(state, &keywords.numbers, number),
            Instance::Null | Instance::Bool(_) | Instance::Other(_) => {}
        }
    }

    fn object<'v>(
        &mut self,
        state: &mut State<'_, 'v>,
        objects: &Objects,
        members: &'v BTreeMap<String, Instance>,
    ) {
        count(state, "minProperties", members.len(), (objects.members_min, u64::lt));
        count(state, "maxProperties", members.len(), (objects.members_max, u64::gt));
        self.spend(objects.required.len());
        required(state, members, &objects.required, |missing| match missing {
            [one] => format!("missing property {}", quote(one)),
            several => format!("missing properties {}", quote_all(several.iter().copied())),
        });
        for (name, dependency) in &objects.dependencies {
            match dependency {
                _ if !members.contains_key(name) => {}
                Dependency::Members(names) => dependent(state, members, (name, names)),
                Dependency::Schema(node) => {
                    let result = self.same(state, *node, ("", Quiet::No));
                    state.add(result);
                }
            }
        }
        self.members(state, objects, members);
        self.names(state, objects, members);
        for (name, node) in &objects.dependent_schemas {
            if members.contains_key(name) {
                let result = self.same(state, *node, ("", Quiet::No));
                state.add(result);
            }
        }
        for (name, names) in &objects.dependent_required {
            if members.contains_key(name) {
                dependent(state, members, (name, names));
            }
        }
    }

    fn members<'v>(
        &mut self,
        state: &mut State<'_, 'v>,
        objects: &Objects,
        members: &'v BTreeMap<String, Instance>,
    ) {
        let frame = state.frame;
        let mut refused = Vec::new();
        for (key, value) in members {
            if !self.spend(1 + objects.patterns.len())
                || frame.quiet() == Quiet::Yes && !state.failures.is_empty()
            {
                return;
            }
            let mut schemas: Vec<NodeId> = objects.properties.get(key).copied().into_iter().collect();
            let matching = objects.patterns.iter().filter(|(pattern, _)| pattern.is_match(key.as_bytes()));
            schemas.extend(matching.map(|(_, node)| *node));
            let mut is_evaluated = !schemas.is_empty();
            if let Some(additional) = objects.additional.filter(|_| !is_evaluated) {
                is_evaluated = true;
                match additional {
                    Additional::Allowed(true) => {}
                    Additional::Allowed(false) => refused.push(key.as_str()),
                    Additional::Schema(node) => schemas.push(node),
                }
            }
            for node in schemas {
                state.add(self.below(frame, node, (value, Place::Member(frame, key))));
            }
            if is_evaluated {
                state.open.members.remove(key.as_str());
            }
        }
        if !refused.is_empty() {
            state.fail(Vec::new(), || format!("additional properties {} not allowed", quote_all(refused)));
        }
    }

    /// Names of members, each judged as a value by itself.
    fn names(&mut self, state: &mut State<'_, '_>, objects: &Objects, members: &BTreeMap<String, Instance>) {
        let Some(node) = objects.names else { return };
        for key in members.keys() {
            let name = Instance::String(key.clone());
            let frame = Frame::root(node, &name, state.frame.quiet(), state.frame.depth() + 1);
            if let Err(failure) = self.check(&frame) {
                let outer = frame.fail(|| format!("invalid propertyName {}", quote(key)));
                state.failures.push(Failure { causes: failure.into_causes(), ..outer });
            }
        }
    }

    fn array<'v>(&mut self, state: &mut State<'_, 'v>, arrays: &Arrays, items: &'v [Instance]) {
        count(state, "minItems", items.len(), (arrays.items_min, u64::lt));
        count(state, "maxItems", items.len(), (arrays.items_max, u64::gt));
        if arrays.unique
            && self.spend(items.len())
            && let Some((first, second)) = duplicates(items)
        {
            state.fail(Vec::new(), || format!("items at {first} and {second} are equal"));
        }
        let evaluated = match &arrays.items {
            Some(Items::All(node)) => {
                self.items(state, items, |_| Some(*node));
                items.len()
            }
            Some(Items::Each(schemas)) => {
                self.items(state, items, |at| schemas.get(at).copied());
                schemas.len().min(items.len())
            }
            None => {
                self.items(state, items, |at| arrays.first.get(at).copied());
                arrays.first.len().min(items.len())
            }
        };
        // Helm numbers the items behind the first ones from zero again.
        let rest = items.get(evaluated..).unwrap_or_default();
        match arrays.additional.or(arrays.rest.map(Additional::Schema)) {
            Some(Additional::Allowed(false)) if !rest.is_empty() => {
                state.fail(Vec::new(), || format!("last {} additionalItem(s) not allowed", rest.len()));
            }
            Some(Additional::Schema(node)) => self.items(state, rest, |_| Some(node)),
            Some(Additional::Allowed(_)) | None => {}
        }
        self.contains(state, arrays, items);
    }

    fn items<'v>(
        &mut self,
        state: &mut State<'_, 'v>,
        items: &'v [Instance],
        node: impl Fn(usize) -> Option<NodeId>,
    ) {
        let frame = state.frame;
        for (at, item) in items.iter().enumerate() {
            let Some(node) = node(at).filter(|_| self.spend(1)) else { return };
            let result = self.below(frame, node, (item, Place::Item(frame, at)));
            state.add(result);
        }
    }

    fn contains<'v>(&mut self, state: &mut State<'_, 'v>, arrays: &Arrays, items: &'v [Instance]) {
        let Some(node) = arrays.contains else { return };
        let frame = state.frame;
        let (mut failures, mut matched) = (Vec::new(), Vec::new());
        for (at, item) in items.iter().enumerate() {
            match self.below(frame, node, (item, Place::Item(frame, at))) {
                Err(failure) => failures.push(failure),
                Ok(()) => {
                    matched.push(at);
                    if arrays.items.is_none() {
                        state.open.items.remove(&at);
                    }
                }
            }
        }
        let count = u64::try_from(matched.len()).unwrap_or(u64::MAX);
        let shown = || matched.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        match arrays.contains_min {
            Some(min) if count < min && count == 0 => state.fail(failures, || {
                format!("min {min} items required to match contains schema, but none matched")
            }),
            Some(min) if count < min => state.fail(failures, || {
                format!(
                    "min {min} items required to match contains schema, but matched {count} items at {}",
                    shown()
                )
            }),
            None if count == 0 => state.fail(failures, || "no items match contains schema".to_owned()),
            Some(_) | None => {}
        }
        if let Some(max) = arrays.contains_max.filter(|max| count > *max) {
            state.fail(Vec::new(), || {
                format!(
                    "max {max} items required to match contains schema, but matched {count} items at {}",
                    shown()
                )
            });
        }
    }

    fn text(&mut self, state: &mut State<'_, '_>, texts: &Texts, text: &str) {
        self.spend(text.len() / 64);
        let characters = text.chars().count();
        count(state, "minLength", characters, (texts.characters_min, u64::lt));
        count(state, "maxLength", characters, (texts.characters_max, u64::gt));
        if let Some((pattern, written)) = &texts.pattern
            && !pattern.is_match(text.as_bytes())
        {
            state.fail(Vec::new(), || format!("{} does not match pattern {}", quote(text), quote(written)));
        }
    }

    pub(super) fn logic(&mut self, state: &mut State<'_, '_>, keywords: &Keywords) {
        let logic = &keywords.logic;
        if let Some(node) = logic.not
            && self.same(state, node, ("", Quiet::Yes)).is_ok()
        {
            state.fail(Vec::new(), || "'not' failed".to_owned());
        }
        let mut failures = Vec::new();
        for node in &logic.all_of {
            failures.extend(self.same(state, *node, ("", Quiet::No)).err());
        }
        if !failures.is_empty() {
            state.fail(failures, || "'allOf' failed".to_owned());
        }
        self.any_of(state, &logic.any_of);
        self.one_of(state, &logic.one_of);
        let Some(condition) = logic.condition else { return };
        let is_met = self.same(state, condition, ("", Quiet::Yes)).is_ok();
        if let Some(node) = if is_met { logic.then } else { logic.otherwise } {
            let result = self.same(state, node, ("", Quiet::No));
            state.add(result);
        }
    }

    fn any_of(&mut self, state: &mut State<'_, '_>, schemas: &[NodeId]) {
        let (mut failures, mut is_matched) = (Vec::new(), schemas.is_empty());
        for node in schemas {
            match self.same(state, *node, ("", Quiet::No)) {
                Err(failure) => failures.push(failure),
                Ok(()) => {
                    is_matched = true;
                    // The others matter only for what they evaluate.
                    if state.open.members.is_empty() && state.open.items.is_empty() {
                        break;
                    }
                }
            }
        }
        if !is_matched {
            state.fail(failures, || "'anyOf' failed".to_owned());
        }
    }

    fn one_of(&mut self, state: &mut State<'_, '_>, schemas: &[NodeId]) {
        let (mut failures, mut matched) = (Vec::new(), None);
        for (at, node) in schemas.iter().enumerate() {
            let quiet = if matched.is_some() { Quiet::Yes } else { Quiet::No };
            match (self.same(state, *node, ("", quiet)), matched) {
                (Err(failure), None) => failures.push(failure),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(at),
                (Ok(()), Some(first)) => {
                    state.fail(Vec::new(), || format!("'oneOf' failed, subschemas {first}, {at} matched"));
                    break;
                }
            }
        }
        if matched.is_none() && !schemas.is_empty() {
            state.fail(failures, || "'oneOf' failed, none matched".to_owned());
        }
    }

    pub(super) fn unevaluated(&mut self, state: &mut State<'_, '_>, keywords: &Keywords) {
        let frame = state.frame;
        match (frame.value(), keywords.objects.unevaluated, keywords.arrays.unevaluated) {
            (Instance::Object(members), Some(node), _) => {
                for key in std::mem::take(&mut state.open.members) {
                    let Some(value) = members.get(key) else { continue };
                    state.add(self.below(frame, node, (value, Place::Member(frame, key))));
                }
            }
            (Instance::Array(items), _, Some(node)) => {
                for at in std::mem::take(&mut state.open.items) {
                    let Some(item) = items.get(at) else { continue };
                    state.add(self.below(frame, node, (item, Place::Item(frame, at))));
                }
            }
            _ => {}
        }
    }
}

type IsOutside = fn(&Number, &Number) -> bool;

fn numbers(state: &mut State<'_, '_>, numbers: &Numbers, number: &Number) {
    let bounds: [(&str, &Option<Number>, IsOutside); 4] = [
        ("minimum", &numbers.minimum, |number, bound| number < bound),
        ("maximum", &numbers.maximum, |number, bound| number > bound),
        ("exclusiveMinimum", &numbers.exclusive_minimum, |number, bound| number <= bound),
        ("exclusiveMaximum", &numbers.exclusive_maximum, |number, bound| number >= bound),
    ];
    for (keyword, bound, is_beyond) in bounds {
        if let Some(bound) = bound.as_ref().filter(|bound| is_beyond(number, bound)) {
            state.fail(Vec::new(), || format!("{keyword}: got {}, want {}", number.shown(), bound.shown()));
        }
    }
    if let Some(divisor) = numbers.multiple_of.as_ref().filter(|divisor| !number.is_multiple_of(divisor)) {
        state.fail(Vec::new(), || format!("multipleOf: got {}, want {}", number.shown(), divisor.shown()));
    }
}

type IsBeyond = fn(&u64, &u64) -> bool;

fn count(
    state: &mut State<'_, '_>,
    keyword: &str,
    found: usize,
    (wanted, is_beyond): (Option<u64>, IsBeyond),
) {
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    if let Some(wanted) = wanted.filter(|wanted| is_beyond(&found, wanted)) {
        let (found, wanted) = (grouped(&found.to_string()), grouped(&wanted.to_string()));
        state.fail(Vec::new(), || format!("{keyword}: got {found}, want {wanted}"));
    }
}

fn required(
    state: &mut State<'_, '_>,
    members: &BTreeMap<String, Instance>,
    names: &[String],
    words: impl FnOnce(&[&str]) -> String,
) {
    let missing = names.iter().filter(|name| !members.contains_key(*name));
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    if !missing.is_empty() {
        state.fail(Vec::new(), || words(&missing));
    }
}

fn dependent(
    state: &mut State<'_, '_>,
    members: &BTreeMap<String, Instance>,
    (name, names): (&str, &[String]),
) {
    required(state, members, names, |missing| {
        format!("properties {} required, if {} exists", quote_all(missing.iter().copied()), quote(name))
    });
}

/// The first item that equals one before it, behind that one.
fn duplicates(items: &[Instance]) -> Option<(usize, usize)> {
    let mut seen = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(first) = seen.insert(item, at) {
            return Some((first, at));
        }
    }
    None
}
