//! `.Files`: the files of a chart that are no templates.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use gotemplate::{
    Bytes, Call, Data, Entry, EntrySource, Fault, Ledger, Map, MapType, NamedMap, Parameter, Signature, Value,
};
use text::{Origin, Span};

use super::glob::Glob;
use super::host;
use super::scope::base_name;
use super::yaml;
use crate::HelmVersion;
use crate::chart::{Content, FileOnDemand};

/// `files` of Helm's engine: bytes by name.
static FILES: NamedMap = NamedMap { name: "engine.files", element: "[]uint8", signature, method };

/// The value of `.Files`, whose files are read when a template asks for them.
pub(super) fn value(files: &Arc<BTreeMap<String, FileOnDemand>>) -> Value {
    let source = Box::new(FileSource(Arc::clone(files)));
    Value::unwritten(Data::Map(Map::on_demand(MapType::Named(&FILES), source)))
}

/// The files of a chart as entries. One that cannot be read any longer is left out, and the render fails over it once
/// its templates are executed.
#[derive(Debug)]
struct FileSource(Arc<BTreeMap<String, FileOnDemand>>);

impl EntrySource for FileSource {
    fn entry(&self, key: &[u8]) -> Option<Entry> {
        entry(self.0.get(std::str::from_utf8(key).ok()?)?)
    }

    fn entries(&self) -> BTreeMap<Bytes, Entry> {
        let entries = self.0.iter().map(|(name, file)| Some((name.as_str().into(), entry(file)?)));
        entries.flatten().collect()
    }
}

fn entry(file: &FileOnDemand) -> Option<Entry> {
    let Content { bytes, bytes_skipped } = file.read().ok()?;
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let span = Span::new(file.text, *bytes_skipped..bytes_skipped.saturating_add(length));
    let value = Value::new(Data::ByteSlice(Bytes::from(&**bytes)), Origin::Written(span));
    Some(Entry { key: Ledger::NOWHERE, value })
}

fn signature(name: &str) -> Option<Signature> {
    let parameters: &'static [Parameter] = match name {
        "Get" | "GetBytes" | "Glob" | "Lines" => &[Parameter::String],
        "AsConfig" | "AsSecrets" => &[],
        _ => return None,
    };
    Some(Signature { parameters, variadic: None })
}

fn method(call: &Call<'_>, files: &Map, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let argument = arguments.first().and_then(Value::as_bytes);
    let argument = argument.map(|text| text.as_text().into_owned()).unwrap_or_default();
    match name {
        "Get" => Ok(content(call, files, &argument, Data::String)),
        "GetBytes" => Ok(content(call, files, &argument, Data::ByteSlice)),
        "Glob" => Ok(matching(call, files, &argument)),
        "Lines" => lines(call, files, &argument),
        "AsConfig" => flattened(call, files, Data::String),
        _ => flattened(call, files, |bytes| Data::String(encoded(bytes.as_slice()).into())),
    }
}

/// The bytes of a file; none if it is not there.
fn bytes_of(files: &Map, name: &str) -> Option<(Bytes, Origin)> {
    let value = files.get(name.as_bytes())?;
    match value.data {
        Data::ByteSlice(bytes) | Data::String(bytes) => Some((bytes, value.origin)),
        _ => None,
    }
}

fn content(call: &Call<'_>, files: &Map, name: &str, data: impl Fn(Bytes) -> Data) -> Value {
    match bytes_of(files, name) {
        Some((bytes, origin)) => Value::new(data(bytes), recorded(call, origin)),
        None => Value::new(data(Bytes::from("")), call.made(&[])),
    }
}

fn recorded(call: &Call<'_>, origin: Origin) -> Origin {
    if call.ledger.is_on() { origin } else { Ledger::NOWHERE }
}

/// The files whose names fit a pattern; all of them where it is none, as Helm has it.
fn matching(call: &Call<'_>, files: &Map, pattern: &str) -> Value {
    let glob = Glob::new(pattern);
    let entries = files.entries();
    let fits = |name: &Bytes| glob.as_ref().is_none_or(|glob| glob.matches(&name.as_text()));
    let kept = entries.iter().filter(|(name, _)| fits(name));
    let kept = kept.map(|(name, entry)| (name.clone(), entry.clone())).collect();
    Value::new(Data::Map(Map::of(MapType::Named(&FILES), kept)), call.made(&[]))
}

/// The lines of a file, without the end of the last one. Helm 4 fails over an empty file, whose last byte it reads.
fn lines(call: &Call<'_>, files: &Map, name: &str) -> Result<Value, Fault> {
    let (bytes, origin) = match bytes_of(files, name) {
        Some((bytes, origin)) if !bytes.is_empty() => (bytes, recorded(call, origin)),
        Some(_) if host::of(call).is_some_and(|host| host.version == HelmVersion::V4) => {
            return Err(Fault::new("runtime error: index out of range [-1]"));
        }
        _ => return Ok(Value::strings(Vec::new(), call.made(&[]))),
    };
    let content = bytes.as_slice();
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let mut start = 0;
    let lines = content.split(|byte| *byte == b'\n').map(|line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    });
    let lines: Vec<Range<usize>> = lines.collect();
    let origins = call.ledger.parts(origin, bytes.as_slice(), &lines);
    let lines = lines.into_iter().zip(origins);
    let lines = lines.map(|(line, origin)| Value::string(content.get(line).unwrap_or_default(), origin));
    Ok(Value::strings(lines.collect(), call.made(&[])))
}

/// The files by their last names, as YAML.
fn flattened(call: &Call<'_>, files: &Map, data: impl Fn(Bytes) -> Data) -> Result<Value, Fault> {
    let mut entries = BTreeMap::new();
    for (name, entry) in files.entries().iter() {
        let Data::ByteSlice(bytes) = &entry.value.data else { continue };
        let value = Value::new(data(bytes.clone()), recorded(call, entry.value.origin));
        entries.insert(Bytes::from(base_name(&name.as_text())), Entry { key: entry.key, value });
    }
    let map = Value::unwritten(Data::Map(Map::of(MapType::Strings, entries)));
    Ok(yaml::text(call, &map).unwrap_or_else(|_| Value::string("", call.made(&[]))))
}

fn encoded(bytes: &[u8]) -> String {
    manifest::resolve::base64::encode(bytes)
}
