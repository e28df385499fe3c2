//! What a finding is recognised by in another run.
//!
//! The rule, the resource and what is said of it: neither lines nor the order of anything, so that code may move.

use sha2::{Digest, Sha256};

/// A digest of parts that are separated, so that no two lists of parts run together. 32 hexadecimal digits.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn parts_do_not_run_together_and_the_form_is_frozen() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a"]), "3b196fd4907bedf51c3090e9835f2f7c");
    }
}
