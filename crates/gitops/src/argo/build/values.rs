//! The values that an Application gives to a chart: files of the source and of others, texts in it, and single parameters.

use globset::GlobBuilder;
use helm::values::SetKind;
use kustomize::load::join;
use kustomize::load::remote::{FetchRemote, Remote};
use manifest::value::Value;
use tree::{Place, ReadFile};

use super::chart::{SetValue, ValuesFile, ValuesHome};
use crate::argo::environment::Environment;
use crate::fields::Fields;
use crate::graph::{Missing, Wanted};
use crate::limits::DECLARING_FILE_BYTES_MAX;
use crate::trees::SourceTree;

/// Where files of values are looked for.
pub(super) struct ValuesFrom<'v> {
    /// The files of the chart's own source; none if a file is no part of it.
    pub(super) own: &'v dyn FilesOfSource,
    /// The folder of the chart there.
    pub(super) folder: &'v str,
    /// The files of another source by what it is called, with its `$`.
    pub(super) others: &'v dyn Fn(&str) -> Option<&'v dyn FilesOfSource>,
    pub(super) remote: &'v dyn Remote,
    pub(super) environment: &'v Environment,
}

/// The files of a source.
pub(super) trait FilesOfSource {
    /// The bytes of a file; none if there is none.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Missing>;

    /// The paths of all files, sorted.
    fn paths(&self) -> Vec<String>;
}

impl FilesOfSource for SourceTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Missing> {
        if !matches!(self.tree.locate(path), Ok(Place::File(_))) {
            return Ok(None);
        }
        match self.tree.read(path, DECLARING_FILE_BYTES_MAX) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ReadFile::Missing) => Ok(None),
            Err(error) => Err(Missing::Render(format!("{path}: {}", text::with_causes(&error)))),
        }
    }

    fn paths(&self) -> Vec<String> {
        self.tree.list(&|_| true).files
    }
}

impl FilesOfSource for helm::chart::Chart {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Missing> {
        if let Some(values) = self.values.as_ref().filter(|_| path == "values.yaml") {
            return Ok(Some(values.bytes.to_vec()));
        }
        let Some(file) = self.files.get(path) else { return Ok(None) };
        let content = file.read().map_err(|error| Missing::Render(format!("{path}: {error}")))?;
        Ok(Some(content.bytes.to_vec()))
    }

    fn paths(&self) -> Vec<String> {
        let own = self.values.iter().map(|_| "values.yaml".to_owned());
        let mut paths: Vec<String> = self.files.keys().map(|name| (*name).to_owned()).chain(own).collect();
        paths.sort_unstable();
        paths
    }
}

/// A file that is asked for.
#[derive(Clone, PartialEq, Eq)]
enum Asked<'v> {
    Url(String),
    /// A path in a source, by what that is called; the chart's own if it is called nothing.
    Path {
        source: &'v str,
        path: String,
    },
}

impl ValuesFrom<'_> {
    /// All files of values in their order, and the texts in the Application behind them.
    pub(super) fn files(&self, helm: Fields<'_>) -> Result<Vec<ValuesFile>, Missing> {
        let asked: Vec<&str> =
            helm.items(&["valueFiles"]).filter_map(|item| item.value()?.as_str()).collect();
        let passes_over_missing = helm.flag(&["ignoreMissingValueFiles"]) == Some(true);
        let mut files = Vec::new();
        for file in self.expanded(&asked, passes_over_missing)? {
            match self.bytes(&file)? {
                Some(bytes) => files.push(ValuesFile { name: file.shown(), home: file.home(), bytes }),
                None if passes_over_missing => {}
                None => {
                    return Err(Missing::Render(format!("open {}: no such file or directory", file.shown())));
                }
            }
        }
        files.extend(own_values(helm)?);
        Ok(files)
    }

    /// The parameters, in the order in which Helm reads them: typed ones, texts, contents of files.
    pub(super) fn sets(&self, helm: Fields<'_>) -> Result<Vec<SetValue>, Missing> {
        let mut sets = Vec::new();
        for is_text in [false, true] {
            let mut of_kind: Vec<SetValue> = Vec::new();
            let wanted = |item: &Fields<'_>| (item.flag(&["forceString"]) == Some(true)) == is_text;
            for item in helm.items(&["parameters"]).filter(wanted) {
                let name = item.text(&["name"]).to_owned();
                let text = escaped(&self.environment.expand(item.text(&["value"])));
                let kind = if is_text { SetKind::String } else { SetKind::Typed };
                // Of several with one name the last counts.
                of_kind.retain(|there| there.name != name);
                of_kind.push(SetValue { kind, name, text, content: None });
            }
            sets.append(&mut of_kind);
        }
        for item in helm.items(&["fileParameters"]) {
            let file = self.resolved(item.text(&["path"]))?;
            let content = self.bytes(&file)?;
            let content = content.ok_or_else(|| {
                Missing::Render(format!("open {}: no such file or directory", file.shown()))
            })?;
            let (name, text) = (item.text(&["name"]).to_owned(), "file".to_owned());
            sets.push(SetValue { kind: SetKind::File, name, text, content: Some(content) });
        }
        Ok(sets)
    }

    /// The files that are asked for, patterns replaced by what they match: but for files that are asked for by name.
    fn expanded<'t>(&self, asked: &[&'t str], passes_over_missing: bool) -> Result<Vec<Asked<'t>>, Missing> {
        let resolved: Vec<Asked<'t>> =
            asked.iter().map(|file| self.resolved(file)).collect::<Result<_, _>>()?;
        let mut files: Vec<Asked<'t>> = Vec::new();
        for (file, written) in resolved.iter().zip(asked) {
            let Asked::Path { source, path } = file else {
                push_once(&mut files, file.clone());
                continue;
            };
            if !path.contains(['*', '?', '[']) {
                push_once(&mut files, file.clone());
                continue;
            }
            let matches = self.matches(source, path)?;
            if matches.is_empty() && !passes_over_missing {
                return Err(Missing::Render(format!("values file glob \"{written}\" matched no files")));
            }
            for path in matches {
                let found = Asked::Path { source, path };
                if !resolved.contains(&found) {
                    push_once(&mut files, found);
                }
            }
        }
        Ok(files)
    }

    fn matches(&self, source: &str, pattern: &str) -> Result<Vec<String>, Missing> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|error| Missing::Render(format!("error expanding glob pattern: {error}")))?;
        let matcher = glob.compile_matcher();
        let mut paths = self.source(source).map(FilesOfSource::paths).unwrap_or_default();
        paths.retain(|path| matcher.is_match(path));
        Ok(paths)
    }

    fn source(&self, name: &str) -> Option<&dyn FilesOfSource> {
        if name.is_empty() { Some(self.own) } else { (self.others)(name) }
    }

    /// The file that a text asks for. What stands behind the name of another source is seen from the root of that.
    fn resolved<'t>(&self, text: &'t str) -> Result<Asked<'t>, Missing> {
        let named = text.split('/').next().filter(|name| name.starts_with('$'));
        if let Some(name) = named.filter(|name| (self.others)(name).is_some()) {
            let path = self.environment.expand(text.get(name.len()..).unwrap_or_default());
            return Ok(Asked::Path { source: name, path: inside("", &path)? });
        }
        let text = self.environment.expand(text);
        match text.split_once(':') {
            Some(("http" | "https", _)) => Ok(Asked::Url(text)),
            Some((scheme, rest)) if rest.starts_with("//") => {
                Err(Missing::Render(format!("the URL scheme '{scheme}' is not allowed")))
            }
            _ if text.starts_with('/') => Ok(Asked::Path { source: "", path: inside("", &text)? }),
            _ => Ok(Asked::Path { source: "", path: inside(self.folder, &text)? }),
        }
    }

    fn bytes(&self, file: &Asked<'_>) -> Result<Option<Vec<u8>>, Missing> {
        match file {
            Asked::Url(url) => self.remote.file(url).map(Some).map_err(|error| match error {
                FetchRemote::FindInCache { address } => {
                    Missing::Fetch(Wanted::Repository { name: address.clone(), address })
                }
                error => Missing::Render(text::with_causes(&error)),
            }),
            Asked::Path { source, path } => match self.source(source) {
                Some(files) => files.read(path),
                None => Ok(None),
            },
        }
    }
}

impl Asked<'_> {
    fn home(&self) -> ValuesHome {
        match self {
            Self::Url(_) => ValuesHome::Elsewhere,
            Self::Path { source, path } => {
                ValuesHome::File { source: (*source).to_owned(), path: path.clone() }
            }
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Url(url) => kustomize::load::remote::masked(url),
            Self::Path { source: "", path } => path.clone(),
            Self::Path { source, path } => format!("{source}/{path}"),
        }
    }
}

fn push_once<'v>(files: &mut Vec<Asked<'v>>, file: Asked<'v>) {
    if !files.contains(&file) {
        files.push(file);
    }
}

/// A path from a folder on, which may not lead out of the source.
fn inside(folder: &str, path: &str) -> Result<String, Missing> {
    let joined = join(folder, path);
    if joined == ".." || joined.starts_with("../") {
        return Err(Missing::Render(format!("file '{path}' resolved to outside repository root")));
    }
    if joined.is_empty() {
        return Err(Missing::Render("path resolved to repository root, which is not allowed".to_owned()));
    }
    Ok(joined)
}

/// The values in the Application itself: as an object, else as a text.
fn own_values(helm: Fields<'_>) -> Result<Option<ValuesFile>, Missing> {
    let (home, text) = match helm.at(&["valuesObject"]).value() {
        Some(value @ Value::Mapping(_)) => {
            let printed = manifest::emit::marshal_as_kubectl(value);
            (ValuesHome::Object, printed.map_err(|error| Missing::Render(text::with_causes(&error)))?)
        }
        _ => (ValuesHome::Text, helm.text(&["values"]).to_owned()),
    };
    let name = "spec.source.helm.values".to_owned();
    Ok((!text.is_empty()).then(|| ValuesFile { name, home, bytes: text.into_bytes() }))
}

/// A value whose commas part nothing, unless it is written as a list.
fn escaped(text: &str) -> String {
    if text.starts_with('{') && text.ends_with('}') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for character in text.chars() {
        if character == ',' && before != Some('\\') {
            out.push('\\');
        }
        out.push(character);
        before = Some(character);
    }
    out
}
