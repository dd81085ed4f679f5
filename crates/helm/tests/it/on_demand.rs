//! Files of charts that are read when a template asks for them.

use std::sync::{Arc, Mutex, PoisonError};

use gotemplate::{Fixed, Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::chart::{Chart, LoadChart};
use helm::engine::{Execution, ReleaseOptions, TemplateCache};
use helm::render::{Release, Shown, Target, render};
use text::{Texts, with_causes};
use tree::{Listing, Memory, Place, ReadFile, Tree};

const CHART: &str = "apiVersion: v2\nname: app\nversion: 1.2.3\n";

/// A tree that may be kept, and remembers what was read of it.
#[derive(Clone)]
struct Watched {
    files: Memory,
    read: Arc<Mutex<Vec<String>>>,
    /// A file that is there and gone once somebody reads it.
    vanishing: &'static str,
}

impl Tree for Watched {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.files.list(relevant)
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        if path == self.vanishing {
            return Err(ReadFile::Missing);
        }
        self.read.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        self.files.read(path, bytes_max)
    }

    fn size(&self, path: &str, bytes_max: u64) -> Result<u64, ReadFile> {
        self.files.size(path, bytes_max)
    }

    fn kept(&self) -> Option<Arc<dyn Tree + Send>> {
        Some(Arc::new(self.clone()))
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        self.files.locate(path)
    }
}

fn watched(template: &str, vanishing: &'static str) -> Watched {
    let files = [
        ("Chart.yaml", CHART),
        ("templates/a.txt", template),
        ("crds/c.yaml", "kind: C"),
        ("notes/one.txt", "\u{feff}1"),
        ("notes/two.txt", "22"),
    ];
    let files = files.into_iter().collect();
    Watched { files, read: Arc::default(), vanishing }
}

fn rendered(chart: &Chart) -> Result<String, String> {
    let (version, ledger, ports, cache) =
        (HelmVersion::V4, Ledger::off(), Fixed::default(), TemplateCache::new());
    let execution = Execution {
        version,
        ledger: &ledger,
        ports: &ports,
        is_dns_enabled: false,
        stack_bytes_max: 1 << 20,
        cache: &cache,
    };
    let release = ReleaseOptions::of_name("release");
    let target = Target {
        release: &release,
        capabilities: &Capabilities::of(version),
        schemas: None,
        renders_subchart_notes: false,
    };
    let release = render(chart, &Map::new(MapType::Interface), target, &execution);
    let text = |release: Release<'_>| release.text(Shown { crds: true, hooks: true, tests: true });
    release.map(text).map_err(|error| with_causes(&error))
}

/// What a template renders, or the error, and the files below `notes/` that were read for it.
fn asked(template: &str, vanishing: &'static str) -> (Result<String, String>, Vec<String>) {
    let tree = watched(template, vanishing);
    let chart = Chart::of_folder(&tree, "", &mut Texts::new()).unwrap();
    let text = rendered(&chart);
    let read = tree.read.lock().unwrap().clone();
    (text, read.into_iter().filter(|path| path.starts_with("notes/")).collect())
}

#[test]
fn files_are_read_once_when_a_template_asks_for_them_and_not_before() {
    let (one, two) = ("notes/one.txt", "notes/two.txt");
    for (template, shown, read) in [
        ("x: y", "x: y", vec![]),
        ("x: {{ .Files.Get \"notes/two.txt\" }}", "x: 22", vec![two]),
        ("x: {{ .Files.Get \"notes/one.txt\" }}{{ .Files.Get \"notes/one.txt\" }}", "x: 11", vec![one]),
        ("x: {{ .Files.Get \"notes/none.txt\" }}", "x: ", vec![]),
        ("x: {{ .Files.Get \"crds/c.yaml\" | quote }}", "x: \"kind: C\"", vec![]),
        ("x: {{ len .Files }}", "x: 3", vec![one, two]),
        (
            "x:{{ range $name, $_ := .Files.Glob \"notes/*\" }} {{ $name }}{{ end }}",
            "x: notes/one.txt notes/two.txt",
            vec![one, two],
        ),
    ] {
        let (text, found) = asked(template, "");
        let expected =
            format!("---\n# Source: app/crds/c.yaml\nkind: C\n---\n# Source: app/templates/a.txt\n{shown}\n");
        assert_eq!(text.unwrap().trim_end(), expected.trim_end(), "{template}");
        assert_eq!(found, read, "{template}");
    }
}

#[test]
fn a_file_that_is_gone_when_a_template_asks_for_it_fails_the_render() {
    let told = "error reading notes/two.txt: no such file";
    for template in ["x: {{ .Files.Get \"notes/two.txt\" }}", "{{ fail (toString (len .Files)) }}"] {
        assert_eq!(asked(template, "notes/two.txt").0.unwrap_err(), told, "{template}");
    }
    assert!(asked("x: {{ .Files.Get \"notes/one.txt\" }}", "notes/two.txt").0.is_ok());
}

#[test]
fn a_file_that_cannot_be_taken_is_refused_before_anything_is_rendered() {
    let mut tree = watched("x: y", "");
    tree.files.insert("large.bin", vec![0; 5 * 1024 * 1024 + 1]);
    let refused = Chart::of_folder(&tree, "", &mut Texts::new()).unwrap_err();
    assert!(matches!(&refused, LoadChart::ReadFile { path, .. } if path == "large.bin"), "{refused}");
    let gone = watched("x: y", "templates/a.txt");
    let refused = Chart::of_folder(&gone, "", &mut Texts::new()).unwrap_err();
    assert_eq!(with_causes(&refused), "error reading templates/a.txt: no such file");
}
