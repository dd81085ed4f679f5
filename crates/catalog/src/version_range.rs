//! Ranges of add-on versions in the one notation that the data files use: `1.4.2`, `1.4.x`,
//! `1.4.0..1.6.2`, `1.4.0..1.6.x`, `1.4.0..<2.0.0`, `..0.9.x`, `2.5.0..`, `*`, alternatives parted by ` | `.
//!
//! Compiled into the build script too, so a range that it refuses never reaches a table.

use version::AddonVersion;

/// Whether one of the alternatives holds the version. None if the notation is broken.
pub(crate) fn contains(ranges: &str, version: &AddonVersion) -> Option<bool> {
    let mut found = false;
    for range in ranges.split(" | ") {
        found |= alternative_contains(range, version)?;
    }
    Some(found)
}

fn alternative_contains(range: &str, version: &AddonVersion) -> Option<bool> {
    if range == "*" {
        return Some(true);
    }
    let Some((first, last)) = range.split_once("..") else {
        return bound(range).map(|bound| bound.cmp_low(version) && bound.cmp_high(version));
    };
    let above = if first.is_empty() { true } else { bound(first)?.cmp_low(version) };
    let below = match last.strip_prefix('<') {
        Some(end) => *version < bound(end)?.version,
        None if last.is_empty() => true,
        None => bound(last)?.cmp_high(version),
    };
    (!first.is_empty() || !last.is_empty()).then_some(above && below)
}

/// A version, of which the first `fixed` numbers count; the rest was written `x`.
struct Bound {
    version: AddonVersion,
    fixed: usize,
}

impl Bound {
    fn cmp_low(&self, version: &AddonVersion) -> bool {
        self.version <= *version
            || (self.fixed < 3 && self.prefix_of(&self.version) == self.prefix_of(version))
    }

    fn cmp_high(&self, version: &AddonVersion) -> bool {
        if self.fixed == 3 {
            return *version <= self.version;
        }
        self.prefix_of(version) <= self.prefix_of(&self.version)
    }

    fn prefix_of(&self, version: &AddonVersion) -> Vec<u64> {
        version.numbers().into_iter().take(self.fixed).collect()
    }
}

fn bound(text: &str) -> Option<Bound> {
    let bare = text.strip_suffix(".x").unwrap_or(text);
    let fixed = if bare.len() == text.len() { 3 } else { bare.split('.').count() };
    let version = bare.parse().ok()?;
    Some(Bound { version, fixed })
}
