//! `liftlock envsubst`: standard input with the variables of the environment.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use clap::Args;
use gitops::substitute::{Fault, Strictness, substitute};
use manifest::limits::FILE_BYTES_MAX;

use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Substitute the variables of the environment in standard input, as Flux does after a build.
///
/// What `flux envsubst` prints of each line. ${NAME} and its forms are substituted: defaults (:- := =), length (#), case
/// (^ ^^ , ,,), slices (:1 :1:2), patterns at the ends (# ## % %%), replacements (/ // /# /%), within each other. $NAME stays, and $$
/// is one $. Unlike there, a line may have more than 64 KiB, and an error says where it is and ends with 2.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  cluster_region=eu-central-1 liftlock envsubst < deployment.yaml\n  liftlock kustomize build . | liftlock envsubst --strict"
)]
pub(crate) struct EnvsubstArguments {
    /// Fail if a variable that has no default is missing from the environment.
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &EnvsubstArguments) -> Result<Outcome, CommandError> {
    let variables = environment();
    let strictness = if arguments.strict { Strictness::Strict } else { Strictness::Lenient };
    let mut input = std::io::stdin().lock();
    let mut number = 0_u64;
    while let Some(line) = next_line(&mut input)? {
        number += 1;
        let lookup = |name: &str| variables.get(name).map(Vec::as_slice);
        let substituted =
            substitute(&line, lookup, strictness).map_err(|fault| told(&fault, (number, &line)))?;
        terminal::print_bytes(&[&substituted.text[..], b"\n"].concat())?;
    }
    Ok(Outcome::Clean)
}

/// All variables whose names are text; no other one can be asked for.
fn environment() -> BTreeMap<String, Vec<u8>> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_encoded_bytes())))
        .collect()
}

/// The next line without its end, of both kinds; none at the end of the input.
fn next_line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, CommandError> {
    let refused = |error| CommandError::environment("cannot read standard input").because(error);
    let mut line = Vec::new();
    let count = input.by_ref().take(FILE_BYTES_MAX + 1).read_until(b'\n', &mut line).map_err(refused)?;
    if count as u64 > FILE_BYTES_MAX {
        let message = format!("a line is larger than {FILE_BYTES_MAX} bytes");
        return Err(refused(std::io::Error::new(std::io::ErrorKind::FileTooLarge, message)));
    }
    if line.pop_if(|last| *last == b'\n').is_some() || count > 0 {
        line.pop_if(|last| *last == b'\r');
        return Ok(Some(line));
    }
    Ok(None)
}

fn told(fault: &Fault, (number, line): (u64, &[u8])) -> CommandError {
    let before = String::from_utf8_lossy(line.get(..fault.place).unwrap_or(line));
    let column = before.chars().count() + 1;
    CommandError::user(format!("standard input, line {number}, column {column}: {fault}"))
        .hint(fault.kind.hint())
}
