// Package arch holds the house's rules as tests: who may import whom, the
// budgets of files, functions and packages, and what no package may do. Each
// failure says the rule's reason. It is not a linter of style: golangci-lint is.
package arch
