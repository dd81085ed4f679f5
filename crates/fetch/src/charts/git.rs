//! Charts in Git repositories: the checkouts that kustomizations have as well.
//!
//! Takes an address; fetches its repository at the commit that the reference is at, and keeps all of it. Which of its folders is
//! the chart is decided where renders decide it.

use helm::sources::{ChartSource, FoundChart, GitAddress, WantedChart};
use kustomize::load::remote::CheckoutKey;
use text::Texts;

use super::{Charts, FetchChart, FetchedChart};
use crate::cached::Cached;
use crate::checkout::{self, Means};

/// The name of the checkout that an address leads to. What the plugin for Helm checks out is without submodules.
pub(crate) fn checkout_key(address: &GitAddress) -> CheckoutKey {
    CheckoutKey { url: address.url.clone(), reference: address.reference.clone(), submodules: false }
}

impl Charts {
    /// Fetches the repository of a chart, once in a run, and looks for the chart in it.
    pub(super) fn fetch_of_git(
        &mut self,
        wanted: &WantedChart,
        address: &GitAddress,
    ) -> Result<FetchedChart, FetchChart> {
        let was_known = self.check_out(wanted, checkout_key(address))?;
        let found = Cached::new(self.store.clone()).locked(self.options.pinned()).archive(wanted)?;
        let address = found.address().to_owned();
        let commit = match &found {
            FoundChart::Folder { commit, .. } => commit.clone(),
            FoundChart::Archive { .. } => String::new(),
        };
        let chart = found.load_alone(&mut Texts::new()).map_err(|source| FetchChart::LoadChart {
            chart: wanted.shown(),
            address: address.clone(),
            source: Box::new(source),
        })?;
        Ok(FetchedChart { chart, address, identity: format!("commit {commit}"), was_known })
    }

    fn check_out(&mut self, wanted: &WantedChart, key: CheckoutKey) -> Result<bool, FetchChart> {
        if let Some(was_known) = self.checkouts.get(&key) {
            return Ok(*was_known);
        }
        let means = Means {
            client: self.requests.client.clone(),
            store: self.store.clone(),
            patience: self.options.patience,
            mirrors: self.options.mirrors.clone(),
            lock: self.options.pinned(),
            may_submodules_be_local: false,
        };
        let fetched = checkout::fetch(&means, &key, self.options.patience.timeout);
        let refused = |source| FetchChart::FetchRepository { chart: wanted.shown(), source };
        let was_known = fetched.map_err(refused)?.was_known;
        self.checkouts.insert(key, was_known);
        Ok(was_known)
    }
}
