//! Conditions of charts that ask what a cluster serves: which of them decide nothing on the way.

use std::fmt::Write;

use inventory::Switch;
use version::Minor;

use super::{Style, counted, hanging};
use crate::scan::{LocatedSwitch, ScanReport};
use crate::visible::visible;

/// Conditions shown without `-v`: those that decide nothing, as many as a person looks through.
const SHOWN_MAX: usize = 10;

/// Writes the section; nothing if no chart asks.
pub(super) fn write(output: &mut String, report: &ScanReport<'_>, style: Style) {
    if report.switches.is_empty() {
        return;
    }
    let dead = report.switches.iter().filter(|located| located.switch.is_dead()).count();
    let all = counted(report.switches.len(), "condition");
    let _ = writeln!(output, "\nCapability switches: {all} of charts, {dead} dead on this way");
    if style.summary_only {
        return;
    }
    let shown = report.switches.iter().filter(|located| style.verbose || located.switch.is_dead());
    let shown_max = if style.verbose { usize::MAX } else { SHOWN_MAX };
    for located in shown.take(shown_max) {
        output.push_str(&hanging("  ", &visible(&told(located)), style.width));
    }
    if !style.verbose && dead > SHOWN_MAX {
        let _ = writeln!(output, "  and {} more dead ones; -v lists all", dead - SHOWN_MAX);
    }
}

fn told(located: &LocatedSwitch<'_>) -> String {
    let Switch { condition, always, depends_on_values, .. } = located.switch;
    let place = &located.place;
    let at = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
    let way = match (always, &located.never_reached) {
        (Some(holds), Some(never)) => {
            let way = if *holds { "always" } else { "never" };
            format!("dead: {way} holds, so what begins on line {} is never rendered", never.start.line)
        }
        (Some(true), None) => "dead: always holds".to_owned(),
        (Some(false), None) => "dead: never holds".to_owned(),
        (None, _) => {
            let (holds, fails) = (range(&located.minors(true)), range(&located.minors(false)));
            format!("holds at {holds}, not at {fails}")
        }
    };
    let values = if *depends_on_values { " (with the values at hand)" } else { "" };
    format!("{at}  {condition}: {way}{values}")
}

fn range(minors: &[Minor]) -> String {
    match minors {
        [] => "none".to_owned(),
        [only] => only.to_string(),
        minors => minors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
