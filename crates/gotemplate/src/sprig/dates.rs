//! Dates: the clock, times shown by layouts and read by them, durations.
//!
//! What depends on the clock has an origin made by the rule `now`, or by a rule of which one of the inputs is that.

use text::Origin;

use super::arguments::{any, bytes, fixed, string};
use crate::Parameter::{self, Any, String};
use crate::format::duration_text;
use crate::time::{self, SECOND, Time, Zone, parse_duration, round_duration, time_of, value_of};
use crate::{Call, Data, Fault, Function, IntType, Value};

const TIME: Parameter = Parameter::Named(time::TIME);

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("now", &[], |call, _| {
        let (time, origin) = now(call);
        Ok(value_of(time, origin))
    }),
    fixed("ago", &[Any], ago),
    fixed("date", &[String, Any], |call, values| {
        shown(call, values, (bytes(call, values, 0)?.as_slice(), any(call, values, 1)?, "Local"))
    }),
    fixed("dateInZone", &[String, Any, String], date_in_zone),
    fixed("date_in_zone", &[String, Any, String], date_in_zone),
    fixed("htmlDate", &[Any], |call, values| {
        shown(call, values, (HTML_LAYOUT, any(call, values, 0)?, "Local"))
    }),
    fixed("htmlDateInZone", &[Any, String], |call, values| {
        shown(call, values, (HTML_LAYOUT, any(call, values, 0)?, &string(call, values, 1)?))
    }),
    fixed("dateModify", &[String, TIME], date_modify),
    fixed("date_modify", &[String, TIME], date_modify),
    fixed("mustDateModify", &[String, TIME], must_date_modify),
    fixed("must_date_modify", &[String, TIME], must_date_modify),
    fixed("toDate", &[String, String], |call, values| {
        let time = read(call, values)?.unwrap_or_else(|_| Time::zero());
        Ok(value_of(time, call.made(values)))
    }),
    fixed("mustToDate", &[String, String], |call, values| {
        Ok(value_of(read(call, values)?.map_err(Fault::new)?, call.made(values)))
    }),
    fixed("unixEpoch", &[TIME], |call, values| {
        Ok(Value::string(the_time(call, values, 0)?.seconds.to_string(), call.made(values)))
    }),
    fixed("duration", &[Any], duration),
    fixed("durationRound", &[Any], duration_round),
];

/// A date as an `<input type="date">` takes it.
const HTML_LAYOUT: &[u8] = b"2006-01-02";

/// What the clock shows, and the origin that says so.
fn now(call: &Call<'_>) -> (Time, Origin) {
    let time = Time::of_nanoseconds(call.ports.now_nanoseconds(), Zone::local(call.ports));
    (time, call.ledger.made("now", call.place, &[]))
}

/// The origin of what was made of the arguments and of the clock, if it was asked.
fn made(call: &Call<'_>, values: &[Value], clock: Option<Origin>) -> Origin {
    let mut inputs = values.to_vec();
    inputs.extend(clock.map(Value::nil));
    call.made(&inputs)
}

/// The time that a value is: a time, or seconds since 1970 of one of the types. What is neither is now.
fn time_or_now(call: &Call<'_>, value: &Value, types: &[IntType]) -> (Time, Option<Origin>) {
    match (&value.data, time_of(value)) {
        (_, Some(time)) => (time.clone(), None),
        (Data::Int(seconds, int_type), None) if types.contains(int_type) => {
            (Time::unix(*seconds, Zone::local(call.ports)), None)
        }
        _ => {
            let (time, origin) = now(call);
            (time, Some(origin))
        }
    }
}

fn shown(
    call: &Call<'_>,
    values: &[Value],
    (layout, value, zone): (&[u8], &Value, &str),
) -> Result<Value, Fault> {
    let (time, clock) = time_or_now(call, value, &[IntType::Int64, IntType::Int, IntType::Int32]);
    let zone = Zone::load(zone, call.ports).unwrap_or_else(Zone::utc);
    Ok(Value::string(time::format(&time.within(zone), layout), made(call, values, clock)))
}

fn date_in_zone(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let zone = string(call, values, 2)?;
    shown(call, values, (bytes(call, values, 0)?.as_slice(), any(call, values, 1)?, &zone))
}

/// The argument at `at`, whose type was checked.
fn the_time<'v>(call: &Call<'_>, values: &'v [Value], at: usize) -> Result<&'v Time, Fault> {
    time_of(any(call, values, at)?).ok_or_else(|| Fault::new(format!("{} was given no time", call.name)))
}

fn must_date_modify(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let nanoseconds = parse_duration(bytes(call, values, 0)?.as_slice()).map_err(Fault::new)?;
    Ok(value_of(the_time(call, values, 1)?.after(nanoseconds), call.made(values)))
}

/// A duration that is none changes nothing.
fn date_modify(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let nanoseconds = parse_duration(bytes(call, values, 0)?.as_slice()).unwrap_or(0);
    Ok(value_of(the_time(call, values, 1)?.after(nanoseconds), call.made(values)))
}

fn read(call: &Call<'_>, values: &[Value]) -> Result<Result<Time, std::string::String>, Fault> {
    let (layout, text) = (bytes(call, values, 0)?, bytes(call, values, 1)?);
    Ok(time::parse(layout.as_slice(), text.as_slice(), &Zone::local(call.ports)))
}

fn ago(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (time, _) = time_or_now(call, any(call, values, 0)?, &[IntType::Int64, IntType::Int]);
    let (now, clock) = now(call);
    let text = duration_text(round_duration(now.since(&time), SECOND));
    Ok(Value::string(text, made(call, values, Some(clock))))
}

/// Seconds, in a text or as an `int64`, as a duration; anything else is none.
fn duration(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let seconds = match &any(call, values, 0)?.data {
        Data::String(text) => whole(&text.as_text()),
        Data::Int(seconds, IntType::Int64) => *seconds,
        _ => 0,
    };
    Ok(Value::string(duration_text(seconds.wrapping_mul(SECOND)), call.made(values)))
}

/// `strconv.ParseInt`: what is too large is the largest, what is no number is 0.
fn whole(text: &str) -> i64 {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

/// Units in which a duration is told, in nanoseconds, the largest first.
const ROUND_UNITS: &[(u64, &str)] = &[
    (365 * 24 * 3_600_000_000_000, "y"),
    (30 * 24 * 3_600_000_000_000, "mo"),
    (24 * 3_600_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (60_000_000_000, "m"),
    (1_000_000_000, "s"),
];

/// How many of the largest unit that is less than a duration there are in it.
fn duration_round(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let value = any(call, values, 0)?;
    let (nanoseconds, clock) = match (&value.data, time_of(value)) {
        (_, Some(time)) => {
            let (now, clock) = now(call);
            (now.since(time), Some(clock))
        }
        (Data::String(text), None) => (parse_duration(text.as_slice()).unwrap_or(0), None),
        (Data::Int(nanoseconds, IntType::Int64), None) => (*nanoseconds, None),
        _ => (0, None),
    };
    let size = nanoseconds.unsigned_abs();
    let told = ROUND_UNITS.iter().find(|(unit, _)| size > *unit);
    let told = told.map_or_else(|| "0s".to_owned(), |(unit, name)| format!("{}{name}", size / unit));
    Ok(Value::string(told, made(call, values, clock)))
}
