{{- define "below.name" }}{{ .Chart.Name }}-{{ .Values.own }}{{ end -}}
