//! One value by one verb.

use super::float;
use super::integer::Integer;
use super::names::{map_name, type_name};
use super::quote::{is_printed, quote, quote_rune};
use super::spec::{Spec, characters};
use crate::{Bytes, Complex, Data, FloatType, IntType, List, Map, MapType, Object, Value};

/// Collections within one another that are printed. Values come from texts that nest less, and a map that was put into
/// itself never ends; past it `%!(NESTED)` stands for what is left out.
const DEPTH_MAX: usize = 500;

/// Collects what is printed.
#[derive(Debug, Default)]
pub(super) struct Printer {
    out: Vec<u8>,
    /// Whether a value is printed for a verb that does not fit it.
    is_erring: bool,
}

impl Printer {
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Prints an operand.
    pub(super) fn print(&mut self, value: &Value, verb: char, spec: &Spec) {
        match (&value.data, verb) {
            (_, 'T') => {
                let plain = Spec { sharp: false, ..*spec };
                plain.pad(&mut self.out, type_name(value).as_bytes());
            }
            (Data::Nil, 'v') => spec.pad(&mut self.out, b"<nil>"),
            (Data::Nil, _) => self.bad_verb(value, verb, spec),
            _ => self.value(value, (verb, spec), 0),
        }
    }

    fn value(&mut self, value: &Value, (verb, spec): (char, &Spec), depth: usize) {
        if depth > DEPTH_MAX {
            return self.out.extend_from_slice(b"%!(NESTED)");
        }
        if let Some(text) = self.own_text(value, verb, spec) {
            return self.text(&Value::unwritten(Data::String(Bytes::from(text))), (verb, spec), value);
        }
        match &value.data {
            Data::Nil => {
                self.out.extend_from_slice(if spec.sharp_v { b"interface {}(nil)" } else { b"<nil>" })
            }
            Data::Bool(is_true) => match verb {
                'v' | 't' => spec.pad(&mut self.out, if *is_true { b"true" } else { b"false" }),
                _ => self.bad_verb(value, verb, spec),
            },
            Data::Int(int, _) => self.integer(value, Integer::signed(*int), (verb, spec)),
            Data::Uint(uint, _) => self.integer(value, Integer::unsigned(*uint), (verb, spec)),
            Data::Float(float, float_type) => self.float(value, *float, (verb, spec), *float_type),
            Data::Complex(complex) => self.complex(value, **complex, (verb, spec)),
            Data::String(_) => self.text(value, (verb, spec), value),
            Data::ByteSlice(bytes) => self.bytes(value, bytes, (verb, spec)),
            Data::List(list) => self.list(list, (verb, spec), depth),
            Data::Map(map) => self.map(map, (verb, spec), depth),
            Data::Object(object) => self.object(&**object, (verb, spec), depth),
        }
    }

    /// What a value's own method says, for the verbs that ask it.
    fn own_text(&self, value: &Value, verb: char, spec: &Spec) -> Option<String> {
        if self.is_erring || spec.sharp_v || !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return None;
        }
        match &value.data {
            Data::Int(int, IntType::Duration) => Some(duration_text(*int)),
            Data::Int(int, IntType::Month) => Some(name_of(&MONTHS, int - 1, "Month", *int)),
            Data::Int(int, IntType::Weekday) => Some(name_of(&WEEKDAYS, *int, "Weekday", *int)),
            Data::Object(object) => object.text(),
            _ => None,
        }
    }

    fn bad_verb(&mut self, value: &Value, verb: char, spec: &Spec) {
        self.is_erring = true;
        self.out.extend_from_slice(format!("%!{verb}(").as_bytes());
        if matches!(value.data, Data::Nil) {
            self.out.extend_from_slice(b"<nil>");
        } else {
            self.out.extend_from_slice(type_name(value).as_bytes());
            self.out.push(b'=');
            self.value(value, ('v', spec), 0);
        }
        self.out.push(b')');
        self.is_erring = false;
    }

    fn integer(&mut self, value: &Value, integer: Integer, (verb, spec): (char, &Spec)) {
        let is_unsigned = matches!(value.data, Data::Uint(..));
        match verb {
            'v' if spec.sharp_v && is_unsigned => {
                let sharp = Spec { sharp: true, ..*spec };
                integer.write(&mut self.out, 'x', &sharp);
            }
            'v' => integer.write(&mut self.out, 'd', spec),
            'd' | 'b' | 'o' | 'O' | 'x' | 'X' => integer.write(&mut self.out, verb, spec),
            'c' => spec.pad(&mut self.out, rune(integer).to_string().as_bytes()),
            'q' => {
                let quoted = quote_rune(rune(integer));
                let quoted = if spec.plus { in_ascii(&quoted) } else { quoted };
                spec.pad(&mut self.out, quoted.as_bytes());
            }
            'U' => {
                let mut shown = format!("U+{:04X}", integer.bits());
                let character = u32::try_from(integer.bits()).ok().and_then(char::from_u32);
                if let Some(character) = character.filter(|character| spec.sharp && is_printed(*character)) {
                    shown.push_str(&format!(" '{character}'"));
                }
                Spec { zero: false, ..*spec }.pad(&mut self.out, shown.as_bytes());
            }
            _ => self.bad_verb(value, verb, spec),
        }
    }

    fn float(&mut self, value: &Value, number: f64, (verb, spec): (char, &Spec), float_type: FloatType) {
        let is_single = float_type == FloatType::Float32;
        match verb {
            'v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'b' | 'x' | 'X' => {
                float::write(&mut self.out, number, verb, (is_single, spec))
            }
            _ => self.bad_verb(value, verb, spec),
        }
    }

    fn complex(&mut self, value: &Value, complex: Complex, (verb, spec): (char, &Spec)) {
        if !matches!(verb, 'v' | 'b' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X') {
            return self.bad_verb(value, verb, spec);
        }
        self.out.push(b'(');
        float::write(&mut self.out, complex.real, verb, (false, spec));
        float::write(&mut self.out, complex.imaginary, verb, (false, &Spec { plus: true, ..*spec }));
        self.out.extend_from_slice(b"i)");
    }

    /// A string, or what a method of `told` said.
    fn text(&mut self, text: &Value, (verb, spec): (char, &Spec), told: &Value) {
        let Some(bytes) = text.as_bytes().map(Bytes::as_slice) else { return };
        match verb {
            'v' if spec.sharp_v => self.quoted(bytes, spec),
            'v' | 's' => spec.pad(&mut self.out, cut(bytes, spec)),
            'x' | 'X' => self.hexadecimal(bytes, verb, spec),
            'q' => self.quoted(bytes, spec),
            _ => self.bad_verb(told, verb, spec),
        }
    }

    fn quoted(&mut self, bytes: &[u8], spec: &Spec) {
        let bytes = cut(bytes, spec);
        let is_raw = spec.sharp && std::str::from_utf8(bytes).is_ok_and(can_be_raw);
        let quoted = match std::str::from_utf8(bytes) {
            Ok(text) if is_raw => format!("`{text}`"),
            _ if spec.plus => in_ascii(&quote(bytes)),
            _ => quote(bytes),
        };
        spec.pad(&mut self.out, quoted.as_bytes());
    }

    fn hexadecimal(&mut self, bytes: &[u8], verb: char, spec: &Spec) {
        let bytes = bytes.get(..spec.precision.unwrap_or(bytes.len())).unwrap_or(bytes);
        let prefix = if spec.sharp { if verb == 'x' { "0x" } else { "0X" } } else { "" };
        let mut shown = String::new();
        for (position, byte) in bytes.iter().enumerate() {
            if spec.space && position > 0 {
                shown.push(' ');
            }
            if position == 0 || spec.space {
                shown.push_str(prefix);
            }
            shown.push_str(&if verb == 'x' { format!("{byte:02x}") } else { format!("{byte:02X}") });
        }
        spec.pad(&mut self.out, shown.as_bytes());
    }

    fn bytes(&mut self, value: &Value, bytes: &Bytes, (verb, spec): (char, &Spec)) {
        match verb {
            's' | 'x' | 'X' | 'q' => {
                self.text(&Value::unwritten(Data::String(bytes.clone())), (verb, spec), value);
            }
            'v' if spec.sharp_v => {
                let shown: Vec<String> = bytes.as_slice().iter().map(|byte| format!("{byte:#x}")).collect();
                self.out.extend_from_slice(format!("[]byte{{{}}}", shown.join(", ")).as_bytes());
            }
            _ => {
                self.out.push(b'[');
                for (position, byte) in bytes.as_slice().iter().enumerate() {
                    if position > 0 {
                        self.out.push(b' ');
                    }
                    let item = Value::unwritten(Data::Uint(u64::from(*byte), crate::UintType::Uint8));
                    self.value(&item, (verb, spec), 1);
                }
                self.out.push(b']');
            }
        }
    }

    fn list(&mut self, list: &List, (verb, spec): (char, &Spec), depth: usize) {
        let (open, between, close) = if spec.sharp_v {
            self.out.extend_from_slice(list.element.list_name().as_bytes());
            if list.is_nil() {
                return self.out.extend_from_slice(b"(nil)");
            }
            (b'{', &b", "[..], b'}')
        } else {
            (b'[', &b" "[..], b']')
        };
        self.out.push(open);
        for (position, item) in list.items.iter().enumerate() {
            if position > 0 {
                self.out.extend_from_slice(between);
            }
            self.value(item, (verb, spec), depth + 1);
        }
        self.out.push(close);
    }

    fn map(&mut self, map: &Map, (verb, spec): (char, &Spec), depth: usize) {
        if spec.sharp_v {
            self.out.extend_from_slice(map_name(map.map_type).as_bytes());
            if map.is_nil() {
                return self.out.extend_from_slice(b"(nil)");
            }
            self.out.push(b'{');
        } else {
            self.out.extend_from_slice(b"map[");
        }
        // Entries are copied, so that nothing is held while a value's own method runs.
        let entries: Vec<_> =
            map.entries().iter().map(|(key, entry)| (key.clone(), entry.value.clone())).collect();
        for (position, (key, value)) in entries.into_iter().enumerate() {
            if position > 0 {
                self.out.extend_from_slice(if spec.sharp_v { b", " } else { b" " });
            }
            self.value(&Value::unwritten(Data::String(key)), (verb, spec), depth + 1);
            self.out.push(b':');
            match (&value.data, map.map_type) {
                (Data::Nil, MapType::Strings) => {}
                _ => self.value(&value, (verb, spec), depth + 1),
            }
        }
        self.out.push(if spec.sharp_v { b'}' } else { b']' });
    }

    fn object(&mut self, object: &dyn Object, (verb, spec): (char, &Spec), depth: usize) {
        if object.kind() == "ptr" {
            if depth > 0 {
                // Go prints an address, which is another one each time.
                return self.out.extend_from_slice(b"0xc000000000");
            }
            self.out.push(b'&');
        }
        if spec.sharp_v {
            self.out.extend_from_slice(object.type_name().trim_start_matches('*').as_bytes());
        }
        self.out.push(b'{');
        for (position, (name, value)) in object.fields().into_iter().enumerate() {
            if position > 0 {
                self.out.extend_from_slice(if spec.sharp_v { b", " } else { b" " });
            }
            if spec.plus_v || spec.sharp_v {
                self.out.extend_from_slice(name.as_bytes());
                self.out.push(b':');
            }
            self.value(&value, (verb, spec), depth + 1);
        }
        self.out.push(b'}');
    }
}

/// As many characters as the precision leaves.
fn cut<'b>(bytes: &'b [u8], spec: &Spec) -> &'b [u8] {
    let Some(most) = spec.precision.filter(|most| characters(bytes) > *most) else { return bytes };
    let mut end = 0;
    let mut left = most;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars().take(left) {
            end += character.len_utf8();
            left -= 1;
        }
        let broken = chunk.invalid().len().min(left);
        end += broken;
        left -= broken;
    }
    bytes.get(..end).unwrap_or(bytes)
}

/// Whether a text may stand between back quotes: `strconv.CanBackquote`.
fn can_be_raw(text: &str) -> bool {
    text.chars().all(|character| match character {
        '\u{feff}' | '`' | '\u{7f}' => false,
        '\t' => true,
        _ => character >= ' ',
    })
}

/// A quoted text in which what is no ASCII is escaped as well.
fn in_ascii(quoted: &str) -> String {
    quoted.chars().map(escaped_beyond_ascii).collect()
}

fn escaped_beyond_ascii(character: char) -> String {
    match u32::from(character) {
        0..0x80 => character.to_string(),
        code @ 0..0x1_0000 => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// The character of a number; U+FFFD where there is none.
fn rune(integer: Integer) -> char {
    let code = u32::try_from(integer.size).ok().filter(|_| !integer.is_negative);
    code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn name_of(names: &[&str], position: i64, what: &str, number: i64) -> String {
    let name = usize::try_from(position).ok().and_then(|position| names.get(position));
    name.map_or_else(|| format!("%!{what}({number})"), |name| (*name).to_owned())
}

/// A duration in nanoseconds as `time.Duration` prints it: `1h2m3.5s`.
#[must_use]
pub(crate) fn duration_text(nanoseconds: i64) -> String {
    let size = nanoseconds.unsigned_abs();
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let shown = match size {
        0 => "0s".to_owned(),
        1..1_000 => format!("{size}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(size, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(size, 1_000_000)),
        _ => {
            let (minutes, rest) = (size / 60_000_000_000, size % 60_000_000_000);
            let seconds = format!("{}s", decimal(rest, 1_000_000_000));
            match (minutes / 60, minutes % 60) {
                (0, 0) => seconds,
                (0, minutes) => format!("{minutes}m{seconds}"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
            }
        }
    };
    format!("{sign}{shown}")
}

/// A number over a power of ten, with as many places as it needs.
fn decimal(size: u64, unit: u64) -> String {
    let places = unit.ilog10() as usize;
    let fraction = format!("{:0places$}", size % unit);
    let fraction = fraction.trim_end_matches('0');
    let whole = size / unit;
    if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") }
}
