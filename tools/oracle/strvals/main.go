// Prints what Helm makes of the texts of its case files: the kind of text, the text, and the map as JSON or the error.
// Floats are printed as float64(1), which tells them from integers. A file of a text holds "content of" and its path; none
// holds anything if its path has "missing". The only argument is the version of Helm, 3 or 4.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"

	options3 "helm.sh/helm/v3/pkg/cli/values"
	v3 "helm.sh/helm/v3/pkg/strvals"
	options4 "helm.sh/helm/v4/pkg/cli/values"
	v4 "helm.sh/helm/v4/pkg/strvals"
)

type kind struct {
	name  string
	parse func(string, map[string]any) error
}

// What is there before a whole object is merged over it.
const before = `keep={"x":1},list=[3]`

func read(path []rune) (any, error) {
	if strings.Contains(string(path), "missing") {
		return nil, errors.New("no content")
	}
	return "content of " + string(path), nil
}

func into(dest, merged map[string]any, err error) error {
	for key, value := range merged {
		dest[key] = value
	}
	return err
}

func kinds(version string) (string, map[string][]kind) {
	if version == "3" {
		return "helm.sh/helm/v3 v3.21.4", map[string][]kind{
			"cases.txt":      {{"set", v3.ParseInto}, {"string", v3.ParseIntoString}, {"literal", v3.ParseLiteralInto}},
			"cases-json.txt": {{"json", v3.ParseJSON}},
			"cases-object.txt": {{"object", func(text string, dest map[string]any) error {
				merged, err := (&options3.Options{JSONValues: []string{before, text}}).MergeValues(nil)
				return into(dest, merged, err)
			}}},
			"cases-file.txt": {{"file", func(text string, dest map[string]any) error {
				return v3.ParseIntoFile(text, dest, read)
			}}},
		}
	}
	return "helm.sh/helm/v4 v4.2.4", map[string][]kind{
		"cases.txt":      {{"set", v4.ParseInto}, {"string", v4.ParseIntoString}, {"literal", v4.ParseLiteralInto}},
		"cases-json.txt": {{"json", v4.ParseJSON}},
		"cases-object.txt": {{"object", func(text string, dest map[string]any) error {
			merged, err := (&options4.Options{JSONValues: []string{before, text}}).MergeValues(nil)
			return into(dest, merged, err)
		}}},
		"cases-file.txt": {{"file", func(text string, dest map[string]any) error {
			return v4.ParseIntoFile(text, dest, read)
		}}},
	}
}

func show(value any) string {
	switch value := value.(type) {
	case float64:
		return "float64(" + strconv.FormatFloat(value, 'g', -1, 64) + ")"
	case []any:
		items := []string{}
		for _, item := range value {
			items = append(items, show(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		keys := []string{}
		for key := range value {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for at, key := range keys {
			keys[at] = show(key) + ":" + show(value[key])
		}
		return "{" + strings.Join(keys, ",") + "}"
	default:
		var out strings.Builder
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			log.Fatal(err)
		}
		return strings.TrimSpace(out.String())
	}
}

func main() {
	module, cases := kinds(os.Args[1])
	var rows strings.Builder
	for _, name := range []string{"cases.txt", "cases-json.txt", "cases-object.txt", "cases-file.txt"} {
		file, err := os.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			for _, kind := range cases[name] {
				values := map[string]any{}
				outcome := ""
				if err := kind.parse(lines.Text(), values); err != nil {
					outcome = "error: " + err.Error()
				} else {
					outcome = show(values)
				}
				fmt.Fprintf(&rows, "%s\t%s\t%s\n", kind.name, strings.ReplaceAll(lines.Text(), "\t", "<tab>"), outcome)
			}
		}
	}
	fmt.Printf("# pkg/strvals of %s, sha256 of the rows below: %x\n%s", module, sha256.Sum256([]byte(rows.String())), rows.String())
}
