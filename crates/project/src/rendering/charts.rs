//! What a root asks of charts, without rendering one.
//!
//! Builds a root with something that writes down each request and gives one empty object for it. Two builds with equal
//! requests and equal outputs render the same, whatever the charts hold, if nothing but the charts was said otherwise.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kustomize::generate::{ChartRequest, ChartSource, Charts, RefuseChart, RenderChart, RenderedChart};
use kustomize::load::{Files, Restriction};
use kustomize::{Options, Order, Work, build};
use text::{NoOrigins, Source};
use tree::{Overlaid, Tree};

/// Where a chart that stands elsewhere is said to be, and the values that it is said to come with.
const ELSEWHERE: &str = ".liftlock-chart";

/// Writes down what it is asked for.
#[derive(Debug, Default)]
struct Recorder {
    asked: Mutex<Vec<String>>,
}

impl Recorder {
    /// Writes down a request, and gives how many there are.
    fn record(&self, request: String) -> Result<usize, RefuseChart> {
        let poisoned = |_| RefuseChart { reason: "what was asked for is lost".to_owned() };
        let mut asked = self.asked.lock().map_err(poisoned)?;
        asked.push(request);
        Ok(asked.len())
    }
}

impl RenderChart for Recorder {
    fn locate(&self, source: &ChartSource) -> Result<String, RefuseChart> {
        self.record(format!("{source:?}"))?;
        Ok(ELSEWHERE.to_owned())
    }

    fn render(&self, request: &ChartRequest) -> Result<RenderedChart, RefuseChart> {
        let values: Vec<_> = request.values.iter().map(|values| &values.bytes).collect();
        let named = ChartRequest { values: Vec::new(), ..request.clone() };
        let number = self.record(format!("{named:?} {values:?}"))?;
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chart-{number}\n");
        Ok(RenderedChart { source: Source::Given { name: "chart".to_owned() }, bytes: text.into_bytes() })
    }
}

/// What a root asks of charts and what it renders beside them, with other bytes of one file.
pub(super) fn asked(
    tree: &Arc<dyn Tree + Send>,
    root: &str,
    (path, bytes): (&str, &[u8]),
) -> Result<(Vec<String>, String), String> {
    let files = BTreeMap::from([
        (path.to_owned(), bytes.to_vec()),
        (format!("{ELSEWHERE}/values.yaml"), b"{}\n".to_vec()),
    ]);
    let changed: Arc<dyn Tree + Send> = Arc::new(Overlaid { tree: Arc::clone(tree), files });
    let recorder = Arc::new(Recorder::default());
    let mut work: Work<NoOrigins> = Work::new(Files::new(changed, Restriction::None, None));
    work.charts = Charts {
        is_enabled: true,
        renderer: Some(Arc::clone(&recorder) as Arc<dyn RenderChart>),
        ..Charts::default()
    };
    let options = Options { order: Order::AsRead, ..Options::default() };
    let built = build(&mut work, root, &options).and_then(|built| built.print());
    let text = built.map_err(|failure| text::with_causes(&failure))?;
    let asked = recorder.asked.lock().map_err(|_| "what was asked for is lost".to_owned())?;
    Ok((asked.clone(), text))
}
