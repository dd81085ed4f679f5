// Command semver writes what Masterminds/semver makes of versions and constraints, one case in each line.
//
//	semver > ../../../crates/version/tests/data/semver.jsonl
//
// The inputs stand below and in cases.go; the output is the same on every run.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/Masterminds/semver/v3"
)

type head struct {
	MadeBy string `json:"made_by"`
	// The versions that are compared and checked.
	Versions []string `json:"versions"`
}

// read is a version, or the words why a text is none.
type read struct {
	Printed    string    `json:"printed,omitempty"`
	Numbers    [3]uint64 `json:"numbers"`
	Prerelease string    `json:"prerelease,omitempty"`
	Metadata   string    `json:"metadata,omitempty"`
	Original   string    `json:"original,omitempty"`
	Failed     string    `json:"failed,omitempty"`
}

type parsed struct {
	Version string `json:"version"`
	Loose   read   `json:"loose"`
	Strict  read   `json:"strict"`
	// The next patch, minor and major: what each prints and its original, or the words in which it panics.
	Next []string `json:"next,omitempty"`
}

type compared struct {
	Left string `json:"left"`
	// How it compares with each of the versions.
	Orders []int `json:"orders"`
}

type changed struct {
	Of   string `json:"of"`
	With string `json:"with"`
	// With another pre-release, and with other metadata.
	Outcomes [2]read `json:"outcomes"`
}

type constrained struct {
	Constraints string `json:"constraints"`
	Printed     string `json:"printed,omitempty"`
	Failed      string `json:"failed,omitempty"`
	// Why each of the versions that the first line names does not meet them; null where it does.
	Reasons [][]string `json:"reasons,omitempty"`
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, line := range lines() {
		if err := encoder.Encode(line); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func lines() []any {
	lines := []any{head{"Masterminds/semver 3.5.0", ordered}}
	for _, text := range append(versions, malformed...) {
		lines = append(lines, parse(text))
	}
	for _, left := range ordered {
		made := compared{Left: left}
		for _, right := range ordered {
			made.Orders = append(made.Orders, semver.MustParse(left).Compare(semver.MustParse(right)))
		}
		lines = append(lines, made)
	}
	for _, part := range parts {
		lines = append(lines, change(part))
	}
	for _, text := range append(constraints, improper...) {
		constraint, err := semver.NewConstraint(text)
		if err != nil {
			lines = append(lines, constrained{Constraints: text, Failed: err.Error()})
			continue
		}
		made := constrained{Constraints: text, Printed: constraint.String()}
		for _, version := range ordered {
			made.Reasons = append(made.Reasons, check(constraint, version))
		}
		lines = append(lines, made)
	}
	return lines
}

func parse(text string) parsed {
	loose, err := semver.NewVersion(text)
	strict, strictErr := semver.StrictNewVersion(text)
	made := parsed{Version: text, Loose: describe(loose, err), Strict: describe(strict, strictErr)}
	if err == nil {
		made.Next = []string{next(loose.IncPatch), next(loose.IncMinor), next(loose.IncMajor)}
	}
	return made
}

func next(increment func() semver.Version) (text string) {
	defer func() {
		if told := recover(); told != nil {
			text = fmt.Sprint(told)
		}
	}()
	version := increment()
	return version.String() + " " + version.Original()
}

func change(part string) changed {
	const of = "v1.2.3-a.1+b.2"
	version := semver.MustParse(of)
	released, err := version.SetPrerelease(part)
	annotated, annotateErr := version.SetMetadata(part)
	outcomes := [2]read{describe(&released, err), describe(&annotated, annotateErr)}
	return changed{of, part, outcomes}
}

func describe(version *semver.Version, err error) read {
	if err != nil {
		return read{Failed: err.Error()}
	}
	return read{
		Printed:    version.String(),
		Numbers:    [3]uint64{version.Major(), version.Minor(), version.Patch()},
		Prerelease: version.Prerelease(),
		Metadata:   version.Metadata(),
		Original:   version.Original(),
	}
}

func check(constraint *semver.Constraints, version string) (reasons []string) {
	holds, errs := constraint.Validate(semver.MustParse(version))
	if holds != constraint.Check(semver.MustParse(version)) || holds != (len(errs) == 0) {
		panic("Check and Validate differ: " + constraint.String() + " " + version)
	}
	for _, err := range errs {
		reasons = append(reasons, err.Error())
	}
	return reasons
}
