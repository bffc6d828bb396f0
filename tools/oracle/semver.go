package main

import "golang.org/x/mod/semver"

var semverOperations = map[string]operation{
	"semver.isValid":    one(semver.IsValid),
	"semver.canonical":  one(semver.Canonical),
	"semver.major":      one(semver.Major),
	"semver.majorMinor": one(semver.MajorMinor),
	"semver.prerelease": one(semver.Prerelease),
	"semver.build":      one(semver.Build),
	"semver.compare":    two(semver.Compare),
	"semver.max":        two(semver.Max),
	"semver.sort": one(func(list []string) []string {
		semver.Sort(list)
		return list
	}),
}
