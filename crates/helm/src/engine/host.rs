//! What the functions of one render share.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gotemplate::Call;

use super::capabilities::{Asked, Looked};
use crate::HelmVersion;

/// State of one render.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) version: HelmVersion,
    /// Whether names of hosts may be looked up.
    pub(super) is_dns_enabled: bool,
    /// How often each template is being included now.
    pub(super) included: RefCell<BTreeMap<String, usize>>,
    /// Which APIs were asked for.
    pub(super) asked: RefCell<Asked>,
    /// What else of the capabilities was looked at.
    pub(super) looked: Rc<Looked>,
}

impl Host {
    pub(super) fn new(version: HelmVersion, is_dns_enabled: bool) -> Self {
        Self {
            version,
            is_dns_enabled,
            included: RefCell::default(),
            asked: RefCell::default(),
            looked: Rc::default(),
        }
    }
}

/// The host of a call.
pub(super) fn of<'c>(call: &'c Call<'_>) -> Option<&'c Host> {
    call.templates.host().downcast_ref()
}
