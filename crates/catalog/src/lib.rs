//! The facts: API lifecycles, behaviour changes, CRD and add-on versions, removed feature gates, the
//! EKS calendar. Each says where it comes from; what the data does not reach is [`Served::Unknown`] or
//! none, never "fine".
//!
//! The files in `data/` are compiled into sorted tables; nothing is parsed when the program starts.
//! Handles are small and `Copy`. Knows no repository, no cluster and no clock: dates are arguments.

mod addon;
mod api;
mod behaviour;
pub mod calendar;
mod chart;
mod crd;
mod discovery;
mod feature_gate;
mod ics;
mod overlay;
mod route;
mod row;
mod search;
mod version_range;

pub use addon::{AddonCompatibility, VersionOf, addon_compatibility, addons};
pub use api::{Api, Conversion, DefaultOn, Form, api, apis, family, group_version_known, is_builtin_group};
pub use behaviour::{BehaviourChange, Confidence, Milestone, Severity, behaviour, behaviours};
pub use calendar::Release;
pub use chart::{ForChart, chart_version};
pub use crd::{CrdApi, CrdState, VersionText, crd_api, crd_apis, is_crd_group};
pub use discovery::served_by_default;
pub use feature_gate::{FeatureGate, feature_gate, feature_gates};
pub use overlay::{Enabled, Overlay, Platform, Served, served, served_span};
pub use route::{ClusterAt, Common, End, Route, Step, Unknown, When, common_version, route};
pub use search::{Found, nearest_names, search};

use version::Minor;

/// The oldest minor that the data covers.
pub const OLDEST: Minor = Minor::new(16);

/// The newest minor that the data covers. What lies beyond is unknown.
pub const HORIZON: Minor = Minor::new(37);
