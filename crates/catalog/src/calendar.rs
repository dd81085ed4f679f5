//! When each minor is released and supported, by Kubernetes and by EKS, what staying on it costs and
//! what is due next. `today` always comes from the caller.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use version::Minor;

use crate::ics::{self, AllDay};
use crate::row::{RELEASES, ReleaseRow};

/// What EKS charges for a control plane in standard support, in US cents per cluster and hour.
///
/// Source: "Amazon EKS extended support for Kubernetes versions pricing", AWS Containers blog; in force
/// since 2024-04-01, list price of most regions.
pub const STANDARD_CENTS_PER_HOUR: u32 = 10;

/// What EKS charges in all for a control plane in extended support, in US cents per cluster and hour.
/// Source: as [`STANDARD_CENTS_PER_HOUR`].
pub const EXTENDED_CENTS_PER_HOUR: u32 = 60;

/// How many days before an event the calendar reminds: enough to plan a hop, merge and roll nodes.
const REMINDER_DAYS: u8 = 30;

/// One minor's dates. A date that no source gives is none: nothing is extrapolated.
#[derive(Clone, Copy)]
pub struct Release(&'static ReleaseRow);

impl Release {
    /// The minor.
    #[must_use]
    pub fn minor(self) -> Minor {
        self.0.minor
    }

    /// The day Kubernetes released it.
    #[must_use]
    pub fn upstream_release(self) -> Option<Date> {
        self.0.upstream_release
    }

    /// The day Kubernetes ends its patches.
    #[must_use]
    pub fn upstream_end(self) -> Option<Date> {
        self.0.upstream_eol
    }

    /// The day EKS offered it first.
    #[must_use]
    pub fn eks_release(self) -> Option<Date> {
        self.0.eks_release
    }

    /// The day its standard support on EKS ends.
    #[must_use]
    pub fn eks_end_standard(self) -> Option<Date> {
        self.0.eks_end_standard
    }

    /// The day its extended support on EKS ends and clusters are upgraded by force; none for minors
    /// that had no extended support.
    #[must_use]
    pub fn eks_end_extended(self) -> Option<Date> {
        self.0.eks_end_extended
    }

    /// Whether EKS publishes Amazon Linux 2 images for it; none if no source says.
    #[must_use]
    pub fn has_al2_image(self) -> Option<bool> {
        self.0.al2_ami
    }

    /// Whether EKS publishes Amazon Linux 2023 images for it; none if no source says.
    #[must_use]
    pub fn has_al2023_image(self) -> Option<bool> {
        self.0.al2023_ami
    }

    /// What to know before the hop to it.
    #[must_use]
    pub fn hop_notes(self) -> &'static str {
        self.0.hop_notes.get()
    }

    /// Where the sources disagree.
    #[must_use]
    pub fn disagreement(self) -> &'static str {
        self.0.disagreement.get()
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.0.source.get()
    }

    /// Its events that have a date, by date.
    #[must_use]
    pub fn events(self) -> Vec<Event> {
        let dates = [
            (EventKind::UpstreamRelease, self.upstream_release()),
            (EventKind::EksRelease, self.eks_release()),
            (EventKind::UpstreamEnd, self.upstream_end()),
            (EventKind::EndOfStandardSupport, self.eks_end_standard()),
            (EventKind::EndOfExtendedSupport, self.eks_end_extended()),
        ];
        let dated = dates
            .into_iter()
            .filter_map(|(kind, date)| Some(Event { date: date?, minor: self.minor(), kind }));
        let mut events: Vec<Event> = dated.collect();
        events.sort();
        events
    }
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Release({})", self.minor())
    }
}

/// The dates of a minor.
#[must_use]
pub fn release(minor: Minor) -> Option<Release> {
    let index = RELEASES.binary_search_by(|row| row.minor.cmp(&minor)).ok()?;
    RELEASES.get(index).map(Release)
}

/// All minors in order.
pub fn releases() -> impl DoubleEndedIterator<Item = Release> + ExactSizeIterator + Clone {
    RELEASES.iter().map(Release)
}

/// How EKS supports a minor on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// EKS offers it later.
    NotYet {
        /// The day it does.
        from: Date,
    },
    /// Standard support.
    Standard {
        /// The first day of extended support.
        ends: Date,
    },
    /// Extended support, at a higher price.
    Extended {
        /// The day from which clusters are upgraded by force.
        ends: Date,
    },
    /// No support.
    Ended {
        /// The first day without.
        since: Date,
    },
    /// No source gives the dates that would tell.
    Unknown,
}

impl Support {
    /// What EKS charges for the control plane, in US cents per cluster and hour; none where it runs no
    /// such cluster or it is not known.
    #[must_use]
    pub fn cents_per_hour(self) -> Option<u32> {
        match self {
            Self::Standard { .. } => Some(STANDARD_CENTS_PER_HOUR),
            Self::Extended { .. } => Some(EXTENDED_CENTS_PER_HOUR),
            Self::NotYet { .. } | Self::Ended { .. } | Self::Unknown => None,
        }
    }
}

/// How EKS supports the minor on a day. The day on which a period ends counts as the first of what
/// follows.
#[must_use]
pub fn support(minor: Minor, today: Date) -> Support {
    let Some(release) = release(minor) else { return Support::Unknown };
    let (Some(offered), Some(standard)) = (release.eks_release(), release.eks_end_standard()) else {
        return Support::Unknown;
    };
    if today < offered {
        return Support::NotYet { from: offered };
    }
    if today < standard {
        return Support::Standard { ends: standard };
    }
    match release.eks_end_extended() {
        Some(extended) if today < extended => Support::Extended { ends: extended },
        Some(extended) => Support::Ended { since: extended },
        None => Support::Ended { since: standard },
    }
}

/// What it costs to stay on a minor until EKS upgrades the cluster by force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staying {
    /// Days from today in standard support.
    pub standard_days: u32,
    /// Days from today in extended support.
    pub extended_days: u32,
}

impl Staying {
    /// The control plane's price for the whole time, in US cents per cluster.
    #[must_use]
    pub fn cents(self) -> u64 {
        let price = |days: u32, cents: u32| u64::from(days) * 24 * u64::from(cents);
        price(self.standard_days, STANDARD_CENTS_PER_HOUR)
            + price(self.extended_days, EXTENDED_CENTS_PER_HOUR)
    }

    /// How much of it is only because the minor is old, in US cents per cluster.
    #[must_use]
    pub fn surcharge_cents(self) -> u64 {
        u64::from(self.extended_days) * 24 * u64::from(EXTENDED_CENTS_PER_HOUR - STANDARD_CENTS_PER_HOUR)
    }
}

/// What staying from today until the forced upgrade costs. None where EKS runs no such cluster today.
#[must_use]
pub fn staying(minor: Minor, today: Date) -> Option<Staying> {
    let days_to = |from: Date, to: Date| {
        let days = from.until(to).map_or(0, |span| span.get_days());
        u32::try_from(days).unwrap_or(0)
    };
    match support(minor, today) {
        Support::Standard { ends } => {
            let forced = release(minor).and_then(Release::eks_end_extended).unwrap_or(ends);
            Some(Staying { standard_days: days_to(today, ends), extended_days: days_to(ends, forced) })
        }
        Support::Extended { ends } => Some(Staying { standard_days: 0, extended_days: days_to(today, ends) }),
        Support::NotYet { .. } | Support::Ended { .. } | Support::Unknown => None,
    }
}

/// Something that happens to a minor on a day. Sorts by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event {
    /// The day.
    pub date: Date,
    /// The minor.
    pub minor: Minor,
    /// What happens.
    pub kind: EventKind,
}

/// What happens to a minor on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// Kubernetes releases it.
    UpstreamRelease,
    /// EKS offers it.
    EksRelease,
    /// Kubernetes ends its patches.
    UpstreamEnd,
    /// EKS ends standard support: from here it costs more, or, where the cluster's upgrade policy is
    /// `STANDARD`, it is upgraded by force.
    EndOfStandardSupport,
    /// EKS ends extended support: clusters are upgraded by force.
    EndOfExtendedSupport,
}

impl EventKind {
    /// The name in identifiers and machine-readable output.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::UpstreamRelease => "upstream-release",
            Self::EksRelease => "eks-release",
            Self::UpstreamEnd => "upstream-end",
            Self::EndOfStandardSupport => "eks-end-of-standard-support",
            Self::EndOfExtendedSupport => "eks-end-of-extended-support",
        }
    }
}

impl Event {
    /// One line that says what happens.
    #[must_use]
    pub fn summary(&self) -> String {
        let minor = self.minor;
        match self.kind {
            EventKind::UpstreamRelease => format!("Kubernetes {minor} is released"),
            EventKind::EksRelease => format!("EKS offers Kubernetes {minor}"),
            EventKind::UpstreamEnd => format!("Kubernetes {minor} gets no more patches"),
            EventKind::EndOfStandardSupport => format!("EKS ends standard support of Kubernetes {minor}"),
            EventKind::EndOfExtendedSupport => {
                format!("EKS ends extended support of Kubernetes {minor} and upgrades clusters by force")
            }
        }
    }

    /// What it means for a cluster on the minor.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self.kind {
            EventKind::UpstreamRelease => "Upstream release. EKS follows some weeks later.",
            EventKind::EksRelease => "The minor can be chosen for EKS clusters.",
            EventKind::UpstreamEnd => "No patches from Kubernetes itself after this day.",
            EventKind::EndOfStandardSupport => {
                "A control plane costs 0.60 USD an hour instead of 0.10 from this day; with the upgrade \
                 policy STANDARD it is upgraded by force instead."
            }
            EventKind::EndOfExtendedSupport => {
                "EKS upgrades remaining control planes to the oldest minor still in extended support; \
                 self-managed nodes stay as they are."
            }
        }
    }

    /// Days from `today`; negative if it has passed.
    #[must_use]
    pub fn days_from(&self, today: Date) -> i32 {
        today.until(self.date).map_or(0, |span| span.get_days())
    }
}

/// What matters for a cluster of this minor, by date: the ends of its own support, passed ones too,
/// since they are overdue; and the newer minors that EKS offers or will. On equal days the older minor
/// comes first.
#[must_use]
pub fn due(cluster: Minor) -> Vec<Event> {
    let own = release(cluster).map(Release::events).unwrap_or_default();
    let own = own.into_iter().filter(|event| {
        matches!(
            event.kind,
            EventKind::UpstreamEnd | EventKind::EndOfStandardSupport | EventKind::EndOfExtendedSupport
        )
    });
    let newer = releases().filter(|release| release.minor() > cluster);
    let offers = newer.filter_map(|release| {
        let date = release.eks_release()?;
        Some(Event { date, minor: release.minor(), kind: EventKind::EksRelease })
    });
    let mut events: Vec<Event> = own.chain(offers).collect();
    events.sort();
    events
}

/// What comes next for a cluster of this minor: the first of [`due`] that is not before `today`.
#[must_use]
pub fn next_due(cluster: Minor, today: Date) -> Option<Event> {
    due(cluster).into_iter().find(|event| event.date >= today)
}

/// All events of all minors, by date.
#[must_use]
pub fn events() -> Vec<Event> {
    let mut events: Vec<Event> = releases().flat_map(Release::events).collect();
    events.sort();
    events
}

/// The events as an iCalendar text that people can subscribe to: one all-day entry with a reminder
/// per event, whose identifiers stay the same from one time to the next. `stamp` is the time of
/// writing.
#[must_use]
pub fn ics(name: &str, events: &[Event], stamp: Timestamp) -> String {
    let entries: Vec<AllDay> = events
        .iter()
        .map(|event| AllDay {
            uid: format!("kubernetes-{}-{}@liftlock", event.minor, event.kind.id()),
            date: event.date,
            summary: event.summary(),
            description: event.meaning().to_owned(),
            reminder_days: REMINDER_DAYS,
        })
        .collect();
    ics::write(name, &entries, stamp)
}
