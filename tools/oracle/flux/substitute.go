package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/fluxcd/pkg/kustomize"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/provider"
)

// substitution is an object with the postBuild of a Flux Kustomization, and what the cluster holds beside: data by
// "ConfigMap/name" and "Secret/name". What came of it is a text, the words of an error, or that it was skipped.
type substitution struct {
	Object    string                       `json:"object"`
	PostBuild map[string]any               `json:"postBuild"`
	Cluster   map[string]map[string]string `json:"cluster,omitempty"`
	Strict    bool                         `json:"strict,omitempty"`
	Text      *string                      `json:"text,omitempty"`
	Skipped   bool                         `json:"skipped,omitempty"`
	Error     *string                      `json:"error,omitempty"`
}

// cluster answers what LoadVariables asks for.
type cluster struct {
	client.Client
	data map[string]map[string]string
}

func (c cluster) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	switch object := object.(type) {
	case *corev1.ConfigMap:
		data, found := c.data["ConfigMap/"+key.Name]
		if !found {
			return apierrors.NewNotFound(schema.GroupResource{Resource: "configmaps"}, key.Name)
		}
		object.Data = data
	case *corev1.Secret:
		data, found := c.data["Secret/"+key.Name]
		if !found {
			return apierrors.NewNotFound(schema.GroupResource{Resource: "secrets"}, key.Name)
		}
		object.Data = map[string][]byte{}
		for name, value := range data {
			object.Data[name] = []byte(value)
		}
	default:
		return fmt.Errorf("nothing is known of %T", object)
	}
	return nil
}

// substituteAll answers a substitution a line.
func substituteAll(from io.Reader, to io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReader(from))
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	for {
		var asked substitution
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		asked.Text, asked.Skipped, asked.Error = nil, false, nil
		if err := asked.answer(); err != nil {
			words := err.Error()
			asked.Error = &words
		}
		if err := encoder.Encode(asked); err != nil {
			return err
		}
	}
}

// answer does what the kustomize controller does with each object of a build.
func (asked *substitution) answer() error {
	object, err := provider.NewDefaultDepProvider().GetResourceFactory().FromBytes([]byte(asked.Object))
	if err != nil {
		return err
	}
	kustomization := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": asked.PostBuild},
	}}
	substituted, err := kustomize.SubstituteVariables(
		context.Background(), cluster{data: asked.Cluster}, kustomization, object,
		kustomize.SubstituteWithStrict(asked.Strict),
		kustomize.SubstituteWithAlways(asked.PostBuild["substituteStrategy"] == "Always"),
	)
	if err != nil {
		return err
	}
	if substituted == nil {
		asked.Skipped = true
		return nil
	}
	printed, err := substituted.AsYAML()
	if err != nil {
		return err
	}
	text := string(printed)
	asked.Text = &text
	return nil
}
