// Command flux builds a folder of a repository as Flux's controllers do: what the source controller packs, the generator
// of fluxcd/pkg/kustomize over it, the build, and the metadata that is common to all objects.
//
//	flux version
//	flux build ROOT FOLDER [FILE]    FILE, below ROOT, holds one Flux Kustomization and, maybe, its source
//	flux substitute                  one object with variables a line, as JSON; prints each with what became of it
//
// Prints the objects as kustomize does; with spec.commonMetadata, each with its keys sorted.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"github.com/fluxcd/pkg/sourceignore"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+err.Error())
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "version":
		return printVersion()
	case len(arguments) == 1 && arguments[0] == "substitute":
		return substituteAll(os.Stdin, os.Stdout)
	case len(arguments) == 3 && arguments[0] == "build":
		return build(arguments[1], arguments[2], "")
	case len(arguments) == 4 && arguments[0] == "build":
		return build(arguments[1], arguments[2], arguments[3])
	}
	return errors.New("usage: flux version | flux build ROOT FOLDER [FILE] | flux substitute")
}

func printVersion() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("the binary does not know its modules")
	}
	for _, module := range info.Deps {
		if module.Path == "github.com/fluxcd/pkg/kustomize" {
			fmt.Println(module.Version)
			return nil
		}
	}
	return errors.New("the binary holds no generator")
}

func build(root, folder, file string) error {
	kustomization := unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
	var ignore *string
	if file != "" {
		objects, err := readObjects(filepath.Join(root, file))
		if err != nil {
			return err
		}
		kustomization, ignore = pick(objects, kustomization)
	}
	artifact, err := os.MkdirTemp("", "artifact")
	if err != nil {
		return err
	}
	defer os.RemoveAll(artifact)
	if artifact, err = filepath.EvalSymlinks(artifact); err != nil {
		return err
	}
	if err := pack(root, artifact, ignore); err != nil {
		return err
	}
	err = printBuilt(artifact, filepath.Join(artifact, folder), kustomization)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), artifact, root))
	}
	return nil
}

func readObjects(path string) ([]unstructured.Unstructured, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yamlutil.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	var objects []unstructured.Unstructured
	for {
		var object unstructured.Unstructured
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if object.Object != nil {
			objects = append(objects, object)
		}
	}
}

// pick finds the Kustomization, and what its source says is to be ignored.
func pick(objects []unstructured.Unstructured, kustomization unstructured.Unstructured) (unstructured.Unstructured, *string) {
	var ignore *string
	for _, object := range objects {
		if object.GetKind() == "Kustomization" {
			kustomization = object
		} else if told, found, _ := unstructured.NestedString(object.Object, "spec", "ignore"); found {
			ignore = &told
		}
	}
	return kustomization, ignore
}

// pack copies what the source controller archives: regular files that no pattern leaves out.
func pack(root, artifact string, ignore *string) error {
	domain := strings.Split(root, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(root, domain)
	if err != nil {
		return err
	}
	if ignore != nil {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(*ignore), domain)...)
	}
	matcher := sourceignore.NewDefaultMatcher(patterns, domain)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() || matcher.Match(strings.Split(path, string(filepath.Separator)), false) {
			return nil
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		copied := filepath.Join(artifact, below)
		if err := os.MkdirAll(filepath.Dir(copied), 0o755); err != nil {
			return err
		}
		return os.WriteFile(copied, content, 0o644)
	})
}

func printBuilt(artifact, folder string, kustomization unstructured.Unstructured) error {
	if _, err := os.Stat(folder); err != nil {
		return errors.New("kustomization path not found: " + err.Error())
	}
	if _, err := kustomize.NewGenerator(artifact, kustomization).WriteFile(folder); err != nil {
		return err
	}
	built, err := kustomize.SecureBuild(artifact, folder, false)
	if err != nil {
		return err
	}
	printed, err := built.AsYaml()
	if err != nil {
		return err
	}
	labels, hasLabels, _ := unstructured.NestedStringMap(kustomization.Object, "spec", "commonMetadata", "labels")
	annotations, hasAnnotations, _ := unstructured.NestedStringMap(kustomization.Object, "spec", "commonMetadata", "annotations")
	if hasLabels || hasAnnotations {
		if printed, err = withMetadata(printed, labels, annotations); err != nil {
			return err
		}
	}
	_, err = os.Stdout.Write(printed)
	return err
}

func withMetadata(printed []byte, labels, annotations map[string]string) ([]byte, error) {
	objects, err := ssautil.ReadObjects(bytes.NewReader(printed))
	if err != nil {
		return nil, err
	}
	ssautil.SetCommonMetadata(objects, labels, annotations)
	var texts []string
	for _, object := range objects {
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return []byte(strings.Join(texts, "---\n")), nil
}
