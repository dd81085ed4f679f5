//! Fields: entries of maps, fields and methods of objects.

use super::MissingKey;
use super::evaluate::{Callee, Got};
use super::walk::{Focus, State, Walk};
use crate::parse::node::{Operand, Place};
use crate::{Data, Element, Map, MapType, Object, Signature, Value, format};

impl<'s> State<'s> {
    /// Fields of fields; the last one may be a method that gets the arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Got,
        receiver: Got,
        (operand, names): (&'s Operand, Place),
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        let mut names = self.view.names(names);
        let Some(mut name) = names.next() else { return Ok(receiver) };
        let mut receiver = receiver;
        for next in names {
            receiver = self.field(dot, &receiver, (operand, name), (&[], None))?;
            name = next;
        }
        self.field(dot, &receiver, (operand, name), (arguments, last))
    }

    fn field(
        &mut self,
        dot: &Got,
        receiver: &Got,
        (operand, name): (&'s Operand, &'s str),
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        let value = &receiver.value;
        if matches!(value.data, Data::Nil) {
            return match (receiver.is_boxed, self.engine.missing_key) {
                (true, _) => Err(self.error(format!("nil pointer evaluating interface {{}}.{name}"))),
                (false, MissingKey::Error) => {
                    Err(self.error(format!("nil data; no entry for key {}", format::quote(name.as_bytes()))))
                }
                (false, _) => Ok(receiver.clone()),
            };
        }
        if let Some(signature) = signature(value, name) {
            let focus = Focus::Operand(operand);
            let callee = Callee { name, signature, focus, place: operand.place };
            let (values, _) = self.arguments(dot, &callee, (arguments, last))?;
            let called = self.call(&callee, ("method", false), |call| match &value.data {
                Data::Object(object) => object.call(call, name, &values),
                Data::Map(map) => match map.map_type {
                    MapType::Named(named) => (named.method)(call, map, name, &values),
                    MapType::Interface | MapType::Strings => Ok(Value::nil(value.origin)),
                },
                Data::Int(..) => crate::time::scalar_call(call, value, name, &values),
                Data::List(list) => match list.element {
                    Element::Of(named) => (named.method)(call, list, name, &values),
                    _ => Ok(Value::nil(value.origin)),
                },
                _ => Ok(Value::nil(value.origin)),
            })?;
            return Ok(Got::plain(called));
        }
        let has_arguments = !arguments.is_empty() || last.is_some();
        match &value.data {
            Data::Object(object) => {
                if let Some(field) = object.field(name) {
                    if has_arguments {
                        return Err(
                            self.error(format!("{name} has arguments but cannot be invoked as function"))
                        );
                    }
                    return Ok(Got::plain(field));
                }
            }
            Data::Map(map) => {
                if has_arguments {
                    return Err(self.error(format!("{name} is not a method but has arguments")));
                }
                return self.entry(map, value, name);
            }
            _ => {}
        }
        Err(self.error(format!("can't evaluate field {name} in type {}", receiver.type_name())))
    }

    fn entry(&self, map: &Map, whole: &Value, name: &str) -> Walk<Got> {
        let is_boxed = match map.map_type {
            MapType::Interface => true,
            MapType::Strings => false,
            MapType::Named(named) => named.element == "interface {}",
        };
        if let Some(value) = map.get(name.as_bytes()) {
            return Ok(Got { value, is_boxed });
        }
        let origin = self.engine.ledger.missing(whole.origin, name);
        match self.engine.missing_key {
            MissingKey::Invalid => Ok(Got::plain(Value::nil(origin))),
            MissingKey::Zero if is_boxed => Ok(Got { value: Value::nil(origin), is_boxed }),
            MissingKey::Zero => Ok(Got::plain(zero_of(map.map_type, origin))),
            MissingKey::Error => {
                Err(self.error(format!("map has no entry for key {}", format::quote(name.as_bytes()))))
            }
        }
    }
}

/// The zero value of a map's elements.
fn zero_of(map_type: MapType, origin: text::Origin) -> Value {
    match map_type {
        MapType::Interface => Value::nil(origin),
        MapType::Strings => Value::string("", origin),
        MapType::Named(named) if named.element == "[]uint8" => {
            Value::new(Data::ByteSlice(crate::Bytes::from("")), origin)
        }
        MapType::Named(_) => Value::nil(origin),
    }
}

fn signature(value: &Value, name: &str) -> Option<Signature> {
    match &value.data {
        Data::Object(object) => Object::signature(&**object, name),
        Data::Int(_, int_type) => crate::time::scalar_signature(*int_type, name),
        Data::Map(map) => match map.map_type {
            MapType::Named(named) => (named.signature)(name),
            MapType::Interface | MapType::Strings => None,
        },
        Data::List(list) => match list.element {
            Element::Of(named) => (named.signature)(name),
            _ => None,
        },
        _ => None,
    }
}
