//! The world that templates may ask: the clock, randomness and names of hosts of this machine.

use gotemplate::{Ports, ReadPort};

/// This machine.
pub(super) struct System {
    is_dns_enabled: bool,
}

impl System {
    pub(super) fn new(is_dns_enabled: bool) -> Self {
        Self { is_dns_enabled }
    }
}

impl Ports for System {
    fn now_nanoseconds(&self) -> i128 {
        jiff::Timestamp::now().as_nanosecond()
    }

    fn local_zone(&self) -> Option<String> {
        jiff::tz::TimeZone::system().iana_name().map(str::to_owned)
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), ReadPort> {
        getrandom::fill(bytes).map_err(|_| ReadPort::NoRandomness)
    }

    fn host_address(&self, host: &str) -> String {
        use std::net::ToSocketAddrs;
        if !self.is_dns_enabled {
            return String::new();
        }
        let found = (host, 0).to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
        found.map(|address| address.ip().to_string()).unwrap_or_default()
    }
}
