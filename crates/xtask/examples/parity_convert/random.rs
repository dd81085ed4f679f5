//! Numbers that look random and are the same for the same seed, and small pieces of objects made with them.

use serde_json::{Map, Value, json};

/// A stream of numbers (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    /// The stream of one object of one pair: independent of how many others are made.
    pub(crate) fn new(seed: u64, pair: &str, index: usize) -> Self {
        let mut state = seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in pair.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(state)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A number from `low` to `high`.
    pub(crate) fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    /// Whether a chance of `percent` comes true.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub(crate) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    pub(crate) fn word(&mut self) -> &'static str {
        self.pick(&["web", "api", "db", "cache", "queue", "auth", "shop", "cart", "mail", "edge"])
    }

    pub(crate) fn name(&mut self) -> String {
        format!("{}-{}", self.word(), self.below(100))
    }

    /// One to `most` things.
    pub(crate) fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = 1 + self.below(most);
        (0..count).map(|_| make(self)).collect()
    }

    pub(crate) fn labels(&mut self) -> Value {
        let mut labels = Map::new();
        for _ in 0..1 + usize::from(self.chance(30)) {
            let key = self.pick(&["app", "tier", "example.com/part", "team"]);
            labels.insert(key.to_owned(), json!(self.word()));
        }
        Value::Object(labels)
    }

    pub(crate) fn selector(&mut self) -> Value {
        let mut selector = Map::new();
        if self.chance(80) {
            selector.insert("matchLabels".to_owned(), self.labels());
        }
        if selector.is_empty() || self.chance(30) {
            let requirement = if self.chance(50) {
                json!({"key": self.word(), "operator": "Exists"})
            } else {
                json!({"key": self.word(), "operator": self.pick(&["In", "NotIn"]), "values": self.some(2, |r| r.word())})
            };
            selector.insert("matchExpressions".to_owned(), json!([requirement]));
        }
        Value::Object(selector)
    }

    pub(crate) fn metadata(&mut self) -> Value {
        let mut metadata = json!({"name": self.name()});
        self.maybe(&mut metadata, 20, "namespace", |r| json!(r.word()));
        self.maybe(&mut metadata, 10, "labels", Self::labels);
        self.maybe(&mut metadata, 10, "annotations", |r| json!({"owner": r.word()}));
        metadata
    }

    /// Metadata of what has no namespace.
    pub(crate) fn cluster_metadata(&mut self) -> Value {
        let mut metadata = json!({"name": self.name()});
        self.maybe(&mut metadata, 10, "labels", Self::labels);
        metadata
    }

    /// Adds an entry by chance.
    pub(crate) fn maybe(
        &mut self,
        object: &mut Value,
        percent: u64,
        key: &str,
        make: impl FnOnce(&mut Self) -> Value,
    ) {
        if self.chance(percent) {
            let value = make(self);
            object.as_object_mut().unwrap().insert(key.to_owned(), value);
        }
    }

    pub(crate) fn pod_template(&mut self) -> Value {
        let containers = self.some(1, |r| {
            let mut container = json!({"name": r.word(), "image": r.word()});
            r.maybe(&mut container, 25, "args", |r| json!(r.some(2, |r| r.word())));
            r.maybe(&mut container, 25, "ports", |r| json!([{"containerPort": r.within(1, 9000)}]));
            r.maybe(
                &mut container,
                20,
                "resources",
                |r| json!({"limits": {"cpu": format!("{}m", r.within(1, 9) * 100 + 50)}}),
            );
            container
        });
        let mut spec = json!({"containers": containers});
        self.maybe(&mut spec, 20, "nodeSelector", Self::labels);
        self.maybe(&mut spec, 20, "serviceAccountName", |r| json!(r.word()));
        json!({"metadata": {"labels": self.labels()}, "spec": spec})
    }

    /// A quantity in the form that the server itself prints.
    pub(crate) fn quantity(&mut self) -> String {
        match self.below(3) {
            0 => self.within(1, 900).to_string(),
            1 => format!("{}Mi", self.within(1, 900)),
            _ => format!("{}m", self.within(1, 9) * 100 + 50),
        }
    }
}
