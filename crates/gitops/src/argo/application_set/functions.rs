//! The functions that Argo CD adds to sprig for `ApplicationSet`s.

use std::borrow::Cow;

use gotemplate::Parameter::{Any, String as Text};
use gotemplate::{Call, Data, Fault, Function, Ledger, Signature, Value as TemplateValue};
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

use super::parameters::Parameter;

/// All of them.
pub(super) const FUNCTIONS: &[Function] = &[
    function("normalize", &[Text], |_, values| Ok(of_text(sanitized(&text_at(values, 0))))),
    Function { name: "slugify", signature: Signature { parameters: &[], variadic: Some(Any) }, run: slugify },
    function("toYaml", &[Any], to_yaml),
    function("fromYaml", &[Text], from_yaml),
    function("fromYamlArray", &[Text], from_yaml_array),
];

const fn function(
    name: &'static str,
    parameters: &'static [gotemplate::Parameter],
    run: fn(&Call<'_>, &[TemplateValue]) -> Result<TemplateValue, Fault>,
) -> Function {
    Function { name, signature: Signature { parameters, variadic: None }, run }
}

/// The longest name of an object: `SanitizeName` of Argo CD.
const NAME_BYTES_MAX: usize = 253;
/// The longest slug where nothing is said: `SlugifyName` of Argo CD.
const SLUG_BYTES_MAX: usize = 50;

/// A name as objects may have it: lower case, and `-` for all that is no letter, digit, `-` or `.`.
pub(crate) fn sanitized(name: &str) -> String {
    let is_kept = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || ['-', '.'].contains(&character)
    };
    let lower = name.to_lowercase();
    let kept: String =
        lower.chars().map(|character| if is_kept(character) { character } else { '-' }).collect();
    kept.get(..NAME_BYTES_MAX).unwrap_or(&kept).trim_matches(['-', '.']).to_owned()
}

/// A name without dots, cut at a `-` if it is too long and that is wanted.
fn slug(name: &str, bytes_max: usize, is_cut_between: bool) -> String {
    let name = sanitized(name);
    // What is left is ASCII.
    let name = if is_cut_between { name.as_str() } else { name.get(..bytes_max).unwrap_or(&name) };
    let parts: Vec<&str> = name.split(['-', '.']).filter(|part| !part.is_empty()).collect();
    let slug = parts.join("-");
    if !is_cut_between || bytes_max == 0 || slug.len() <= bytes_max {
        return slug;
    }
    let end = slug.get(..=bytes_max).and_then(|start| start.rfind('-')).unwrap_or(bytes_max);
    slug.get(..end).unwrap_or(&slug).to_owned()
}

/// `slugify [length [whether it is cut between words]] name`.
fn slugify(_: &Call<'_>, values: &[TemplateValue]) -> Result<TemplateValue, Fault> {
    let wrong = || Fault::new("interface conversion: an argument of slugify is of another type");
    let Some((name, options)) = values.split_last() else { return Ok(of_text(String::new())) };
    let Data::String(name) = &name.data else { return Err(wrong()) };
    let bytes_max = match options.first().map(|value| &value.data) {
        None => SLUG_BYTES_MAX,
        Some(Data::Int(count, _)) => usize::try_from(*count).map_err(|_| wrong())?,
        Some(_) => return Err(wrong()),
    };
    let is_cut_between = match options.get(1).map(|value| &value.data) {
        None => true,
        Some(Data::Bool(flag)) => *flag,
        Some(_) => return Err(wrong()),
    };
    Ok(of_text(slug(&name.as_text(), bytes_max, is_cut_between)))
}

fn to_yaml(_: &Call<'_>, values: &[TemplateValue]) -> Result<TemplateValue, Fault> {
    let value = values.first().map_or(Value::Null, |value| plain(&value.data));
    let text = manifest::emit::marshal_as_kubectl(&value).map_err(|error| Fault::new(error.to_string()))?;
    Ok(of_text(text.strip_suffix('\n').unwrap_or(&text).to_owned()))
}

fn from_yaml(_: &Call<'_>, values: &[TemplateValue]) -> Result<TemplateValue, Fault> {
    match read(values)? {
        Value::Null => Ok(Parameter::Map(super::parameters::Parameters::new()).for_template()),
        value @ Value::Mapping(_) => Ok(Parameter::of(&value).for_template()),
        _ => Err(Fault::new("error unmarshaling JSON: it is no mapping")),
    }
}

fn from_yaml_array(_: &Call<'_>, values: &[TemplateValue]) -> Result<TemplateValue, Fault> {
    match read(values)? {
        Value::Null => Ok(Parameter::List(Vec::new()).for_template()),
        value @ Value::Sequence(_) => Ok(Parameter::of(&value).for_template()),
        _ => Err(Fault::new("error unmarshaling JSON: it is no list")),
    }
}

fn read(values: &[TemplateValue]) -> Result<Value, Fault> {
    let text = text_at(values, 0);
    let refused = |error: &(dyn std::error::Error + 'static)| {
        Fault::new(format!("error converting YAML to JSON: {}", text::with_causes(error)))
    };
    let bytes = text.as_bytes();
    let document =
        manifest::parse_first(TextId(0), bytes, 0..bytes.len()).map_err(|error| refused(&error))?;
    Value::from_document(&document, Dialect::GoYaml2).map_err(|error| refused(&error))
}

/// What a value is for a printer of YAML.
fn plain(data: &Data) -> Value {
    match data {
        Data::Nil | Data::Complex(_) | Data::Object(_) => Value::Null,
        Data::Bool(flag) => Value::Bool(*flag),
        Data::Int(number, _) => Value::Int(*number),
        Data::Uint(number, _) => Value::Unsigned(*number),
        Data::Float(number, _) => Value::Float(*number),
        Data::String(text) => Value::String(text.as_text().into_owned()),
        Data::ByteSlice(bytes) => Value::String(manifest::resolve::base64::encode(bytes.as_slice())),
        Data::List(list) => Value::Sequence(list.items.iter().map(|item| plain(&item.data)).collect()),
        Data::Map(map) => {
            let entries = map.entries();
            let entries = entries
                .iter()
                .map(|(key, entry)| (Value::String(key.as_text().into_owned()), plain(&entry.value.data)));
            Value::Mapping(entries.collect())
        }
    }
}

fn text_at(values: &[TemplateValue], position: usize) -> String {
    let text = values.get(position).and_then(TemplateValue::as_bytes).map(|bytes| bytes.as_text());
    text.map(Cow::into_owned).unwrap_or_default()
}

fn of_text(text: String) -> TemplateValue {
    TemplateValue::string(text, Ledger::NOWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slugs_are_those_of_argo() {
        assert_eq!(sanitized("Feature/Some_Long.Branch"), "feature-some-long.branch");
        assert_eq!(sanitized("--a.b-."), "a.b");
        assert_eq!(sanitized(&"a".repeat(300)).len(), 253);
        for (name, bytes_max, is_cut_between, expected) in [
            ("Feature/Some_Long.Branch", 50, true, "feature-some-long-branch"),
            ("Feature/Some_Long.Branch", 10, true, "feature"),
            ("Feature/Some_Long.Branch", 10, false, "feature-so"),
            ("Feature/Some_Long.Branch", 5, true, "featu"),
            ("a.-b", 50, true, "a-b"),
        ] {
            assert_eq!(slug(name, bytes_max, is_cut_between), expected, "{name} {bytes_max}");
        }
    }
}
