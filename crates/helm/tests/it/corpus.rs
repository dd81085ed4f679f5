//! The fuzz targets' properties over their committed corpora, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/properties/archive.rs"]
mod archive;
#[path = "../../../../fuzz/replay.rs"]
mod replay;
#[path = "../../../../fuzz/properties/values.rs"]
mod values;

#[test]
fn archives_are_loaded_or_refused_and_lead_nowhere() {
    replay::for_each_input("archive", archive::check);
}

#[test]
fn values_are_read_or_refused_alike_each_time() {
    replay::for_each_input("values", values::check);
}
