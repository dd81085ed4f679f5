// Prints what Helm makes of the texts on its input: the kind of text, the text, and the map as JSON or the error.
// The only argument is the version of Helm, 3 or 4.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	v3 "helm.sh/helm/v3/pkg/strvals"
	v4 "helm.sh/helm/v4/pkg/strvals"
)

type kind struct {
	name  string
	parse func(string, map[string]any) error
}

func main() {
	kinds := []kind{{"set", v4.ParseInto}, {"string", v4.ParseIntoString}, {"literal", v4.ParseLiteralInto}}
	if len(os.Args) > 1 && os.Args[1] == "3" {
		kinds = []kind{{"set", v3.ParseInto}, {"string", v3.ParseIntoString}, {"literal", v3.ParseLiteralInto}}
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for _, kind := range kinds {
			values := map[string]any{}
			outcome := ""
			if err := kind.parse(lines.Text(), values); err != nil {
				outcome = "error: " + err.Error()
			} else if printed, err := json.Marshal(values); err == nil {
				outcome = string(printed)
			}
			fmt.Printf("%s\t%s\t%s\n", kind.name, lines.Text(), outcome)
		}
	}
}
