//! `cargo xtask house`: prints every breach of the rules of the house.

use crate::house;
use anyhow::{Result, bail};

pub(crate) fn run() -> Result<()> {
    let problems = house::inspect()?;
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => Ok(()),
        1 => bail!("the house has 1 problem"),
        count => bail!("the house has {count} problems"),
    }
}
