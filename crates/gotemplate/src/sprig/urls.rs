//! URLs taken apart and put together, addresses of hosts, and a greeting.

use text::Origin;

use super::arguments::{any, bytes, fixed, map, nil_pointer, string};
use super::rope::Rope;
use crate::Parameter::{Map as MapOf, String};
use crate::format::kind_name;
use crate::url::{Part, Url, User, hostname, joined, parse, userinfo};
use crate::{Bytes, Call, Data, Fault, Function, Map, MapType, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("urlParse", &[String], url_parse),
    fixed("urlJoin", &[MapOf], url_join),
    fixed("getHostByName", &[String], |call, values| {
        let address = call.ports.host_address(&string(call, values, 0)?);
        Ok(Value::string(address, call.made(values)))
    }),
    fixed("hello", &[], |call, _| Ok(Value::string("Hello!", call.made(&[])))),
];

fn url_parse(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let text = bytes(call, values, 0)?.as_slice();
    let url = parse(text).map_err(|error| Fault::new(format!("unable to parse url: {error}")))?;
    let user = url.user.as_ref().map(userinfo).unwrap_or_default();
    let parts = [
        ("scheme", &url.scheme[..]),
        ("host", &url.host[..]),
        ("hostname", hostname(&url.host)),
        ("path", &url.path[..]),
        ("query", &url.query[..]),
        ("opaque", &url.opaque[..]),
        ("fragment", &url.fragment[..]),
        ("userinfo", &user[..]),
    ];
    let (whole, made) = (any(call, values, 0)?, call.made(values));
    let parsed = Map::new(MapType::Interface);
    for (name, part) in parts {
        let origin = match place(text, part) {
            Some(start) if call.ledger.is_on() => {
                call.ledger.part(whole.origin, text, start..start + part.len())
            }
            _ => made,
        };
        parsed.insert(Bytes::from(name), made, Value::string(part, origin));
    }
    Ok(Value::new(Data::Map(parsed), made))
}

/// Where a part that was cut out of a text stands in it; none where it was made.
fn place(text: &[u8], part: &[u8]) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    (!part.is_empty() && start + part.len() <= text.len()).then_some(start)
}

fn url_join(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let given = map(call, values, 0)?;
    let mut parts = Vec::new();
    for name in ["scheme", "host", "path", "query", "opaque", "fragment", "userinfo"] {
        parts.push(text_or_empty(given, name)?);
    }
    let [scheme, host, path, query, opaque, fragment, user] = parts.as_slice() else {
        return Err(nil_pointer());
    };
    let address = [&b"proto://"[..], user.0.as_slice(), b"@host"].concat();
    let url = Url {
        scheme: scheme.0.as_slice().into(),
        host: host.0.as_slice().into(),
        path: path.0.as_slice().into(),
        query: query.0.as_slice().into(),
        opaque: opaque.0.as_slice().into(),
        fragment: fragment.0.as_slice().into(),
        user: if user.0.is_empty() { None } else { user_of(&address)? },
    };
    let mut rope = Rope::new(call);
    for (part, bytes) in joined(&url) {
        let source = match part {
            Part::Between => None,
            Part::Scheme => Some(scheme),
            Part::Opaque => Some(opaque),
            Part::User => Some(user),
            Part::Host => Some(host),
            Part::Path => Some(path),
            Part::Query => Some(query),
            Part::Fragment => Some(fragment),
        };
        match source {
            None => rope.push_own(&bytes)?,
            Some((text, Some(origin))) if text.as_slice() == bytes => rope.push(&bytes, *origin)?,
            Some((_, origin)) => {
                let inputs: Vec<Value> = origin.iter().map(|origin| Value::nil(*origin)).collect();
                rope.push(&bytes, call.made(&inputs))?;
            }
        }
    }
    Ok(rope.finish(values))
}

fn user_of(address: &[u8]) -> Result<Option<User<'_>>, Fault> {
    let parsed = parse(address);
    let told = |error| Fault::new(format!("unable to parse userinfo in dict: {error}"));
    parsed.map(|url| url.user).map_err(told)
}

/// The text of an entry and where it came from; an empty one where there is no entry.
fn text_or_empty(map: &Map, name: &str) -> Result<(Bytes, Option<Origin>), Fault> {
    let Some(value) = map.get(name.as_bytes()) else { return Ok((Bytes::from(""), None)) };
    match &value.data {
        Data::String(text) => Ok((text.clone(), Some(value.origin))),
        Data::Nil => Err(nil_pointer()),
        _ => {
            let kind = kind_name(&value);
            Err(Fault::new(format!("unable to parse {name} key, must be of type string, but {kind} found")))
        }
    }
}
