//! Loops: over numbers, items, and entries in the order of their keys.

use text::Origin;

use super::evaluate::Got;
use super::failure::Stop;
use super::walk::{State, Walk};
use crate::parse::node::Branch;
use crate::{Bytes, Data, Value, format};

impl<'s> State<'s> {
    pub(super) fn range(&mut self, dot: &Got, branch: &'s Branch) -> Walk<()> {
        let known = self.variables.len();
        let walked = self.range_over(dot, branch);
        self.variables.truncate(known);
        match walked {
            Err(Stop::Break) => Ok(()),
            other => other,
        }
    }

    fn range_over(&mut self, dot: &Got, branch: &'s Branch) -> Walk<()> {
        let pipe = self.view.pipe(branch.pipe);
        let got = self.pipeline(dot, pipe)?;
        let value = &got.value;
        let decision = self.prepared("range", pipe, value);
        let walked = match &value.data {
            Data::Int(_, _) | Data::Uint(_, _) => {
                if self.view.variables(pipe).len() > 1 {
                    let shown = String::from_utf8_lossy(&format::text_of(value)).into_owned();
                    return Err(
                        self.error(format!("can't use {shown} to iterate over more than one variable"))
                    );
                }
                self.under(decision, |state| state.count(branch, value))
            }
            // Nothing stands under a loop that is not entered.
            Data::List(list) if list.items.is_empty() => Ok(false),
            Data::ByteSlice(bytes) if bytes.is_empty() => Ok(false),
            Data::Map(map) if map.is_empty() => Ok(false),
            Data::List(list) => {
                let list = list.clone();
                self.under(decision, |state| state.items(branch, value, &list.items))
            }
            Data::ByteSlice(bytes) => {
                let items: Vec<Value> = bytes.as_slice().iter().map(|byte| self.byte(value, *byte)).collect();
                self.under(decision, |state| state.items(branch, value, &items))
            }
            Data::Map(map) => {
                let entries: Vec<(Bytes, Origin, Value)> = map
                    .entries()
                    .iter()
                    .map(|(key, entry)| (key.clone(), entry.key, entry.value.clone()))
                    .collect();
                self.under(decision, |state| state.entries(branch, entries))
            }
            Data::Nil => Ok(false),
            _ => {
                let shown = String::from_utf8_lossy(&format::text_of(value)).into_owned();
                return Err(self.error(format!("range can't iterate over {shown}")));
            }
        };
        let walked = match walked {
            Ok(false) => self.otherwise(dot, branch, value),
            walked => walked.map(drop),
        };
        self.note_effects(branch, value);
        walked
    }

    fn byte(&self, whole: &Value, byte: u8) -> Value {
        Value::new(Data::Uint(u64::from(byte), crate::UintType::Uint8), whole.origin)
    }

    fn count(&mut self, branch: &'s Branch, value: &Value) -> Walk<bool> {
        let last = match value.data {
            Data::Int(count, _) => u64::try_from(count).unwrap_or(0),
            Data::Uint(count, _) => count,
            _ => 0,
        };
        for number in 0..last {
            let signed = i64::try_from(number).unwrap_or(i64::MAX);
            let data = match value.data {
                Data::Uint(_, uint) => Data::Uint(number, uint),
                Data::Int(_, int) => Data::Int(signed, int),
                _ => Data::Nil,
            };
            let element = Got::plain(Value::new(data, value.origin));
            self.iterate(branch, Got::plain(Value::nil(value.origin)), &element)?;
        }
        Ok(last > 0)
    }

    fn items(&mut self, branch: &'s Branch, whole: &Value, items: &[Value]) -> Walk<bool> {
        let is_boxed = match &whole.data {
            Data::List(list) => list.element.underlying() == crate::Element::Interface,
            _ => false,
        };
        for (position, item) in items.iter().enumerate() {
            let index = Value::int(i64::try_from(position).unwrap_or(i64::MAX), whole.origin);
            self.iterate(branch, Got::plain(index), &Got { value: item.clone(), is_boxed })?;
        }
        Ok(!items.is_empty())
    }

    fn entries(&mut self, branch: &'s Branch, entries: Vec<(Bytes, Origin, Value)>) -> Walk<bool> {
        let is_any = !entries.is_empty();
        for (key, origin, value) in entries {
            let key = Got::plain(Value::new(Data::String(key), origin));
            self.iterate(branch, key, &Got { value, is_boxed: true })?;
        }
        Ok(is_any)
    }

    /// One round of a loop: sets its variables and walks its body; whether it goes on.
    fn iterate(&mut self, branch: &'s Branch, index: Got, element: &Got) -> Walk<()> {
        self.step()?;
        let pipe = self.view.pipe(branch.pipe);
        let known = self.variables.len();
        match (self.view.variables(pipe), pipe.assigns) {
            ([], _) => {}
            ([only], true) => self.assign(*only, element.clone())?,
            ([first, second, ..], true) => {
                self.assign(*first, index)?;
                self.assign(*second, element.clone())?;
            }
            ([_], false) => self.set_last(1, element.clone()),
            ([..], false) => {
                self.set_last(1, element.clone());
                self.set_last(2, index);
            }
        }
        let walked = self.list(element, self.view.nodes(branch.list));
        self.variables.truncate(known);
        match walked {
            Err(Stop::Continue) => Ok(()),
            other => other,
        }
    }

    /// Sets the variable that was declared as the last but so many.
    fn set_last(&mut self, back: usize, value: Got) {
        let position = self.variables.len().checked_sub(back);
        if let Some((_, there)) = position.and_then(|position| self.variables.get_mut(position)) {
            *there = value;
        }
    }
}
