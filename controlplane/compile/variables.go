package compile

import "regexp"

// stageVariable is how URIs, credentials and connections name a stage variable.
var stageVariable = regexp.MustCompile(`\$\{stageVariables\.([A-Za-z0-9_]+)\}`)

// substitute puts stage variables into a text; one that is not set is empty, as
// AWS has it.
func substitute(text string, variables map[string]string) string {
	return stageVariable.ReplaceAllStringFunc(text, func(found string) string {
		return variables[stageVariable.FindStringSubmatch(found)[1]]
	})
}
