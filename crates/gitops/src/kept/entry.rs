//! One render as it is kept: the objects, and what was asked for them, in the dense form of `postcard`, out of which texts are borrowed.

use std::borrow::Cow;

use helm::render::is_version_wanted;
use kustomize::load::remote::{CheckoutKey, Remote, masked};
use serde::{Deserialize, Serialize};
use tree::{Answer, Question};

use super::VARIANTS;
use super::asked::Asked;
use crate::made::{Job, Outcome};
use crate::object::{ObjectId, RenderedObject};
use crate::ports::Ports;

/// What a render gave, and everything that it asked.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry<'e> {
    #[serde(borrow)]
    trace: Trace<'e>,
    #[serde(borrow)]
    objects: Vec<KeptObject<'e>>,
    #[serde(borrow)]
    notes: Vec<&'e str>,
    /// The files of its source that it was made of.
    #[serde(borrow)]
    read: Vec<&'e str>,
}

/// What was asked, with the answers.
#[derive(Serialize, Deserialize)]
struct Trace<'e> {
    /// Of the files of each source.
    sources: Vec<Vec<(Question, Answer)>>,
    checkouts: Vec<KeptCheckout<'e>>,
    files: Vec<(Cow<'e, str>, Answer)>,
    #[serde(borrow)]
    schemas: Vec<(&'e str, Answer)>,
    #[serde(borrow)]
    apis: Vec<(&'e str, bool)>,
    /// Whether the version of the cluster decides, and which ones charts want.
    version: bool,
    #[serde(borrow)]
    versions_wanted: Vec<&'e str>,
    /// Nanoseconds since 1970, if it asked for the time.
    now_nanoseconds: Option<i128>,
}

#[derive(Serialize, Deserialize)]
struct KeptCheckout<'e> {
    url: Cow<'e, str>,
    reference: Option<Cow<'e, str>>,
    submodules: bool,
    /// What was asked of it; none if it was not at hand.
    asked: Option<Vec<(Question, Answer)>>,
}

#[derive(Serialize, Deserialize)]
struct KeptObject<'e> {
    group: &'e str,
    kind: &'e str,
    namespace: &'e str,
    name: &'e str,
    api_version: &'e str,
    text: &'e str,
    #[serde(borrow)]
    installs: Vec<&'e str>,
}

impl<'e> Entry<'e> {
    /// What is kept of a job; none if that must not or cannot be.
    pub(super) fn of(job: &Job, outcome: &'e Outcome) -> Option<Self> {
        // What is to be decrypted is never kept.
        let Outcome { objects, notes, asked, read, left_encrypted: _ } = outcome;
        // What is masked has a clear text, and a list of all APIs is another one with each version.
        if asked.lists_apis || objects.iter().any(RenderedObject::is_masked) {
            return None;
        }
        Some(Self {
            trace: Trace::of(job, asked)?,
            objects: objects.iter().map(KeptObject::of).collect(),
            notes: notes.iter().map(String::as_str).collect(),
            read: read.iter().map(String::as_str).collect(),
        })
    }

    pub(super) fn read(bytes: &'e [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Texts, numbers and lists always have a form.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Which of the places of its name it takes first: another one if it was made of something else.
    pub(super) fn variant(&self) -> usize {
        let trace = postcard::to_allocvec(&self.trace).unwrap_or_default();
        let digest = format!("{:?}", Answer::of_bytes(Some(&trace)));
        digest.bytes().map(usize::from).sum::<usize>() % VARIANTS
    }

    /// Whether everything is answered now as it was.
    pub(super) fn is_answered_alike(&self, job: &Job, ports: &Ports<'_>) -> bool {
        let Trace { sources, checkouts, files, schemas, apis, version: _, versions_wanted, now_nanoseconds } =
            &self.trace;
        let trees = job.trees();
        let schema =
            |address: &str| Answer::of_bytes(ports.schemas.text(address).as_deref().map(str::as_bytes));
        let file = |url: &str| Answer::of_bytes(ports.remote.file(url).as_deref().ok());
        let kube_version = job.capabilities().map(|capabilities| &capabilities.kube_version);
        let is_wanted = |wanted: &&str| kube_version.is_some_and(|kube| is_version_wanted(wanted, kube));
        let has = |api: &str| job.capabilities().is_some_and(|capabilities| capabilities.has(api));
        now_nanoseconds.is_none_or(|now| job.now_nanoseconds() == Some(now))
            && apis.iter().all(|(api, is_there)| has(api) == *is_there)
            && versions_wanted.iter().all(is_wanted)
            && sources.len() == trees.len()
            && sources.iter().zip(trees).all(|(asked, source)| {
                let alike = |(question, answer): &(Question, Answer)| source.answer(question) == *answer;
                asked.iter().all(alike)
            })
            && schemas.iter().all(|(address, answer)| schema(address) == *answer)
            && files.iter().all(|(url, answer)| file(url) == *answer)
            && checkouts.iter().all(|checkout| checkout.is_answered_alike(&*ports.remote))
    }

    pub(super) fn into_outcome(self) -> Outcome {
        let apis = self.trace.apis.into_iter().map(|(api, is_there)| (api.to_owned(), is_there));
        let schemas = self.trace.schemas.into_iter().map(|(address, answer)| (address.to_owned(), answer));
        let asked = Asked {
            apis: apis.collect(),
            version: self.trace.version,
            versions_wanted: self.trace.versions_wanted.into_iter().map(str::to_owned).collect(),
            lists_apis: false,
            schemas: schemas.collect(),
            time: self.trace.now_nanoseconds.is_some(),
        };
        Outcome {
            objects: self.objects.into_iter().map(KeptObject::into_object).collect(),
            notes: self.notes.into_iter().map(str::to_owned).collect(),
            asked,
            read: self.read.into_iter().map(str::to_owned).collect(),
            left_encrypted: 0,
        }
    }
}

impl<'e> Trace<'e> {
    fn of(job: &Job, asked: &'e Asked) -> Option<Self> {
        let answers =
            |source: &crate::trees::SourceTree| source.asked().map(|asked| asked.into_iter().collect());
        let sources = job.trees().into_iter().map(answers).collect::<Option<Vec<_>>>()?;
        let (checkouts, files) = match job.remote() {
            None => (Vec::new(), Vec::new()),
            Some(remote) => (remote.checkouts(), remote.files().into_iter().collect()),
        };
        // An address with a login is written nowhere.
        let mut urls = checkouts.iter().map(|(key, _)| &key.url).chain(files.iter().map(|(url, _)| url));
        if urls.any(|url| masked(url) != *url) {
            return None;
        }
        Some(Self {
            sources,
            checkouts: checkouts.into_iter().map(KeptCheckout::of).collect(),
            files: files.into_iter().map(|(url, answer)| (url.into(), answer)).collect(),
            schemas: asked.schemas.iter().map(|(address, answer)| (address.as_str(), *answer)).collect(),
            apis: asked.apis.iter().map(|(api, is_there)| (api.as_str(), *is_there)).collect(),
            version: asked.version,
            versions_wanted: asked.versions_wanted.iter().map(String::as_str).collect(),
            now_nanoseconds: job.now_nanoseconds().filter(|_| asked.time),
        })
    }
}

impl KeptCheckout<'_> {
    fn of((key, asked): (CheckoutKey, Option<std::collections::BTreeMap<Question, Answer>>)) -> Self {
        let CheckoutKey { url, reference, submodules } = key;
        let asked = asked.map(|asked| asked.into_iter().collect());
        Self { url: url.into(), reference: reference.map(Into::into), submodules, asked }
    }

    fn is_answered_alike(&self, remote: &dyn Remote) -> bool {
        let key = CheckoutKey {
            url: self.url.clone().into_owned(),
            reference: self.reference.clone().map(Cow::into_owned),
            submodules: self.submodules,
        };
        match (remote.checkout(&key), &self.asked) {
            (Ok(tree), Some(asked)) => asked.iter().all(|(question, answer)| question.ask(&*tree) == *answer),
            (Err(_), None) => true,
            _ => false,
        }
    }
}

impl<'e> KeptObject<'e> {
    fn of(object: &'e RenderedObject) -> Self {
        let RenderedObject { id, api_version, text, installs, clear: _ } = object;
        Self {
            group: &id.group,
            kind: &id.kind,
            namespace: &id.namespace,
            name: &id.name,
            api_version,
            text,
            installs: installs.iter().map(String::as_str).collect(),
        }
    }

    fn into_object(self) -> RenderedObject {
        let Self { group, kind, namespace, name, api_version, text, installs } = self;
        let [group, kind, namespace, name] = [group, kind, namespace, name].map(str::to_owned);
        let id = ObjectId { group, kind, namespace, name };
        RenderedObject {
            id,
            api_version: api_version.to_owned(),
            text: text.into(),
            installs: installs.into_iter().map(str::to_owned).collect(),
            clear: None,
        }
    }
}
