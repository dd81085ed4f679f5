package main

import (
	"strings"

	"github.com/getsops/sops/v3"
)

const secretYAML = `apiVersion: v1
kind: Secret
metadata:
    name: db
    namespace: prod
stringData:
    password: "hunter2: the long one"
    port: "5432"
    cert: |
        -----BEGIN-----
        abc
        -----END-----
    empty: ""
`

const typesYAML = `text: plain text
quoted: "yes"
number: 42
negative: -7
octal: 0o17
hex: 0x1F
real: 1.5
large: 1e21
small: 0.0000001
whole: 3.0
truth: true
lie: false
nothing: null
tilde: ~
day: 2024-02-29
moment: 2024-02-29T12:30:00.5+02:00
base60: "1:30"
number_text: "42"
blank: " x "
tab: "a\tb"
unicode: "grüße ☃"
lines: "one\ntwo\n"
lines_keep: "one\n\n\n"
lines_strip: "one\n  two"
trailing: "one \ntwo"
control: "\x01"
long: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccccccccccccc dddddddddddddd"
binary: !!binary aGVsbG8=
`

const nestedYAML = `list:
    - one
    - 2
    - true
    - null
    - - deep
      - - deeper
    - name: a
      items:
        - x
        - y: z
map:
    inner:
        innermost: v
    empty_map: {}
    empty_list: []
"key: odd": v
"": empty key
`

const commentsYAML = `# head of all

# before a
a: 1 # beside a
# before b
b:
    # before c
    c: x
    # after c
list: # beside list
    # before one
    - one # beside one
    # before two
    - two
    # after two
# the end
`

const inline = `{
  "apiVersion": "v1",
  "data": {"a": "<b>&", "n": 5, "big": 9007199254740993, "f": 1.25, "t": true, "z": null, "u": "\u2028é", "e": 1e3},
  "list": [1, "two", [3, {"four": 4}], {}, []],
  "empty": ""
}
`

const dotenvText = `# a comment
NAME=value
EMPTY=
URL=postgres://u:p@host/db?x=1
MULTI=one\ntwo

SPACED= padded 
`

const iniText = `; of the file
[DEFAULT]
top = 1

[server]
; what it listens on
host = example.com
port = 8080
motto = "a;b"
empty =
`

func unencryptedSuffix(suffix string) func(*sops.Metadata) {
	return func(m *sops.Metadata) { m.UnencryptedSuffix = suffix }
}

func encryptedSuffix(suffix string) func(*sops.Metadata) {
	return func(m *sops.Metadata) { m.EncryptedSuffix = suffix }
}

func unencryptedRegex(pattern string) func(*sops.Metadata) {
	return func(m *sops.Metadata) { m.UnencryptedRegex = pattern }
}

func encryptedRegex(pattern string) func(*sops.Metadata) {
	return func(m *sops.Metadata) { m.EncryptedRegex = pattern }
}

func macOnlyEncrypted(rule func(*sops.Metadata)) func(*sops.Metadata) {
	return func(m *sops.Metadata) {
		rule(m)
		m.MACOnlyEncrypted = true
	}
}

func replace(old, new string) func(string) string {
	return func(text string) string { return strings.Replace(text, old, new, 1) }
}

// line changes the first line that holds the words.
func line(words string, change func(string) string) func(string) string {
	return func(text string) string {
		lines := strings.Split(text, "\n")
		for i, one := range lines {
			if strings.Contains(one, words) {
				lines[i] = change(one)
				break
			}
		}
		return strings.Join(lines, "\n")
	}
}

func cases() []one {
	const data = "^(data|stringData)$"
	const doc = "a: 1\nb_plain: two\nc:\n    d_secret: three\n    e: [x, y_plain]\n"
	var all []one
	add := func(more ...one) { all = append(all, more...) }
	add(
		one{name: "yaml secret", format: "yaml", plain: secretYAML, rule: encryptedRegex(data)},
		one{name: "yaml types", format: "yaml", plain: typesYAML},
		one{name: "yaml nested", format: "yaml", plain: nestedYAML},
		one{name: "yaml comments", format: "yaml", plain: commentsYAML},
		one{name: "yaml comments not encrypted", format: "yaml", plain: commentsYAML, rule: encryptedRegex("^zzz$")},
		one{name: "yaml several documents", format: "yaml", plain: "a: 1\n---\nb: 2\n---\n# only\nc: {d: 3}\n"},
		one{name: "yaml anchors", format: "yaml", plain: "a: &x\n    b: 1\nc: *x\nd: &y text\ne: *y\n"},
		one{name: "yaml empty document", format: "yaml", plain: "{}\n"},
		one{name: "yaml unencrypted suffix", format: "yaml", plain: doc, rule: unencryptedSuffix("_plain")},
		one{name: "yaml default suffix", format: "yaml", plain: "a: 1\nb_unencrypted: two\nc_unencrypted:\n    d: 4\n"},
		one{name: "yaml encrypted suffix", format: "yaml", plain: doc, rule: encryptedSuffix("_secret")},
		one{name: "yaml unencrypted regex", format: "yaml", plain: doc, rule: unencryptedRegex("^(a|e)$")},
		one{name: "yaml encrypted regex", format: "yaml", plain: doc, rule: encryptedRegex(`(?i)^C$`)},
		one{name: "yaml broken regex", format: "yaml", plain: doc, rule: unencryptedRegex(`(`)},
		one{name: "yaml encrypted comment regex", format: "yaml", rule: func(m *sops.Metadata) { m.EncryptedCommentRegex = "sops:enc" },
			plain: "# sops:enc\na: 1\nb: 2\nc:\n    # sops:enc\n    # more of it\n    d: 3\n    e: 4\nlist:\n    # sops:enc\n    - x\n    - y\n"},
		one{name: "yaml unencrypted comment regex", format: "yaml", rule: func(m *sops.Metadata) { m.UnencryptedCommentRegex = "sops:plain" },
			plain: "# sops:plain\na: 1\nb: 2\nc:\n    # sops:plain\n    d: 3\n    e: 4\n"},
		one{name: "yaml mac of encrypted values only", format: "yaml", plain: secretYAML, rule: macOnlyEncrypted(encryptedRegex(data))},
		one{name: "yaml mac of encrypted values only, others changed", format: "yaml", plain: secretYAML,
			rule: macOnlyEncrypted(encryptedRegex(data)), change: replace("namespace: prod", "namespace: test")},
		one{name: "yaml changed value", format: "yaml", plain: secretYAML, rule: encryptedRegex(data), change: replace("namespace: prod", "namespace: test")},
		one{name: "yaml added value", format: "yaml", plain: secretYAML, rule: encryptedRegex(data), change: replace("    namespace: prod", "    namespace: prod\n    labels:\n        a: b")},
		one{name: "yaml removed value", format: "yaml", plain: secretYAML, rule: encryptedRegex(data), change: replace("    namespace: prod\n", "")},
		one{name: "yaml values of two keys swapped", format: "yaml", plain: "a: one\nb: two\n", change: func(text string) string {
			lines := strings.SplitN(text, "\n", 3)
			return "a" + lines[1][1:] + "\nb" + lines[0][1:] + "\n" + lines[2]
		}},
		one{name: "yaml keys in another order", format: "yaml", plain: "a: one\nb: two\n", change: func(text string) string {
			lines := strings.SplitN(text, "\n", 3)
			return lines[1] + "\n" + lines[0] + "\n" + lines[2]
		}},
		one{name: "yaml clear value where an encrypted one stands", format: "yaml", plain: "a: one\nb: two\n", change: line("a: ENC", func(string) string { return "a: clear" })},
		one{name: "yaml number where an encrypted value stands", format: "yaml", plain: "a: one\nb: two\n", change: line("a: ENC", func(string) string { return "a: 5" })},
		one{name: "yaml empty value where an encrypted one stands", format: "yaml", plain: "a: one\nb: two\n", change: line("a: ENC", func(string) string { return `a: ""` })},
		one{name: "yaml another type", format: "yaml", plain: "a: 17\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "type:int", "type:str", 1) })},
		one{name: "yaml a type that does not fit", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "type:str", "type:int", 1) })},
		one{name: "yaml a type that nobody knows", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "type:str", "type:complex", 1) })},
		one{name: "yaml bytes", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "type:str", "type:bytes", 1) })},
		one{name: "yaml text as comment", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "type:str", "type:comment", 1) })},
		one{name: "yaml no base64", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return strings.Replace(line, "data:", "data:*", 1) })},
		one{name: "yaml more behind the value", format: "yaml", plain: "a: text\n", change: line("a: ENC", func(line string) string { return line + " more" })},
		one{name: "yaml mac missing", format: "yaml", plain: "a: one\n", change: line(" mac:", func(string) string { return `    mac: ""` })},
		one{name: "yaml another date", format: "yaml", plain: "a: one\n", change: replace("2024-02-29T12:30:00Z", "2024-02-29T12:30:01Z")},
		one{name: "yaml the same date elsewhere", format: "yaml", plain: "a: one\n", change: replace(`"2024-02-29T12:30:00Z"`, `"2024-02-29T12:30:00+00:00"`)},
		one{name: "yaml no date", format: "yaml", plain: "a: one\n", change: replace("2024-02-29T12:30:00Z", "yesterday")},
		one{name: "yaml metadata of old versions", format: "yaml", plain: "a: one\n", change: replace("sops:\n", "sops:\n    kms: []\n    gcp_kms: []\n    azure_kv: []\n    hc_vault: []\n    pgp: []\n    key_groups: []\n    shamir_threshold: 0\n")},
		one{name: "yaml metadata with lists of null", format: "yaml", plain: "a: one\n", change: replace("sops:\n", "sops:\n    kms: null\n    pgp:\n    unknown: field\n")},
		one{name: "yaml metadata in no mapping", format: "yaml", plain: "a: one\n", change: replace("sops:\n", "sops: text\nother:\n")},
		one{name: "yaml no keys", format: "yaml", plain: "a: one\n", change: replace("    age:\n", "    elsewhere:\n")},
		one{name: "yaml two rules", format: "yaml", plain: "a: one\n", change: replace("sops:\n", "sops:\n    encrypted_regex: x\n")},
		one{name: "yaml no metadata", format: "yaml", plain: "a: one\n", change: replace("sops:\n", "spos:\n")},
		one{name: "yaml a key twice", format: "yaml", plain: "a: one\n", change: func(text string) string { return text[:strings.Index(text, "\n")+1] + text }},
		one{name: "yaml a key that is a number", format: "yaml", plain: "a: one\n", change: func(text string) string { return "1: x\n" + text }},
		one{name: "yaml wrong key", format: "yaml", plain: "a: one\n", with: []string{"b"}},
		one{name: "yaml several identities", format: "yaml", plain: "a: one\n", with: []string{"b", "c", "a"}},
		one{name: "yaml several recipients", format: "yaml", plain: "a: one\n", groups: [][]string{{"b", "c", "a"}}, with: []string{"c"}},
		one{name: "yaml first recipient broken", format: "yaml", plain: "a: one\n", groups: [][]string{{"b", "a"}}, with: []string{"a", "b"}, change: replace("IFgyNTUxOSA", "IFgyNTUxOCA")},
		one{name: "yaml key groups, all", format: "yaml", plain: "a: one\n", groups: [][]string{{"a"}, {"b"}, {"c", "d"}}, threshold: 2, with: []string{"a", "b", "d"}},
		one{name: "yaml key groups, enough", format: "yaml", plain: "a: one\n", groups: [][]string{{"a"}, {"b"}, {"c", "d"}}, threshold: 2, with: []string{"c", "b"}},
		one{name: "yaml key groups, too few", format: "yaml", plain: "a: one\n", groups: [][]string{{"a"}, {"b"}, {"c", "d"}}, threshold: 2, with: []string{"c", "d"}},
		one{name: "yaml key groups without a threshold", format: "yaml", plain: "a: one\n", groups: [][]string{{"a"}, {"b"}, {"c"}}, with: []string{"a", "b", "c"}},
		one{name: "yaml key groups, one of several", format: "yaml", plain: "a: one\n", groups: [][]string{{"a"}, {"b"}}, with: []string{"b"}},
	)
	add(
		one{name: "json all", format: "json", plain: inline},
		one{name: "json data only", format: "json", plain: inline, rule: encryptedRegex("^data$")},
		one{name: "json changed value", format: "json", plain: inline, rule: encryptedRegex("^data$"), change: replace(`"two"`, `"three"`)},
		one{name: "json a key twice", format: "json", plain: `{"a": 1, "a": 2}`},
		one{name: "json empty", format: "json", plain: `{}`},
		one{name: "json more behind", format: "json", plain: `{"a": "x"}`, change: func(text string) string { return text + "more" }},
		one{name: "json wrong key", format: "json", plain: `{"a": "x"}`, with: []string{"d"}},
		one{name: "json list", format: "json", plain: `{"a": "x"}`, change: func(string) string { return "[1]" }},
		one{name: "json cut", format: "json", plain: `{"a": "x"}`, change: func(text string) string { return text[:len(text)/2] }},
		one{name: "dotenv", format: "dotenv", plain: dotenvText},
		one{name: "dotenv partly", format: "dotenv", plain: dotenvText, rule: encryptedRegex("^URL$")},
		one{name: "dotenv changed value", format: "dotenv", plain: dotenvText, rule: encryptedRegex("^URL$"), change: replace("NAME=value", "NAME=other")},
		one{name: "dotenv no assignment", format: "dotenv", plain: "A=b\n", change: func(text string) string { return "nothing\n" + text }},
		one{name: "dotenv several recipients", format: "dotenv", plain: "A=b\n", groups: [][]string{{"b", "a"}}},
		one{name: "dotenv key groups", format: "dotenv", plain: "A=b\n", groups: [][]string{{"b"}, {"a"}}, threshold: 2, with: []string{"a", "b"}},
		one{name: "dotenv list with a gap", format: "dotenv", plain: "A=b\n", change: func(text string) string { return strings.ReplaceAll(text, "__list_0", "__list_1") }},
		one{name: "ini", format: "ini", plain: iniText},
		one{name: "ini partly", format: "ini", plain: iniText, rule: encryptedRegex("^(port|top)$")},
		one{name: "ini changed value", format: "ini", plain: iniText, rule: encryptedRegex("^port$"), change: replace("example.com", "example.org")},
		one{name: "ini quoting", format: "ini", plain: "[a]\nk1 = `with # sign`\nk2 = \"\"\"two\nlines\"\"\"\nk3 = \" padded \"\n`odd=key` = v\nk4 = 'single'\nk5 = a \\\n  b\n", rule: encryptedRegex("^k1$")},
		one{name: "ini sections of one name", format: "ini", plain: "[a]\nx = 1\n[a]\nx = 2\n"},
		one{name: "ini key groups", format: "ini", plain: "[a]\nx = 1\n", groups: [][]string{{"b"}, {"a"}}, threshold: 2, with: []string{"a", "b"}},
		one{name: "binary", format: "binary", plain: "any\ntext \"at\" all\n"},
		one{name: "binary no text", format: "binary", plain: "\xff\x00\xfe"},
		one{name: "yaml no text", format: "yaml", plain: "a: !!binary /wD+\n"},
		one{name: "binary empty", format: "binary", plain: ""},
		one{name: "binary wrong key", format: "binary", plain: "x", with: []string{"b"}},
		one{name: "binary without data", format: "binary", plain: "x", change: replace(`"data"`, `"date"`)},
	)
	return all
}
