// Command applicationset asks Argo CD which Applications it makes of ApplicationSets.
//
//	applicationset < cases > answered
//
// A case is a line of JSON: an ApplicationSet, the files of the one repository, and the Secrets of clusters, all as YAML.
// Each line comes back with the Applications by their names, or with the words in which it was refused.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	argo "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type oneCase struct {
	Name         string            `json:"name"`
	Set          string            `json:"set"`
	Files        map[string]string `json:"files,omitempty"`
	Secrets      []string          `json:"secrets,omitempty"`
	Applications []any             `json:"applications"`
	Error        string            `json:"error,omitempty"`
}

func main() {
	log.SetLevel(log.PanicLevel)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var one oneCase
		check(json.Unmarshal(lines.Bytes(), &one))
		one.Applications, one.Error = []any{}, ""
		answer(&one)
		check(out.Encode(one))
	}
	check(lines.Err())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+err.Error())
		os.Exit(1)
	}
}

func answer(one *oneCase) {
	var set argo.ApplicationSet
	if err := yaml.Unmarshal([]byte(one.Set), &set); err != nil {
		one.Error = err.Error()
		return
	}
	applications, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), set, all(one), &utils.Render{}, world(one, &set))
	if err != nil {
		one.Error = err.Error()
	}
	sort.Slice(applications, func(i, j int) bool { return applications[i].Name < applications[j].Name })
	for _, application := range applications {
		one.Applications = append(one.Applications, shown(&application))
	}
}

// shown is what of an Application is compared: the status is empty, and what is empty is not written.
func shown(application *argo.Application) any {
	data, err := json.Marshal(application)
	check(err)
	var value map[string]any
	check(json.Unmarshal(data, &value))
	delete(value, "status")
	value["apiVersion"], value["kind"] = "argoproj.io/v1alpha1", "Application"
	return value
}

func scheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	check(corev1.AddToScheme(scheme))
	check(argo.AddToScheme(scheme))
	return scheme
}

// world is what the generators ask of the cluster: the project that the set names is there.
func world(one *oneCase, set *argo.ApplicationSet) client.Client {
	project := &argo.AppProject{}
	project.Name, project.Namespace = set.Spec.Template.Spec.Project, "argocd"
	objects := append(secrets(one), project)
	return fake.NewClientBuilder().WithScheme(scheme()).WithRuntimeObjects(objects...).Build()
}

func secrets(one *oneCase) []runtime.Object {
	var secrets []runtime.Object
	for _, text := range one.Secrets {
		var secret corev1.Secret
		check(yaml.Unmarshal([]byte(text), &secret))
		for key, value := range secret.StringData {
			if secret.Data == nil {
				secret.Data = map[string][]byte{}
			}
			secret.Data[key] = []byte(value)
		}
		secrets = append(secrets, &secret)
	}
	return secrets
}

func all(one *oneCase) map[string]generators.Generator {
	clientset := kubefake.NewClientset(secrets(one)...)
	client := fake.NewClientBuilder().WithScheme(scheme()).WithRuntimeObjects(secrets(one)...).Build()
	terminal := map[string]generators.Generator{
		"List":     generators.NewListGenerator(),
		"Clusters": generators.NewClusterGenerator(context.Background(), client, clientset, "argocd"),
		"Git":      generators.NewGitGenerator(files(one.Files), "argocd"),
	}
	nested := with(terminal, terminal)
	return with(terminal, nested)
}

func with(terminal, inner map[string]generators.Generator) map[string]generators.Generator {
	both := map[string]generators.Generator{
		"Matrix": generators.NewMatrixGenerator(inner),
		"Merge":  generators.NewMergeGenerator(inner),
	}
	for name, generator := range terminal {
		both[name] = generator
	}
	return both
}

type files map[string]string

// GetFiles asks Git, as the repository server does by default.
func (f files) GetFiles(_ context.Context, _, _, _, pattern string, _, _ bool) (map[string][]byte, error) {
	folder, err := os.MkdirTemp("", "applicationset")
	check(err)
	defer os.RemoveAll(folder)
	for path, text := range f {
		path = filepath.Join(folder, path)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, []byte(text), 0o644))
	}
	git(folder, "init", "-q")
	git(folder, "add", "-A")
	found := map[string][]byte{}
	for _, path := range strings.Split(git(folder, "ls-files", "--full-name", "-z", "--", pattern), "\x00") {
		if path != "" {
			found[path] = []byte(f[path])
		}
	}
	return found, nil
}

func git(folder string, arguments ...string) string {
	command := exec.Command("git", arguments...)
	command.Dir = folder
	out, err := command.Output()
	check(err)
	return string(out)
}

func (f files) GetDirectories(context.Context, string, string, string, bool, bool) ([]string, error) {
	folders := map[string]bool{}
	for path := range f {
		for folder := filepath.Dir(path); folder != "."; folder = filepath.Dir(folder) {
			if !strings.HasPrefix(folder, ".") && !strings.Contains(folder, "/.") {
				folders[folder] = true
			}
		}
	}
	var sorted []string
	for folder := range folders {
		sorted = append(sorted, folder)
	}
	sort.Strings(sorted)
	return sorted, nil
}
