// Command template executes templates with Go's text/template and writes down what comes of them.
//
//	template version
//	template complete < CASES > CASES
//
// The first line of the cases holds the data that all are executed over; each other line is one case: a template, the
// answer to missing keys, and what was printed or the words in which it failed, which are made again.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type head struct {
	MadeBy string `json:"made_by"`
	// What templates can call: the functions below, or those of sprig.
	Functions string `json:"functions"`
	Inputs    string `json:"inputs"`
	// The zone of the machine that executes them; UTC if none is named.
	Zone string          `json:"zone,omitempty"`
	Data json.RawMessage `json:"data"`
}

type outcome struct {
	Template string  `json:"template"`
	Missing  string  `json:"missing,omitempty"`
	Printed  *string `json:"printed,omitempty"`
	Failed   *string `json:"failed,omitempty"`
}

// functions have one parameter of each type that the crate's signatures know; the tests have the same ones.
var functions = template.FuncMap{
	"str":      func(text string) string { return "<" + text + ">" },
	"integer":  func(number int) int { return number + 1 },
	"int64":    func(number int64) int64 { return number + 1 },
	"float":    func(number float64) float64 { return number / 2 },
	"flag":     func(flag bool) bool { return !flag },
	"items":    func(items []any) int { return len(items) },
	"texts":    func(texts []string) int { return len(texts) },
	"entries":  func(entries map[string]any) int { return len(entries) },
	"octets":   func(octets []byte) int { return len(octets) },
	"anything": func(value any) any { return value },
	"several":  func(text string, numbers ...int) string { return fmt.Sprint(text, len(numbers)) },
	"failing":  func() (string, error) { return "", errors.New("it fails") },
	"nothing":  func() any { return nil },
	"list":     func(items ...any) []any { return items },
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: template version | template complete < CASES > CASES")
	}
	switch arguments[0] {
	case "version":
		fmt.Println(runtime.Version())
		return nil
	case "complete":
		return complete(os.Stdin, os.Stdout)
	}
	return fmt.Errorf("no such command: %q", arguments[0])
}

func complete(from io.Reader, to io.Writer) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return errors.New("no data")
	}
	var first head
	if err := json.Unmarshal(lines.Bytes(), &first); err != nil {
		return err
	}
	// Go reads it when a local time is asked for first.
	if err := os.Setenv("TZ", cmp.Or(first.Zone, "UTC")); err != nil {
		return err
	}
	known, err := functionsOf(first.Functions)
	if err != nil {
		return err
	}
	digest := sha256.New()
	digest.Write(first.Data)
	var cases []outcome
	for lines.Scan() {
		var one outcome
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		fmt.Fprintf(digest, "\n%s\n%s", one.Missing, one.Template)
		cases = append(cases, execute(one, known, first.Data))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	first.MadeBy = "text/template of " + runtime.Version()
	first.Inputs = fmt.Sprintf("%x", digest.Sum(nil))
	if err := print(to, first); err != nil {
		return err
	}
	for _, one := range cases {
		if err := print(to, one); err != nil {
			return err
		}
	}
	return nil
}

func print(to io.Writer, line any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		return err
	}
	_, err := to.Write(text.Bytes())
	return err
}

func functionsOf(name string) (template.FuncMap, error) {
	switch name {
	case "of each type":
		return functions, nil
	case "of sprig v3.3.0":
		return sprig.TxtFuncMap(), nil
	}
	return nil, fmt.Errorf("no such functions: %q", name)
}

func execute(one outcome, known template.FuncMap, data json.RawMessage) outcome {
	made := outcome{Template: one.Template, Missing: one.Missing}
	fail := func(err error) outcome {
		told := err.Error()
		made.Failed = &told
		return made
	}
	// Each case has data of its own, since a function may change it.
	var over any
	if err := json.Unmarshal(data, &over); err != nil {
		return fail(err)
	}
	parsed := template.New("t").Funcs(known)
	if one.Missing != "" {
		parsed = parsed.Option("missingkey=" + one.Missing)
	}
	parsed, err := parsed.Parse(one.Template)
	if err != nil {
		return fail(err)
	}
	var printed bytes.Buffer
	if err := parsed.Execute(&printed, over); err != nil {
		return fail(err)
	}
	text := printed.String()
	made.Printed = &text
	return made
}
