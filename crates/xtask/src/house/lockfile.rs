//! The cap on the number of packages in Cargo.lock: few dependencies, and more of them only knowingly.

use super::Problem;

/// Most packages the lock file may hold. The foundation resolved to about 100, `gix` brings as many small crates of its
/// own, and some are for tests only. Fetching (Git over HTTP, TLS, a small client) came to 50 more, a third of them for
/// systems other than the one that builds. Digests and ciphers of sprig are 15, its keys and
/// certificates 35. SOPS needs AES-GCM, ChaCha20-Poly1305, X25519, HKDF and bech32, 11 more; the crate `age` would be 106
/// with `futures` among them, which no engine may link. Raise it in the commit that needs more, and say there what for.
const PACKAGES_MAX: usize = 390;

/// Counts the packages of a lock file.
pub(crate) fn problems(lock: &str) -> Vec<Problem> {
    let packages = lock.lines().filter(|line| line.trim_end() == "[[package]]").count();
    let place = "Cargo.lock";
    match packages {
        0 => vec![Problem::new(place, "holds no package: is it missing?")],
        count if count > PACKAGES_MAX => {
            let message =
                format!("holds {count} packages, {PACKAGES_MAX} are allowed: drop some, or raise the cap");
            vec![Problem::new(place, message)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{PACKAGES_MAX, problems};

    fn lock(packages: usize) -> String {
        "version = 4\n".to_owned() + &"\n[[package]]\nname = \"a\"\n".repeat(packages)
    }

    #[test]
    fn refuses_one_package_over_the_cap_and_a_missing_file() {
        assert_eq!(problems(&lock(PACKAGES_MAX)), []);
        assert_eq!(problems(&lock(PACKAGES_MAX + 1)).len(), 1);
        assert_eq!(problems("").len(), 1);
    }
}
