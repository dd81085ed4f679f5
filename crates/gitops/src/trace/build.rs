//! A Kustomization built once more with origins.

use std::collections::BTreeMap;

use text::Origins;

use super::Given;
use super::kustomized::TracedBuild;
use crate::build::{BuildJob, Built};

/// The build of a job with origins; none if it does not come off again.
pub(super) fn traced(job: &BuildJob) -> Option<TracedBuild> {
    let Built { work, built, texts, declaration, variables, notes: _, decrypted: _, left_encrypted: _ } =
        job.build::<Origins>().ok()?;
    let mut given = BTreeMap::from([(declaration, Given::Declaration)]);
    for (name, text) in variables {
        let variable = job.variables.as_ref().and_then(|variables| variables.0.get(&name))?;
        let whose = match &variable.from {
            None => Given::scalar(&["spec", "postBuild", "substitute", &name]),
            Some(object) => Given::Data { object: object.clone(), key: name },
        };
        given.insert(text, whose);
    }
    TracedBuild::new(work, (built, texts), given)
}
