//! `time.Time` as a value: its methods, its text, its JSON.
//!
//! Not there are the methods that give several values, which no template can call either, and the encodings.

use std::any::Any;
use std::rc::Rc;

use text::Origin;

use super::{Civil, SECOND, Time, YEAR_ONE_TO_UNIX_SECONDS, Zone, format};
use crate::value::JsonForm;
use crate::{Call, Data, Fault, IntType, Object, Parameter, Signature, Value};

/// The type as Go prints it.
pub(crate) const TIME: &str = "time.Time";

const LOCATION: &str = "*time.Location";

/// The layout of a time in JSON (`time.RFC3339Nano`).
const JSON_LAYOUT: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// Seconds of the offsets that JSON does not hold.
const JSON_OFFSET_SECONDS_MAX: u32 = 24 * 3_600;

/// A time as a value from `origin`.
pub(crate) fn value_of(time: Time, origin: Origin) -> Value {
    Value::new(Data::Object(Rc::new(Moment { time, origin })), origin)
}

/// A time, and where it came from: what a method gives was made of it.
#[derive(Debug)]
struct Moment {
    time: Time,
    origin: Origin,
}

/// The time that a value is.
pub(crate) fn time_of(value: &Value) -> Option<&Time> {
    match &value.data {
        Data::Object(object) => object.as_any().downcast_ref::<Moment>().map(|moment| &moment.time),
        _ => None,
    }
}

type Run = fn(&Moment, &Call<'_>, &[Value], Origin) -> Value;

/// A method by its name, with what it takes.
struct Method {
    name: &'static str,
    parameters: &'static [Parameter],
    run: Run,
}

const fn method(name: &'static str, parameters: &'static [Parameter], run: Run) -> Method {
    Method { name, parameters, run }
}

const NOTHING: &[Parameter] = &[];
const OTHER: &[Parameter] = &[Parameter::Named(TIME)];

const METHODS: &[Method] = &[
    method("Add", &[Parameter::Duration], |moment, _, values, origin| {
        value_of(moment.time.after(number(values, 0)), origin)
    }),
    method("AddDate", &[Parameter::Int, Parameter::Int, Parameter::Int], |moment, _, values, origin| {
        value_of(add_date(&moment.time, [number(values, 0), number(values, 1), number(values, 2)]), origin)
    }),
    method("After", OTHER, |moment, _, values, origin| Value::bool(since(moment, values) > 0, origin)),
    method("Before", OTHER, |moment, _, values, origin| Value::bool(since(moment, values) < 0, origin)),
    method("Compare", OTHER, |moment, _, values, origin| Value::int(since(moment, values).signum(), origin)),
    method("Day", NOTHING, |moment, _, _, origin| Value::int(moment.civil().day, origin)),
    method("Equal", OTHER, |moment, _, values, origin| Value::bool(since(moment, values) == 0, origin)),
    method("Format", &[Parameter::String], |moment, _, values, origin| {
        let layout = values.first().and_then(Value::as_bytes).map_or(&b""[..], |layout| layout.as_slice());
        Value::string(format(&moment.time, layout), origin)
    }),
    method("Hour", NOTHING, |moment, _, _, origin| Value::int(moment.civil().hour, origin)),
    method("In", &[Parameter::Named(LOCATION)], |moment, _, values, origin| {
        let zone = values.first().and_then(zone_of).cloned().unwrap_or_else(Zone::utc);
        value_of(moment.time.clone().within(zone), origin)
    }),
    method("IsDST", NOTHING, |moment, _, _, origin| {
        Value::bool(moment.time.zone.at(moment.time.seconds).is_summer, origin)
    }),
    method("IsZero", NOTHING, |moment, _, _, origin| {
        let Time { seconds, nanoseconds, .. } = moment.time;
        Value::bool(seconds == -YEAR_ONE_TO_UNIX_SECONDS && nanoseconds == 0, origin)
    }),
    method("Local", NOTHING, |moment, call, _, origin| {
        value_of(moment.time.clone().within(Zone::local(call.ports)), origin)
    }),
    method("Location", NOTHING, |moment, _, _, origin| {
        Value::new(Data::Object(Rc::new(Place(moment.time.zone.clone()))), origin)
    }),
    method("Minute", NOTHING, |moment, _, _, origin| Value::int(moment.civil().minute, origin)),
    method("Month", NOTHING, |moment, _, _, origin| {
        Value::new(Data::Int(moment.civil().month, IntType::Month), origin)
    }),
    method("Nanosecond", NOTHING, |moment, _, _, origin| {
        Value::int(i64::from(moment.time.nanoseconds), origin)
    }),
    method("Round", &[Parameter::Duration], |moment, _, values, origin| {
        value_of(rounded(&moment.time, number(values, 0), true), origin)
    }),
    method("Second", NOTHING, |moment, _, _, origin| Value::int(moment.civil().second, origin)),
    method("String", NOTHING, |moment, _, _, origin| Value::string(moment.time.text(), origin)),
    method("Sub", OTHER, |moment, _, values, origin| {
        let nanoseconds = values.first().and_then(time_of).map_or(0, |earlier| moment.time.since(earlier));
        Value::new(Data::Int(nanoseconds, IntType::Duration), origin)
    }),
    method("Truncate", &[Parameter::Duration], |moment, _, values, origin| {
        value_of(rounded(&moment.time, number(values, 0), false), origin)
    }),
    method("UTC", NOTHING, |moment, _, _, origin| value_of(moment.time.clone().within(Zone::utc()), origin)),
    method("Unix", NOTHING, |moment, _, _, origin| Value::int64(moment.time.seconds, origin)),
    method("UnixMicro", NOTHING, |moment, _, _, origin| Value::int64(moment.unix(1_000_000), origin)),
    method("UnixMilli", NOTHING, |moment, _, _, origin| Value::int64(moment.unix(1_000), origin)),
    method("UnixNano", NOTHING, |moment, _, _, origin| Value::int64(moment.unix(SECOND), origin)),
    method("Weekday", NOTHING, |moment, _, _, origin| {
        Value::new(Data::Int(moment.civil().weekday(), IntType::Weekday), origin)
    }),
    method("Year", NOTHING, |moment, _, _, origin| Value::int(moment.civil().year, origin)),
    method("YearDay", NOTHING, |moment, _, _, origin| Value::int(moment.civil().year_day(), origin)),
];

impl Moment {
    fn civil(&self) -> Civil {
        self.time.civil()
    }

    /// So many parts of a second since 1970, wrapped as Go's are.
    fn unix(&self, parts: i64) -> i64 {
        let within = i64::from(self.time.nanoseconds) / (SECOND / parts);
        self.time.seconds.wrapping_mul(parts).wrapping_add(within)
    }
}

fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

impl Object for Moment {
    fn type_name(&self) -> &str {
        TIME
    }

    fn kind(&self) -> &'static str {
        "struct"
    }

    fn field(&self, _: &str) -> Option<Value> {
        None
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        find(name).map(|method| Signature { parameters: method.parameters, variadic: None })
    }

    fn call(&self, call: &Call<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        let method = find(name).ok_or_else(|| Fault::new(format!("a time has no {name}")))?;
        if method.name == "In" && !arguments.iter().any(|argument| zone_of(argument).is_some()) {
            return Err(Fault::new("time: missing Location in call to Time.In"));
        }
        let mut inputs = vec![self.origin];
        inputs.extend(arguments.iter().map(|argument| argument.origin));
        Ok((method.run)(self, call, arguments, call.ledger.made(method.name, call.place, &inputs)))
    }

    fn text(&self) -> Option<String> {
        Some(self.time.text())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| {
            let (one, other) = (&self.time, &other.time);
            one.seconds == other.seconds
                && one.nanoseconds == other.nanoseconds
                && one.zone.is_same(&other.zone)
        })
    }

    fn json(&self) -> Result<JsonForm, Fault> {
        let told = |what: &str| Fault::new(format!("Time.MarshalJSON: {what}"));
        if !(0..=9_999).contains(&self.civil().year) {
            return Err(told("year outside of range [0,9999]"));
        }
        if self.time.zone.at(self.time.seconds).offset_seconds.unsigned_abs() >= JSON_OFFSET_SECONDS_MAX {
            return Err(told("timezone hour outside of range [0,23]"));
        }
        Ok(JsonForm::Value(Value::string(format(&self.time, JSON_LAYOUT), self.origin)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A zone as a value: `*time.Location`.
#[derive(Debug)]
struct Place(Zone);

fn zone_of(value: &Value) -> Option<&Zone> {
    match &value.data {
        Data::Object(object) => object.as_any().downcast_ref::<Place>().map(|place| &place.0),
        _ => None,
    }
}

impl Object for Place {
    fn type_name(&self) -> &str {
        LOCATION
    }

    fn kind(&self) -> &'static str {
        "ptr"
    }

    fn field(&self, _: &str) -> Option<Value> {
        None
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(Signature { parameters: NOTHING, variadic: None })
    }

    fn call(&self, call: &Call<'_>, _: &str, _: &[Value]) -> Result<Value, Fault> {
        Ok(Value::string(self.0.name(), call.made(&[])))
    }

    fn text(&self) -> Option<String> {
        Some(self.0.name().to_owned())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| self.0.is_same(&other.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn number(values: &[Value], at: usize) -> i64 {
    match values.get(at).map(|value| &value.data) {
        Some(Data::Int(number, _)) => *number,
        _ => 0,
    }
}

/// Nanoseconds from the other time to this.
fn since(moment: &Moment, values: &[Value]) -> i64 {
    values.first().and_then(time_of).map_or(0, |other| moment.time.since(other))
}

/// So many years, months and days later by the calendar; days that a month does not have are of the next one.
fn add_date(time: &Time, [years, months, days]: [i64; 3]) -> Time {
    let civil = time.civil();
    let later = Civil {
        year: civil.year.wrapping_add(years),
        month: civil.month.wrapping_add(months),
        day: civil.day.wrapping_add(days),
        ..civil
    };
    Time::of_civil(&later, time.nanoseconds, time.zone.clone())
}

/// The last multiple of `unit` since the year 1, or with `to_nearest` the nearest one, the later one in the middle.
fn rounded(time: &Time, unit: i64, to_nearest: bool) -> Time {
    if unit <= 0 {
        return time.clone();
    }
    let rest = (time.total() + i128::from(YEAR_ONE_TO_UNIX_SECONDS) * i128::from(SECOND))
        .rem_euclid(i128::from(unit));
    let rest = i64::try_from(rest).unwrap_or(0);
    let is_down = !to_nearest || i128::from(rest) * 2 < i128::from(unit);
    time.after(if is_down { -rest } else { unit - rest })
}
