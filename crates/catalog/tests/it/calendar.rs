//! Support on a day, what staying costs, what is due, and the calendar people subscribe to.

use std::collections::BTreeSet;

use catalog::calendar::{self, Event, EventKind, Staying, Support, due, next_due, release, staying, support};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::{cell, csv_rows, minor, minors};

#[test]
fn every_cell_of_the_file_is_in_the_table() {
    let rows = csv_rows(include_str!("../../data/eks-calendar.csv"));
    assert_eq!(rows.len(), calendar::releases().len());
    let yes_no = |value: Option<bool>| cell(value.map(|yes| if yes { "yes" } else { "no" }));
    for row in rows {
        let found = release(minor(&row["minor"])).unwrap();
        for (column, value) in [
            ("upstream_release", cell(found.upstream_release())),
            ("eks_release", cell(found.eks_release())),
            ("eks_end_standard", cell(found.eks_end_standard())),
            ("eks_end_extended", cell(found.eks_end_extended())),
            ("upstream_eol", cell(found.upstream_end())),
            ("al2_ami", yes_no(found.has_al2_image())),
            ("al2023_ami", yes_no(found.has_al2023_image())),
            ("hop_notes", found.hop_notes().to_owned()),
            ("disagreement", found.disagreement().to_owned()),
            ("source", found.source().to_owned()),
        ] {
            assert_eq!(value, row[column], "{found:?}, {column}");
        }
    }
}

#[test]
fn there_is_a_row_for_every_minor_of_the_data() {
    assert!(minors().eq(calendar::releases().map(calendar::Release::minor)));
}

#[test]
fn support_changes_on_the_day_a_period_ends() {
    let (standard, extended) = (date(2025, 11, 26), date(2026, 11, 26));
    for (today, expected) in [
        (date(2024, 9, 25), Support::NotYet { from: date(2024, 9, 26) }),
        (date(2024, 9, 26), Support::Standard { ends: standard }),
        (date(2025, 11, 25), Support::Standard { ends: standard }),
        (standard, Support::Extended { ends: extended }),
        (date(2026, 11, 25), Support::Extended { ends: extended }),
        (extended, Support::Ended { since: extended }),
    ] {
        assert_eq!(support(minor("1.31"), today), expected, "on {today}");
    }
}

#[test]
fn support_without_dates_is_unknown_and_without_extension_ends_early() {
    let today = date(2026, 11, 21);
    assert_eq!(support(minor("1.37"), today), Support::Unknown);
    assert_eq!(support(minor("1.38"), today), Support::Unknown);
    assert_eq!(support(minor("1.20"), today), Support::Ended { since: date(2022, 11, 1) });
    assert_eq!(staying(minor("1.37"), today), None);
    assert_eq!(staying(minor("1.20"), today), None);
}

#[test]
fn staying_costs_six_times_as_much_once_standard_support_is_over() {
    // 1.31: standard ended 2025-11-26, extended ends 2026-11-26.
    let ten_days_before = staying(minor("1.31"), date(2026, 11, 16)).unwrap();
    assert_eq!(ten_days_before, Staying { standard_days: 0, extended_days: 10 });
    assert_eq!(ten_days_before.cents(), 10 * 24 * 60);
    assert_eq!(ten_days_before.surcharge_cents(), 10 * 24 * 50);
    // 1.33: standard ends 2026-07-29, a year of extended follows.
    let across = staying(minor("1.33"), date(2026, 7, 19)).unwrap();
    assert_eq!(across, Staying { standard_days: 10, extended_days: 365 });
    assert_eq!(across.cents(), (10 * 10 + 365 * 60) * 24);
    assert_eq!(support(minor("1.31"), date(2026, 11, 16)).cents_per_hour(), Some(60));
    assert_eq!(support(minor("1.34"), date(2026, 11, 16)).cents_per_hour(), Some(10));
    assert_eq!(support(minor("1.20"), date(2026, 11, 16)).cents_per_hour(), None);
}

#[test]
fn what_is_due_comes_by_date_with_what_is_overdue_first() {
    let due = due(minor("1.32"));
    let told: Vec<String> =
        due.iter().map(|event| format!("{} {} {}", event.date, event.minor, event.kind.id())).collect();
    assert_eq!(
        told,
        [
            "2025-05-29 1.33 eks-release",
            "2025-10-02 1.34 eks-release",
            "2026-01-27 1.35 eks-release",
            "2026-02-28 1.32 upstream-end",
            "2026-03-23 1.32 eks-end-of-standard-support",
            "2026-06-02 1.36 eks-release",
            "2027-03-23 1.32 eks-end-of-extended-support",
        ]
    );
    let next = next_due(minor("1.32"), date(2026, 11, 21)).unwrap();
    assert_eq!((next.kind, next.days_from(date(2026, 11, 21))), (EventKind::EndOfExtendedSupport, 122));
    assert_eq!(next.days_from(date(2027, 3, 24)), -1);
    assert_eq!(next_due(minor("1.32"), date(2030, 1, 1)), None);
    assert_eq!(next_due(minor("1.99"), date(2020, 1, 1)), None);
}

fn stamp() -> Timestamp {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

#[test]
fn the_calendar_is_what_rfc_5545_asks_for() {
    let events: Vec<Event> = due(minor("1.35")).into_iter().take(2).collect();
    let text = calendar::ics("EKS, cluster 1.35", &events, stamp());
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Liftlock//Kubernetes calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:EKS\\, cluster 1.35",
        "REFRESH-INTERVAL;VALUE=DURATION:P1W",
        "BEGIN:VEVENT",
        "UID:kubernetes-1.36-eks-release@liftlock",
        "DTSTAMP:20261121T093000Z",
        "DTSTART;VALUE=DATE:20260602",
        "DTEND;VALUE=DATE:20260603",
        "SUMMARY:EKS offers Kubernetes 1.36",
        "DESCRIPTION:The minor can be chosen for EKS clusters.",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P30D",
        "DESCRIPTION:EKS offers Kubernetes 1.36",
        "END:VALARM",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:kubernetes-1.35-upstream-end@liftlock",
        "DTSTAMP:20261121T093000Z",
        "DTSTART;VALUE=DATE:20270228",
        "DTEND;VALUE=DATE:20270301",
        "SUMMARY:Kubernetes 1.35 gets no more patches",
        "DESCRIPTION:No patches from Kubernetes itself after this day.",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P30D",
        "DESCRIPTION:Kubernetes 1.35 gets no more patches",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(text.split("\r\n").collect::<Vec<_>>(), expected);
}

#[test]
fn the_whole_calendar_folds_its_lines_and_repeats_no_identifier() {
    let events = calendar::events();
    let text = calendar::ics("all", &events, stamp());
    assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), events.len());
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
    let unfolded = text.replace("\r\n ", "");
    let ids: Vec<&str> = unfolded.split("\r\n").filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), events.len());
    // Written at another time, only the time differs: subscribers see no new entries.
    let later = calendar::ics("all", &events, "2027-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(text.replace("20261121T093000Z", "20270101T000000Z"), later);
}

fn any_date() -> impl Strategy<Value = Date> {
    (2018i16..2032, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn support_only_moves_forward(earlier in any_date(), later in any_date(), number in 16u16..=37) {
        let rank = |support| match support {
            Support::NotYet { .. } => 0,
            Support::Standard { .. } => 1,
            Support::Extended { .. } => 2,
            Support::Ended { .. } => 3,
            Support::Unknown => 4,
        };
        let minor = version::Minor::new(number);
        let (first, second) = (earlier.min(later), earlier.max(later));
        prop_assert!(rank(support(minor, first)) <= rank(support(minor, second)));
        let cost = |day| staying(minor, day).map_or(0, Staying::cents);
        let offered = !matches!(support(minor, first), Support::NotYet { .. });
        prop_assert!(!offered || cost(first) >= cost(second), "staying longer costs more");
    }
}
