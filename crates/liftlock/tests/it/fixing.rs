//! What `liftlock fix` shows and tells: no secret in a diff, lines that the reader finds, counts that a scan gave.

use crate::program::{Folder, Run, liftlock};

const JOURNEY: [&str; 4] = ["--from", "1.24", "--to", "1.26"];

fn fix(folder: &Folder, more: &[&str]) -> Run {
    liftlock(&[&["fix", folder.name()], &JOURNEY[..], more].concat())
}

const INGRESS: &str = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        backend:\n          serviceName: web\n          servicePort: 80\n";
const BUDGET: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  minAvailable: 1\n  selector: {}\n";
const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  # was: hunter1\n  password: hunter2\n";

#[test]
fn no_line_of_a_diff_shows_what_a_secret_holds() {
    let text = format!("{SECRET}---\n{}---\n{SECRET}", INGRESS.replace("networking.k8s.io", "extensions"));
    let json = r#"{"apiVersion": "v1", "kind": "List", "items": [
      {"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "a"}},
      {"apiVersion": "v1", "kind": "Secret", "data": {"password": "hunter3"}, "metadata": {"name": "b"}}]}
"#;
    let folder = Folder::new([("all.yaml", text.as_str()), ("all.json", json)]);
    let run = fix(&folder, &[]).expect(1);
    assert!(run.out.contains("   password: ***\n"), "{}", run.out);
    assert!(run.out.contains("\"data\": {\"password\": ***}"), "{}", run.out);
    assert!(!run.out.contains("hunter") && !run.err.contains("hunter"), "{}", run.out);
    fix(&folder, &["--write"]);
    let written = std::fs::read_to_string(folder.path().join("all.yaml")).unwrap();
    assert_eq!(written.matches("hunter2").count(), 2);
}

#[test]
fn lines_are_those_of_the_file_on_disk() {
    let text = format!("{INGRESS}---\n{BUDGET}");
    let folder = Folder::new([("all.yaml", text.as_str())]);
    let line_of = |text: &str| text[..text.find("selector").unwrap()].matches('\n').count() + 1;
    let told = fix(&folder, &[]).expect(1).err;
    assert!(told.contains(&format!("at all.yaml:{}\n", line_of(&text))), "{told}");
    let told = fix(&folder, &["--write"]).expect(1).err;
    let written = std::fs::read_to_string(folder.path().join("all.yaml")).unwrap();
    assert_ne!(line_of(&written), line_of(&text));
    assert!(told.contains(&format!("at all.yaml:{}\n", line_of(&written))), "{told}");
}

#[test]
fn what_is_left_is_counted_as_the_scan_counted_it() {
    let twice = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  backend: {serviceName: a, serviceName: b, servicePort: 80}\n";
    let folder = Folder::new([("a.yaml", INGRESS), ("b.yaml", BUDGET), ("c.yaml", twice)]);
    let scan = liftlock(&[&["scan", folder.name()], &JOURNEY[..], &["-o", "json"]].concat()).expect(1).out;
    let scan: serde_json::Value = serde_json::from_str(&scan).unwrap();
    let total = &scan["summary"]["total"];
    let findings = scan["findings"].as_array().unwrap();
    let by_hand = findings.iter().filter(|finding| finding["fix"].is_null()).count();
    assert_eq!((&total["fixable"], &total["questions"]), (&1.into(), &1.into()), "{total}");
    let told = fix(&folder, &[]).expect(1).err;
    assert!(told.contains("1 finding fixed in 1 file"), "{told}");
    assert!(told.contains(&format!("left: 1 to answer, {by_hand} by hand")), "{told}");
}
