//! `fmt.Sprintf`: a format and its operands.

use super::printer::Printer;
use super::spec::Spec;
use super::{Formatted, Whose};
use crate::{Data, Value};

/// The number past which a width or precision takes no further digit (`tooLarge` of fmt/print.go).
const NUMBER_MAX: usize = 1_000_000;

/// Formats operands. A string that a verb shows unchanged keeps its origin, and so does the format around it.
#[must_use]
pub fn sprintf(format: &Value, operands: &[Value]) -> Formatted {
    let Some(bytes) = format.as_bytes() else { return Formatted::default() };
    let mut formatting = Formatting {
        format: bytes.as_slice(),
        at: 0,
        operands,
        next: 0,
        is_reordered: false,
        is_good_position: true,
        formatted: Formatted::default(),
    };
    formatting.run();
    formatting.formatted
}

struct Formatting<'a> {
    format: &'a [u8],
    at: usize,
    operands: &'a [Value],
    /// The operand that is next.
    next: usize,
    /// Whether any verb has named its operand by a position.
    is_reordered: bool,
    /// Whether the position that was read last is one.
    is_good_position: bool,
    formatted: Formatted,
}

impl Formatting<'_> {
    fn run(&mut self) {
        while self.at < self.format.len() {
            let rest = self.format.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            if plain > 0 {
                self.formatted.push(&rest[..plain], Whose::Format(self.at..self.at + plain));
                self.at += plain;
                continue;
            }
            self.at += 1;
            self.verb();
        }
        if !self.is_reordered && self.next < self.operands.len() {
            self.extra();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn verb(&mut self) {
        let mut spec = self.flags();
        self.is_good_position = true;
        let mut after_position = self.position();
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    spec.minus |= width < 0;
                    spec.zero &= !spec.minus;
                    spec.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => self.say("%!(BADWIDTH)"),
            }
            after_position = false;
        } else {
            let width = self.number();
            // `%[3]2d` names an operand and then a width, which is no order.
            self.is_good_position &= !(after_position && width.is_some());
            spec.width = width;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.is_good_position &= !after_position;
            after_position = self.position();
            if self.peek() == Some(b'*') {
                self.at += 1;
                match self.star().and_then(|precision| usize::try_from(precision).ok()) {
                    Some(precision) => spec.precision = Some(precision),
                    None => self.say("%!(BADPREC)"),
                }
                after_position = false;
            } else {
                spec.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !after_position {
            self.position();
        }
        self.operand(spec);
    }

    fn flags(&mut self) -> Spec {
        let mut spec = Spec::default();
        while let Some(flag) = self.peek() {
            match flag {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => break,
            }
            self.at += 1;
        }
        spec
    }

    /// Reads `[n]` if it is there; whether it was.
    fn position(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.is_reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|byte| *byte == b']') else {
            self.is_good_position = false;
            self.at += 1;
            return false;
        };
        let digits = std::str::from_utf8(&rest[1..end]).ok();
        self.at += end + 1;
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let Some(number) = digits.and_then(|digits| digits.parse::<usize>().ok()) else {
            self.is_good_position = false;
            return false;
        };
        match number.checked_sub(1).filter(|position| *position < self.operands.len()) {
            Some(position) => self.next = position,
            None => self.is_good_position = false,
        }
        true
    }

    /// A width or precision. One that is too large ends the format, as in Go.
    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let before = number.unwrap_or(0);
            if before > NUMBER_MAX {
                self.at = self.format.len();
                return None;
            }
            number = Some(before * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    /// The operand that `*` takes a width or precision from.
    fn star(&mut self) -> Option<i64> {
        let operand = self.operands.get(self.next)?;
        self.next += 1;
        let number = match operand.data {
            Data::Int(number, _) => number,
            Data::Uint(number, _) => i64::try_from(number).ok()?,
            _ => return None,
        };
        (number.unsigned_abs() <= NUMBER_MAX as u64).then_some(number)
    }

    fn operand(&mut self, spec: Spec) {
        let Some(verb) = self.verb_character() else { return self.say("%!(NOVERB)") };
        if verb == '%' {
            return self.say("%");
        }
        if !self.is_good_position {
            return self.say(&format!("%!{verb}(BADINDEX)"));
        }
        let Some(operand) = self.operands.get(self.next) else {
            return self.say(&format!("%!{verb}(MISSING)"));
        };
        self.next += 1;
        let mut spec = spec;
        if verb == 'v' {
            (spec.sharp_v, spec.plus_v) = (spec.sharp, spec.plus);
            (spec.sharp, spec.plus) = (false, false);
        }
        let mut printer = Printer::default();
        printer.print(operand, verb, &spec);
        self.place(operand, (verb, &spec), &printer.finish());
    }

    /// Adds what was printed of an operand. Its bytes are the operand's own where the verb shows a string as it is, between
    /// what pads or quotes it.
    fn place(&mut self, operand: &Value, (verb, spec): (char, &Spec), printed: &[u8]) {
        let own = operand.as_bytes().map(crate::Bytes::as_slice).filter(|own| !own.is_empty());
        let own = own.filter(|_| matches!(verb, 's' | 'v' | 'q'));
        let start = own.and_then(|own| start_of(own, printed, (spec.minus, verb == 'q' || spec.sharp_v)));
        match own.zip(start) {
            Some((own, start)) => {
                self.formatted.push(&printed[..start], Whose::Nobody);
                self.formatted.push(own, Whose::Value(operand.origin));
                self.formatted.push(&printed[start + own.len()..], Whose::Nobody);
            }
            None => {
                // Cut or escaped: made of the operand, byte by byte no more its own.
                let whose =
                    if operand.as_bytes().is_some() { Whose::Nobody } else { Whose::Value(operand.origin) };
                self.formatted.push(printed, whose);
            }
        }
    }

    fn verb_character(&mut self) -> Option<char> {
        let rest = self.format.get(self.at..)?;
        let chunk = rest.utf8_chunks().next()?;
        let character = chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at += if chunk.valid().is_empty() { 1 } else { character.len_utf8() };
        Some(character)
    }

    fn extra(&mut self) {
        self.say("%!(EXTRA ");
        let operands = self.operands.get(self.next..).unwrap_or_default();
        for (position, operand) in operands.iter().enumerate() {
            if position > 0 {
                self.say(", ");
            }
            if matches!(operand.data, Data::Nil) {
                self.say("<nil>");
                continue;
            }
            let told = format!("{}=", super::type_name(operand));
            self.say(&told);
            let text = super::text_of(operand);
            self.formatted.push(&text, Whose::Value(operand.origin));
        }
        self.say(")");
    }

    fn say(&mut self, text: &str) {
        self.formatted.push(text.as_bytes(), Whose::Nobody);
    }
}

/// Where a string stands in what was printed of it: at the end behind what pads it, or at the start before that, and
/// between quotes where it is quoted. None where it was cut or escaped.
fn start_of(own: &[u8], printed: &[u8], (is_left, is_quoted): (bool, bool)) -> Option<usize> {
    let quote = usize::from(is_quoted);
    let start = if is_left { quote } else { printed.len().checked_sub(own.len() + quote)? };
    let end = start + own.len();
    let is_quote = |at: Option<usize>| matches!(at.and_then(|at| printed.get(at)), Some(b'"' | b'`'));
    let stands_alone = !is_quoted || is_quote(start.checked_sub(1)) && is_quote(Some(end));
    (printed.get(start..end) == Some(own) && stands_alone).then_some(start)
}
