//! Annotations and the pod that they speak of.

use manifest::NodeId;

use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field};

/// The metadata and the spec of a pod, wherever a kind keeps them.
pub(super) struct Pod {
    pub(super) metadata: NodeId,
    pub(super) spec: NodeId,
}

/// The pod in a pod, a workload, a job or a cron job; none if there is none.
pub(super) fn pod_of(draft: &mut Draft<'_>) -> Result<Option<Pod>, Refusal> {
    let path: &[&str] = match draft.from().kind {
        "Pod" => &[],
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        "PodTemplate" => &["template"],
        _ => &["spec", "template"],
    };
    let root = draft.root();
    let Some(template) = draft.mapping_at(root, path)? else { return Ok(None) };
    let metadata = draft.mapping_at(template, &["metadata"])?;
    let spec = draft.mapping_at(template, &["spec"])?;
    Ok(metadata.zip(spec).map(|(metadata, spec)| Pod { metadata, spec }))
}

/// Annotations to be taken out of one metadata.
pub(super) struct Annotations {
    holder: Option<Field>,
    taken: Vec<Field>,
}

impl Annotations {
    pub(super) fn of(draft: &mut Draft<'_>, metadata: NodeId) -> Result<Self, Refusal> {
        Ok(Self { holder: draft.field(metadata, "annotations")?, taken: Vec::new() })
    }

    /// The names and values of those that begin with `prefix`.
    pub(super) fn with_prefix<'d>(&self, draft: &Draft<'d>, prefix: &str) -> Vec<(&'d str, &'d str)> {
        let document = draft.document();
        let Some(holder) = self.holder else { return Vec::new() };
        let pairs = document.entries(holder.value).iter().filter_map(|entry| {
            let name = document.text(entry.key).filter(|name| name.starts_with(prefix))?;
            Some((name, document.text(document.dereference(entry.value))?))
        });
        pairs.collect()
    }

    /// Marks one to be taken out; gives it for whoever takes its comments over.
    pub(super) fn take(&mut self, draft: &mut Draft<'_>, name: &str) -> Result<Option<Field>, Refusal> {
        let Some(holder) = self.holder else { return Ok(None) };
        let found = draft.entry(holder.value, name)?;
        self.taken.extend(found);
        Ok(found)
    }

    /// Takes them out; with the last one the mapping goes too.
    pub(super) fn remove(self, draft: &mut Draft<'_>) {
        let Some(holder) = self.holder else { return };
        if !self.taken.is_empty() && draft.document().entries(holder.value).len() == self.taken.len() {
            draft.remove(holder);
        } else {
            self.taken.into_iter().for_each(|field| draft.remove(field));
        }
    }
}
