//! Whatever is converted is what was declared, and converting it once more changes nothing. Everything else is refused
//! with a reason.

use fixes::{Answers, ConvertText, Unanswered, convert_text};
use version::Minor;

pub(crate) fn check(bytes: &[u8]) {
    let answers = Answers::none().or(Unanswered::KeepMeaning);
    let minor = Minor::new(37);
    let converted = match convert_text(bytes, None, minor, &answers) {
        Ok(converted) => converted,
        Err(ConvertText::Verify(surprise)) => panic!("the outcome is not what was declared: {surprise}"),
        Err(_) => return,
    };
    let again = match convert_text(&converted.bytes, None, minor, &answers) {
        Ok(again) => again.bytes,
        // A group that moved takes kinds along that nobody knows; under the new group nothing is known about them.
        Err(ConvertText::KnowKind { .. }) => return,
        Err(error) => panic!("what was converted cannot be converted once more: {error}"),
    };
    let text = String::from_utf8_lossy(&converted.bytes);
    assert_eq!(again, converted.bytes, "converting what was converted is not idle:\n{text}");
}
