// Package apply makes what files describe be there: CloudFormation templates, as
// CDK, SAM and the Serverless Framework produce them, and OpenAPI documents. It is
// a client of the control API like any other and knows nothing of how Sluice keeps
// things. What it made it finds again by tags and names, so that applying twice
// changes nothing; it keeps no state of its own.
package apply
