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
    let again = convert_text(&converted.bytes, None, minor, &answers).map(|again| again.bytes);
    let text = String::from_utf8_lossy(&converted.bytes);
    assert_eq!(again.as_ref(), Ok(&converted.bytes), "converting what was converted is not idle:\n{text}");
}
