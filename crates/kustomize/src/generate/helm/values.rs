//! Values of a chart: files of them, and what becomes of several.

use manifest::mutable::Graph;
use manifest::value::Value;
use text::{Exactness, PieceMap, Source, Span, Track};

use super::{InflateChart, ValuesText};
use crate::kustomization::Text;
use crate::load::{LoadFile, Loader};
use crate::merge::merge;
use crate::{Failure, Work};

pub(super) fn load_values<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    path: &Text<T::Origin>,
) -> Result<ValuesText, Failure> {
    let loaded = loader.load(&mut work.files, &path.text);
    let placed = |cause: LoadFile| Failure::new(cause).at_origin(&work.tracker, path.origin);
    let loaded = loaded.map_err(placed)?;
    Ok(ValuesText { id: loaded.id, bytes: loaded.bytes.clone() })
}

pub(super) fn graph_of_values<T: Track>(values: &ValuesText) -> Result<Graph<T::Origin>, Failure> {
    let ValuesText { id, bytes } = values;
    let document = manifest::parse_first(*id, bytes, 0..bytes.len()).map_err(|error| {
        let offset = error.offset().unwrap_or(0);
        Failure::new(InflateChart::ParseValues(error)).at(Span::new(*id, offset..offset))
    })?;
    let root = document.root().ok_or(InflateChart::HoldNoValues)?;
    let graph = Graph::take::<T>(&document, root).map_err(InflateChart::TakeValues)?;
    Ok(graph)
}

/// What `patch` says over what `object` says.
pub(super) fn merged<T: Track>(
    work: &mut Work<T>,
    object: &Graph<T::Origin>,
    patch: &Graph<T::Origin>,
) -> Result<Value, Failure> {
    let mut graph = object.clone();
    let patch = graph.graft(patch, patch.root());
    merge(&mut graph, patch, (&mut work.tracker, &work.schema))?;
    Ok(graph.value().map_err(InflateChart::ReadValues)?)
}

/// A text that was made of what stands at a place.
pub(super) fn derived_from(place: Option<Span>, text: &str) -> Source {
    let name = "values".to_owned();
    match place {
        None => Source::Given { name },
        Some(place) => {
            let mut pieces = PieceMap::new();
            pieces.push(u32::try_from(text.len()).unwrap_or(u32::MAX), place, Exactness::Computed);
            Source::Derived { name, pieces }
        }
    }
}
