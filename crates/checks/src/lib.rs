//! One file per check: (inventory, target versions) to findings.
