package main

import (
	"strings"

	yaml3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

// A document with the JSON that kubectl makes of it and the value that goyaml v3 decodes, or that they refuse it.
type documentRow struct {
	YAML   string `json:"yaml"`
	V2     string `json:"v2,omitempty"`
	Error2 bool   `json:"error2,omitempty"`
	V3     any    `json:"v3,omitempty"`
	Error3 bool   `json:"error3,omitempty"`
}

func documentRows() []any {
	return rowsOf(documents())
}

func rowsOf(documents []string) []any {
	var rows []any
	for _, document := range documents {
		row := documentRow{YAML: document}
		if text, err := sigs.YAMLToJSON([]byte(document)); err != nil {
			row.Error2 = true
		} else {
			row.V2 = string(text)
		}
		var value any
		if err := yaml3.Unmarshal([]byte(document), &value); err != nil {
			row.Error3 = true
		} else {
			row.V3 = typed(value)
		}
		rows = append(rows, row)
	}
	return rows
}

func documents() []string {
	list := []string{
		"", "a", "a: 1\n", "- 1\n- two\n- [3, 4.0]\n", "{}\n", "[]\n", "a:\n", "a: ~\n",
		// keys
		"y: 1\n", "n: 1\n", "on: 1\n", "Off: 1\n", "1: a\n", "0x10: a\n", "0777: a\n", "1.5: a\n", "1.0: a\n", "1e3: a\n", "1e6: a\n", "1e7: a\n", "123456789.5: a\n", "0.1: a\n", "0.12345678901: a\n", "1e-5: a\n", "1e39: a\n", ".inf: a\n", "-.inf: a\n", ".nan: a\n", "true: a\n", "TRUE: a\n", "null: a\n", "~: a\n",
		"18446744073709551615: a\n", "-1: a\n", "1_000: a\n", "\"1\": a\n", "'y': a\n", "!!str 1: a\n", "!!int \"1\": a\n", "!!binary aGVsbG8=: a\n", "2001-12-14: a\n", "!!timestamp 2001-12-14: a\n", "? [a]\n: b\n", "? {a: b}\n: c\n", "? a\n: b\n", "? |\n  a\n: b\n", "<<: a\n", "\"<<\": a\n", "!!str <<: a\n", "! <<: {a: 1}\n", "!!merge <<: {a: 1}\n", "x: <<\n", "[<<]\n", "!mine a: b\n",
		// duplicates
		"a: 1\na: 2\n", "a: 1\nb: 2\na: 3\n", "1: a\n0x1: b\n", "a: {b: 1, b: 2}\n", "a: 1\n\"a\": 2\n", "true: 1\nTrue: 2\n", "x:\n- a: 1\n  a: 2\n", "? [a]\n: 1\n? [b]\n: 2\n", "&x a: 1\n&y b: 2\n*x : 3\n", "&x a: 1\nc: 2\n*x : 3\n", "&a a: 1\nb: {*a : 2, *a : 3}\n",
		// merges
		"b: &b {p: 1, q: 2}\nc:\n  <<: *b\n", "b: &b {p: 1, q: 2}\nc:\n  p: 9\n  <<: *b\n", "b: &b {p: 1, q: 2}\nc:\n  <<: *b\n  p: 9\n", "b: &b {p: 1}\nd: &d {p: 2, q: 3}\nc:\n  <<: *b\n  <<: *d\n", "b: &b {p: 1}\nd: &d {p: 2, q: 3}\nc:\n  <<: [*b, *d]\n", "b: &b {p: 1}\nd: &d {p: 2, q: 3}\nc:\n  <<: [*d, *b]\n  r: 4\n",
		"b: &b {p: 1}\nd: &d {p: 2, q: 3}\nc:\n  q: 5\n  <<: [*d, *b]\n  p: 4\n", "b: &b {p: 1}\nc:\n  <<: {x: 1, <<: *b}\n", "b: &b {p: 1, x: 2}\nc:\n  <<: {x: 1, <<: *b}\n", "b: &b {p: 1, x: 2}\nc:\n  <<: {<<: *b, x: 1}\n", "b: &b {p: 1, x: 2}\nc:\n  x: 0\n  <<: {<<: *b, x: 1}\n", "<<: {a: 1}\na: 2\n", "a: 2\n<<: {a: 1}\n", "<<: [{a: 1}, {a: 2, b: 3}]\n", "<<: []\n", "<<: ~\n", "<<:\n", "<<: 1\n", "<<: [1]\n", "<<: [[{a: 1}]]\n",
		"b: &b [{a: 1}]\nc:\n  <<: *b\n", "b: &b x\nc:\n  <<: *b\n", "b: &b {a: 1}\nc:\n  <<: [*b, {c: 2}]\n  \"<<\": q\n", "c:\n  'x': 1\n  <<: {x: 2}\n", "c:\n  1: a\n  <<: {1: b, 2: c}\n", "c:\n  1: a\n  <<: {\"1\": b, 2: c}\n", "c:\n  0x1: a\n  <<: {1: b, 2: c}\n", "c:\n  <<: {0x1: a, 1: b}\n", "c:\n  x: 1\n  <<: {~: a, true: b, 1.5: c, [a]: d}\n", "c:\n  x: 1\n  <<: {~: a, true: b, 1.50: c, !!binary aGk=: d}\n", "c:\n  7: 1\n  <<: {~: a, true: b, 1.50: c}\n", "c:\n  x: 1\n  <<: {true: b, <<: {0x2: c}}\n", "c:\n  x: 1\n  <<: {true: b, y: {1: c}}\n", "c:\n  <<: {a: ~}\n  a: 1\n", "c:\n  a: ~\n  <<: {a: 1}\n", "c:\n  a: 1\n  <<: {a: ~}\n", "b: &b {a: {x: 1}}\nc:\n  <<: *b\n  a: {y: 2}\n",
		"base: &base\n  image: a\n  env: [x]\none:\n  <<: *base\n  image: b\ntwo:\n  env: []\n  <<: *base\n", "a: &a\n  <<: &b {x: 1}\n  y: *b\n", "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n", "a: &a {x: 1}\nb: &b {x: 2, <<: *a, y: 2}\nc: {<<: [*b, *a], z: 3}\n", "c:\n  <<: {a: 1}\n  <<: {a: 2}\n  a: 3\n", "? <<\n: {a: 1}\nb: 2\n", "<<: !!map {a: 1}\n", "<<: {a: 1}\nb: {<<: {c: 1}}\n", "a: 3\nb: 1\n<<: [{b: 2, c: 2}, {c: 3, d: 3}]\nc: 4\n",
		// aliases
		"a: &x 1\nb: *x\n", "a: &x [1, 2]\nb: *x\nc: [*x, *x]\n", "a: &x {k: v}\nb: *x\n", "a: &x 1\nb: &x 2\nc: *x\n", "a: *x\n", "a: &x [*x]\n", "&x a: *x\n", "a: &x {b: *x}\n", "a: &x {b: &y {c: *x}}\n", "a: &x yes\nb: *x\nc: &y \"yes\"\nd: *y\n", "- &x a\n- *x\n- &x b\n- *x\n", "a: &x {<<: {y: 1}}\nb: {<<: *x}\n", "a: &x ~\nb: *x\n", "&x a: 1\nb: *x\n", "*x : 1\n", "a: &x\n  - 1\nb: *x\n", "a: &x !!str 1\nb: *x\n",
		// scalars in place
		"a: yes\nb: 0777\nc: 1_000\nd: 1e3\ne: 1.0\nf: 1E400\n", "a: .inf\n", "a: .nan\n", "a: 123456789012345678901234567890\n", "a: !!int x\n", "a: !!float 1\n", "a: !!str 1\nb: !!int \"3\"\n", "a: !!binary aGVsbG8=\n", "a: !!binary /w==\n", "a: !!binary /+H6YQ==\n", "a: !!binary x\n", "a: 2001-12-14\nb: 2001-12-14T21:59:43.10-05:00\nc: \"2001-12-14\"\n", "a: !mine x\nb: !mine [1]\nc: !mine {k: v}\n", "a: ! 1\nb: ! \"1\"\n", "a: !!set {x, y}\n", "a: !!omap [x: 1]\n", "a: !!null x\n", "a: !!null ''\n", "a: !!bool yes\n", "a: !!seq [1]\nb: !!map {c: 1}\n", "a: |\n  1\nb: >\n  x\n  y\nc: |-\n  true\n",
		"a: 1e21\nb: 1e20\nc: 1e-7\nd: 0.000001\ne: 100000000000000000000000\n", "a: <b>&\n", "a: \"\\u2028\\x07\\t\"\n", "é: ü\n", "😀: 😀\n", "a: -0\nb: -0.0\nc: +1\nd: 0b11\ne: 0o17\n", "a: 9223372036854775807\nb: 9223372036854775808\nc: 18446744073709551616\n", "%YAML 1.1\n---\na: 1\n", "%TAG ! tag:e.com,2000:\n---\na: !x 1\n", "a: !<tag:yaml.org,2002:int> \"3\"\n", "a: !!python/x 1\n", "a: # c\n  b # d\n", "\ufeffa: 1\n",
		// block scalars that end with the text
		"a: |\n  x", "a: |+\n  x", "a: >\n  x", "a: |-\n  x", "a: |\n  x\n  ", "a: |\n  x\n  y", "a: >\n  x\n  y", "a: |+\n  x\n\n  ", "a: |\n  x ", "|\n x", "- |\n x", "a: |\n\n", "a: |", "a: |+\n\n", "a: |\r\n  x", "a: |\r\n  x\r\n  y\r\n", "a: |\n  x\nb: |\n  x",
		"b: 2\na: 1\nc: {z: 1, y: 2}\n", "a: [yes, no, ~, 1, 1.5, x]\n", "- - a\n  - b\n- c\n", "a: [1, 2\n  ,3]\n", "{a: 1, b: [x, {c: d}]}\n", "{\"a\":1,\"b\":null}\n", "a: 'x''y'\nb: \"x\\\"y\"\n", "a: x\n  y\n", "a: ''\nb: \"\"\n",
	}
	return append(list, laughs(3), strings.Repeat("- ", 50)+"x\n")
}

// laughs is a small document whose aliases multiply.
func laughs(levels int) string {
	text := "a0: &a0 [x, x]\n"
	for level := 1; level <= levels; level++ {
		previous := string(rune('0' + level - 1))
		text += "a" + string(rune('0'+level)) + ": &a" + string(rune('0'+level)) + " [*a" + previous + ", *a" + previous + "]\n"
	}
	return text
}
