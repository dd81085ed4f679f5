{{- define "twin.name" }}{{ .Chart.Name }}-{{ .Values.own }}{{ end -}}
