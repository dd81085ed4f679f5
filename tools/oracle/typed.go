package main

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"
)

// typed turns a decoded value into JSON that keeps its Go type: numbers as {"i"}, {"u"} or {"f"}, mappings as a list of
// pairs sorted by key, bytes that are no text as {"b"}, times as {"t"}.
func typed(value any) any {
	switch value := value.(type) {
	case nil, bool:
		return value
	case string:
		if !utf8.ValidString(value) {
			return map[string]any{"b": fmt.Sprintf("%x", value)}
		}
		return value
	case int:
		return map[string]any{"i": strconv.Itoa(value)}
	case int64:
		return map[string]any{"i": strconv.FormatInt(value, 10)}
	case uint64:
		return map[string]any{"u": strconv.FormatUint(value, 10)}
	case float64:
		return map[string]any{"f": strconv.FormatFloat(value, 'g', -1, 64)}
	case time.Time:
		return map[string]any{"t": value.Format(time.RFC3339Nano)}
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, typed(item))
		}
		return items
	case map[string]any:
		pairs := make([][2]any, 0, len(value))
		for key, entry := range value {
			pairs = append(pairs, [2]any{key, typed(entry)})
		}
		return sorted(pairs)
	case map[any]any:
		pairs := make([][2]any, 0, len(value))
		for key, entry := range value {
			pairs = append(pairs, [2]any{typed(key), typed(entry)})
		}
		return sorted(pairs)
	default:
		panic(fmt.Sprintf("no typed form for %T", value))
	}
}

func sorted(pairs [][2]any) any {
	sort.Slice(pairs, func(a, b int) bool { return fmt.Sprint(pairs[a][0]) < fmt.Sprint(pairs[b][0]) })
	return map[string]any{"m": pairs}
}

// untyped is the inverse of typed. Mappings with other than string keys become map[any]any.
func untyped(value any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, untyped(item))
		}
		return items
	case map[string]any:
		for kind, content := range value {
			return tagged(kind, content)
		}
	}
	return value
}

func tagged(kind string, content any) any {
	switch kind {
	case "i":
		number, err := strconv.ParseInt(content.(string), 10, 64)
		must(err)
		return number
	case "u":
		number, err := strconv.ParseUint(content.(string), 10, 64)
		must(err)
		return number
	case "f":
		number, err := strconv.ParseFloat(content.(string), 64)
		must(err)
		return number
	case "m":
		return mapping(content.([]any))
	}
	panic("no value of kind " + kind)
}

func mapping(pairs []any) any {
	all := map[any]any{}
	texts := map[string]any{}
	for _, pair := range pairs {
		key, entry := untyped(pair.([]any)[0]), untyped(pair.([]any)[1])
		all[key] = entry
		if text, ok := key.(string); ok {
			texts[text] = entry
		}
	}
	if len(texts) == len(all) {
		return texts
	}
	return all
}

// pair is short for one entry of a mapping in an input.
type pair = []any

func m(pairs ...any) any { return map[string]any{"m": append([]any{}, pairs...)} }
func i(value int64) any  { return map[string]any{"i": strconv.FormatInt(value, 10)} }
func u(value uint64) any { return map[string]any{"u": strconv.FormatUint(value, 10)} }
func f(value float64) any {
	switch {
	case math.IsInf(value, 1):
		return map[string]any{"f": "+Inf"}
	case math.IsInf(value, -1):
		return map[string]any{"f": "-Inf"}
	}
	return map[string]any{"f": strconv.FormatFloat(value, 'g', -1, 64)}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
