//! What the command line gives to a chart: files of values and single ones.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use gotemplate::{Data, Engine, FunctionTable, Ledger, Map, MapType, TemplateSet, TextSource, Value, sprig};
use helm::HelmVersion;
use helm::values::{FileContent, Given, SetKind, merge_maps, of_text, set_with_files};
use text::{Source, TextId, Texts};

use super::flags::TemplateArguments;
use super::origins::GivenFiles;
use super::ports;
use crate::error::CommandError;

/// Bytes of one file of values, or of one that a value is the content of.
const GIVEN_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// All values in the order in which Helm lays them over one another: files, then `--set-json`, `--set`, `--set-string`,
/// `--set-file` and `--set-literal`.
///
/// Gives the files as well, to show places in them.
pub(super) fn values(
    arguments: &TemplateArguments,
    version: HelmVersion,
    (texts, ledger): (&mut Texts, &Ledger),
) -> Result<(Map, GivenFiles), CommandError> {
    let mut given_files = GivenFiles::new();
    let mut values = Map::new(MapType::Interface);
    for path in &arguments.values {
        let bytes = read(path)?;
        let text = texts.add(Source::File { path: path.clone() });
        let read = of_text(text, &bytes, version, ledger).map_err(|error| {
            let document = version.document_words();
            CommandError::user(format!("failed to parse {path}{document}: {}", text::with_causes(&error)))
        })?;
        values = merge_maps(&values, &read, ledger);
        given_files.insert(text, (path.clone(), bytes.into()));
    }
    let kinds = [
        ("--set-json", &arguments.set_json, SetKind::Json),
        ("--set", &arguments.set, SetKind::Typed),
        ("--set-string", &arguments.set_string, SetKind::String),
        ("--set-file", &arguments.set_file, SetKind::File),
        ("--set-literal", &arguments.set_literal, SetKind::Literal),
    ];
    let mut files = BTreeMap::new();
    for (flag, given, kind) in kinds {
        for text in given {
            let id = texts.add(Source::Given { name: name_of_flag(flag, text) });
            let given = Given { text, id, kind, version };
            set_with_files(given, &values, ledger, &mut |path| file(path, texts, &mut files))
                .map_err(|error| CommandError::user(format!("failed parsing {flag} data: {error}")))?;
        }
    }
    Ok((values, given_files))
}

/// A flag with the key that it gives, where it is one: values may be secrets.
fn name_of_flag(flag: &str, text: &str) -> String {
    match text.split_once('=') {
        Some((key, value)) if !value.contains(',') => format!("{flag} {key}"),
        _ => flag.to_owned(),
    }
}

/// The content of a file that a value is to have; each is read once.
fn file(
    path: &str,
    texts: &mut Texts,
    files: &mut BTreeMap<String, FileContent>,
) -> Result<FileContent, String> {
    if let Some(known) = files.get(path) {
        return Ok(known.clone());
    }
    let bytes = read(path).map_err(|_| format!("open {path}: cannot be read"))?;
    let text = texts.add(Source::File { path: path.to_owned() });
    let content = FileContent { text, bytes: bytes.into() };
    files.insert(path.to_owned(), content.clone());
    Ok(content)
}

fn read(path: &str) -> Result<Vec<u8>, CommandError> {
    if path.trim() == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(GIVEN_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(|error| CommandError::environment("cannot read standard input").because(error))?;
        return Ok(bytes);
    }
    if let Some((scheme, _)) = path.split_once("://") {
        return Err(CommandError::user(format!("values from {scheme} addresses are not fetched"))
            .hint("give a file, or `-` for standard input"));
    }
    read_file(Path::new(path))
}

/// The bytes of a file that somebody named.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, CommandError> {
    bytes_of(path)
        .map_err(|error| CommandError::user(format!("cannot read '{}'", path.display())).because(error))
}

/// The same, with the system's reason.
pub(super) fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(GIVEN_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > GIVEN_BYTES_MAX {
        let told = format!("it is larger than {GIVEN_BYTES_MAX} bytes");
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, told));
    }
    Ok(bytes)
}

/// What a template for a name gives.
pub(super) fn name_of(template: &str) -> Result<String, CommandError> {
    let refused = |message: String| CommandError::user(message);
    let functions = FunctionTable::new(sprig::FAMILIES);
    let parsed = gotemplate::parse("name-template", template.as_bytes(), &|name| functions.knows(name))
        .map_err(|error| refused(error.message))?;
    let mut set = TemplateSet::new(functions);
    set.add(std::sync::Arc::new(parsed), TextSource::Text(TextId(u32::MAX)));
    let (ledger, ports) = (Ledger::off(), ports::System::new(false));
    let nothing = Value::unwritten(Data::Nil);
    let rendered = Engine::new(&set, &ledger, &ports, &()).execute("name-template", &nothing);
    let rendered = rendered.map_err(|error| refused(error.message))?;
    Ok(String::from_utf8_lossy(&rendered.bytes).into_owned())
}
