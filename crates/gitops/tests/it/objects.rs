//! Objects with the variables of a unit: `fluxcd/pkg/kustomize` was asked by `tools/oracle/flux substitute`.

use std::collections::BTreeMap;

use gitops::substitute::{
    Options, Strategy, Strictness, SubstituteObject, SubstitutedObject, Variables, object,
};
use manifest::mutable::Graph;
use serde::Deserialize;
use text::{Origin, Origins, Span, TextId};

#[derive(Deserialize)]
struct Case {
    object: String,
    #[serde(rename = "postBuild")]
    post_build: PostBuild,
    #[serde(default)]
    cluster: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    strict: bool,
    text: Option<String>,
    #[serde(default)]
    skipped: bool,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostBuild {
    #[serde(default)]
    substitute: BTreeMap<String, String>,
    #[serde(default)]
    substitute_from: Vec<From>,
    #[serde(default)]
    substitute_strategy: String,
}

#[derive(Deserialize)]
struct From {
    kind: String,
    name: String,
    #[serde(default)]
    optional: bool,
}

/// The text of the object.
const OBJECT: TextId = TextId(0);
/// The text that values were written in.
const VALUES: TextId = TextId(1);

fn graph(text: &str) -> Option<Graph<Origin>> {
    let document = manifest::parse(OBJECT, text.as_bytes(), 0..text.len(), None).ok()?;
    Graph::take::<Origins>(&document, document.root()?).ok()
}

fn printed(graph: &Graph<Origin>) -> String {
    let mut text = String::new();
    graph.print_as_kubectl(&mut text).unwrap();
    text
}

impl Case {
    fn options(&self) -> Options {
        let strictness = if self.strict { Strictness::Strict } else { Strictness::Lenient };
        let is_always = self.post_build.substitute_strategy == "Always";
        Options { strictness, strategy: if is_always { Strategy::Always } else { Strategy::WithVariables } }
    }

    /// The variables, or what is missing.
    fn variables(&self, origins: &mut Origins) -> Result<Variables<Origin>, String> {
        let mut variables = Variables::default();
        let origin = Origin::Written(Span::new(VALUES, 0..0));
        for from in &self.post_build.substitute_from {
            let reference = format!("{}/{}", from.kind, from.name);
            match self.cluster.get(&reference) {
                None if from.optional => {}
                None => return Err(format!("substitute from '{reference}' error")),
                Some(data) => {
                    for (name, value) in data {
                        variables.set(origins, name, (value, origin, from.kind == "Secret"));
                    }
                }
            }
        }
        for (name, value) in &self.post_build.substitute {
            variables.set(origins, name, (value, origin, false));
        }
        Ok(variables)
    }
}

/// The words of the original for a fault, as far as they do not tell goyaml's.
fn words(fault: &SubstituteObject) -> String {
    match fault {
        SubstituteObject::Evaluate(cause) => format!("envsubst error: {fault}: {cause}"),
        SubstituteObject::NameVariable { .. } => format!("envsubst error: {fault}"),
        SubstituteObject::CutCharacter | SubstituteObject::Parse(_) | SubstituteObject::TakeJson(_) => {
            "envsubst error: YAMLToJSON: ".to_owned()
        }
        SubstituteObject::FormObject => "UnmarshalJSON: ".to_owned(),
        SubstituteObject::Print(_) => format!("{fault}"),
    }
}

#[test]
fn every_object_becomes_what_the_original_makes_of_it() {
    let (mut texts, mut errors) = (0, 0);
    for line in include_str!("../data/objects.jsonl").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let mut origins = Origins::default();
        let Some(graph) = graph(&case.object) else {
            assert!(case.error.unwrap().contains("MalformedYAMLError"), "{line}");
            continue;
        };
        let ours = case.variables(&mut origins).and_then(|variables| {
            object(&mut origins, &graph, &variables, case.options()).map_err(|fault| words(&fault))
        });
        match (ours, case.text, case.error) {
            (Ok(ours), Some(text), None) => {
                let ours = printed(ours.as_ref().map_or(&graph, |ours| &ours.graph));
                assert_eq!(ours, text, "{line}");
                texts += 1;
            }
            (Ok(ours), None, None) => assert!(ours.is_none() && case.skipped, "{line}"),
            (Err(ours), None, Some(theirs)) => {
                assert!(theirs.starts_with(&ours) && !ours.is_empty(), "{line}: ours is {ours}");
                errors += 1;
            }
            // A tab alone behind a dash: our parser takes it for nothing, goyaml refuses it.
            (Ok(Some(_)), None, Some(_)) if case.object.ends_with("- ${tab}\n") => {}
            (ours, ..) => unreachable!("{line}: ours is {ours:?}"),
        }
    }
    assert!(texts > 300 && errors > 50, "{texts} texts, {errors} errors");
}

const LENIENT: Options = Options { strictness: Strictness::Lenient, strategy: Strategy::WithVariables };

/// Substitutes in an object; `values` is a text of lines `name=value`.
fn substituted(yaml: &str, values: &str) -> (Origins, SubstitutedObject<Origin>) {
    let (mut origins, mut variables) = (Origins::default(), Variables::default());
    let mut at = 0;
    for line in values.split_inclusive('\n') {
        let (name, value) = line.trim_end().split_once('=').unwrap();
        let start = u32::try_from(at + name.len() + 1).unwrap();
        let span = Span::new(VALUES, start..start + u32::try_from(value.len()).unwrap());
        variables.set(&mut origins, name, (value, Origin::Written(span), false));
        at += line.len();
    }
    let ours = object(&mut origins, &graph(yaml).unwrap(), &variables, LENIENT).unwrap();
    (origins, ours.unwrap())
}

#[test]
fn each_value_knows_which_bytes_of_which_text_it_came_from() {
    let values = "name=web\nn=3\ntag=v1.2\nflow={x: [1]}\n";
    let yaml = concat!(
        "kind: A\nmetadata: {name: '${name}-x'}\nspec:\n  replicas: ${n}\n  image: \"app:${tag}\"\n  kept: [a, 'b']\n",
        "  given: ${none:=dflt}\n  up: ${name^^}\n  k${n}: y\n  flow: ${flow}\n  script: |\n    echo ${name}\n    stay $${x}\n",
    );
    let (origins, ours) = substituted(yaml, values);
    let graph = &ours.graph;
    let at = |path: &[&str]| graph.at(graph.root(), path).unwrap();
    let shown = |origin: Origin| {
        let bytes = |span: &Span| match span.text {
            OBJECT => format!("object '{}'", &yaml[span.range()]),
            _ => format!("values '{}'", &values[span.range()]),
        };
        origins.evidence(origin).iter().map(bytes).collect::<Vec<_>>().join(" ")
    };
    for (path, text, expected) in [
        (&["kind"][..], "A", "object 'A'"),
        (&["metadata", "name"], "web-x", "values 'web' object '${name}' object '-x'"),
        (&["spec", "replicas"], "3", "values '3' object '${n}'"),
        (&["spec", "image"], "app:v1.2", "object 'app:' values 'v1.2' object '${tag}'"),
        (&["spec", "given"], "dflt", "object 'dflt'"),
        (&["spec", "up"], "WEB", "values 'web' object '${name^^}'"),
    ] {
        assert_eq!(graph.text(at(path)), text);
        assert_eq!(shown(graph.origin(at(path))), expected, "{path:?}");
    }
    assert_eq!(shown(graph.origin(graph.items(at(&["spec", "kept"]))[1])), "object ''b''");
    assert_eq!(shown(graph.origin(at(&["spec", "flow"]))), "values '{x: [1]}' object '${flow}'");
    assert_eq!(
        shown(graph.origin(graph.items(at(&["spec", "flow", "x"]))[0])),
        "values '1' object '${flow}'"
    );
    let key = graph.entries(at(&["spec"])).iter().find(|entry| entry.key.text == "k3").unwrap();
    assert_eq!(shown(key.key_origin), "object 'k' values '3' object '${n}'");
    // The number is edited where the variable is set.
    let place = origins.editable(graph.origin(at(&["spec", "replicas"]))).unwrap();
    assert_eq!((place.text, &values[place.range()]), (VALUES, "3"));
}

#[test]
fn a_part_of_a_block_leads_to_the_value_in_it() {
    let values = "port=8080\n";
    let yaml = "data:\n  conf: |\n    listen ${port};\n    root /srv;\n";
    let (mut origins, ours) = substituted(yaml, values);
    let conf = ours.graph.at(ours.graph.root(), &["data", "conf"]).unwrap();
    let (content, origin) = (ours.graph.text(conf).to_owned(), ours.graph.origin(conf));
    assert_eq!(content, "listen 8080;\nroot /srv;\n");
    let start = content.find("8080").unwrap();
    let part = text::Track::part(&mut origins, origin, &content, start..start + 4);
    let place = origins.editable(part).unwrap();
    assert_eq!((place.text, &values[place.range()]), (VALUES, "8080"));
}

#[test]
fn an_object_that_asks_for_nothing_stays() {
    let (mut origins, mut variables) = (Origins::default(), Variables::default());
    let mut of = |yaml: &str, variables: &Variables<Origin>| {
        object(&mut origins, &graph(yaml).unwrap(), variables, LENIENT).unwrap()
    };
    assert!(of("a: ${b}\n", &variables).is_none());
    variables.set(&mut Origins::default(), "b", ("x", Origin::Written(Span::new(VALUES, 0..1)), true));
    assert!(of("a: b\nn: 3\n", &variables).is_none());
    assert!(of("a: $HOME\n", &variables).is_none());
    // Numbers go through floats, whether or not there is an expression.
    let ours = of("count: 9007199254740993\n", &variables).unwrap();
    assert_eq!(printed(&ours.graph), "count: 9007199254740992\n");
    let asked = of("a: ${b}${c:=d}\n", &variables).unwrap().names;
    assert_eq!(asked.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    assert!(!format!("{variables:?}").contains('x'), "{variables:?}");
}
