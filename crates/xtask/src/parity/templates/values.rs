//! The values that random templates read: the same keys each time, with other contents.

use crate::parity::random::numbers::Random;

/// A certificate that signed itself, and its key on P-256, in base64: made for this, and nothing trusts it.
const CERTIFICATE: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiakNDQVJXZ0F3SUJBZ0lVYXpZU0V2RzA0c0ZGRXI3bVNzeGlwbkNsb3BBd0NnWUlLb1pJemowRUF3SXcKRERFS01BZ0dBMVVFQXd3QllUQWdGdzB5TmpFeE1qWXhPREV6TURoYUdBOHlNVEkyTVRFd01qRTRNVE13T0ZvdwpEREVLTUFnR0ExVUVBd3dCWVRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBQklLc1Ryc3MvRThiCm5zMVd4UUZZZUgxNS9kaDlCODlKVVkvMFJpRURaNE03TTdWeVhlSU53aUhCWVhkU3Q1ejgySGRGNWxKK254NisKTlVFQXlOcUgwckNqVXpCUk1CMEdBMVVkRGdRV0JCVHdaZHJuKzE3Qmp0QWVtNklsbDdyTWRMa2V1REFmQmdOVgpIU01FR0RBV2dCVHdaZHJuKzE3Qmp0QWVtNklsbDdyTWRMa2V1REFQQmdOVkhSTUJBZjhFQlRBREFRSC9NQW9HCkNDcUdTTTQ5QkFNQ0EwY0FNRVFDSUQ3c1Z5OFNWbDJhYno4YlQ4ck9zRy9BbXhlUWNRdy9kVjdJU3NrZCtQYUMKQWlBbHN3NlRQaWIxclVGNklGbmxMWmJFYmN4TWl4ZFlKbzRhMmU1V1ZmTFFTdz09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K";
const KEY: &str = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEJHMHdhd0lCQVFRZ3A3TklSNGVNYjNiQ1MzRC8Kd2ZBbTRpRThpYnp2WEltSXM5Qlh3dmxEbUdtaFJBTkNBQVNDckU2N0xQeFBHNTdOVnNVQldIaDllZjNZZlFmUApTVkdQOUVZaEEyZURPek8xY2wzaURjSWh3V0YzVXJlYy9OaDNSZVpTZnA4ZXZqVkJBTWphaDlLdwotLS0tLUVORCBQUklWQVRFIEtFWS0tLS0tCg==";

/// Each in quotes where it would not be a text in braces.
const TEXTS: [&str; 14] = [
    "plain",
    "two words",
    "Grüße",
    "'10'",
    "\"line\\nline\"",
    "x-y_z.1",
    "'true'",
    "\"tab\\t<&>\"",
    "'http://example.com/a?b=c'",
    "'it''s'",
    "2024-01-31",
    "\"\\u00e4\\\"q\\\"\"",
    "'~user'",
    "'a,b,,c'",
];

const NUMBERS: [&str; 10] =
    ["0", "7", "-12", "80", "8443", "65536", "1000000", "3.25", "0x1f", "12345678901"];

fn text(random: &mut Random) -> &'static str {
    random.pick(&TEXTS)
}

fn number(random: &mut Random) -> &'static str {
    random.pick(&NUMBERS)
}

/// What the chart says of itself.
pub(super) fn own(random: &mut Random) -> String {
    let ratio = random.pick(&["0.5", "1e3", "2.25", "1e21", "-0.125"]);
    let large = random.pick(&["1e6", "123456789", "9007199254740993", "1.5e-7"]);
    let mixed = format!("[{}, {}, null, true, {{a: 1}}, [x]]", text(random), number(random));
    let objects = "[{name: one, port: 80}, {name: two, port: 81, a: [1, 2]}]";
    let map = format!("{{a: {}, b: {}, name: [x, y], a.b: dotted}}", text(random), number(random));
    let lines = [
        format!("word: {}", random.word()),
        format!("text: {}", text(random)),
        format!("version: {}", random.pick(&["1.2.3", "v1.29.4", "2.0.0-rc.1"])),
        "empty: \"\"".to_owned(),
        "nothing: null".to_owned(),
        "blank: {}".to_owned(),
        "none: []".to_owned(),
        format!("number: {}", number(random)),
        format!("ratio: {ratio}"),
        format!("large: {large}"),
        format!("on: {}", random.pick(&["true", "yes"])),
        "off: false".to_owned(),
        format!("items: [{}, {}, {}]", random.word(), text(random), random.word()),
        format!("numbers: [{}, {}]", number(random), number(random)),
        format!("mixed: {mixed}"),
        format!("objects: {objects}"),
        format!("map: {map}"),
        format!("nested: {{deep: {{key: {}, b: 1}}, c: {{a: {}}}}}", text(random), text(random)),
        "template: 'on {{ .Values.word }} at {{ .Release.Name }}'".to_owned(),
        "templates: {one: '{{ .Values.word | upper }}', two: plain}".to_owned(),
        format!("global: {{zone: here, tier: {{a: 1}}, cert: {CERTIFICATE}, key: {KEY}}}"),
    ];
    // `on` and `off` are keys here, and booleans to YAML, unless they stand in quotes.
    let lines = lines.into_iter().map(|line| match line.split_once(": ") {
        Some((key @ ("on" | "off"), value)) => format!("\"{key}\": {value}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// What a file of values says over that.
pub(super) fn given(random: &mut Random) -> String {
    let mut lines = String::new();
    let choices = [
        format!("word: {}", random.word()),
        format!("text: {}", text(random)),
        format!("map: {{a: {}, d: new}}", text(random)),
        format!("nested: {{deep: {{key: {}}}, more: [1]}}", text(random)),
        "nothing: some".to_owned(),
        "nested: {c: null}".to_owned(),
        format!("items: [{}]", text(random)),
        "sub: {over: above, own: null, extra: {a: b}}".to_owned(),
        "global: {zone: there, tier: {b: 2}}".to_owned(),
        "override: other".to_owned(),
        format!("number: {}", number(random)),
    ];
    let mut keys: Vec<String> = Vec::new();
    for line in choices {
        let key = line.split(':').next().unwrap_or_default().to_owned();
        if random.chance(25) && !keys.contains(&key) {
            lines.push_str(&format!("{line}\n"));
            keys.push(key);
        }
    }
    lines
}

/// What flags say over that.
pub(super) fn sets(random: &mut Random) -> Vec<(&'static str, String)> {
    let choices = [
        ("--set-json", "nested.c={\"a\":[1,2.5,null],\"z\":\"<\"}".to_owned()),
        ("--set-json", "number=1e6".to_owned()),
        ("--set", format!("word={}", random.word())),
        ("--set", "number=1000000".to_owned()),
        ("--set", "items[1]=second".to_owned()),
        ("--set", "nested.b=null".to_owned()),
        ("--set", "numbers={1,2,x}".to_owned()),
        ("--set", "nested.deep.key=a\\,b".to_owned()),
        ("--set-string", "number=007".to_owned()),
        ("--set-string", "text=true".to_owned()),
        ("--set-literal", "text=a,b\\c={x}".to_owned()),
    ];
    choices.into_iter().filter(|_| random.chance(5)).collect()
}
