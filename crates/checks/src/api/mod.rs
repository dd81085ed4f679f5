//! Checks of what an object says it is: the API versions of Kubernetes itself, of configuration files and of custom
//! resources.
//!
//! [`standing`] judges a version once and for all; each check reports one standing, so that an object has one finding
//! about its version and those that come on top of it are about something else.

pub(crate) mod api_off_by_default;
pub(crate) mod conversion;
pub(crate) mod crd;
pub(crate) mod crd_api_deprecated;
pub(crate) mod crd_api_removed;
pub(crate) mod deprecated_api;
pub(crate) mod deprecated_config_api;
pub(crate) mod embedded_old_api;
pub(crate) mod kind_without_successor;
pub(crate) mod no_common_version;
pub(crate) mod removed_api;
pub(crate) mod removed_config_api;
pub(crate) mod replacement_not_served;
pub(crate) mod shared;
pub(crate) mod standing;
pub(crate) mod stored_alpha;
pub(crate) mod words;
