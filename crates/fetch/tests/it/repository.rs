//! Repositories made by `gix`: no program is needed to test what fetches from them.

use std::collections::BTreeMap;
use std::path::Path;

use gix::ObjectId;
use gix::objs::tree::{Entry, EntryKind};
use gix::refs::transaction::PreviousValue;

/// What stands at a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'n> {
    File(&'n str),
    Link(&'n str),
    Gitlink(ObjectId),
}

/// A repository without a work tree.
pub(crate) struct Made(gix::Repository);

impl Made {
    pub(crate) fn at(folder: &Path) -> Self {
        let repository = gix::ThreadSafeRepository::init_opts(
            folder,
            gix::create::Kind::Bare,
            gix::create::Options::default(),
            gix::open::Options::isolated(),
        );
        Self(repository.unwrap().to_thread_local())
    }

    /// Writes a commit and points references at it.
    pub(crate) fn commit(&self, files: &[(&str, Node<'_>)], references: &[&str]) -> ObjectId {
        let nodes: BTreeMap<&str, Node<'_>> = files.iter().copied().collect();
        let tree = self.tree(&nodes, "");
        let who =
            gix::actor::SignatureRef { name: "t".into(), email: "t@example.invalid".into(), time: "0 +0000" };
        let commit = self.0.new_commit_as(who, who, "made", tree, None::<ObjectId>).unwrap().id;
        for reference in references {
            self.0.reference(*reference, commit, PreviousValue::Any, "made").unwrap();
        }
        commit
    }

    /// An annotated tag.
    pub(crate) fn tag(&self, name: &str, target: ObjectId) {
        let tag = gix::objs::Tag {
            target,
            target_kind: gix::objs::Kind::Commit,
            name: name.into(),
            tagger: None,
            message: "made".into(),
            signature: None,
        };
        let id = self.0.write_object(&tag).unwrap().detach();
        self.0.reference(format!("refs/tags/{name}"), id, PreviousValue::Any, "made").unwrap();
    }

    fn tree(&self, nodes: &BTreeMap<&str, Node<'_>>, below: &str) -> ObjectId {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for (path, node) in nodes {
            let Some(rest) = path.strip_prefix(below) else { continue };
            let (name, is_folder) = match rest.split_once('/') {
                Some((name, _)) => (name, true),
                None => (rest, false),
            };
            if entries.contains_key(name) {
                continue;
            }
            let (mode, oid) = match node {
                _ if is_folder => (EntryKind::Tree, self.tree(nodes, &format!("{below}{name}/"))),
                Node::File(text) => (EntryKind::Blob, self.blob(text)),
                Node::Link(target) => (EntryKind::Link, self.blob(target)),
                Node::Gitlink(commit) => (EntryKind::Commit, *commit),
            };
            entries.insert(name.to_owned(), Entry { mode: mode.into(), filename: name.into(), oid });
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort();
        self.0.write_object(&gix::objs::Tree { entries }).unwrap().detach()
    }

    fn blob(&self, text: &str) -> ObjectId {
        self.0.write_blob(text).unwrap().detach()
    }
}
