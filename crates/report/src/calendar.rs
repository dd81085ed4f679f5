//! When what is due, as text and JSON. The day comes from the caller.

use std::fmt::Write;

use catalog::calendar::{self, Event, EventKind, Release, Support};
use jiff::civil::Date;
use serde_json::{Value, json};
use version::Minor;

use crate::text::counted;

/// What is due for a cluster, or for everybody, as text.
#[must_use]
pub fn calendar_text(cluster: Option<Minor>, today: Date) -> String {
    let mut output = String::new();
    if let Some(minor) = cluster {
        write_cluster(&mut output, minor, today);
    }
    let _ = writeln!(
        output,
        "  {:<6} {:<11} {:<11} {:<11} {:<13} {:<13} on EKS today",
        "minor", "released", "patches to", "on EKS", "standard to", "extended to"
    );
    for release in shown(cluster, today) {
        let date = |date: Option<Date>| date.map_or_else(|| "?".to_owned(), |date| date.to_string());
        let _ = writeln!(
            output,
            "  {:<6} {:<11} {:<11} {:<11} {:<13} {:<13} {}",
            release.minor().to_string(),
            date(release.upstream_release()),
            date(release.upstream_end()),
            date(release.eks_release()),
            date(release.eks_end_standard()),
            date(release.eks_end_extended()),
            support_phrase(calendar::support(release.minor(), today), today)
        );
    }
    output.push_str(
        "\n`?` is a date that no source gives yet. `liftlock explain 1.31` tells what a hop needs.\n",
    );
    output
}

/// The same as JSON.
#[must_use]
pub fn calendar_json(cluster: Option<Minor>, today: Date) -> String {
    let releases: Vec<Value> = shown(cluster, today).map(|release| release_json(release, today)).collect();
    let mut document =
        json!({ "form": "liftlock.calendar/v1", "today": today.to_string(), "releases": releases });
    if let Some(minor) = cluster {
        let due: Vec<Value> = calendar::due(minor).iter().map(|event| event_json(event, today)).collect();
        let staying = calendar::staying(minor, today).map(|staying| {
            json!({
                "standardDays": staying.standard_days,
                "extendedDays": staying.extended_days,
                "centsPerCluster": staying.cents(),
                "surchargeCentsPerCluster": staying.surcharge_cents(),
            })
        });
        document["cluster"] = json!({
            "minor": minor.to_string(),
            "support": support_id(calendar::support(minor, today)),
            "centsPerHour": calendar::support(minor, today).cents_per_hour(),
            "staying": staying,
            "due": due,
        });
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The releases that still concern somebody: those of the cluster and newer, or those that EKS supports
/// today and newer.
fn shown(cluster: Option<Minor>, today: Date) -> impl Iterator<Item = Release> {
    calendar::releases().filter(move |release| match cluster {
        Some(minor) => release.minor() >= minor,
        None => !matches!(calendar::support(release.minor(), today), Support::Ended { .. }),
    })
}

fn write_cluster(output: &mut String, minor: Minor, today: Date) {
    let support = calendar::support(minor, today);
    let _ = writeln!(output, "Kubernetes {minor} on EKS, {today}: {}", support_phrase(support, today));
    if let Some(staying) = calendar::staying(minor, today) {
        let _ = writeln!(
            output,
            "Staying until the forced upgrade costs {} a cluster, {} of it only because the minor is old.",
            dollars(staying.cents()),
            dollars(staying.surcharge_cents())
        );
    }
    output.push_str("\nDue:\n");
    // That a newer minor has been on offer for long is in the table below, and nothing that is due.
    let is_due = |event: &Event| event.kind != EventKind::EksRelease || event.date >= today;
    for event in calendar::due(minor).iter().filter(|event| is_due(event)) {
        let _ = writeln!(output, "  {}  {:<14} {}", event.date, distance(event, today), event.summary());
    }
    output.push('\n');
}

fn distance(event: &Event, today: Date) -> String {
    match event.days_from(today) {
        0 => "today".to_owned(),
        days if days > 0 => format!("in {}", counted(days.unsigned_abs() as usize, "day")),
        days => format!("{} ago", counted(days.unsigned_abs() as usize, "day")),
    }
}

fn dollars(cents: u64) -> String {
    format!("{}.{:02} USD", cents / 100, cents % 100)
}

fn support_phrase(support: Support, today: Date) -> String {
    let days = |date: Date| today.until(date).map_or(0, |span| span.get_days());
    let within = |date: Date| counted(usize::try_from(days(date)).unwrap_or(0), "day");
    match support {
        Support::NotYet { from } => format!("offered from {from}"),
        Support::Standard { ends } => format!("standard support, {} left", within(ends)),
        Support::Extended { ends } => {
            format!("extended support at six times the price, {} left, then upgraded by force", within(ends))
        }
        Support::Ended { since } => format!("no support since {since}"),
        Support::Unknown => "unknown: no source gives its dates".to_owned(),
    }
}

fn support_id(support: Support) -> &'static str {
    match support {
        Support::NotYet { .. } => "not-yet",
        Support::Standard { .. } => "standard",
        Support::Extended { .. } => "extended",
        Support::Ended { .. } => "ended",
        Support::Unknown => "unknown",
    }
}

fn release_json(release: Release, today: Date) -> Value {
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    json!({
        "minor": release.minor().to_string(),
        "upstreamRelease": date(release.upstream_release()),
        "upstreamEnd": date(release.upstream_end()),
        "eksRelease": date(release.eks_release()),
        "eksEndStandard": date(release.eks_end_standard()),
        "eksEndExtended": date(release.eks_end_extended()),
        "support": support_id(calendar::support(release.minor(), today)),
        "source": release.source(),
    })
}

fn event_json(event: &Event, today: Date) -> Value {
    json!({
        "date": event.date.to_string(),
        "days": event.days_from(today),
        "minor": event.minor.to_string(),
        "kind": event.kind.id(),
        "summary": event.summary(),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_cluster_in_extended_support_is_told_what_staying_costs() {
        let text = calendar_text(Some(Minor::new(31)), date(2026, 1, 15));
        assert!(text.contains("extended support at six times the price"), "{text}");
        assert!(text.contains("only because the minor is old"), "{text}");
    }

    #[test]
    fn a_minor_without_dates_is_unknown_and_never_supported() {
        let text = calendar_text(Some(Minor::new(99)), date(2026, 1, 15));
        assert!(text.contains("unknown: no source gives its dates"), "{text}");
    }

    #[test]
    fn json_carries_the_same() {
        let value: Value =
            serde_json::from_str(&calendar_json(Some(Minor::new(31)), date(2026, 1, 15))).unwrap();
        assert_eq!(value["cluster"]["support"], "extended");
        assert_eq!(value["cluster"]["centsPerHour"], 60);
    }
}
