//! The functions that Helm adds to sprig, and those that it takes the place of.

use gotemplate::Parameter::{Any, String as Text};
use gotemplate::{
    BUILTINS, Call, Data, Fault, FaultKind, Function, Ledger, Map, MapType, Parameter, Signature, Value,
    sprig,
};

use super::errors::{WORDS_END, WORDS_START};
use super::{host, json, no_value, toml, yaml};
use crate::HelmVersion;

/// How often a template may be including itself: `recursionMaxNums` of Helm.
const INCLUSIONS_MAX: usize = 1_000;

/// The name of the template that all others belong to, as faults tell it.
pub(super) const ROOT: &str = "gotpl";

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Call<'_>, &[Value]) -> Result<Value, Fault>,
) -> Function {
    Function { name, signature: Signature { parameters, variadic: None }, run }
}

/// What both have.
const COMMON: &[Function] = &[
    function("include", &[Text, Any], include),
    function("tpl", &[Text, Any], tpl),
    function("required", &[Text, Any], required),
    function("fail", &[Text], fail),
    function("lookup", &[Text, Text, Text, Text], lookup),
    function("getHostByName", &[Text], host_by_name),
    function("toYaml", &[Any], |call, values| silent(call, values, yaml::text)),
    function("toYamlPretty", &[Any], |call, values| yaml::pretty(call, first(values)?)),
    function("fromYaml", &[Text], |call, values| Ok(yaml::table(call, first(values)?))),
    function("fromYamlArray", &[Text], |call, values| Ok(yaml::list(call, first(values)?))),
    function("toJson", &[Any], |call, values| silent(call, values, json::text)),
    function("fromJson", &[Text], |call, values| json::table(call, first(values)?)),
    function("fromJsonArray", &[Text], |call, values| json::list(call, first(values)?)),
    function("toToml", &[Any], |call, values| toml::text_or_error(call, first(values)?)),
    function("fromToml", &[Text], |call, values| Ok(toml::table(call, first(values)?))),
];

/// What only Helm 4 has.
const OF_4: &[Function] = &[
    function("mustToYaml", &[Any], |call, values| loud(call, values, yaml::text)),
    function("mustToJson", &[Any], |call, values| loud(call, values, json::text)),
    function("mustToToml", &[Any], |call, values| loud(call, values, toml::text)),
];

/// The functions of a version, besides those of sprig.
pub(super) fn of(version: HelmVersion) -> [&'static [Function]; 2] {
    match version {
        HelmVersion::V3 => [COMMON, &[]],
        HelmVersion::V4 => [COMMON, OF_4],
    }
}

/// The names of all functions that templates of a version can call: Go's, sprig's and Helm's own, sorted.
#[must_use]
pub fn function_names(version: HelmVersion) -> Vec<&'static str> {
    let [common, own] = of(version);
    let tables = [&[BUILTINS, common, own], sprig::FAMILIES].concat();
    let mut names: Vec<_> = tables.into_iter().flatten().map(|function| function.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn first(values: &[Value]) -> Result<&Value, Fault> {
    values.first().ok_or_else(|| Fault::new("no argument"))
}

fn name_of(values: &[Value]) -> Result<String, Fault> {
    Ok(first(values)?.as_bytes().map(|name| name.as_text().into_owned()).unwrap_or_default())
}

type Print = fn(&Call<'_>, &Value) -> Result<Value, Fault>;

/// What cannot be printed is printed as nothing.
fn silent(call: &Call<'_>, values: &[Value], print: Print) -> Result<Value, Fault> {
    match print(call, first(values)?) {
        Err(fault) if fault.kind != FaultKind::Limit => Ok(Value::string("", call.made(values))),
        printed => printed,
    }
}

fn loud(call: &Call<'_>, values: &[Value], print: Print) -> Result<Value, Fault> {
    print(call, first(values)?)
}

fn include(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let name = name_of(values)?;
    let Some(host) = host::of(call) else { return Err(Fault::new("include is not known here")) };
    let count = host.included.borrow().get(&name).copied().unwrap_or(0);
    if count > INCLUSIONS_MAX {
        return Err(Fault::new(format!(
            "rendering template has a nested reference name: {name}: unable to execute template"
        )));
    }
    host.included.borrow_mut().insert(name.clone(), count + 1);
    let data = values.get(1).cloned().unwrap_or_else(|| Value::nil(Ledger::NOWHERE));
    let included = call.templates.execute(&name, &data);
    host.included.borrow_mut().insert(name, count);
    included
}

fn tpl(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let text = first(values)?;
    let data = values.get(1).cloned().unwrap_or_else(|| Value::nil(Ledger::NOWHERE));
    let quoted = || gotemplate::format::quote(text.as_bytes().map_or(&[], |bytes| bytes.as_slice()));
    let rendered = call.templates.execute_text(ROOT, text, &data).map_err(|fault| {
        let (what, kind) = match fault.kind {
            FaultKind::Parse => ("cannot parse template", FaultKind::Go),
            kind => ("error during tpl function execution for", kind),
        };
        Fault { message: format!("{what} {}: {}", quoted(), fault.message), kind }
    })?;
    Ok(no_value::without(call.ledger, rendered))
}

fn required(_: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let value = values.get(1).cloned().unwrap_or_else(|| Value::nil(Ledger::NOWHERE));
    let is_missing = match &value.data {
        Data::Nil => true,
        Data::String(text) => text.is_empty(),
        _ => false,
    };
    if is_missing { Err(own_words(&name_of(values)?)) } else { Ok(value) }
}

fn fail(_: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    Err(own_words(&name_of(values)?))
}

/// Words that Helm finds again in whatever is put around them.
fn own_words(words: &str) -> Fault {
    Fault::new(format!("{WORDS_START}{words}{WORDS_END}"))
}

fn host_by_name(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let is_enabled = host::of(call).is_some_and(|host| host.is_dns_enabled);
    let address = if is_enabled { call.ports.host_address(&name_of(values)?) } else { String::new() };
    Ok(Value::string(address, call.made(values)))
}

/// No cluster is asked: nothing is there.
fn lookup(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    Ok(Value::new(Data::Map(Map::new(MapType::Interface)), call.made(values)))
}
