{{/* What rows include. */}}
{{- define "plain" }}plain{{ end -}}
{{- define "dot" }}<{{ . | toJson }}>{{ end -}}
{{- define "lines" }}one
two
{{ end -}}
{{- define "count" }}{{ . }}{{ if gt (int .) 0 }},{{ include "count" (sub (int .) 1) }}{{ end }}{{ end -}}
{{- define "endless" }}{{ include "endless" . }}{{ end -}}
{{- define "failing" }}{{ fail "inside" }}{{ end -}}
{{- define "faulty" }}{{ index .Values.list 9 }}{{ end -}}
{{- define "nil" }}{{ .Values.absent.deep.deeper }}{{ end -}}
{{- define "empty" }}{{ end -}}
{{- define "setting" }}{{ $_ := set .Values "added" 1 }}{{ end -}}
