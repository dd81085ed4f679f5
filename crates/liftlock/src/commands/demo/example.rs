//! The example that is part of the program: a repository that Flux keeps a cluster equal to, and a chart of somewhere else.

use std::sync::Arc;

use helm::sources::{ChartSource, FindChart, FoundChart, WantedChart};
use tree::Memory;

/// Path and content of each file of the repository.
pub(super) const REPOSITORY: &[(&str, &str)] = &[
    (".liftlock.yaml", include_str!("../../../demo/.liftlock.yaml")),
    ("apps/cleanup/cronjob.yaml", include_str!("../../../demo/apps/cleanup/cronjob.yaml")),
    ("apps/cleanup/kustomization.yaml", include_str!("../../../demo/apps/cleanup/kustomization.yaml")),
    ("apps/kustomization.yaml", include_str!("../../../demo/apps/kustomization.yaml")),
    ("apps/metrics/release.yaml", include_str!("../../../demo/apps/metrics/release.yaml")),
    ("apps/reports/budget.yaml", include_str!("../../../demo/apps/reports/budget.yaml")),
    ("apps/reports/nightly.yaml", include_str!("../../../demo/apps/reports/nightly.yaml")),
    ("apps/sessions/release.yaml", include_str!("../../../demo/apps/sessions/release.yaml")),
    ("apps/shop/kustomization.yaml", include_str!("../../../demo/apps/shop/kustomization.yaml")),
    ("apps/shop/web.yaml", include_str!("../../../demo/apps/shop/web.yaml")),
    ("charts/metrics/Chart.yaml", include_str!("../../../demo/charts/metrics/Chart.yaml")),
    (
        "charts/metrics/templates/cronjob.yaml",
        include_str!("../../../demo/charts/metrics/templates/cronjob.yaml"),
    ),
    (
        "charts/metrics/templates/policy.yaml",
        include_str!("../../../demo/charts/metrics/templates/policy.yaml"),
    ),
    ("charts/metrics/values.yaml", include_str!("../../../demo/charts/metrics/values.yaml")),
    ("clusters/production/apps.yaml", include_str!("../../../demo/clusters/production/apps.yaml")),
    (
        "clusters/production/flux-system/gotk-sync.yaml",
        include_str!("../../../demo/clusters/production/flux-system/gotk-sync.yaml"),
    ),
    (
        "clusters/production/infrastructure.yaml",
        include_str!("../../../demo/clusters/production/infrastructure.yaml"),
    ),
    ("infrastructure/charts.yaml", include_str!("../../../demo/infrastructure/charts.yaml")),
    (
        "infrastructure/ingress/controller.yaml",
        include_str!("../../../demo/infrastructure/ingress/controller.yaml"),
    ),
    (
        "infrastructure/karpenter/provisioner.yaml",
        include_str!("../../../demo/infrastructure/karpenter/provisioner.yaml"),
    ),
    ("infrastructure/kustomization.yaml", include_str!("../../../demo/infrastructure/kustomization.yaml")),
];

/// Those of the chart that its repository of charts offers.
const CHART: &[(&str, &str)] = &[
    ("sessions/Chart.yaml", include_str!("../../../demo/elsewhere/sessions/Chart.yaml")),
    (
        "sessions/templates/budget.yaml",
        include_str!("../../../demo/elsewhere/sessions/templates/budget.yaml"),
    ),
];

/// The chart's name, and the version that is offered.
const NAME: &str = "sessions";
const VERSION: &str = "1.2.0";

/// Charts as if somebody had fetched them.
pub(super) struct Fetched;

impl ChartSource for Fetched {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        match wanted {
            WantedChart::Repository { name, range, .. } if name == NAME && range == VERSION => {
                Ok(FoundChart::Folder {
                    tree: Arc::new(CHART.iter().copied().collect::<Memory>()),
                    folder: NAME.to_owned(),
                    address: wanted.shown(),
                    commit: String::new(),
                })
            }
            _ => Err(FindChart::Offline(Box::new(wanted.clone()))),
        }
    }
}
