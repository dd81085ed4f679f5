//! At which minors charts are rendered, and which hops a render has a part in.
//!
//! What a chart renders at a minor is what a cluster of that minor gets. On the hop from one minor to the next both what was
//! rendered before and what is rendered after must be served, so that a text is judged for the hops at whose ends it is
//! rendered. Knows nothing of charts.

use std::collections::BTreeSet;

use catalog::{HORIZON, OLDEST};
use checks::Journey;
use version::Minor;

use crate::journeys::Route;

/// The minors of all journeys of a route that the facts reach, each at which something is rendered. Of a cluster whose start
/// nobody knows, the last hop is what is sure to be on its way.
pub(crate) fn of_route(route: &Route) -> Vec<Minor> {
    let all: BTreeSet<Minor> = route.journeys.iter().flat_map(of_journey).collect();
    all.into_iter().collect()
}

fn of_journey(journey: &Journey) -> Vec<Minor> {
    let last = journey.to.min(HORIZON);
    let first = journey.from.or_else(|| last.previous()).unwrap_or(last).max(OLDEST);
    (first.number()..=last.number()).map(Minor::new).collect()
}

/// The parts of the journeys on which a text that is rendered at these minors has to be served.
pub(crate) fn judged_for(route: &Route, rendered_at: &[Minor]) -> Route {
    let journeys = route.journeys.iter().flat_map(|journey| parts(journey, rendered_at)).collect();
    Route { journeys, overlay: route.overlay.clone() }
}

fn parts(journey: &Journey, rendered_at: &[Minor]) -> Vec<Journey> {
    let minors = of_journey(journey);
    let is_rendered = |minor: &Minor| rendered_at.contains(minor);
    let part = |from: Option<Minor>, to: Minor| Journey { cluster: journey.cluster.clone(), from, to };
    // What is past the facts is judged with the last hop, as for every other file.
    let end = |minor: Minor| if minors.last() == Some(&minor) { journey.to } else { minor };
    let Some(start) = journey.from else {
        let is_any = minors.iter().any(is_rendered);
        return if is_any { vec![part(None, journey.to)] } else { Vec::new() };
    };
    if let [only] = minors.as_slice() {
        return if is_rendered(only) { vec![part(Some(start), journey.to)] } else { Vec::new() };
    }
    let mut found: Vec<(Minor, Minor)> = Vec::new();
    for (from, to) in minors.iter().zip(minors.iter().skip(1)) {
        if !is_rendered(from) && !is_rendered(to) {
            continue;
        }
        match found.last_mut() {
            Some((_, reached)) if *reached == *from => *reached = *to,
            _ => found.push((*from, *to)),
        }
    }
    let begin = |minor: Minor| if minors.first() == Some(&minor) { start } else { minor };
    found.into_iter().map(|(from, to)| part(Some(begin(from)), end(to))).collect()
}

#[cfg(test)]
mod tests {
    use catalog::Overlay;

    use super::*;

    fn route(from: Option<u16>, to: u16) -> Route {
        let journey = Journey { cluster: None, from: from.map(Minor::new), to: Minor::new(to) };
        Route { journeys: vec![journey], overlay: Overlay::default() }
    }

    fn told(route: &Route, at: &[u16]) -> Vec<(Option<u16>, u16)> {
        let at: Vec<Minor> = at.iter().copied().map(Minor::new).collect();
        let parts = judged_for(route, &at).journeys.into_iter();
        parts.map(|journey| (journey.from.map(Minor::number), journey.to.number())).collect()
    }

    #[test]
    fn every_minor_of_the_way_is_rendered_and_without_a_start_the_last_hop() {
        let minors =
            |from, to| -> Vec<u16> { of_route(&route(from, to)).into_iter().map(Minor::number).collect() };
        assert_eq!(minors(Some(25), 28), [25, 26, 27, 28]);
        assert_eq!(minors(None, 28), [27, 28]);
        assert_eq!(minors(Some(28), 28), [28]);
        assert_eq!(minors(Some(HORIZON.number()), HORIZON.number() + 3), [HORIZON.number()]);
    }

    #[test]
    fn a_text_is_judged_for_the_hops_at_whose_ends_it_is_rendered() {
        let way = route(Some(24), 29);
        assert_eq!(told(&way, &[24, 25, 26, 27, 28, 29]), [(Some(24), 29)]);
        assert_eq!(told(&way, &[24]), [(Some(24), 25)]);
        assert_eq!(told(&way, &[26]), [(Some(25), 27)]);
        assert_eq!(told(&way, &[29]), [(Some(28), 29)]);
        assert_eq!(told(&way, &[24, 28]), [(Some(24), 25), (Some(27), 29)]);
        assert_eq!(told(&way, &[]), []);
        assert_eq!(told(&route(None, 28), &[28]), [(None, 28)]);
        assert_eq!(told(&route(Some(28), 28), &[28]), [(Some(28), 28)]);
    }
}
