//! A record as types.
//!
//! Takes the JSON of a record; gives what Helm reads out of it. A field that is not there or null is empty, as in Go; one of
//! another type is an error, as there. Fields that Helm does not know are overlooked here and stay in the record.

use gotemplate::{Ledger, Map, MapType};
use manifest::resolve::base64;
use manifest::value::Value;
use text::TextId;

use super::Record;
use crate::chart::{DecodeField, Lock, Metadata};
use crate::json::{Json, JsonData, ReadJson, read};
use crate::values::json::ValuesOf;

/// What a record says.
#[derive(Clone)]
pub struct Release {
    /// The name of the release.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The number of this version of it, from 1 on; 0 if there is none.
    pub version: i64,
    /// When and how it was deployed.
    pub info: Info,
    /// The chart that was deployed; none if the record has none.
    pub chart: Option<StoredChart>,
    /// The values that the user gave.
    pub config: Map,
    /// What was rendered, hooks left out.
    pub manifest: String,
    /// What was rendered for hooks.
    pub hooks: Vec<Hook>,
    /// `ssa` or `csa`, server-side or client-side apply; empty for Helm 3, which means the latter.
    pub apply_method: String,
}

/// When and how a version was deployed. Times are as Helm wrote them, RFC 3339 with fractions of seconds; none stands for
/// one that has not been.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info {
    /// When the release was first deployed.
    pub first_deployed: Option<String>,
    /// When this version was deployed.
    pub last_deployed: Option<String>,
    /// When it was uninstalled.
    pub deleted: Option<String>,
    /// What Helm says of it, such as `Upgrade complete`.
    pub description: String,
    /// Where it stands.
    pub status: Status,
    /// What `NOTES.txt` rendered to.
    pub notes: String,
}

/// Where a version stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// No status.
    #[default]
    Empty,
    /// Helm does not know.
    Unknown,
    /// It is what runs.
    Deployed,
    /// It was uninstalled, and its record was kept.
    Uninstalled,
    /// A later version took its place.
    Superseded,
    /// Deploying it went wrong.
    Failed,
    /// Being uninstalled, or that ended early.
    Uninstalling,
    /// Being installed, or that ended early.
    PendingInstall,
    /// Being upgraded to, or that ended early.
    PendingUpgrade,
    /// Being rolled back to, or that ended early.
    PendingRollback,
    /// One that neither version of Helm has.
    Other(String),
}

/// Every status but those without a name of their own.
const STATUSES: [(&str, Status); 9] = [
    ("unknown", Status::Unknown),
    ("deployed", Status::Deployed),
    ("uninstalled", Status::Uninstalled),
    ("superseded", Status::Superseded),
    ("failed", Status::Failed),
    ("uninstalling", Status::Uninstalling),
    ("pending-install", Status::PendingInstall),
    ("pending-upgrade", Status::PendingUpgrade),
    ("pending-rollback", Status::PendingRollback),
];

/// The chart in a record. The charts that it depends on are not kept: Helm writes the files of the topmost alone.
#[derive(Clone)]
pub struct StoredChart {
    /// `Chart.yaml`.
    pub metadata: Metadata,
    /// `Chart.lock`.
    pub lock: Option<Lock>,
    /// Files below `templates/`.
    pub templates: Vec<StoredFile>,
    /// The chart's own values, as they were coalesced when it was deployed.
    pub values: Map,
    /// `values.schema.json`.
    pub schema: Option<Vec<u8>>,
    /// All other files.
    pub files: Vec<StoredFile>,
}

/// A file of a chart in a record.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its path in the chart.
    pub name: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// A hook and what it did last.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hook {
    /// The name of the object.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The template that rendered it.
    pub path: String,
    /// What was rendered.
    pub manifest: String,
    /// When it runs, such as `pre-upgrade`.
    pub events: Vec<String>,
    /// When it was last started.
    pub started: Option<String>,
    /// When it last ended.
    pub completed: Option<String>,
    /// How it ended: `Unknown`, `Running`, `Succeeded`, `Failed` or empty.
    pub phase: String,
    /// Its place among hooks of one event, the lowest first.
    pub weight: i64,
    /// When the object is deleted, such as `hook-succeeded`.
    pub delete_policies: Vec<String>,
    /// When its logs are shown.
    pub output_log_policies: Vec<String>,
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadRecord {
    /// It is no JSON.
    #[error("the record is not JSON")]
    Json(#[from] ReadJson),
    /// A field of another type than Helm's.
    #[error("the field '{field}' of the record is not {wanted}")]
    Field {
        /// The name of the field.
        field: String,
        /// The type that it should have.
        wanted: &'static str,
    },
    /// Metadata or a lock that Helm cannot read.
    #[error("the chart of the record cannot be read")]
    Chart(#[from] DecodeField),
}

impl Record {
    /// Reads it. Values have their places in the JSON, which is the text `text`, for an origin.
    ///
    /// # Errors
    /// If a field has not the type that Helm gives it.
    pub fn release(&self, text: TextId, ledger: &Ledger) -> Result<Release, ReadRecord> {
        let json = read(&self.json)?;
        let values = ValuesOf { id: text, offset: 0, ledger };
        let hooks = items(&json, "hooks")?.iter().map(hook).collect::<Result<_, _>>()?;
        Ok(Release {
            name: text_of(&json, "name")?,
            namespace: text_of(&json, "namespace")?,
            version: integer(&json, "version")?,
            info: info(&json)?,
            chart: present(&json, "chart").map(|chart| stored(chart, &values)).transpose()?,
            config: map(&json, "config", &values)?,
            manifest: text_of(&json, "manifest")?,
            hooks,
            apply_method: text_of(&json, "apply_method")?,
        })
    }
}

impl Status {
    /// The word in the record.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Other(word) => word,
            known => STATUSES.iter().find(|(_, status)| status == known).map_or("", |(word, _)| word),
        }
    }

    /// Whether an operation is under way or ended early: Helm refuses the next one then.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback)
    }

    fn of_word(word: String) -> Self {
        match STATUSES.into_iter().find(|(known, _)| *known == word) {
            Some((_, status)) => status,
            None if word.is_empty() => Self::Empty,
            None => Self::Other(word),
        }
    }
}

// Values, manifests and files may hold secrets, so that what has them is shown by its name alone.

impl std::fmt::Debug for Release {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Release");
        shown.field("name", &self.name).field("namespace", &self.namespace).field("version", &self.version);
        shown.finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StoredChart {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StoredChart").field("name", &self.metadata.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StoredFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StoredFile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Hook").field("name", &self.name).finish_non_exhaustive()
    }
}

fn wrong(field: &str, wanted: &'static str) -> ReadRecord {
    ReadRecord::Field { field: field.to_owned(), wanted }
}

/// A field that is there and not null.
fn present<'j, 't>(json: &'j Json<'t>, field: &str) -> Option<&'j Json<'t>> {
    json.get(field).filter(|value| value.data != JsonData::Null)
}

fn text_of(json: &Json<'_>, field: &str) -> Result<String, ReadRecord> {
    let value = present(json, field).map(|value| value.as_text().ok_or_else(|| wrong(field, "a text")));
    value.transpose().map(|text| text.unwrap_or_default().to_owned())
}

/// A time; Helm 3 writes an empty text where there is none.
fn time(json: &Json<'_>, field: &str) -> Result<Option<String>, ReadRecord> {
    text_of(json, field).map(|text| Some(text).filter(|text| !text.is_empty()))
}

fn integer(json: &Json<'_>, field: &str) -> Result<i64, ReadRecord> {
    match present(json, field).map(|value| &value.data) {
        None => Ok(0),
        Some(JsonData::Number(written)) => written.parse().map_err(|_| wrong(field, "an integer")),
        Some(_) => Err(wrong(field, "an integer")),
    }
}

fn items<'j, 't>(json: &'j Json<'t>, field: &str) -> Result<&'j [Json<'t>], ReadRecord> {
    match present(json, field) {
        None => Ok(&[]),
        Some(value) => match &value.data {
            JsonData::Array(items) => Ok(items),
            _ => Err(wrong(field, "a list")),
        },
    }
}

fn texts(json: &Json<'_>, field: &str) -> Result<Vec<String>, ReadRecord> {
    let text =
        |item: &Json<'_>| item.as_text().map(str::to_owned).ok_or_else(|| wrong(field, "a list of texts"));
    items(json, field)?.iter().map(text).collect()
}

fn map(json: &Json<'_>, field: &str, values: &ValuesOf<'_>) -> Result<Map, ReadRecord> {
    match present(json, field).map(|value| &value.data) {
        None => Ok(Map::new(MapType::Interface)),
        Some(JsonData::Object(members)) => {
            values.map(members).map_err(|_| wrong(field, "a map of numbers that 64 bits hold"))
        }
        Some(_) => Err(wrong(field, "a map")),
    }
}

fn bytes(json: &Json<'_>, field: &str) -> Result<Option<Vec<u8>>, ReadRecord> {
    let decoded =
        |value: &Json<'_>| value.as_text().and_then(base64::decode).ok_or_else(|| wrong(field, "base64"));
    present(json, field).map(decoded).transpose()
}

fn info(json: &Json<'_>) -> Result<Info, ReadRecord> {
    let Some(info) = present(json, "info") else { return Ok(Info::default()) };
    Ok(Info {
        first_deployed: time(info, "first_deployed")?,
        last_deployed: time(info, "last_deployed")?,
        deleted: time(info, "deleted")?,
        description: text_of(info, "description")?,
        status: Status::of_word(text_of(info, "status")?),
        notes: text_of(info, "notes")?,
    })
}

fn stored(chart: &Json<'_>, values: &ValuesOf<'_>) -> Result<StoredChart, ReadRecord> {
    let mut metadata = Metadata::default();
    if let Some(said) = present(chart, "metadata") {
        metadata.decode(&plain(said))?;
    }
    let lock = present(chart, "lock").map(|lock| Lock::decode(&plain(lock))).transpose()?;
    let files = |field| items(chart, field)?.iter().map(file).collect::<Result<_, _>>();
    Ok(StoredChart {
        metadata,
        lock,
        templates: files("templates")?,
        values: map(chart, "values", values)?,
        schema: bytes(chart, "schema")?,
        files: files("files")?,
    })
}

fn file(json: &Json<'_>) -> Result<StoredFile, ReadRecord> {
    Ok(StoredFile { name: text_of(json, "name")?, data: bytes(json, "data")?.unwrap_or_default() })
}

fn hook(json: &Json<'_>) -> Result<Hook, ReadRecord> {
    let last =
        |field| present(json, "last_run").map(|last| time(last, field)).transpose().map(Option::flatten);
    Ok(Hook {
        name: text_of(json, "name")?,
        kind: text_of(json, "kind")?,
        path: text_of(json, "path")?,
        manifest: text_of(json, "manifest")?,
        events: texts(json, "events")?,
        started: last("started_at")?,
        completed: last("completed_at")?,
        phase: last("phase")?.unwrap_or_default(),
        weight: integer(json, "weight")?,
        delete_policies: texts(json, "delete_policies")?,
        output_log_policies: texts(json, "output_log_policies")?,
    })
}

/// JSON as what metadata is read from.
fn plain(json: &Json<'_>) -> Value {
    match &json.data {
        JsonData::Null => Value::Null,
        JsonData::Bool(value) => Value::Bool(*value),
        JsonData::Number(written) => match written.parse() {
            Ok(value) => Value::Int(value),
            Err(_) => Value::Float(written.parse().unwrap_or_default()),
        },
        JsonData::String(text) => Value::String(text.clone().into_owned()),
        JsonData::Array(items) => Value::Sequence(items.iter().map(plain).collect()),
        JsonData::Object(members) => {
            let entry = |member: &crate::json::Member<'_>| {
                (Value::String(member.key.clone().into_owned()), plain(&member.value))
            };
            Value::Mapping(members.iter().map(entry).collect())
        }
    }
}
