package main

import (
	"strings"

	"github.com/getsops/sops/v3"
)

// repositoryCases are what the repositories in the tests of the crate gitops hold. Their clear values stand nowhere else, so
// that a test can look for them in all that is printed.
func repositoryCases() []one {
	ofSecrets := func(metadata *sops.Metadata) { metadata.EncryptedRegex = "^(data|stringData)$" }
	secret := func(name, data string) string {
		return "apiVersion: v1\nkind: Secret\nmetadata:\n    name: " + name + "\n    namespace: flux-system\nstringData:\n" + data
	}
	changed := func(text string) string { return strings.Replace(text, "type:str", "type:int", 1) }
	return []one{
		{name: "variables", format: "yaml", rule: ofSecrets,
			plain: secret("variables", "    DOMAIN: zebra7.example.org\n    TOKEN: Quokka-Token-4711\n")},
		{name: "values", format: "yaml", rule: ofSecrets,
			plain: secret("values", "    values.yaml: |\n        password: Wombat-Pass-9921\n        mode: loud\n    single: Numbat-Single-31\n")},
		{name: "environment", format: "dotenv", plain: "PASSWORD=Bilby-Env-5512\n"},
		{name: "partly", format: "yaml", rule: func(metadata *sops.Metadata) { metadata.EncryptedRegex = "^password$" },
			plain: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: partly\n    namespace: flux-system\ndata:\n    user: admin\n    password: Possum-Part-8100\n"},
		{name: "other key", format: "yaml", rule: ofSecrets, groups: [][]string{{"b"}}, with: []string{"b"},
			plain: secret("other", "    LOST: Dugong-Lost-6600\n")},
		{name: "changed", format: "yaml", rule: ofSecrets, change: changed,
			plain: secret("changed", "    password: Kowari-Mac-7700\n")},
	}
}
