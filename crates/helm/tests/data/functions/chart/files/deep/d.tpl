x: {{ .Values.text }}
