//! `liftlock envsubst`: what it prints of standard input.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{Run, command};

/// Runs it with these variables and no others.
fn envsubst(arguments: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Run {
    let mut command = command();
    command.arg("envsubst").args(arguments).env_clear().envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut pipe, input) = (child.stdin.take().unwrap(), input.to_vec());
    // The program may end before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn variables_of_the_environment_are_substituted() {
    let input = b"name: ${NAME}-${missing:=x}\ncount: ${#NAME} $NAME $${NAME}\n\nlast: <${missing}>";
    let run = envsubst(&[], &[("NAME", "web")], input).expect(0);
    assert_eq!(run.out, "name: web-x\ncount: 3 $NAME ${NAME}\n\nlast: <>\n");
    assert_eq!(run.err, "");
}

#[test]
fn lines_end_as_those_of_flux_do() {
    for (input, expected) in
        [("", ""), ("\n", "\n"), ("a", "a\n"), ("a\r\nb\r", "a\nb\n"), ("a\n\n", "a\n\n")]
    {
        assert_eq!(envsubst(&[], &[], input.as_bytes()).expect(0).out, expected, "{input:?}");
    }
}

#[test]
fn a_missing_variable_is_refused_by_strict_alone_and_what_is_before_it_is_printed() {
    let input = b"a: ${A}\nb: \xc3\xa9 ${B}\n";
    let variables = [("A", "")];
    assert_eq!(envsubst(&[], &variables, input).expect(0).out, "a: \nb: é \n");
    let run = envsubst(&["--strict"], &variables, input).expect(2);
    assert_eq!(run.out, "a: \n");
    assert!(run.err.contains("line 2, column 6: variable not set (strict mode): \"B\""), "{}", run.err);
    assert!(run.err.contains("${NAME:=default}"), "{}", run.err);
}

#[test]
fn a_malformed_text_is_refused_in_the_words_of_flux() {
    for (input, words) in [
        ("${a!}", "column 4: missing closing brace"),
        ("${}", "column 3: unable to parse variable name"),
        ("${a/b}", "column 7: bad substitution"),
        ("${a:-b", "column 7: unable to parse substitution within function"),
        // An expression ends in its line.
        ("${a:-b\n}", "column 7: unable to parse substitution within function"),
    ] {
        let run = envsubst(&[], &[], input.as_bytes()).expect(2);
        assert!(run.err.contains(words), "{input}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_line_may_be_longer_than_a_buffer() {
    let input = format!("{}${{A}}\n", "x".repeat(1 << 20));
    let run = envsubst(&[], &[("A", "end")], input.as_bytes()).expect(0);
    assert!(run.out.len() == (1 << 20) + 4 && run.out.ends_with("xend\n"));
}
