// Command envsubst asks fluxcd/pkg/envsubst what it makes of templates.
//
//	envsubst < CASES.jsonl        one {"template", "variables", "strict"} a line; prints each with its outcome
//	envsubst lines [--strict]     standard input line by line, with the environment, as `flux envsubst` does
//
// The outcome is "text", "bytes" in hexadecimal digits where characters were cut in two, or the words of an "error". A
// panic is a "panic".
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/fluxcd/pkg/envsubst"
)

type question struct {
	Template  string            `json:"template"`
	Variables map[string]string `json:"variables,omitempty"`
	Strict    bool              `json:"strict,omitempty"`
	Text      *string           `json:"text,omitempty"`
	Bytes     *string           `json:"bytes,omitempty"`
	Error     *string           `json:"error,omitempty"`
	Panic     *string           `json:"panic,omitempty"`
}

func main() {
	var err error
	switch {
	case len(os.Args) == 1:
		err = answerAll(os.Stdin, os.Stdout)
	case os.Args[1] == "lines":
		err = lines(os.Stdin, os.Stdout, len(os.Args) > 2 && os.Args[2] == "--strict")
	default:
		err = fmt.Errorf("usage: envsubst [lines [--strict]]")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "✗ %v\n", err)
		os.Exit(1)
	}
}

func answerAll(from io.Reader, to io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReader(from))
	out := bufio.NewWriter(to)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var asked question
		if err := decoder.Decode(&asked); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		answer(&asked)
		if err := encoder.Encode(asked); err != nil {
			return err
		}
	}
}

func answer(asked *question) {
	asked.Text, asked.Bytes, asked.Error, asked.Panic = nil, nil, nil, nil
	defer func() {
		if told := recover(); told != nil {
			words := fmt.Sprint(told)
			asked.Panic = &words
		}
	}()
	text, err := envsubst.Eval(asked.Template, func(name string) (string, bool) {
		value, exists := asked.Variables[name]
		return value, exists || !asked.Strict
	})
	switch {
	case err != nil:
		words := err.Error()
		asked.Error = &words
	case utf8.ValidString(text):
		asked.Text = &text
	default:
		digits := hex.EncodeToString([]byte(text))
		asked.Bytes = &digits
	}
}

// lines does what cmd/flux/envsubst.go of fluxcd/flux2 v2.9.2 does.
func lines(from io.Reader, to io.Writer, strict bool) error {
	stdin := bufio.NewScanner(from)
	stdout := bufio.NewWriter(to)
	for stdin.Scan() {
		line, err := envsubst.EvalEnv(stdin.Text(), strict)
		if err != nil {
			return err
		}
		if _, err = fmt.Fprintln(stdout, line); err != nil {
			return err
		}
		if err = stdout.Flush(); err != nil {
			return err
		}
	}
	return nil
}
