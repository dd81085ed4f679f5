package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"

	"go.yaml.in/yaml/v3"
)

// documents is how many random documents there are of each format.
const documents = 40

// words are what random texts are put together from: whatever a format may have to quote.
var words = []string{
	"a", "secret", "yes", "null", "~", "42", "1.5", "0x1f", "2024-02-29", "1:30", "#", " # ", ": ", "- ", "'", "\"", "\\", "\n", "\n\n",
	"\t", " ", "  ", "é", "☃", "=", "[", "{", "}", "]", ",", "&x", "*x", "!!str", "%", "@", "`", "|", ">", "?", "ENC[", "<<", "\u2028",
}

func randomCases() []one {
	random := rand.New(rand.NewSource(20240229))
	var all []one
	for i := range documents {
		tree := randomMap(random, 0)
		yamlText, _ := yaml.Marshal(tree)
		jsonText, _ := json.Marshal(tree)
		all = append(all,
			one{name: fmt.Sprintf("random yaml %d", i), format: "yaml", plain: string(yamlText)},
			one{name: fmt.Sprintf("random json %d", i), format: "json", plain: string(jsonText)},
			one{name: fmt.Sprintf("random dotenv %d", i), format: "dotenv", plain: randomDotenv(random)},
			one{name: fmt.Sprintf("random ini %d", i), format: "ini", plain: randomINI(random)},
			one{name: fmt.Sprintf("random binary %d", i), format: "binary", plain: randomText(random)},
		)
	}
	for i := range all {
		all[i].isRandom = true
	}
	return all
}

func randomMap(random *rand.Rand, depth int) map[string]any {
	tree := map[string]any{}
	for i := range random.Intn(5) + 1 {
		tree[fmt.Sprintf("k%d%s", i, strings.TrimSpace(words[random.Intn(10)]))] = randomValue(random, depth+1)
	}
	return tree
}

func randomValue(random *rand.Rand, depth int) any {
	kinds := 8
	if depth > 3 {
		kinds = 6
	}
	switch random.Intn(kinds) {
	case 0, 1:
		return randomText(random)
	case 2:
		return random.Intn(2_000_000) - 1_000_000
	case 3:
		return random.NormFloat64() * 1e6
	case 4:
		return random.Intn(2) == 0
	case 5:
		return nil
	case 6:
		var items []any
		for range random.Intn(4) {
			items = append(items, randomValue(random, depth+1))
		}
		return items
	default:
		return randomMap(random, depth)
	}
}

func randomText(random *rand.Rand) string {
	var text strings.Builder
	for range random.Intn(6) {
		text.WriteString(words[random.Intn(len(words))])
	}
	return text.String()
}

func randomLine(random *rand.Rand) string {
	return strings.ReplaceAll(randomText(random), "\n", " ")
}

func randomDotenv(random *rand.Rand) string {
	var text strings.Builder
	for i := range random.Intn(5) + 1 {
		fmt.Fprintf(&text, "KEY%d=%s\n", i, randomLine(random))
	}
	return text.String()
}

func randomINI(random *rand.Rand) string {
	var text strings.Builder
	for i := range random.Intn(3) + 1 {
		fmt.Fprintf(&text, "[s%d]\n", i)
		for j := range random.Intn(4) {
			line := strings.NewReplacer("`", "", "\\", "", "\"", "").Replace(randomLine(random))
			fmt.Fprintf(&text, "key%d = `%s`\n", j, line)
		}
	}
	return text.String()
}
