//! The inputs on which other programs go wrong, each with the right answer; `docs/hard-cases.md` lists them.

use crate::harness::{check, finders};

#[test]
fn items_of_lists_at_any_depth_are_found_at_their_own_lines() {
    check(
        "removed-api",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: batch/v1beta1\n    kind: CronJob\n    metadata: {name: report}\n",
        "7:17 Breaks, High at 1.25: CronJob 'report' uses batch/v1beta1, which is not served from 1.25 on\n    path: apiVersion\n    remedy: use batch/v1, served since 1.21\n    fix: convert 7:5 to batch/v1 CronJob (safe)",
    );
    assert_eq!(
        finders(
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudgetList\nitems:\n- metadata: {name: a}\n  spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n"
        ),
        ["removed-api"]
    );
}
