// Oracle writes the golden tables that the crate `manifest` is tested against.
//
// It asks the YAML libraries that kubectl, Helm and kustomize link what they make of a list of inputs, and writes input
// and answer side by side. Run it as README.md says; nothing of the project needs it at run time or in CI.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: oracle DIRECTORY")
		os.Exit(2)
	}
	tables := []struct {
		name string
		rows func() []any
	}{
		{"scalars.jsonl", scalarRows},
		{"documents.jsonl", documentRows},
		{"tolerated.jsonl", toleratedRows},
		{"values.jsonl", valueRows},
		{"nodes.jsonl", nodeRows},
	}
	for _, table := range tables {
		if err := write(filepath.Join(os.Args[1], table.name), table.rows()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// write puts one row on a line, as JSON without HTML escapes.
func write(path string, rows []any) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for _, row := range rows {
		if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	fmt.Println(path, len(rows))
	return buffered.Flush()
}
