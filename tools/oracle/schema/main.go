// Schema writes what kustomize's strategic merge needs to know of the kinds, as crates/kustomize/data/README.md says.
//
// It asks the OpenAPI documents that are compiled into kyaml: which fields a type has, which of its lists merge by which
// keys, which kinds have a namespace. Nothing of the project needs it at run time or in CI.
package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/openapi/kubernetesapi"
	"sigs.k8s.io/kustomize/kyaml/openapi/kustomizationapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const definitions = "#/definitions/"

func main() {
	kubernetes, err := kubernetesDocument()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var kustomization spec.Swagger
	if err := kustomization.UnmarshalJSON(kustomizationapi.MustAsset("kustomizationapi/swagger.json")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "# kyaml's Kubernetes %s and its kustomization API\n", kubernetesapi.DefaultOpenAPI)
	writeDocument(out, "kubernetes", kubernetes)
	writeDocument(out, "kustomization", &kustomization)
	writeScopes(out, kubernetes)
}

func kubernetesDocument() (*spec.Swagger, error) {
	name := "kubernetesapi/" + strings.ReplaceAll(kubernetesapi.DefaultOpenAPI, ".", "_") + "/swagger.pb"
	var document openapi_v2.Document
	if err := proto.Unmarshal(kubernetesapi.OpenAPIMustAsset[kubernetesapi.DefaultOpenAPI](name), &document); err != nil {
		return nil, err
	}
	var swagger spec.Swagger
	_, err := swagger.FromGnostic(&document)
	return &swagger, err
}

// writeDocument writes the types of a document, each with its kinds and fields.
func writeDocument(out *bufio.Writer, name string, document *spec.Swagger) {
	fmt.Fprintf(out, "document %s\n", name)
	for _, name := range sortedKeys(document.Definitions) {
		definition := document.Definitions[name]
		refuseOther(name, &definition)
		fmt.Fprintf(out, "type %s\n", name)
		kinds, _ := definition.Extensions["x-kubernetes-group-version-kind"].([]interface{})
		for _, kind := range kinds {
			meta := typeMeta(kind)
			fmt.Fprintf(out, "  = %s %s\n", meta.APIVersion, meta.Kind)
		}
		for _, field := range sortedKeys(definition.Properties) {
			property := definition.Properties[field]
			fmt.Fprintf(out, "  %s %s\n", field, shape(name+"."+field, &property))
		}
	}
}

// shape is what a field holds: `-` a scalar or an object of unknown fields, `@type`, `{}` a map of, `[]` a list of; between the
// brackets stand the keys that the list merges by, `*` for a list of scalars that merges.
func shape(place string, schema *spec.Schema) string {
	if ref := schema.Ref.String(); ref != "" {
		return "@" + strings.TrimPrefix(ref, definitions)
	}
	if len(schema.Properties) > 0 {
		panic(place + ": fields within a field")
	}
	switch {
	case schema.Items != nil:
		return "[" + mergeKeys(schema) + "]" + shape(place, schema.Items.Schema)
	case schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil:
		return "{}" + shape(place, schema.AdditionalProperties.Schema)
	default:
		return "-"
	}
}

func mergeKeys(schema *spec.Schema) string {
	strategy, keys := (&openapi.ResourceSchema{Schema: schema}).PatchStrategyAndKeyList()
	switch {
	case !slices.Contains(strings.Split(strategy, ","), "merge"):
		return ""
	case len(keys) == 0:
		return "*"
	default:
		return strings.Join(keys, ",")
	}
}

// refuseOther stops at a definition that the form has no words for.
func refuseOther(name string, definition *spec.Schema) {
	hasValues := definition.AdditionalProperties != nil && definition.AdditionalProperties.Schema != nil
	if definition.Ref.String() != "" || definition.Items != nil || hasValues {
		panic(name + ": a definition that is no object with fields")
	}
}

// writeScopes writes of each kind that a path serves whether it has a namespace.
func writeScopes(out *bufio.Writer, document *spec.Swagger) {
	scopes := map[yaml.TypeMeta]string{}
	for _, item := range document.Paths.Paths {
		if item.Get == nil {
			continue
		}
		kind, found := item.Get.Extensions["x-kubernetes-group-version-kind"]
		if !found {
			continue
		}
		meta := typeMeta(kind)
		if namespaced, known := openapi.IsNamespaceScoped(meta); known {
			scopes[meta] = map[bool]string{true: "namespaced", false: "cluster"}[namespaced]
		}
	}
	fmt.Fprintln(out, "scopes")
	var lines []string
	for meta, scope := range scopes {
		lines = append(lines, fmt.Sprintf("  %s %s %s", meta.APIVersion, meta.Kind, scope))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
}

func typeMeta(extension interface{}) yaml.TypeMeta {
	kind := extension.(map[string]interface{})
	version := kind["version"].(string)
	if group, _ := kind["group"].(string); group != "" {
		version = group + "/" + version
	}
	return yaml.TypeMeta{APIVersion: version, Kind: kind["kind"].(string)}
}

func sortedKeys[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
