//! What a template may ask of the world: the time, randomness, and the addresses of hosts.
//!
//! A render is reproducible because these come in from outside: [`Fixed`] answers the same every time. Never reads a
//! clock itself.

use std::cell::Cell;

/// The world as a template sees it.
pub trait Ports {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    fn now_nanoseconds(&self) -> i128;

    /// The zone that Go's `time.Local` would be: an IANA name; none for UTC.
    fn local_zone(&self) -> Option<String>;

    /// Fills `bytes` with randomness.
    ///
    /// # Errors
    /// If there is none to be had.
    fn random(&self, bytes: &mut [u8]) -> Result<(), ReadPort>;

    /// Whether a key that everybody knows may stand for one that is made, which takes long: where randomness is made up.
    fn has_known_keys(&self) -> bool {
        false
    }

    /// The first address of `host` as text; empty where names are not to be looked up, as Helm without `--enable-dns`.
    fn host_address(&self, host: &str) -> String;
}

/// Why a port did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadPort {
    /// The system has no randomness.
    #[error("no randomness is to be had")]
    NoRandomness,
}

/// A world in which nothing changes: one moment, and randomness from a counter. What is rendered in it twice is equal.
#[derive(Debug, Default)]
pub struct Fixed {
    state: Cell<u64>,
    nanoseconds: i128,
    was_asked_for_time: Cell<bool>,
}

impl Fixed {
    /// A world at `nanoseconds` since 1970.
    #[must_use]
    pub fn at(nanoseconds: i128) -> Self {
        Self { nanoseconds, ..Self::default() }
    }

    /// Whether anybody has asked for the time: whoever has not makes the same at any moment.
    #[must_use]
    pub fn was_asked_for_time(&self) -> bool {
        self.was_asked_for_time.get()
    }
}

impl Ports for Fixed {
    fn now_nanoseconds(&self) -> i128 {
        self.was_asked_for_time.set(true);
        self.nanoseconds
    }

    fn local_zone(&self) -> Option<String> {
        None
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), ReadPort> {
        for byte in bytes {
            // SplitMix64: well spread, and the same everywhere.
            let state = self.state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
            self.state.set(state);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (mixed ^ (mixed >> 31)).to_le_bytes()[0];
        }
        Ok(())
    }

    fn has_known_keys(&self) -> bool {
        true
    }

    fn host_address(&self, _: &str) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_world_gives_the_same_bytes_twice_and_goes_on_within_one() {
        let draw = |world: &Fixed| {
            let mut bytes = [0; 8];
            world.random(&mut bytes).map(|()| bytes)
        };
        let (first, second) = (Fixed::at(0), Fixed::at(0));
        assert_eq!(draw(&first), draw(&second));
        assert_ne!(draw(&first), draw(&Fixed::at(0)));
        assert!(!first.was_asked_for_time());
        assert_eq!(first.now_nanoseconds(), 0);
        assert!(first.was_asked_for_time());
    }
}
