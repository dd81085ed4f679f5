//! What kube-apiserver lists in discovery by default, out of its source: the description of everything that it can serve,
//! and the configuration that turns some of it on.
//!
//! The description is made by a server on which everything is on, so a kind behind a feature gate that is off stands in
//! it; [`SWITCHED_OFF`] names those. Takes texts, gives rows; reads no file.

mod defaults;
mod openapi;

pub(crate) use defaults::Defaults;
pub(crate) use openapi::{Listed, listed};

use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};

/// Group (empty for the core group), version and kind, as discovery lists them.
pub(crate) type Kinds = BTreeSet<[String; 3]>;

/// Kinds of the core group that are in versions that are on, and not served all the same, up to a minor:
/// `pods/ephemeralcontainers` was behind an alpha gate and got another kind (`Pod`) before that opened, and
/// `serviceaccounts/token` needs `--service-account-issuer`, which only 1.20 began to require.
const SWITCHED_OFF: [(&str, u8); 2] = [("EphemeralContainers", 21), ("TokenRequest", 19)];

/// The groups that are served by servers of their own in the same process, whose configuration turns on all they have.
const ALWAYS_ON: [&str; 2] = ["apiextensions.k8s.io", "apiregistration.k8s.io"];

/// The kinds of the resources that are on.
pub(crate) fn by_default(defaults: &Defaults, listed: &[Listed], minor: u8) -> Kinds {
    let is_on = |entry: &&Listed| {
        let off = SWITCHED_OFF
            .iter()
            .any(|(kind, until)| entry.group.is_empty() && entry.kind == *kind && minor <= *until);
        !off && (ALWAYS_ON.contains(&entry.group.as_str()) || defaults.serve(entry))
    };
    let kinds = listed.iter().filter(is_on);
    kinds.map(|entry| [entry.group.clone(), entry.version.clone(), entry.kind.clone()]).collect()
}

/// The table of all minors, a row for each kind with its first and last minor. Refuses a gap between the minors and a kind
/// that went and came back, which the table could not say.
pub(crate) fn table(minors: &BTreeMap<u8, Kinds>) -> Result<String> {
    let mut spans: BTreeMap<&[String; 3], (u8, u8)> = BTreeMap::new();
    let mut before = None;
    for (minor, kinds) in minors {
        if before.is_some_and(|before: u8| before + 1 != *minor) {
            bail!("the minor before 1.{minor} is missing");
        }
        before = Some(*minor);
        for kind in kinds {
            let (_, last) = spans.entry(kind).or_insert((*minor, *minor));
            if *last + 1 < *minor {
                bail!("{} went and came back in 1.{minor}", kind.join("/"));
            }
            *last = *minor;
        }
    }
    let mut table = "group,version,kind,first,last\n".to_owned();
    for ([group, version, kind], (first, last)) in spans {
        let group = if group.is_empty() { "core" } else { group };
        table.push_str(&format!("{group},{version},{kind},1.{first},1.{last}\n"));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::{Defaults, Kinds, Listed, by_default, table};
    use std::collections::BTreeMap;

    fn kinds(texts: &[&str]) -> Kinds {
        texts.iter().map(|text| ["", "v1", text].map(str::to_owned)).collect()
    }

    #[test]
    fn a_row_has_the_first_and_the_last_minor() {
        let minors =
            BTreeMap::from([(16, kinds(&["A", "B"])), (17, kinds(&["B", "C"])), (18, kinds(&["B"]))]);
        let expected =
            "group,version,kind,first,last\ncore,v1,A,1.16,1.16\ncore,v1,B,1.16,1.18\ncore,v1,C,1.17,1.17\n";
        assert_eq!(table(&minors).unwrap(), expected);
    }

    #[test]
    fn a_missing_minor_and_a_kind_that_came_back_are_refused() {
        let gap = BTreeMap::from([(16, kinds(&["A"])), (18, kinds(&["A"]))]);
        assert_eq!(table(&gap).unwrap_err().to_string(), "the minor before 1.18 is missing");
        let back = BTreeMap::from([(16, kinds(&["A"])), (17, kinds(&[])), (18, kinds(&["A"]))]);
        assert_eq!(table(&back).unwrap_err().to_string(), "/v1/A went and came back in 1.18");
    }

    #[test]
    fn a_kind_behind_a_gate_is_left_out_until_its_minor_and_extensions_are_always_there() {
        let defaults = Defaults::read(concat!(
            "\tapiv1 \"k8s.io/api/core/v1\"\n",
            "\tret.EnableVersions(\n\t\tapiv1.SchemeGroupVersion,\n\t)\n",
        ))
        .unwrap();
        let entry = |group: &str, kind: &str| Listed {
            group: group.to_owned(),
            version: "v1".to_owned(),
            resource: "x".to_owned(),
            kind: kind.to_owned(),
        };
        let listed =
            [entry("", "TokenRequest"), entry("apiextensions.k8s.io", "C"), entry("other.k8s.io", "D")];
        assert_eq!(by_default(&defaults, &listed, 19).len(), 1);
        assert_eq!(by_default(&defaults, &listed, 20).len(), 2);
    }
}
