//! `expired-waiver`: what is said of a waiver whose day has passed.
//!
//! It stands outside of the registry, for it looks at the configuration and at no manifest; whoever applies waivers
//! reports it.

use crate::{Confidence, Meta, Severity};

/// What an expired waiver is reported under.
pub static EXPIRED_WAIVER: Meta = Meta {
    id: "expired-waiver",
    title: "Waiver whose day has passed",
    severity: Severity::Warning,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds waivers in `.liftlock.yaml` whose `expires` lies in the past. They accept nothing any more.",
    why: "A waiver is a promise to come back to something by a day. Once the day has passed, what it accepted is a \
          finding again, and the promise is one too until it is kept or made anew.",
    remedy: "Mend what it accepted and take the waiver out, or agree on a later day and write down why.",
    example: "waivers:\n- check: removed-api\n  owner: team-a\n  reason: goes in autumn\n  expires: 2020-01-01\n",
    fixed: "",
    fix_safety: "",
    rows: &[],
    links: &[],
    triggers: &[],
};
