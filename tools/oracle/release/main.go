// Makes and reads records of releases with the storage drivers of Helm 3 and Helm 4.
//
// Without an argument it prints a row for each record: the version of Helm, the name of the case, what stands in the
// `release` of a ConfigMap, and the JSON in it. With `read` it takes such texts, one a line, lets both drivers decode each,
// and prints what both encode of it again, as JSON.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"os"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	chart3 "helm.sh/helm/v3/pkg/chart"
	release3 "helm.sh/helm/v3/pkg/release"
	driver3 "helm.sh/helm/v3/pkg/storage/driver"
	time3 "helm.sh/helm/v3/pkg/time"
	common4 "helm.sh/helm/v4/pkg/chart/common"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	status4 "helm.sh/helm/v4/pkg/release/common"
	release4 "helm.sh/helm/v4/pkg/release/v1"
	driver4 "helm.sh/helm/v4/pkg/storage/driver"
)

// A store of one ConfigMap, in place of a cluster.
type store struct {
	corev1.ConfigMapInterface
	held *v1.ConfigMap
}

func (s *store) Create(_ context.Context, made *v1.ConfigMap, _ metav1.CreateOptions) (*v1.ConfigMap, error) {
	s.held = made
	return made, nil
}

func (s *store) Get(context.Context, string, metav1.GetOptions) (*v1.ConfigMap, error) {
	return s.held, nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write3(made *release3.Release) string {
	held := &store{}
	check(driver3.NewConfigMaps(held).Create("key", made))
	return held.held.Data["release"]
}

func write4(made *release4.Release) string {
	held := &store{}
	check(driver4.NewConfigMaps(held).Create("key", made))
	return held.held.Data["release"]
}

func unpacked(data string) string {
	packed, err := base64.StdEncoding.DecodeString(data)
	check(err)
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	check(err)
	unpacked, err := io.ReadAll(reader)
	check(err)
	return string(unpacked)
}

const (
	odd      = "<a href=\"x\">&'é😀\u2028\u2029\t\r\n\b\f\x00\x1f\x7f\\/"
	manifest = "---\n# Source: c/templates/a.yaml\napiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata:\n  name: a\n  annotations: {x: \"<&>\"}\n"
	hook     = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: h\n"
	schema   = `{"type":"object"}`
)

var (
	first = time.Date(2024, 2, 29, 12, 30, 45, 123456789, time.FixedZone("", 3600))
	last  = time.Date(2025, 1, 2, 3, 4, 5, 600000000, time.UTC)
)

func values() map[string]any {
	return map[string]any{
		"text": odd, "int": 1.0, "float": 1.5, "large": 1e21, "small": 1e-7, "big": 12345678.0, "exact": int64(9007199254740993),
		"null": nil, "true": true, "list": []any{"a", 1.0, nil, map[string]any{"b": "c"}}, "empty": map[string]any{}, "é<": "k",
	}
}

func cases3() map[string]*release3.Release {
	chart := func() *chart3.Chart {
		made := &chart3.Chart{
			Metadata: &chart3.Metadata{
				Name: "c", Version: "1.2.3", APIVersion: "v2", AppVersion: "4.5", Description: odd, KubeVersion: ">=1.20.0", Type: "application",
				Keywords: []string{"k"}, Sources: []string{"https://s"}, Maintainers: []*chart3.Maintainer{{Name: "m", Email: "e@x"}},
				Annotations:  map[string]string{"a": "b", "<": ">"},
				Dependencies: []*chart3.Dependency{{Name: "d", Version: "1.x", Repository: "https://r", Condition: "d.enabled", Tags: []string{"t"}, Enabled: true, ImportValues: []any{"x", map[string]any{"child": "a", "parent": "b"}}, Alias: "e"}},
			},
			Lock:      &chart3.Lock{Generated: first, Digest: "sha256:x", Dependencies: []*chart3.Dependency{{Name: "d", Version: "1.0.0", Repository: "https://r"}}},
			Templates: []*chart3.File{{Name: "templates/a.yaml", Data: []byte("{{ .Values.text }}\n\xff\x00")}, {Name: "templates/empty.yaml", Data: []byte{}}},
			Values:    values(), Schema: []byte(schema), Files: []*chart3.File{{Name: "README.md", Data: []byte(odd)}, {Name: "nil"}},
		}
		made.AddDependency(&chart3.Chart{Metadata: &chart3.Metadata{Name: "d", Version: "1.0.0", APIVersion: "v2"}})
		return made
	}
	info := func() *release3.Info {
		return &release3.Info{FirstDeployed: time3.Time{Time: first}, LastDeployed: time3.Time{Time: last}, Description: "Upgrade complete", Status: release3.StatusDeployed, Notes: odd}
	}
	return map[string]*release3.Release{
		"full": {
			Name: "r", Info: info(), Chart: chart(), Config: values(), Manifest: manifest + odd, Version: 7, Namespace: "n",
			Hooks: []*release3.Hook{
				{Name: "h", Kind: "CronJob", Path: "c/templates/h.yaml", Manifest: hook, Events: []release3.HookEvent{release3.HookPreUpgrade, release3.HookTest}, LastRun: release3.HookExecution{StartedAt: time3.Time{Time: first}, CompletedAt: time3.Time{Time: last}, Phase: release3.HookPhaseSucceeded}, Weight: -5, DeletePolicies: []release3.HookDeletePolicy{release3.HookSucceeded}, OutputLogPolicies: []release3.HookOutputLogPolicy{release3.HookOutputOnFailed}},
				{Name: "i", Kind: "Job", Path: "c/templates/i.yaml", Manifest: odd, Events: []release3.HookEvent{release3.HookPostInstall}},
			},
			Labels: map[string]string{"team": "x"},
		},
		"least":       {Name: "r", Info: &release3.Info{}},
		"uninstalled": {Name: "r", Info: &release3.Info{FirstDeployed: time3.Time{Time: first}, LastDeployed: time3.Time{Time: last}, Deleted: time3.Time{Time: last}, Status: release3.StatusUninstalled}, Chart: &chart3.Chart{Metadata: &chart3.Metadata{Name: "c"}}, Version: 1, Namespace: "n"},
		"pending":     {Name: "r", Info: &release3.Info{Status: release3.StatusPendingUpgrade}, Chart: chart(), Config: map[string]any{}, Manifest: "", Version: 2, Namespace: "n"},
	}
}

func cases4() map[string]*release4.Release {
	chart := func() *chart4.Chart {
		made := &chart4.Chart{
			Metadata: &chart4.Metadata{
				Name: "c", Version: "1.2.3", APIVersion: "v2", AppVersion: "4.5", Description: odd, KubeVersion: ">=1.20.0", Type: "application",
				Annotations:  map[string]string{"a": "b", "<": ">"},
				Dependencies: []*chart4.Dependency{{Name: "d", Version: "1.x", Repository: "https://r", Condition: "d.enabled", Alias: "e"}},
			},
			Lock:      &chart4.Lock{Generated: first, Digest: "sha256:x"},
			Templates: []*common4.File{{Name: "templates/a.yaml", ModTime: first, Data: []byte("{{ .Values.text }}\n\xff\x00")}, {Name: "templates/b.yaml", Data: []byte{}}},
			Values:    values(), Schema: []byte(schema), SchemaModTime: last, ModTime: last, Files: []*common4.File{{Name: "README.md", Data: []byte(odd)}},
		}
		return made
	}
	return map[string]*release4.Release{
		"full": {
			Name: "r", Info: &release4.Info{FirstDeployed: first, LastDeployed: last, Description: "Upgrade complete", Status: status4.StatusDeployed, Notes: odd}, Chart: chart(), Config: values(), Manifest: manifest + odd, Version: 7, Namespace: "n", ApplyMethod: "ssa",
			Hooks: []*release4.Hook{
				{Name: "h", Kind: "CronJob", Path: "c/templates/h.yaml", Manifest: hook, Events: []release4.HookEvent{release4.HookPreUpgrade, release4.HookTest}, LastRun: release4.HookExecution{StartedAt: first, CompletedAt: last, Phase: release4.HookPhaseSucceeded}, Weight: -5, DeletePolicies: []release4.HookDeletePolicy{release4.HookSucceeded}, OutputLogPolicies: []release4.HookOutputLogPolicy{release4.HookOutputOnFailed}},
				{Name: "i", Kind: "Job", Path: "c/templates/i.yaml", Manifest: odd, Events: []release4.HookEvent{release4.HookPostInstall}},
			},
		},
		"least":       {Name: "r", Info: &release4.Info{}},
		"uninstalled": {Name: "r", Info: &release4.Info{FirstDeployed: first, LastDeployed: last, Deleted: last, Status: status4.StatusUninstalled}, Chart: &chart4.Chart{Metadata: &chart4.Metadata{Name: "c"}}, Version: 1, Namespace: "n"},
		"pending":     {Name: "r", Info: &release4.Info{Status: status4.StatusPendingUpgrade}, Chart: chart(), Config: map[string]any{}, Version: 2, Namespace: "n", ApplyMethod: "csa"},
	}
}

type row struct {
	Helm int    `json:"helm"`
	Case string `json:"case"`
	Data string `json:"data"`
	JSON string `json:"json"`
}

func read(lines *bufio.Scanner, out *json.Encoder) {
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		held := &store{held: &v1.ConfigMap{Data: map[string]string{"release": lines.Text()}}}
		by3, err := driver3.NewConfigMaps(held).Get("key")
		check(err)
		got, err := driver4.NewConfigMaps(held).Get("key")
		check(err)
		by4, is := got.(*release4.Release)
		if !is {
			log.Fatalf("not a release: %T", got)
		}
		check(out.Encode([]string{unpacked(write3(by3)), unpacked(write4(by4))}))
	}
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 && os.Args[1] == "read" {
		read(bufio.NewScanner(os.Stdin), out)
		return
	}
	for _, name := range []string{"full", "least", "uninstalled", "pending"} {
		by3, by4 := write3(cases3()[name]), write4(cases4()[name])
		check(out.Encode(row{3, name, by3, unpacked(by3)}))
		check(out.Encode(row{4, name, by4, unpacked(by4)}))
	}
}
