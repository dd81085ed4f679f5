// Prints, for texts that are JSON strings on its input, the manifests that Helm 3 and Helm 4 find in them, as JSON lines.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	v3 "helm.sh/helm/v3/pkg/releaseutil"
	v4 "helm.sh/helm/v4/pkg/release/v1/util"
)

func inOrder(found map[string]string) []string {
	manifests := []string{}
	for index := range len(found) {
		manifests = append(manifests, found[fmt.Sprintf("manifest-%d", index)])
	}
	return manifests
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var text string
		if json.Unmarshal(lines.Bytes(), &text) == nil {
			out.Encode([]any{text, inOrder(v3.SplitManifests(text)), inOrder(v4.SplitManifests(text))})
		}
	}
}
