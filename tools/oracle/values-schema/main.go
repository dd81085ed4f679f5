// Prints what Helm says of values beside schemas: for each case of cases.jsonl the case, and the text by Helm 3 and by
// Helm 4, empty where the values are good. Helm walks maps in random order: of many runs the least text is printed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"

	chart3 "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/common/util"
)

const runs = 400

// A chart: its name, its schema, and the charts that it depends on.
type source struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	Charts []source        `json:"charts"`
}

type row struct {
	source
	Values json.RawMessage `json:"values"`
}

func of3(from source) *chart3.Chart {
	made := &chart3.Chart{Metadata: &chart3.Metadata{Name: from.Name, Version: "1.0.0", APIVersion: "v2"}, Schema: from.Schema}
	for _, dependency := range from.Charts {
		made.AddDependency(of3(dependency))
	}
	return made
}

func of4(from source) *chart4.Chart {
	made := &chart4.Chart{Metadata: &chart4.Metadata{Name: from.Name, Version: "1.0.0", APIVersion: "v2"}, Schema: from.Schema}
	for _, dependency := range from.Charts {
		made.AddDependency(of4(dependency))
	}
	return made
}

func least(validate func() error) string {
	found := ""
	for run := range runs {
		text := ""
		if err := validate(); err != nil {
			text = err.Error()
		}
		if run == 0 || text < found {
			found = text
		}
	}
	return found
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		if lines.Text() == "" {
			continue
		}
		given := row{source: source{Name: "c"}}
		if err := json.Unmarshal(lines.Bytes(), &given); err != nil {
			log.Fatal(lines.Text(), err)
		}
		// As a chart's loader does: JSON numbers are floats.
		values := map[string]any{}
		if err := json.Unmarshal(given.Values, &values); err != nil {
			log.Fatal(lines.Text(), err)
		}
		by3 := least(func() error { return chartutil.ValidateAgainstSchema(of3(given.source), values) })
		by4 := least(func() error { return util.ValidateAgainstSchema(of4(given.source), values) })
		if by3 != by4 {
			fmt.Fprintln(os.Stderr, "differ:", lines.Text())
		}
		if err := out.Encode([]any{json.RawMessage(lines.Bytes()), by3, by4}); err != nil {
			log.Fatal(err)
		}
	}
}
