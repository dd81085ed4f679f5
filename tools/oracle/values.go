package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"

	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	sigs "sigs.k8s.io/yaml"
)

// A value with what each library prints for it. A text equal to V2 is left out; V2 itself is if it changes by chance.
type valueRow struct {
	Value   any     `json:"value"`
	V2      string  `json:"v2"`
	Chance  bool    `json:"chance,omitempty"`
	Sigs    *string `json:"sigs,omitempty"`
	SigsBad bool    `json:"sigs_error,omitempty"`
	V3      *string `json:"v3,omitempty"`
	Wide    *string `json:"wide,omitempty"`
	Compact *string `json:"compact,omitempty"`
	JSON    string  `json:"json,omitempty"`
	Lines   string  `json:"lines,omitempty"`
}

func valueRows() []any {
	var rows []any
	for _, value := range values() {
		rows = append(rows, valueRowOf(value))
	}
	return rows
}

func valueRowOf(value any) any {
	// The inputs go through JSON so that the tests read what was printed.
	text, err := json.Marshal(value)
	must(err)
	var read any
	must(json.Unmarshal(text, &read))
	goValue := untyped(read)

	row := valueRow{Value: read}
	two, err := yaml2.Marshal(goValue)
	must(err)
	row.V2 = string(two)
	if isChance(goValue, row.V2) {
		row.V2, row.Chance = "", true
	}
	other := func(text []byte) *string {
		if string(text) == row.V2 {
			return nil
		}
		different := string(text)
		return &different
	}
	if kubectl, err := sigs.Marshal(goValue); row.Chance {
		// What it prints is no fact.
	} else if err != nil {
		row.SigsBad = true
	} else {
		row.Sigs = other(kubectl)
	}
	three, err := yaml3.Marshal(goValue)
	must(err)
	row.V3 = other(three)
	row.Wide = other(kustomize(goValue, kyaml.WideSequenceStyle))
	row.Compact = other(kustomize(goValue, kyaml.CompactSequenceStyle))
	if line, err := json.Marshal(goValue); err == nil {
		row.JSON = string(line)
		lines, err := json.MarshalIndent(goValue, "", "  ")
		must(err)
		if string(lines) != string(line) {
			row.Lines = string(lines)
		}
	}
	return row
}

// isChance says whether v2 prints a value differently from run to run: its order of keys contradicts itself on some.
func isChance(value any, printed string) bool {
	for range 50 {
		again, err := yaml2.Marshal(value)
		must(err)
		if string(again) != printed {
			return true
		}
	}
	return false
}

func kustomize(value any, style kyaml.SequenceIndentStyle) []byte {
	var printed bytes.Buffer
	encoder := kyaml.NewEncoderWithOptions(&printed, &kyaml.EncoderOptions{SeqIndent: style})
	must(encoder.Encode(value))
	must(encoder.Close())
	return printed.Bytes()
}

func values() []any {
	var all []any
	for _, text := range texts() {
		all = append(all, m(pair{"key", text}, pair{"list", []any{text, m(pair{"in", text})}}))
		if len(text) < 200 {
			all = append(all, text)
		}
		if len(text) < 40 || len(text) > 100 {
			all = append(all, m(pair{text, "value"}, pair{"k", m(pair{text, []any{"item"}})}))
		}
	}
	for _, number := range numbers() {
		all = append(all, m(pair{"n", number}), []any{number})
	}
	all = append(all, shapes()...)
	all = append(all, keys()...)
	return all
}

// texts are those that some style would change or some reader would take for something else.
func texts() []string {
	long := "the quick brown fox jumps over the lazy dog and runs away from the wolf that lives in the dark wood near by"
	list := []string{
		"", " ", "  ", "\n", "\n\n", " \n", "\n ", "\t", "a", " a", "a ", "a\n", "a\n\n", "a\n\n\n", "\na", "\n\na", " a\n", "a \n", "a\n b", "a\n\n b\n", "a \nb",
		"a\tb", "\ta", "a\t", "a\n\tb", "a\tb\nc", "a: b", "a:b", "a:", ":a", ": a", ":", "a :b", "a #b", "a# b", "#a", "# a", "- a", "-a", "-", "--", "---", "--- a", "...", "... a", "....",
		"? a", "?a", "?", "!a", "! a", "&a", "*a", "%a", "@a", "`a", "|", ">", "|a", ">a", "'a", "\"a", "a'b", "a\"b", "'a'", "\"a\"", "it's", "{a", "}a", "[a", "]a", ",a", "a,b", "a{b", "a}b", "a[b", "a]b",
		"{}", "[]", "{a: b}", "[a, b]", "a?b", "a!b", "a&b", "a*b", "a\\b", "\\", "a\r\nb", "a\rb", "\r", "é", "日本語", "a\u0085b", "\u0085", "a\u00a0b", "a\u2028b", "a\u2029b\n", "\u2028", "\ufeff", "\ufeffab", "a\ufeffb",
		"😀", "a😀b", "\x00", "a\x00b", "\x07\x08\x0b\x0c\x1b", "\x01", "\x7f", "\u0080", "\u009f", "\ufffd", "\ufffe", "\U0010ffff", "\ue000",
		"true", "false", "True", "TRUE", "tRUE", "yes", "no", "y", "n", "Y", "N", "on", "off", "On", "OFF", "null", "Null", "~", "nil", "none", "<<", "=",
		"0", "1", "-1", "+1", "08", "0777", "0o777", "0x1F", "0b101", "1_000", "_1", "1.0", "1.", ".5", "1e3", "1E400", "685e523", ".inf", "-.inf", ".nan", ".Inf", "1:30", "12:30:45", "190:20:30.15", "1:60", "1:2:", ":1", "+1:30", "1_0:30",
		"2001-12-14", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43", "2001-1-32", "123456789012345678901234567890", "18446744073709551615", "0.1.2", "1.29", "v1.29", "1.30.0", "10Gi", "100m", "0x", "-", "+", ".", "..",
		"/dev/null", "http://a.b/c?d=e&f=g#h", "<b>&</b>", "a=b", "$(VAR)", "${VAR}", "{{ .Values.a }}", "{{- if }}", "x {{ y }}", "%YAML 1.1", "key: |\n  block\n", "- a\n- b\n", "# comment\n", "#!/bin/sh\nset -e\necho \"hi\"\n", "a\n---\nb\n", "  indented\nfirst\n",
		"first\n  indented\n", "trailing space \nnext\n", "a\n\n\nb\n", "a\nb", "a\nb\n\n", "line one\r\nline two\r\n", "tab\tin\nlines\n", "\tlead\nlines\n", "ünï\ncödé\n", "emoji 😀\nlines\n", "nul\x00\nlines\n", "a\u2028b\nc\n", "\u2028a\n",
		long, long + "\n", long + " " + long, " " + long, long + " ", "a: " + long, "'" + long + "'", "\"" + long + "\"", long + "\n" + long, strings.ReplaceAll(long, " ", "  "), "a: " + strings.ReplaceAll(long, " ", "   "), strings.ReplaceAll(long, " ", "_"),
		long + "\t" + long, "\x00" + long, "\x00 " + strings.ReplaceAll(long, " ", "  "), strings.Repeat("x", 79) + " y", strings.Repeat("x", 80) + " y z", strings.Repeat("x", 81) + " y z", "true " + strings.Repeat("é ", 60), "# " + long, long + ": " + long + " #",
		strings.Repeat("k", 127), strings.Repeat("k", 128), strings.Repeat("k", 129), strings.Repeat("é", 64), strings.Repeat("é", 65), strings.Repeat("k", 125) + ": x", strings.Repeat("k ", 70), strings.Repeat("k", 1020), strings.Repeat("k", 1022), strings.Repeat("k", 1023), strings.Repeat("k", 1024), strings.Repeat("k", 1025), strings.Repeat("k", 1100),
		"a\u0085b\u0085\u0085c", "a \u0085 b", "\u0085a\u0085", "a\u0085\tb", "null\n", "true\n", "1\n", "key:\n", "? complex\n", "\"quoted\"\n", "'single'\n", "{flow}\n", "a # b\n", "%a\n", "@a\n", "\n\n\n", " \n ", "a\n ", "a\n  \n", "a\n \nb\n", "x\n\t\n",
	}
	return unique(list)
}

func numbers() []any {
	list := []any{nil, true, false, i(0), i(1), i(-1), i(math.MaxInt64), i(math.MinInt64), u(math.MaxUint64), u(1 << 63), i(1000000), i(1234567890123)}
	for _, number := range []float64{0, math.Copysign(0, -1), 1, -1, 1.5, 0.1, 0.5, 100, 1e3, 1e5, 1e6, 999999, 1234567, 123456.7, 1234567.8, 12345678, 1e7, 1e15, 1e16, 1e17, 1e20, 1e21, 1e22, 1.5e21, 1e100, 1.7976931348623157e308, 5e-324, 1e-3,
		1e-4, 1e-5, 1e-6, 9.9e-7, 1e-7, 1.5e-7, 0.00012345, 0.000012345, 3.14159265358979, 2.5e10, 9007199254740993, 1.2345678901234568e+29, 1e-10, 1.25e-10, 1e-100, 18446744073709551615, 9223372036854775807, 4294967296.5, 33.333333333333336, math.Inf(1), math.Inf(-1)} {
		list = append(list, f(number))
	}
	return list
}

func shapes() []any {
	empty, none := m(), []any{}
	return []any{
		empty, none, []any{empty}, []any{none}, []any{none, empty}, m(pair{"a", empty}), m(pair{"a", none}), m(pair{"a", nil}), []any{nil}, []any{[]any{"a"}}, []any{[]any{"a", "b"}, "c"}, []any{[]any{[]any{"a"}}},
		[]any{[]any{m(pair{"a", "b"}, pair{"c", "d"})}}, []any{m(pair{"a", "b"}, pair{"c", "d"}), m(pair{"a", "b"})}, m(pair{"a", []any{"b", "c"}}), m(pair{"a", []any{[]any{"b"}, []any{"c", []any{"d"}}}}),
		m(pair{"a", []any{m(pair{"b", []any{"c"}}, pair{"d", m(pair{"e", "f"})})}}), m(pair{"a", m(pair{"b", m(pair{"c", m(pair{"d", "e"})})})}), []any{m(pair{"a", []any{"b"}})}, []any{m(pair{"a", m(pair{"b", []any{"c", m(pair{"d", "e"})}})})},
		m(pair{"a", []any{"x\ny\n", m(pair{"k", "x\ny\n"}), []any{"x\ny"}}}), []any{"x\ny\n"}, []any{[]any{" x\ny\n"}}, []any{[]any{[]any{" x\ny\n"}}}, m(pair{"a", m(pair{"b", m(pair{"c", " lead\nx\n"})})}), m(pair{"a", []any{m(pair{"b", []any{" lead\nx\n"}})}}),
		m(pair{"a", []any{none, empty, nil, ""}}), m(pair{"apiVersion", "v1"}, pair{"kind", "ConfigMap"}, pair{"metadata", m(pair{"name", "a"}, pair{"labels", m(pair{"app.kubernetes.io/name", "a"})})}, pair{"data", m(pair{"k", "v\n"}, pair{"n", "1"}, pair{"b", "true"})}),
		m(pair{"spec", m(pair{"containers", []any{m(pair{"name", "c"}, pair{"image", "i:1"}, pair{"ports", []any{m(pair{"containerPort", i(80)})}}, pair{"command", []any{"sh", "-c", "echo hi\nexit 0\n"}})}})}),
		m(pair{strings.Repeat("k", 129), m(pair{"a", "b"})}), m(pair{strings.Repeat("k", 129), []any{"a", "b"}}), m(pair{strings.Repeat("k", 129), empty}), []any{m(pair{strings.Repeat("k", 129), []any{"a"}})}, m(pair{"a\nb", []any{"c"}}), m(pair{"a\nb", m(pair{"c", "d"})}),
		deep(12), m(pair{"a", deep(5)}),
	}
}

func deep(levels int) any {
	if levels == 0 {
		return "x"
	}
	if levels%2 == 0 {
		return []any{deep(levels - 1), "y"}
	}
	return m(pair{"k", deep(levels - 1)})
}

// keys are mappings whose order and whose keys' form is of interest.
func keys() []any {
	sets := [][]string{
		{"a", "b", "A", "B", "aa", "aB", "Ab", "_a", "-a", "0a", "a0"}, {"a1", "a2", "a10", "a20", "a100", "a01", "a001", "a"}, {"1", "2", "10", "01", "001", "100", "20"}, {"a-1", "a-2", "a-10", "a.1", "a_1", "a/1", "a 1", "a1"},
		{"a1b", "a1c", "a2b", "a10b", "a1", "ab", "a-b", "a.b"}, {"v1", "v1beta1", "v1alpha1", "v2", "v10", "v2beta1"}, {"app", "app.kubernetes.io/name", "app-name", "appName", "apps", "app_"}, {"é", "e", "f", "ée", "ea", "日", "本"}, {"a0", "a00", "a000", "a1", "a01"},
		{"m²", "m2", "m", "mé", "m½", "m٣", "m3", "m٣٣"}, {"日1", "日本", "日-", "日", "а", "б1", "б10", "б2"},
		{"10", "1a", "1-", "1.", "1"}, {"a10x", "a1x", "a1-x", "a100"}, {"a105", "a15", "a1050", "a10"}, {"", "a", " ", "\n", "0"}, {"x.y", "x-y", "x_y", "xy", "x/y", "x:y", "x"}, {"TLS", "tls", "Tls", "tLS"}, {"b", "a\nb", "a"},
		{"metadata", "kind", "apiVersion", "spec", "status", "data"}, {"9", "a", "Z", "_", "-", "."}, {"k8s", "k8", "k80", "k8s.io", "k"}, {"1.10", "1.9", "1.2.3", "1.20"}, {"a1", "aa", "a-", "a"}, {"99999999999999999999", "9", "99999999999999999998"}, {"ab", "a1", "a", "abc", "ab1"},
	}
	var all []any
	for _, set := range sets {
		var pairs []any
		for index, key := range set {
			pairs = append(pairs, pair{key, i(int64(index))})
		}
		all = append(all, m(pairs...))
	}
	return append(all,
		m(pair{i(1), "a"}, pair{i(10), "b"}, pair{i(2), "c"}, pair{i(-1), "d"}),
		m(pair{i(1), "a"}, pair{"1", "b"}, pair{true, "c"}, pair{f(1.5), "d"}, pair{"x", "e"}, pair{nil, "f"}),
		m(pair{f(1.5), "a"}, pair{f(0.5), "b"}, pair{f(1e6), "c"}, pair{i(1), "d"}),
		m(pair{true, "a"}, pair{false, "b"}), m(pair{u(math.MaxUint64), "a"}, pair{i(1), "b"}), m(pair{nil, "a"}),
	)
}
