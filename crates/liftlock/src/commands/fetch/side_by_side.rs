//! Several things fetched side by side: one after the other from each place, several places at once.
//!
//! Takes what is needed; gives what there is to tell of it in the order of the places, however many threads ran.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use fetch::{Event, Fetcher};
use gitops::Wanted;
use helm::sources::WantedChart;
use kustomize::load::remote::CheckoutKey;

/// Places that are asked at once: as many connections as browsers keep to all of one page's hosts, give or take.
const PLACES_MAX: usize = 8;

/// Something that is asked for once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// What a unit lacks.
    Wanted(Wanted),
    /// A chart that is there, and may be newer.
    Chart(WantedChart),
    /// A checkout that is there, and may be newer.
    Checkout(CheckoutKey),
}

impl Need {
    /// Where it is asked for: an index or a token is asked for once there.
    fn place(&self) -> String {
        match self {
            Self::Wanted(Wanted::Chart(chart)) => place_of(chart),
            Self::Chart(chart) => place_of(chart),
            Self::Wanted(Wanted::Repository { address, .. }) => address.clone(),
            Self::Wanted(Wanted::Checkout { key, .. }) | Self::Checkout(key) => key.url.clone(),
        }
    }

    fn fetch(&self, fetcher: &mut Fetcher, tell: &mut dyn FnMut(Event)) {
        match self {
            Self::Wanted(Wanted::Chart(chart)) => fetcher.fetch_chart(chart, tell),
            Self::Chart(chart) => fetcher.fetch_chart(chart, tell),
            Self::Wanted(Wanted::Repository { address, .. }) => fetcher.fetch_address(address, tell),
            Self::Wanted(Wanted::Checkout { key, .. }) | Self::Checkout(key) => {
                fetcher.fetch_checkout(key, tell);
            }
        }
    }
}

fn place_of(chart: &WantedChart) -> String {
    match chart {
        WantedChart::Repository { url, .. } | WantedChart::Archive { url } => url.clone(),
        WantedChart::Registry { reference, .. } => reference.registry.clone(),
        WantedChart::Git { address, .. } => address.url.clone(),
    }
}

/// Fetches all of it, with a fetcher for each place.
pub(super) fn fetch(needs: &[Need], make: &(dyn Fn() -> Fetcher + Sync), tell: &mut dyn FnMut(Event)) {
    let mut by_place: BTreeMap<String, Vec<&Need>> = BTreeMap::new();
    for need in needs {
        by_place.entry(need.place()).or_default().push(need);
    }
    let places: Vec<Vec<&Need>> = by_place.into_values().collect();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..places.len().min(PLACES_MAX) {
            let (sender, places, next) = (sender.clone(), &places, &next);
            scope.spawn(move || {
                while let Some((position, place)) = taken(places, next) {
                    let (mut fetcher, mut events) = (make(), Vec::new());
                    place.iter().for_each(|need| need.fetch(&mut fetcher, &mut |event| events.push(event)));
                    // Nobody listens any more only if the run is over.
                    let _ = sender.send((position, events));
                }
            });
        }
        drop(sender);
        tell_in_order(&receiver, tell);
    });
}

fn taken<'p, 'n>(places: &'p [Vec<&'n Need>], next: &AtomicUsize) -> Option<(usize, &'p Vec<&'n Need>)> {
    let position = next.fetch_add(1, Ordering::Relaxed);
    places.get(position).map(|place| (position, place))
}

/// Tells what came of each place as soon as all before it were told.
fn tell_in_order(receiver: &mpsc::Receiver<(usize, Vec<Event>)>, tell: &mut dyn FnMut(Event)) {
    let (mut waiting, mut told) = (BTreeMap::new(), 0);
    for (position, events) in receiver {
        waiting.insert(position, events);
        while let Some(events) = waiting.remove(&told) {
            events.into_iter().for_each(&mut *tell);
            told += 1;
        }
    }
}
