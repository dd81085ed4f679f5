//! The compiler of the data files: what it refuses, and where it says the fault is.

#[path = "../../build/mod.rs"]
mod compile;

use compile::{Fault, Files};

fn good() -> Files {
    let texts = [
        include_str!("../../data/api-lifecycle.csv"),
        include_str!("../../data/crd-lifecycle.csv"),
        include_str!("../../data/behaviour-changes.csv"),
        include_str!("../../data/feature-gates-removed.csv"),
        include_str!("../../data/eks-calendar.csv"),
        include_str!("../../data/addon-compat.csv"),
        include_str!("../../data/served-by-default.csv"),
    ];
    compile::FILE_NAMES.into_iter().zip(texts.map(str::to_owned)).collect()
}

/// Compiles with one file's rows replaced; its header stays.
fn with_rows(file: &'static str, rows: &str) -> Result<(), Fault> {
    let mut files = good();
    let text = files.get_mut(file).unwrap();
    let header = text.lines().next().unwrap().to_owned();
    *text = format!("{header}\n{rows}\n");
    compile::compile(&files).map(|_| ())
}

#[test]
fn the_data_compiles_and_stores_each_text_once() {
    let compiled = compile::compile(&good()).unwrap();
    let source = "k8s-openapi swagger 1.11-1.37";
    assert!(compiled.text.contains(source));
    assert!(compiled.text.len() < 260_000, "{}", compiled.text.len());
    assert!(!compiled.tables.contains('"'), "a table holds a text of its own");
}

#[test]
fn a_fault_names_file_line_column_and_reason() {
    const API: &str = "api-lifecycle.csv";
    const CRD: &str = "crd-lifecycle.csv";
    let cases: &[(&'static str, &str, u64, &str, &str)] = &[
        (
            API,
            "apps,v1,Deployment,object,1.9,,1.8,,yes,,,,src",
            2,
            "removed",
            "1.8 lies before 'introduced', 1.9",
        ),
        (
            API,
            "apps,v1,A,object,1.9,1.20,1.19,,yes,,,,src",
            2,
            "removed",
            "1.19 lies before 'deprecated', 1.20",
        ),
        (API, "apps,v1,A,object,1.90x,,,,yes,,,,src", 2, "introduced", "is not a Kubernetes version"),
        (API, "apps,v1,A,object,v1.9,,,,yes,,,,src", 2, "introduced", "must be written '1.9'"),
        (
            API,
            "apps,v1,A,object,1.9,,,,maybe,,,,src",
            2,
            "default_on",
            "'maybe' is not 'yes', 'no' or 'eks:MINOR'",
        ),
        (API, "apps,v1,A,object,1.9,,,,eks:2,,,,src", 2, "default_on", "is not a Kubernetes version"),
        (API, "apps,v1,A,thing,1.9,,,,yes,,,,src", 2, "form", "'thing' is not one of 'object'"),
        (
            API,
            "apps,v1,A,object,1.9,,,,yes,apps/v2/A,header,,src",
            2,
            "replacement",
            "is no row of this file",
        ),
        (API, "apps,v1,A,object,1.9,,,,yes,apps/v1/A,header,,src", 2, "replacement", "is the row itself"),
        (
            API,
            "apps,v1,A,object,1.9,,,,yes,apps/v2,header,,src",
            2,
            "replacement",
            "not of the form group/version/Kind",
        ),
        (API, "apps,v1,A,object,1.9,,,,yes,,header,,src", 2, "conversion", "without a replacement"),
        (API, "apps,v1,A,object,1.9,,,,yes,,,,", 2, "source", "must not be empty"),
        (API, "apps,v1,A ,object,1.9,,,,yes,,,,src", 2, "kind", "blanks at its ends"),
        (
            API,
            "apps,v1,A,object,1.9,,,,yes,,,,s\napps,v1,A,object,1.9,,,,yes,,,,s",
            3,
            "group,kind,version",
            "line 2",
        ),
        (API, "apps,v1,A,object", 2, "", "found record with 4 fields"),
        (API, "apps,v1,A,object,1.9,,1.16,1.15,yes,,,,src", 2, "enableable_until", "lies before 'removed'"),
        (CRD, "x,a.b,v1,C,v1.0.0,,,,,,removed,,src", 2, "state", "must be 'removed' where"),
        (
            CRD,
            "x,a.b,v1,C,v1.0.0,,,,v0.9.0,,removed,,src",
            2,
            "removed",
            "0.9.0 lies before 'introduced', 1.0.0",
        ),
        (CRD, "x,a.b,v1,C,latest,,,,,,served,,src", 2, "introduced", "'latest' is not a version"),
        (CRD, "x,a.b,v1,C,v1.0.0-rc.1,,,,,,served,,src", 2, "introduced", "is a pre-release"),
        (CRD, "x,a.b,v1,C,,,,,,a.b/v2/C,served,,src", 2, "replacement", "is no row of this file"),
        (
            "behaviour-changes.csv",
            "X,a,c,1.2,,1.30,1.29,,,any,,,,,s,high,warn",
            2,
            "effective",
            "lies before 'partial'",
        ),
        (
            "behaviour-changes.csv",
            "X,a,c,1.2,,,1.29,,2026-02-30,any,,,,,s,high,warn",
            2,
            "effective_on",
            "is not a date",
        ),
        (
            "behaviour-changes.csv",
            "X,a,c,1.2,,,1.29,,,any,,,,,s,sure,warn",
            2,
            "confidence",
            "'sure' is not one of",
        ),
        ("feature-gates-removed.csv", "Gate,1.30,basis,#12,url", 2, "pr", "'#12' is not a number"),
        ("feature-gates-removed.csv", "Gate,,basis,12,url", 2, "removed_in", "must not be empty"),
        ("eks-calendar.csv", "1.30,2024-4-17,,,,,,,,,src", 2, "upstream_release", "is not a date"),
        ("eks-calendar.csv", "1.30,2024-04-17,,,,,,,,,s\n1.32,,,,,,,,,,s", 3, "minor", "a minor is missing"),
        (
            "eks-calendar.csv",
            "1.30,,2024-05-23,2024-05-22,,,,,,,s",
            2,
            "eks_end_standard",
            "lies before 'eks_release'",
        ),
        (
            "addon-compat.csv",
            "x,,addon,1.x,latest,1.20,,b,,s",
            2,
            "versions",
            "not in the notation for ranges",
        ),
        ("addon-compat.csv", "x,,addon,1.x,1.x,1.20,1.19,b,,s", 2, "max_k8s", "lies before 'min_k8s'"),
        ("served-by-default.csv", "apps,v1,A,1.20,1.19", 2, "last", "1.19 lies before 'first', 1.20"),
        ("served-by-default.csv", "apps,v1,A,1.20,", 2, "last", "must not be empty"),
        ("addon-compat.csv", "x,,image,1.x,1.x,1.20,,b,,s", 2, "version_of", "'image' is not one of"),
    ];
    for (file, rows, line, column, reason) in cases {
        let Err(fault) = with_rows(file, rows) else { panic!("{file} was taken: {rows}") };
        assert_eq!((fault.file, fault.line, fault.column.as_str()), (*file, *line, *column), "{fault}");
        assert!(fault.reason.contains(reason), "{fault}");
        assert!(fault.to_string().starts_with(&format!("data/{file}:{line}: ")), "{fault}");
    }
}

#[test]
fn a_file_that_is_missing_or_has_other_columns_is_refused() {
    let mut files = good();
    files.remove("eks-calendar.csv");
    let fault = compile::compile(&files).map(|_| ()).unwrap_err();
    assert_eq!(fault.to_string(), "data/eks-calendar.csv:0: the file is missing");
    files.insert("eks-calendar.csv", "minor,upstream\n1.30,2024-04-17\n".to_owned());
    let fault = compile::compile(&files).map(|_| ()).unwrap_err();
    assert!(fault.to_string().starts_with("data/eks-calendar.csv:1: the header must be 'minor,"), "{fault}");
}
