package main

import (
	"bytes"

	yaml3 "go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// A document with what comes back when its node is encoded, and the comments on its nodes. Texts equal to V3 are left out.
type nodeRow struct {
	YAML    string  `json:"yaml"`
	Error   bool    `json:"error,omitempty"`
	Head    string  `json:"head,omitempty"`
	Foot    string  `json:"foot,omitempty"`
	Notes   []note  `json:"notes,omitempty"`
	V3      string  `json:"v3,omitempty"`
	Wide    *string `json:"wide,omitempty"`
	Compact *string `json:"compact,omitempty"`
}

// The comments on one node, which is named by its position in the order of the text.
type note struct {
	Node int    `json:"node"`
	Head string `json:"head,omitempty"`
	Line string `json:"line,omitempty"`
	Foot string `json:"foot,omitempty"`
}

func nodeRows() []any {
	var rows []any
	for _, document := range unique(commented()) {
		rows = append(rows, nodeRowOf(document))
	}
	return rows
}

func nodeRowOf(document string) any {
	row := nodeRow{YAML: document}
	var node yaml3.Node
	if err := yaml3.Unmarshal([]byte(document), &node); err != nil {
		row.Error = true
		return row
	}
	row.Head, row.Foot = node.HeadComment, node.FootComment
	position := 0
	for _, child := range node.Content {
		collect(child, &position, &row.Notes)
	}
	var printed bytes.Buffer
	encoder := yaml3.NewEncoder(&printed)
	if err := encoder.Encode(&node); err != nil {
		row.Error = true
		return row
	}
	must(encoder.Close())
	row.V3 = printed.String()
	other := func(text []byte) *string {
		if string(text) == row.V3 {
			return nil
		}
		different := string(text)
		return &different
	}
	row.Wide = other(kustomize(&node, kyaml.WideSequenceStyle))
	row.Compact = other(kustomize(&node, kyaml.CompactSequenceStyle))
	return row
}

func collect(node *yaml3.Node, position *int, notes *[]note) {
	if node.HeadComment != "" || node.LineComment != "" || node.FootComment != "" {
		*notes = append(*notes, note{*position, node.HeadComment, node.LineComment, node.FootComment})
	}
	*position++
	for _, child := range node.Content {
		collect(child, position, notes)
	}
}

// commented are documents with comments in every place that the reader tells apart, and nodes in every style.
func commented() []string {
	list := []string{
		"", "# only\n", "a: b\n", "# head\na: b\n", "# head\n\na: b\n", "# one\n\n# two\na: b\n", "# one\n# two\n\n# three\n\na: b\n", "\n\n# head\na: b\n", "a: b # line\n", "a: # line\n  b\n", "a: # line\n  b: c\n", "a: # line\n  - b\n", "a: # line\n- b\n", "a: b\n# foot\n", "a: b\n# foot\n\n", "a: b\n\n# foot\n", "a: b\n# foot\n\nc: d\n", "a: b\n# head\nc: d\n", "a: b\n\n# head\nc: d\n",
		"a: b\n# foot\n\n# head\nc: d\n", "a: b\n\n# free\n\nc: d\n", "a: b\n\n# free\n\n# head\nc: d\n", "a: b # line\n# foot\n\nc: d # line2\n", "a: b\nc: d\n# foot\n", "a: b\nc: d\n\n# end\n", "a:\n  # head\n  b: c\n", "a:\n  b: c\n  # foot\n", "a:\n  b: c\n  # foot\n\nd: e\n", "a:\n  b: c\n  # foot\nd: e\n", "a:\n  b: c\n# foot\nd: e\n", "a:\n  b: c\n# foot\n\nd: e\n", "a:\n  b: c\n\n  # foot\n\nd: e\n", "a:\n  b: c\n\n# head\nd: e\n", "a:\n  b: c\n  # foot b\n# head d\nd: e\n", "a:\n  b: c\n  # foot b\n\n# head d\nd: e\n",
		"a:\n  b:\n    c: d\n    # foot c\n  # foot b\n# foot a\n", "a:\n  b:\n    c: d\n    # foot c\n\n  # foot b\n\n# foot a\n", "a:\n  b:\n    c: d\n    # foot c\n  # foot b\n# foot a\n\ne: f\n", "a:\n  b:\n    c: d\n  # head e\n  e: f\n", "a:\n  b:\n    c: d\n    # foot\n\n  # head e\n  e: f\n# foot a\n", "a:\n  b: c\n # odd\nd: e\n", "a:\n  b: c\n   # deep\nd: e\n", "a:\n  b: c\n     # deep\n\nd: e\n",
		"- a\n- b\n", "# head\n- a\n", "# head\n\n- a\n", "- a # line\n- b\n", "- a\n# foot\n", "- a\n# foot\n\n- b\n", "- a\n# head\n- b\n", "- a\n\n# head\n- b\n", "- # head\n  a\n", "- # line\n  a: b\n", "- # line\n  - a\n", "-\n  # head\n  a: b\n", "-\n  # head\n  - a\n", "- a: b\n  # foot\n", "- a: b\n# foot\n", "- a: b\n  # foot\n\n- c: d\n", "- a: b\n  # foot\n- c: d\n", "- a: b\n# head\n- c: d\n", "- a: b\n\n  # head\n  c: d\n", "# head\n- a: b\n  c: d\n", "# h0\n- # h1\n  a: b\n", "# h0\n- # h1\n  - # h2\n    a\n", "- - a # line\n  - b\n  # foot\n- c\n",
		"a:\n- b\n# foot\n", "a:\n- b\n# head\n- c\n", "a:\n# head\n- b\n", "a:\n  # head\n  - b\n", "a:\n  # head\n- b\n", "a:\n- b\n# foot\n\nc: d\n", "a:\n- b\n# head\nc: d\n", "a:\n  - b\n  # foot\nc: d\n", "a:\n  - b\n  # foot\n\nc: d\n", "a:\n  - b\n# head\nc: d\n", "a:\n  - b\n\n# head\nc: d\n", "a:\n  - b # lb\n  # hc\n  - c # lc\n  # fc\n", "a:\n  - b: c\n    # foot\n  - d\n", "a:\n  - b: c\n    d: e # line\n    # foot\n\n  # head\n  - f\n# end\n", "a: # line\n  # head\n  - b\n", "a: # line\n  # head\n  b: c\n", "a:\n  - # c\n    b: c\n", "a:\n  - # c\n    b\n", "a:\n  # h0\n  - # h1\n    b: c\n", "a:\n  # h0\n  # h1\n  - b: c\n    d: e\n",
		"a: [b, c] # line\n", "a: [b, # line\n  c]\n", "a: [ # line\n  b,\n  c\n]\n", "a: [\n  # head\n  b,\n  # head c\n  c\n]\n", "a: [\n  b,\n  c\n  # foot\n]\n", "a: [\n  b, # lb\n  c, # lc\n]\n", "a: [\n  b, # lb\n  c # lc\n]\n", "a: {b: c} # line\n", "a: {b: c, # line\n  d: e}\n", "a: {\n  # head\n  b: c, # line\n  # head d\n  d: e # ld\n  # foot\n}\n", "a: { # line\n  b: c\n}\n", "a: {\n  b: # line\n    c\n}\n", "[a, b] # line\n", "# head\n[a, b]\n# foot\n", "# head\n{a: b}\n\n# foot\n", "{a: [b, # x\n c], d: {e: f # y\n}}\n", "[\n  a,\n\n  # free\n\n  b\n]\n", "[\n  a, # x\n\n  # head\n  b,\n  # foot b\n\n  c\n]\n", "a:\n  - [b, c] # line\n  # foot\n  - {d: e} # line\n", "[a: b, c: d] # x\n", "[]\n# foot\n", "a: [] # x\nb: {} # y\n", "a: []\n# foot\n\nb: {}\n",
		"a: | # line\n  text\nb: c\n", "a: |\n  text\n# foot\n", "a: |\n  text\n  # not a comment\nb: c\n", "a: |\n  text\n\n# head\nb: c\n", "a: |\n  text\n# foot\n\nb: c\n", "a: >- # fold\n  x\n  y\nb: c # d\n", "- |\n  text\n# foot\n- b\n", "a:\n  b: |\n    text\n  # head c\n  c: d\n", "a:\n  b: |\n    text\n  # foot b\n\nc: d\n", "a:\n  - |\n    x\n  # head\n  - y\n",
		"a: \"b\" # line\n", "a: \"b\"\n# foot\n", "a: \"b\"\n# foot\n\nc: d\n", "x: y\na: \"b\"\n# foot\n\nc: d\n", "a: 'b'\n# head\nc: d\n", "a: *x\n", "a: &x b # line\nc: *x # line2\n", "a: &x # line\n  b: c\n", "a: &x # line\n  - b\n", "a: !!str b # line\n", "a: !t # line\n  b: c\n", "&x a: b # l\n*x : c # m\n", "a: &x b\n# foot\n\nc: *x\n# foot c\n", "# head\n&x a: b\n", "- &x # c\n  a: b\n- *x # d\n",
		"a:\n# c\n", "a: # c\n", "a: # c\nb: d\n", "a:\n  # c\nb: d\n", "a:\n\n  # c\n\nb: d\n", "a:\n# c\nb: d\n", "- # c\n", "- # c\n- d\n", "-\n# c\n- d\n", "-\n  # c\n- d\n", "a:\n  b:\n  # c\n  d: e\n", "a:\n  b: # c\nd: e\n", "a: ~ # c\nb: null # d\n", "? a # ka\n: b # vb\n", "? # kc\n  a\n: # vc\n  b\n", "? a\n# mid\n: b\n", "? |\n  k\n: v # c\n", "? [a, b] # k\n: c\n", "? {a: b}\n: c # v\n",
		"--- # c\na: b\n", "---\n# head\na: b\n", "# before\n---\na: b\n", "# before\n---\n# after\na: b\n", "# before\n\n---\n\n# after\n\na: b\n", "---\na: b\n...\n", "---\na: b\n# foot\n...\n", "a: b\n...\n# after\n", "%YAML 1.1\n# c\n---\na: b # d\n", "--- a # c\n", "--- |\n  a\n# c\n", "a # line\n", "# head\na\n# foot\n", "# head\n\na # line\n\n# foot\n", "\"a\" # line\n# foot\n", "---\n", "--- # c\n", "# x\n---\n# y\n",
		"#no space\na: b #tight\n", "#\na: b #\n", "##  two  \na: b #  spaces  \n", "# é 😀\na: é # ü\n", "\t# tab\na: b\n", "a: b\t# tab\n", "a: b   # spaces\n", "a:   b     # far\nccc: d # near\n", "# a\n#\n# b\na: b\n", "# a\n#\n\n#\n# b\na: b\n", "#!shebang\na: b\n", "a: b # one # two\n", "a: 'x # y' # z\n", "a: x#y # z\n", "a: b\n#foot\n#foot2\n\n#head\n#head2\nc: d\n",
		"# head\r\na: b # line\r\n# head c\r\nc: d\r\n", "# one\r\n# two\r\n\r\na: b\r\n# foot\r\n\r\nc: d\r\n", "a:\r\n  - b # x\r\n  # y\r\n  - c\r\n",
		"a: b\n\n\n# x\n\n\n\n# y\n\nc: d\n", "a: b\n# x\n\n\n# y\n\n\nc: d\n", "a: b\n\n# x\n# y\n\n# z\n", "a:\n  b: c\n# x\n  d: e\n", "a:\n    b: c\n  # x\n    d: e\n", "a:\n    b: c\n  # x\n\n    d: e\n", "a:\n  b: c\n  # x\n # y\n# z\nd: e\n", "a:\n  b: c\n # y\n  # x\nd: e\n", "a:\n  b: c\n# z\n  # x\nd: e\n", "a:\n  b: c\n  # x\n\n # y\n\n# z\n\nd: e\n", "a:\n  - b:\n      c: d\n      # f1\n    # f2\n  # f3\n# f4\n", "a:\n  - b:\n      c: d\n      # f1\n\n    # f2\n\n  # f3\n\n# f4\n\ne: f\n", "a:\n  - b:\n      - c\n      # f1\n    # f2\n    d: e\n  # f3\nf: g\n",
		"a:\n- b:\n  - c\n  # f1\n# f2\nd: e\n", "a:\n- b:\n  - c\n  # f1\n\n# f2\n\nd: e\n", "a:\n- b: c\n  # f1\n- d: e\n# f2\n", "a:\n- b: c\n\n  # h\n  d: e\n\n# h2\n- f: g\n", "a:\n  # h1\n  b: # l1\n    # h2\n    c: # l2\n      # h3\n      - d # l3\n      # f3\n    # f2\n  # f1\n# f0\n",
		"# licence\n# text\n\n# head of kind\napiVersion: v1 # line\nkind: ConfigMap\nmetadata:\n  name: x # name\n  # labels head\n  labels:\n    app: x\n    # foot of app\ndata:\n  # block\n  k: |\n    # in text\n    v\n  # end\n# document end\n",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  # how many\n  replicas: 3 # three\n  template:\n    spec:\n      containers:\n        # main\n        - name: c # the name\n          image: i:1 # {\"$imagepolicy\": \"flux-system:app\"}\n          # ports\n          ports:\n            - containerPort: 80 # http\n            # - containerPort: 443\n          env: []\n        # sidecar\n        - name: s\n          args: [\"-a\", \"b\"] # args\n      # volumes:\n      #   - name: v\n",
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n# base\n- ../base\n# - ../other\n- ns.yaml # namespace\n\n# images are set by automation\nimages:\n- name: a\n  newTag: \"1\" # {\"$imagepolicy\": \"x\"}\n\n# patches:\n# - path: p.yaml\n",
		"a:\n    b:\n        c: d\n # odd\n\n\n", "a:\n  b:\n    c: [] # l\n# end", "a:\n  - b\n# end", "a: b\n# end", "a: b\n\n# end", "a:\n  - b: c\n    # f1\n  # f2", "a:\n  b: c\n # odd\n\n", "k: |\n  text\n  text", "k: >\n  text\n  text", "- |+ # l\n  x",
		// styles, anchors and tags without comments
		"a: 'b'\nc: \"d\"\ne: f\n", "a: |\n  x\n  y\nb: |-\n  x\nc: |+\n  x\n\nd: >\n  x\n  y\n\n  z\ne: >-\n  x\n", "a: >\n  long long long\n  folded text\n   indented\n  back\n", "a: |2\n   lead\nb: c\n", "- |2\n   lead\n- - |1\n    lead\n", "a: [1, 'two', \"three\"]\nb: {c: d, 'e': \"f\"}\n", "a:\n- b\n- - c\n  - d\n", "a:\n    b:\n        - c\n", "base: &b\n  x: 1\nc:\n  <<: *b\n  y: 2\n", "c:\n  <<: [{a: 1}, {b: 2}]\n", "c:\n  \"<<\": 1\n", "c: <<\n", "a: !!int \"1\"\nb: !!str 1\nc: !mine x\nd: !mine\n  e: f\ng: !!map\n  h: i\nj: !!seq [k]\n", "a: ! x\nb: ! \"1\"\n", "a: !<tag:e.com,2000:x> y\n", "a: !!binary aGk=\n", "a: 1\nb: 1.50\nc: 0x1F\nd: 0777\ne: yes\nf: ~\ng:\nh: null\ni: 2001-12-14\nj: 1_000\nk: \"1\"\nl: 'true'\n", "a: \"x\\ty\\n\"\nb: 'x\n\n  y'\nc: x\n  y\n", "a: \"long text with an escaped \\\n  line\"\n", "a: ''\nb: \"\"\nc: |-\n", "? a\n: b\n? [c]\n: d\n", "&a x: &b y\n*b : *a\n", "- &a\n- *a\n", "a: &x\nb: *x\n", "a: &x []\nb: &y {}\n", "a: \"\\u00e9\\x07\\0\"\n", "a: \"\\u2028\"\nb: \"😀\"\n", "😀: x\n", "a: 'it''s'\nb: \"\\\"q\\\"\"\n", "a: |\n  tab\there\nb: \"tab\\there\"\n", "a: >\n\n  x\n\n\n  y\n", "a: |\n\n  x\n", "a: \"true\"\n\"true\": a\ntrue: b\n1: c\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: b\n", "{a: b, c: [d, {e: f}], g: {}}\n", "[[a, b], [c]]\n", "- - - a\n    - b\n  - c\n- d\n", "a: {b: 'x\n  y'}\n", "{a, b: , c}\n", "[a: b, {c: d}, [e]]\n", "a: [\n  b,\n  c\n]\n", "a: b: c\n", "a: [b\n", "\ta: b\n", "a: 'x\n", "a: &x.y b\n", "a: %b\n", "a: @b\n", "- a\nb: c\n", "a:\n  - b\n c: d\n", "a: \"\\q\"\n",
	}
	return list
}
