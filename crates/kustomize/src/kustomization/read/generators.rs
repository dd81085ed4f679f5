//! The arguments of generators of ConfigMaps and Secrets, as fields of a kustomization and of plugin configuration.

use compact_str::CompactString;
use manifest::mutable::Graph;

use super::arguments::read_unless_empty;
use super::value::{Fault, Read, Rules, Value, read_map};
use crate::kustomization::{GeneratorArguments, GeneratorOptions, Text, TextMap};

impl<O: Copy> Read<O> for GeneratorOptions<O> {
    const NAMES: &'static [&'static str] = &["labels", "annotations", "disableNameSuffixHash", "immutable"];

    fn absent(_: O) -> Self {
        Self {
            labels: TextMap::new(),
            annotations: TextMap::new(),
            disable_name_suffix_hash: false,
            immutable: false,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "labels" => read_map(&mut self.labels, value),
            "annotations" => read_map(&mut self.annotations, value),
            "disableNameSuffixHash" => self.disable_name_suffix_hash.read(value),
            _ => self.immutable.read(value),
        }
    }
}

/// A generator's arguments with the old field `env`, which only kustomization files still give a meaning.
pub(crate) struct WithEnv<O> {
    arguments: GeneratorArguments<O>,
    env: Option<Text<O>>,
}

impl<O: Copy> WithEnv<O> {
    /// The arguments with `env` behind `envs`.
    pub(super) fn joined(mut self) -> GeneratorArguments<O> {
        self.arguments.envs.extend(self.env);
        self.arguments
    }
}

impl<O: Copy> Read<O> for WithEnv<O> {
    const NAMES: &'static [&'static str] =
        &["namespace", "name", "behavior", "literals", "files", "envs", "env", "options"];

    fn absent(origin: O) -> Self {
        let arguments = GeneratorArguments {
            name: Text::absent(origin),
            namespace: None,
            behavior: CompactString::default(),
            literals: Vec::new(),
            files: Vec::new(),
            envs: Vec::new(),
            secret_type: None,
            options: None,
            origin,
        };
        Self { arguments, env: None }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let arguments = &mut self.arguments;
        match name {
            "namespace" => read_unless_empty(&mut arguments.namespace, value),
            "name" => arguments.name.read(value),
            "behavior" => arguments.behavior.read(value),
            "literals" => arguments.literals.read(value),
            "files" => arguments.files.read(value),
            "envs" => arguments.envs.read(value),
            "env" => read_unless_empty(&mut self.env, value),
            _ => arguments.options.read(value),
        }
    }
}

/// An entry of `secretGenerator`: it has a type besides.
pub(crate) struct WithType<O>(pub(super) WithEnv<O>);

impl<O: Copy> Read<O> for WithType<O> {
    const NAMES: &'static [&'static str] =
        &["namespace", "name", "behavior", "literals", "files", "envs", "env", "options", "type"];

    fn absent(origin: O) -> Self {
        Self(WithEnv::absent(origin))
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "type" => read_unless_empty(&mut self.0.arguments.secret_type, value),
            _ => self.0.field(name, value),
        }
    }
}

/// `metadata` of plugin configuration and of a kustomization.
pub(crate) struct ObjectMeta<O> {
    /// The name; empty if there is none.
    pub(crate) name: Text<O>,
    /// The namespace.
    pub(crate) namespace: Option<Text<O>>,
    labels: TextMap<O>,
    annotations: TextMap<O>,
}

impl<O: Copy> Read<O> for ObjectMeta<O> {
    const NAMES: &'static [&'static str] = &["name", "namespace", "labels", "annotations"];

    fn absent(origin: O) -> Self {
        Self {
            name: Text::absent(origin),
            namespace: None,
            labels: TextMap::new(),
            annotations: TextMap::new(),
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "namespace" => read_unless_empty(&mut self.namespace, value),
            "labels" => read_map(&mut self.labels, value),
            _ => read_map(&mut self.annotations, value),
        }
    }
}

/// The configuration object of a plugin that makes ConfigMaps or Secrets.
struct GeneratorPlugin<O, A> {
    metadata: ObjectMeta<O>,
    arguments: A,
}

/// The field of plugin configuration besides those of its arguments.
const METADATA: &str = "metadata";

/// Arguments with the names that their configuration object has.
trait Configured<O: Copy>: Read<O> {
    /// `metadata`, and all names of the arguments.
    const WITH_METADATA: &'static [&'static str];
}

impl<O: Copy> Configured<O> for WithEnv<O> {
    const WITH_METADATA: &'static [&'static str] =
        &[METADATA, "namespace", "name", "behavior", "literals", "files", "envs", "env", "options"];
}

impl<O: Copy> Configured<O> for WithType<O> {
    const WITH_METADATA: &'static [&'static str] =
        &[METADATA, "namespace", "name", "behavior", "literals", "files", "envs", "env", "options", "type"];
}

impl<O: Copy, A: Configured<O>> Read<O> for GeneratorPlugin<O, A> {
    const NAMES: &'static [&'static str] = A::WITH_METADATA;
    const PROMOTED: &'static [&'static str] = A::NAMES;

    fn absent(origin: O) -> Self {
        Self { metadata: ObjectMeta::absent(origin), arguments: A::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            METADATA => self.metadata.read(value),
            _ => self.arguments.field(name, value),
        }
    }
}

impl<O: Copy> GeneratorArguments<O> {
    /// Reads the configuration object of a `ConfigMapGenerator`.
    pub(crate) fn of_config_map_plugin(graph: &Graph<O>) -> Result<Self, Fault<O>> {
        let plugin: GeneratorPlugin<O, WithEnv<O>> = Value::whole(graph, Rules::LENIENT).get()?;
        Ok(plugin.arguments.arguments.named_by(plugin.metadata))
    }

    /// Reads the configuration object of a `SecretGenerator`.
    pub(crate) fn of_secret_plugin(graph: &Graph<O>) -> Result<Self, Fault<O>> {
        let plugin: GeneratorPlugin<O, WithType<O>> = Value::whole(graph, Rules::LENIENT).get()?;
        Ok(plugin.arguments.0.arguments.named_by(plugin.metadata))
    }

    /// What the arguments do not name has the name of the configuration object.
    fn named_by(mut self, metadata: ObjectMeta<O>) -> Self {
        if self.name.text.is_empty() {
            self.name = metadata.name;
        }
        self.namespace = self.namespace.or(metadata.namespace);
        self
    }
}
