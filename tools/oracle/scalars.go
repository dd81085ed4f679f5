package main

import (
	"encoding/json"
	"strings"

	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
)

// A scalar as it stands in a sequence item, with what each library decodes it to, or null and an error.
type scalarRow struct {
	Text    string `json:"text"`
	Written string `json:"written"`
	Tag     string `json:"tag,omitempty"`
	V2      any    `json:"v2,omitempty"`
	Error2  bool   `json:"error2,omitempty"`
	V3      any    `json:"v3,omitempty"`
	Error3  bool   `json:"error3,omitempty"`
}

func scalarRows() []any {
	var rows []any
	for _, text := range scalarTexts() {
		rows = append(rows, scalarRowsOf(text)...)
	}
	return rows
}

func scalarRowsOf(text string) []any {
	var rows []any
	for _, written := range []string{"plain", "quoted", "block"} {
		tags := []string{"", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!mine", "!", "!!custom"}
		if !worthTagging(text) {
			tags = tags[:1]
		}
		if written == "block" {
			tags = []string{"", "!!int", "!"}
		}
		for _, tag := range tags {
			document, ok := place(text, written, tag)
			if ok {
				rows = append(rows, scalarRowOf(text, written, tag, document))
			}
		}
	}
	return rows
}

// place writes the scalar as the only item of a sequence, or says that it cannot stand there in that style.
func place(text, written, tag string) (string, bool) {
	lead := "- "
	if tag != "" {
		lead += tag + " "
	}
	switch written {
	case "plain":
		document := lead + text + "\n"
		var node yaml3.Node
		if yaml3.Unmarshal([]byte(document), &node) != nil || len(node.Content) != 1 || len(node.Content[0].Content) != 1 {
			return "", false
		}
		item := node.Content[0].Content[0]
		plain := item.Kind == yaml3.ScalarNode && item.Value == text && item.Style&^yaml3.TaggedStyle == 0
		return document, plain
	case "quoted":
		quoted, err := json.Marshal(text)
		must(err)
		return lead + string(quoted) + "\n", true
	default:
		if text == "" || strings.TrimSpace(text) != text {
			return "", false
		}
		return lead + "|-\n  " + text + "\n", true
	}
}

func scalarRowOf(text, written, tag, document string) any {
	row := scalarRow{Text: text, Written: written, Tag: tag}
	var two, three []any
	if err := yaml2.Unmarshal([]byte(document), &two); err != nil {
		row.Error2 = true
	} else {
		row.V2 = typed(two[0])
	}
	if err := yaml3.Unmarshal([]byte(document), &three); err != nil {
		row.Error3 = true
	} else {
		row.V3 = typed(three[0])
	}
	return row
}

// worthTagging keeps the table small: the full set of tags goes only with texts of a few kinds.
func worthTagging(text string) bool {
	switch text {
	case "", "~", "null", "true", "yes", "0", "1", "-3", "0x1F", "0777", "1.5", "1.0", "1e3", "18446744073709551615", ".inf",
		"2001-12-14", "2001-12-14T21:59:43Z", "aGVsbG8=", "aGVsbG8", "<<", "hello", "1_000", "/w==", "AA==", "====", "aGVs bG8=":
		return true
	}
	return false
}

func scalarTexts() []string {
	texts := strings.Split(wordTexts, " ")
	texts = append(texts, "", "<<", "hello world", "2001-12-14 21:59:43", "2001-12-14  21:59:43.5", "2001-12-14 21:59:43 -5",
		"aGVs bG8=", "1 000", "a b", "2001-12-14 1:2:3.", "2001-12-14 1:2", "2001-12-14 24:00:00", "2001-12-14 ")
	for _, base := range []string{"0", "7", "08", "0777", "0x1F", "0o17", "0b101", "1.5", "1.", ".5", "1e3", "12345678901234567890"} {
		for _, change := range []func(string) string{
			func(s string) string { return "+" + s },
			func(s string) string { return "-" + s },
			func(s string) string { return "_" + s },
			func(s string) string { return s + "_" },
			func(s string) string { return s[:1] + "_" + s[1:] },
			func(s string) string { return s + "e5" },
			func(s string) string { return s + "E-5" },
			func(s string) string { return s + "." },
			func(s string) string { return s + "a" },
			func(s string) string { return strings.ToUpper(s) },
			func(s string) string { return "0" + s },
			func(s string) string { return "--" + s },
			func(s string) string { return "+-" + s },
		} {
			texts = append(texts, change(base))
		}
	}
	return unique(texts)
}

func unique(texts []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

const wordTexts = "~ null Null NULL nULL nil none true True TRUE tRUE false False FALSE fALSE y Y yes Yes YES yEs n N no No NO on On ON oN off Off OFF oFF " +
	"t f T F o O ye nO yess noo 0 1 7 8 9 10 08 09 007 0777 00 000 0o777 0O777 0o8 0o 0x 0x1F 0X1f 0xg 0xFFFFFFFFFFFFFFFF 0x10000000000000000 " +
	"0b101 0B101 0b2 0b 0b-1 0b+1 0o-7 0o+7 0x-1 -0b1 -0b101 -0b-1 -0o7 -0x1F +0x1F +0b1 1_000 1__0 _1 1_ 0_7 0x_1 0_x1 -_1 -1_0 1_0.5_0 .5_0 ._5 .5_ .5__0 .5e1_0 .5_e1 .5e_1 .5_0_1e2 1_0e1_0 " +
	"1.0 1.5 1. .5 . .. ... 1.2.3 1.e3 .5e3 .e3 +.5 -.5 +1. 1e3 1E3 1e+3 1e-3 1e 1e+ e3 1E400 685e523 1e-400 1e308 1.7976931348623157e308 1.8e308 4.9e-324 " +
	"0e0 -0 +0 -0.0 0.0 00.5 1,000 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 " +
	"18446744073709551616 +18446744073709551615 123456789012345678901234567890 -123456789012345678901234567890 0777777777777777777777 " +
	"01777777777777777777777 02000000000000000000000 .inf .Inf .INF .iNF +.inf -.inf +.Inf -.INF inf Inf infinity .nan .NaN .NAN .nAn nan +.nan -.nan " +
	"1:30 12:30:45 190:20:30 190:20:30.15 1:60 0:0 2001-12-14 2001-1-1 2001-13-01 2001-02-29 2000-02-29 1900-02-29 2001-02-30 2001-00-10 2001-1-0 2001-1-32 201-1-1 20011-1-1 " +
	"2001-12-14T21:59:43Z 2001-12-14t21:59:43z 2001-12-14t21:59:43Z 2001-12-14T21:59:43.10-05:00 2001-12-14T21:59:43 2001-12-14T1:2:3Z 2001-12-14T21:59:43,5Z " +
	"2001-12-14T21:59:43.Z 2001-12-14T21:59:43.1234567890123Z 2001-12-14T24:00:00Z 2001-12-14T23:60:00Z 2001-12-14T23:59:60Z 2001-12-14T21:59:43+24:00 " +
	"2001-12-14T21:59:43+25:00 2001-12-14T21:59:43+05:61 2001-12-14T21:59:43+0500 2001-12-14T21:59:43+05 2001-12-14T21:59:43+00:00 2001-12-14T21:59:43-00:30 2001-12-14T Z 0000-1-1 9999-12-31 " +
	"aGVsbG8= aGVsbG8 /w== AA== ==== hello v1 1.29 1.30 v1.30 1.30.0 10Gi 100m 0.5Gi 1e3m 12e 0x1Fz 1a a1 -a --1 ++1 +a -1a = == === <<< < >= ! a:b a#b // /dev/null " +
	"é 日本 😀 ١ １ 1é ½ ∞ null1 true1 truefalse 1.0.0 1-2 1/2 1+1 1*2 50% $1 €1 1s 5m 24h 0s 100Mi 0644 0755 0600 420 1e10 1e06 12e03 1.0e+06 1_0_0 +12e03 685.230_15e+03 685_230.15 190:20:30.15 " +
	"0x0A 0xdeadBEEF 0b1010_0111 0o14 014 +12345 -0o14 -012 -08 -09.5 08.5 09e1 0_8 0e 0E5 0x1p3 0x1.8p1 1p3 1f 1d 1n 1u 1L 0xFFu infinityx NaN Infinity -inf +inf -Inf ~~ ~1 n/a N/A y1 no1 On1 offf"
