//! The armor around an age file: two lines and base64 between them.

use manifest::resolve::base64;

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// Why a text is no armored age file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadArmor {
    /// The first line is another.
    #[error("it does not begin with '{BEGIN}'")]
    Begin,
    /// The last line is another.
    #[error("it does not end with '{END}'")]
    End,
    /// What stands between is not base64.
    #[error("its content is not base64")]
    Decode,
}

/// Takes the armor off. Blanks around it and line ends of either kind are overlooked.
pub(super) fn read(text: &str) -> Result<Vec<u8>, ReadArmor> {
    let text = text.trim().strip_prefix(BEGIN).ok_or(ReadArmor::Begin)?;
    let text = text.strip_suffix(END).ok_or(ReadArmor::End)?;
    base64::decode(text).ok_or(ReadArmor::Decode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_stands_between_the_lines() {
        assert_eq!(read(&format!("\n{BEGIN}\r\naGVs\r\nbG8=\r\n{END}\n\n")), Ok(b"hello".to_vec()));
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(read("aGVsbG8="), Err(ReadArmor::Begin));
        assert_eq!(read(&format!("{BEGIN}\naGVsbG8=\n")), Err(ReadArmor::End));
        assert_eq!(read(&format!("{BEGIN}\na?\n{END}")), Err(ReadArmor::Decode));
    }
}
