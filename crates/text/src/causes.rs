//! Errors in words.

/// An error and all that led to it, with `: ` between them.
#[must_use]
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Refused(Option<Box<Refused>>, &'static str);

    impl std::fmt::Display for Refused {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.1)
        }
    }

    impl std::error::Error for Refused {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.0.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
        }
    }

    #[test]
    fn causes_follow_the_error_that_they_led_to() {
        let cause = Refused(Some(Box::new(Refused(None, "disk full"))), "cannot write");
        assert_eq!(
            with_causes(&Refused(Some(Box::new(cause)), "refused")),
            "refused: cannot write: disk full"
        );
        assert_eq!(with_causes(&Refused(None, "alone")), "alone");
    }
}
