//! Random charts: templates with every action and every function that can be compared, and the values that they read.
//!
//! A seed gives the same chart everywhere. What is made should mostly render: expressions have the types that functions
//! ask for, now and then one fails on purpose. Each chart can stand in `charts/` of another one, so that one process of
//! the original renders many of them.

mod expression;
mod functions;
mod statement;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::random::numbers::Random;
use expression::{Expressions, Scope, Type};
use functions::FAILING;
use statement::{Node, smaller};

/// The chart of a seed.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// Its name, which is that of its folder, too.
    pub(crate) name: String,
    /// The fields of its templates, one list for each.
    templates: Vec<Vec<Field>>,
    /// `values.yaml`.
    values: String,
    /// What a file of values says of it, each line as it stands below the chart's name.
    given: String,
    /// Flags with texts that begin with a key of the chart's values.
    sets: Vec<(&'static str, String)>,
    has_subchart: bool,
    /// Whether only Helm 4 knows all that is called.
    pub(crate) is_4: bool,
    /// The actions and functions that are used.
    pub(crate) used: BTreeSet<&'static str>,
}

/// A field of what a template renders.
#[derive(Debug, Clone)]
enum Field {
    /// A line, or several.
    Lines(String),
    /// Statements whose text is one string.
    Quoted(Vec<Node>),
    /// Statements that stand in a block of text.
    Block(Vec<Node>),
}

/// Makes the chart of a seed.
pub(crate) fn chart(seed: u64) -> Chart {
    let name = format!("c{seed:05}");
    let is_4 = seed.is_multiple_of(10);
    let mut make =
        Expressions { random: Random::new(seed), used: BTreeSet::new(), chart: name.clone(), is_4 };
    let values = values::own(&mut make.random);
    let given = values::given(&mut make.random);
    let sets = values::sets(&mut make.random);
    let mut templates: Vec<Vec<Field>> = (0..1 + make.random.below(2)).map(|_| fields(&mut make)).collect();
    if make.random.chance(4) {
        let failing = FAILING[make.random.below(FAILING.len())];
        // It is no success of what it calls.
        let used = make.used.clone();
        let text = make.call(&Scope::default(), failing, 1);
        make.used = used;
        templates[0].push(Field::Lines(format!("{{{{ {text} }}}}")));
    }
    let has_subchart = make.random.chance(30);
    if has_subchart {
        make.used.insert("subchart");
    }
    Chart { name, templates, values, given, sets, has_subchart, is_4, used: make.used }
}

fn fields(make: &mut Expressions) -> Vec<Field> {
    (0..2 + make.random.below(4)).map(|_| field(make)).collect()
}

fn field(make: &mut Expressions) -> Field {
    let scope = Scope::default();
    match make.random.below(10) {
        0 => Field::Lines(format!("{{{{ {} | quote }}}}", make.argument(&scope, Type::Text, 0))),
        1 => Field::Lines(format!("{{{{ toYaml {} | nindent 4 }}}}", make.argument(&scope, Type::Any, 0))),
        2 | 3 => Field::Lines(format!("{{{{ {} | toJson }}}}", make.argument(&scope, Type::Any, 0))),
        4 => Field::Block(make.statements()),
        5 => {
            make.used.insert("block");
            let (number, text) = (make.random.below(1_000_000), make.argument(&scope, Type::Any, 1));
            let name = format!("{}.b{number}", make.chart);
            Field::Lines(format!("{{{{ block \"{name}\" $ }}}}{{{{ {text} | toJson }}}}{{{{ end }}}}"))
        }
        _ => Field::Quoted(make.statements()),
    }
}

/// Templates that expressions call.
const HELPERS: &str = r#"{{- define "NAME.name" -}}
{{- $name := default .Chart.Name .Values.override -}}
{{- printf "%s-%s" .Release.Name $name | trunc 20 | trimSuffix "-" }}
{{- end }}
{{- define "NAME.pair" }}<{{ .left }}|{{ .right | toJson }}>{{ end -}}
{{- define "NAME.count" }}{{ . }}{{ if gt (int .) 0 }},{{ include "NAME.count" (sub (int .) 1) }}{{ end }}{{ end -}}
{{- define "NAME.endless" }}{{ include "NAME.endless" . }}{{ end -}}
"#;

/// A chart below each chart that has one: globals and values of the parent reach it.
const SUBCHART: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME-sub\ndata:\n  all: {{ .Values | toJson | quote }}\n  global: {{ .Values.global.zone | quote }}\n";

impl Chart {
    /// Its files, by their paths below the chart's folder.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let Self { name, .. } = self;
        let mut files = BTreeMap::new();
        let mut add = |path: &str, text: String| drop(files.insert(path.to_owned(), text));
        add("Chart.yaml", format!("apiVersion: v2\nname: {name}\nversion: 1.2.3\nappVersion: v7.0\n"));
        add("values.yaml", self.values.clone());
        add("templates/_helpers.tpl", HELPERS.replace("NAME", name));
        add("files/a.txt", "first line\nsecond: line\n\nlast\n".to_owned());
        for (number, fields) in self.templates.iter().enumerate() {
            add(&format!("templates/t{number}.yaml"), self.template(number, fields));
        }
        if self.has_subchart {
            add("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n".to_owned());
            add("charts/sub/values.yaml", "own: 1\nover: below\nlist: [a]\n".to_owned());
            add("charts/sub/templates/sub.yaml", SUBCHART.replace("NAME", name));
        }
        files
    }

    fn template(&self, number: usize, fields: &[Field]) -> String {
        let (mut defines, mut body) = (String::new(), String::new());
        for (position, field) in fields.iter().enumerate() {
            let printed = |nodes: &[Node]| {
                let mut text = String::new();
                nodes.iter().for_each(|node| node.print(&mut text));
                text
            };
            match field {
                Field::Lines(text) => body.push_str(&format!("  f{position}: {text}\n")),
                Field::Quoted(nodes) => {
                    let define = format!("{}.t{number}.f{position}", self.name);
                    defines.push_str(&format!(
                        "{{{{- define \"{define}\" }}}}{}{{{{ end }}}}\n",
                        printed(nodes)
                    ));
                    body.push_str(&format!("  f{position}: {{{{ include \"{define}\" . | toJson }}}}\n"));
                }
                Field::Block(nodes) => {
                    let define = format!("{}.t{number}.f{position}", self.name);
                    defines.push_str(&format!(
                        "{{{{- define \"{define}\" }}}}{}{{{{ end }}}}\n",
                        printed(nodes)
                    ));
                    body.push_str(&format!(
                        "  f{position}: |2\n{{{{ include \"{define}\" $ | indent 4 }}}}\n"
                    ));
                }
            }
        }
        format!(
            "{defines}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}-t{number}\ndata:\n{body}",
            self.name
        )
    }

    /// What a file of values says of the chart, below its name.
    pub(crate) fn given(&self) -> String {
        let lines: String = self.given.lines().map(|line| format!("  {line}\n")).collect();
        if lines.is_empty() { String::new() } else { format!("{}:\n{lines}", self.name) }
    }

    /// Flags that give the chart values.
    pub(crate) fn flags(&self) -> Vec<String> {
        let flag =
            |(flag, text): &(&'static str, String)| [(*flag).to_owned(), format!("{}.{text}", self.name)];
        self.sets.iter().flat_map(flag).collect()
    }

    /// The same chart with less in it: each way of it.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut ways = Vec::new();
        if self.has_subchart {
            ways.push(Self { has_subchart: false, ..self.clone() });
        }
        for (number, fields) in self.templates.iter().enumerate() {
            let with = |fields: Vec<Field>| {
                let mut templates = self.templates.clone();
                templates[number] = fields;
                Self { templates, ..self.clone() }
            };
            for (position, field) in fields.iter().enumerate() {
                let mut less = fields.clone();
                less.remove(position);
                ways.push(with(less));
                let (Field::Quoted(nodes) | Field::Block(nodes)) = field else { continue };
                for nodes in smaller(nodes) {
                    let mut less = fields.clone();
                    less[position] = match field {
                        Field::Block(_) => Field::Block(nodes),
                        _ => Field::Quoted(nodes),
                    };
                    ways.push(with(less));
                }
            }
        }
        ways
    }
}
