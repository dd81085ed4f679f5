// Prints what Helm 3 and Helm 4 believe of a cluster that they do not ask. With an argument, 3 or 4, the API versions of
// that Helm in their order, one a line; without, for texts that are JSON strings on its input, how both read them as
// `--kube-version`, as JSON lines: the text, and for either what `.Capabilities.KubeVersion` then has (`.Version`, the
// version itself as a text, `.Major`, `.Minor`) or the error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	v3 "helm.sh/helm/v3/pkg/chartutil"
	v4 "helm.sh/helm/v4/pkg/chart/common"
)

func by3(text string) any {
	version, err := v3.ParseKubeVersion(text)
	if err != nil {
		return err.Error()
	}
	return []string{version.Version, version.String(), version.Major, version.Minor}
}

func by4(text string) any {
	version, err := v4.ParseKubeVersion(text)
	if err != nil {
		return err.Error()
	}
	return []string{version.Version, version.String(), version.Major, version.Minor}
}

func printVersions(versions []string) {
	for _, version := range versions {
		fmt.Println(version)
	}
}

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "3":
			printVersions(v3.DefaultVersionSet)
		case "4":
			printVersions(v4.DefaultVersionSet)
		}
		return
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var text string
		if json.Unmarshal(lines.Bytes(), &text) == nil {
			out.Encode([]any{text, by3(text), by4(text)})
		}
	}
}
