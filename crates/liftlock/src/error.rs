//! What ends a command: an outcome with an exit code, or an error with its chain and a hint.

use std::error::Error;
use std::process::ExitCode;

use crate::terminal;

/// How a command ended that did its work. The numbers are a promise: scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to say: 0.
    Clean,
    /// There are findings: 1.
    Findings,
    /// No findings, but something was not assessed: 3.
    NotAssessed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
            Outcome::NotAssessed => Self::from(3),
        }
    }
}

/// Who has to do something about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Whoever typed the command.
    User,
    /// Whoever wrote the configuration.
    Configuration,
    /// Whoever runs the machine.
    Environment,
    /// Whoever can bring what is not at hand.
    NotAssessed,
}

/// An error of a command: exit code 2, or 3 where something could not be assessed.
#[derive(Debug)]
pub(crate) struct CommandError {
    audience: Audience,
    message: String,
    source: Option<Box<dyn Error + Send>>,
    hint: Option<String>,
}

impl CommandError {
    /// Something that was typed makes no sense.
    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self { audience: Audience::User, message: message.into(), source: None, hint: None }
    }

    /// The configuration is wrong.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self { audience: Audience::Configuration, message: message.into(), source: None, hint: None }
    }

    /// The machine refused.
    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self { audience: Audience::Environment, message: message.into(), source: None, hint: None }
    }

    /// What was asked for is not at hand, so that nothing can be said of it.
    pub(crate) fn not_assessed(message: impl Into<String>) -> Self {
        Self { audience: Audience::NotAssessed, message: message.into(), source: None, hint: None }
    }

    /// With its cause, whose chain is told as well.
    pub(crate) fn because(mut self, source: impl Error + Send + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// With what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints the error, its causes and its hint.
    pub(crate) fn tell(self) -> ExitCode {
        let before = match self.audience {
            Audience::User | Audience::Environment => "error",
            Audience::NotAssessed => "not assessed",
            Audience::Configuration => "error in the configuration",
        };
        self.tell_as(before);
        match self.audience {
            Audience::NotAssessed => Outcome::NotAssessed.into(),
            Audience::User | Audience::Configuration | Audience::Environment => ExitCode::from(2),
        }
    }

    /// Prints it as something that ends nothing.
    pub(crate) fn warn(self) {
        self.tell_as("warning");
    }

    fn tell_as(&self, before: &str) {
        let mut text = format!("{before}: {}", self.message);
        let mut cause = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = cause {
            let told = error.to_string();
            // An error whose own words are the message is not told twice.
            if told != self.message {
                text.push_str(&format!("\n  because: {told}"));
            }
            cause = error.source();
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("\nhint: {hint}"));
        }
        terminal::tell(&text);
    }
}
