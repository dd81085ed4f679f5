//! Any bytes are read as a lock or refused at a place in them; what is read is written as text that reads the same.

pub(crate) fn check(bytes: &[u8]) {
    match lock::read(bytes) {
        Ok(lock) => {
            let text = lock.to_string();
            assert_eq!(lock::read(text.as_bytes()).as_ref(), Ok(&lock), "{text}");
            assert!(lock.changes_to(&lock).is_empty());
        }
        Err(refused) => {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&refused.line) && refused.column >= 1, "{refused}");
        }
    }
}
