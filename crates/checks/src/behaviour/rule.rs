//! What the checks of this family have in common: a description and one function that looks.

use super::scene::Scene;
use super::user_data::each_in_user_data;
use crate::{Check, Context, Finding, Meta, Sink, Subject};

/// What a rule is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Objects.
    Objects,
    /// Objects, and documents that are none: Helm values, plain configuration.
    Documents,
    /// Objects, also those in strings of ConfigMaps and Secrets and in user data: what components read
    /// their configuration from.
    Configuration,
}

/// A check of this family.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) meta: Meta,
    pub(crate) level: Level,
    pub(crate) look: fn(&Scene<'_>, &mut Sink),
}

impl Rule {
    fn look_at(&'static self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        // A ControllerRevision is a record of what once was, in any group's kind.
        if subject.object.is_some_and(|object| object.gvk.kind == "ControllerRevision") {
            return;
        }
        (self.look)(&Scene { meta: &self.meta, context, subject }, sink);
    }
}

impl Check for &'static Rule {
    fn meta(&self) -> &'static Meta {
        &self.meta
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        self.look_at(context, subject, sink);
        if self.level == Level::Configuration {
            each_in_user_data(subject, self.meta.triggers, sink, &mut |inner, sink| {
                self.look_at(context, inner, sink);
            });
        }
    }

    fn document(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if self.level == Level::Documents {
            self.look_at(context, subject, sink);
        }
    }

    fn embedded(&self, context: &Context<'_>, inner: &Subject<'_>, sink: &mut Sink) {
        if self.level == Level::Configuration {
            self.look_at(context, inner, sink);
        }
    }
}

/// Reports what was found.
pub(crate) fn report(sink: &mut Sink, findings: impl IntoIterator<Item = Finding>) {
    for finding in findings {
        sink.report(finding);
    }
}
