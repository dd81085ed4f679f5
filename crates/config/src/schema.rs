//! The JSON schema of `.liftlock.yaml`, made from the same table that the reader uses.

use std::fmt::Write;

use crate::keys::{Key, LEVELS, ROOT, Shape};

/// The schema (draft 2020-12), pretty-printed, for editors and for checking in CI.
#[must_use]
pub fn json_schema() -> String {
    let mut schema = String::from("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    schema.push_str("  \"title\": \".liftlock.yaml\",\n");
    write_object(&mut schema, ROOT, 1);
    schema.push_str("\n}\n");
    schema
}

fn write_object(schema: &mut String, keys: &[Key], depth: usize) {
    let pad = "  ".repeat(depth);
    let required: Vec<String> =
        keys.iter().filter(|key| key.required).map(|key| format!("\"{}\"", key.name)).collect();
    let _ = write!(schema, "{pad}\"type\": \"object\",\n{pad}\"additionalProperties\": false,\n");
    if !required.is_empty() {
        let _ = writeln!(schema, "{pad}\"required\": [{}],", required.join(", "));
    }
    let _ = writeln!(schema, "{pad}\"properties\": {{");
    for (index, key) in keys.iter().enumerate() {
        let _ = writeln!(
            schema,
            "{pad}  \"{}\": {{\n{pad}    \"description\": \"{}\",",
            key.name, key.description
        );
        write_shape(schema, key.shape, depth + 2);
        let comma = if index + 1 < keys.len() { "," } else { "" };
        let _ = writeln!(schema, "\n{pad}  }}{comma}");
    }
    let _ = write!(schema, "{pad}}}");
}

fn write_shape(schema: &mut String, shape: Shape, depth: usize) {
    let pad = "  ".repeat(depth);
    let words =
        |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let _ = match shape {
        Shape::Text => write!(schema, "{pad}\"type\": \"string\",\n{pad}\"minLength\": 1"),
        // A version may be written as a number (1.3 or 1.29), which YAML keeps as one.
        Shape::Version => write!(schema, "{pad}\"type\": \"string\",\n{pad}\"pattern\": \"^v?1\\\\.[0-9]+\""),
        Shape::Date => write!(schema, "{pad}\"type\": \"string\",\n{pad}\"format\": \"date\""),
        Shape::Word(choices) => write!(schema, "{pad}\"enum\": [{}]", words(choices)),
        Shape::Texts => write!(
            schema,
            "{pad}\"type\": \"array\",\n{pad}\"items\": {{ \"type\": \"string\", \"minLength\": 1 }}"
        ),
        Shape::Levels => write!(
            schema,
            "{pad}\"type\": \"object\",\n{pad}\"additionalProperties\": {{ \"enum\": [{}] }}",
            words(LEVELS)
        ),
        Shape::Addresses => write!(
            schema,
            "{pad}\"type\": \"object\",\n{pad}\"propertyNames\": {{ \"pattern\": \"^[a-z]+://.\" }},\n{pad}\"additionalProperties\": {{ \"type\": \"string\", \"minLength\": 1 }}"
        ),
        Shape::Mappings(keys) => {
            let _ = writeln!(schema, "{pad}\"type\": \"array\",\n{pad}\"items\": {{");
            write_object(schema, keys, depth + 1);
            write!(schema, "\n{pad}}}")
        }
    };
}
