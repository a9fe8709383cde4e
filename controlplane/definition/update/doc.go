// Package update holds the Update… operations of API Gateway's nouns: for each
// noun the table of paths that may be patched, and the function that patches it
// and holds the result against the noun's rules. The engine is package patch,
// the rules are package definition's. It is as pure as they are.
package update
