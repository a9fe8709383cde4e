package identity

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Policy is IAM's managed Policy with its versions.
type Policy struct {
	Name        string            `json:"name"`
	Path        string            `json:"path"`
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	CreateDate  time.Time         `json:"createDate"`
	UpdateDate  time.Time         `json:"updateDate"`
	Default     string            `json:"default"`
	Next        int               `json:"next"`
	Versions    []PolicyVersion   `json:"versions"`
	Tags        map[string]string `json:"tags,omitempty"`
}

// PolicyVersion is IAM's PolicyVersion.
type PolicyVersion struct {
	ID         string    `json:"id"`
	Document   string    `json:"document"`
	CreateDate time.Time `json:"createDate"`
}

// ARN is the policy's name.
func (p *Policy) ARN(account string) string {
	return "arn:aws:iam::" + account + ":policy" + p.Path + p.Name
}

// AddVersion adds a document, as the default when asked. The first always is.
func (p *Policy) AddVersion(document string, preset bool, now time.Time) (PolicyVersion, error) {
	if len(p.Versions) >= maxVersions {
		return PolicyVersion{}, awserror.New(CodeLimitExceeded, 409,
			"A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
	}
	p.Next++
	made := PolicyVersion{ID: "v" + strconv.Itoa(p.Next), Document: document, CreateDate: now}
	p.Versions = append(slices.Clone(p.Versions), made)
	p.UpdateDate = now
	if preset || p.Default == "" {
		p.Default = made.ID
	}
	return made, nil
}

// Version gives a version.
func (p *Policy) Version(account, id string) (PolicyVersion, error) {
	at := slices.IndexFunc(p.Versions, func(one PolicyVersion) bool { return one.ID == id })
	if at < 0 {
		return PolicyVersion{}, NoSuchEntityf("Policy %s version %s does not exist or is not attachable.", p.ARN(account), id)
	}
	return p.Versions[at], nil
}

// SetDefault makes a version the one that counts.
func (p *Policy) SetDefault(account, id string, now time.Time) error {
	if _, err := p.Version(account, id); err != nil {
		return err
	}
	p.Default, p.UpdateDate = id, now
	return nil
}

// RemoveVersion removes a version that is not the default.
func (p *Policy) RemoveVersion(account, id string) error {
	if _, err := p.Version(account, id); err != nil {
		return err
	}
	if id == p.Default {
		return DeleteConflict("Cannot delete the default version of a policy.")
	}
	p.Versions = slices.DeleteFunc(slices.Clone(p.Versions), func(one PolicyVersion) bool { return one.ID == id })
	return nil
}

// Deletable refuses to delete a policy with more versions than its default.
// Whether it is attached is its caller's to know.
func (p *Policy) Deletable() error {
	if len(p.Versions) > 1 {
		return DeleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	return nil
}

// Tag adds tags or changes their values.
func (p *Policy) Tag(tags map[string]string) error {
	changed, err := tagged(p.Tags, tags)
	p.Tags = changed
	return err
}

// Untag removes tags.
func (p *Policy) Untag(keys []string) { p.Tags = untagged(p.Tags, keys) }

// awsManaged stands before the names of AWS's own policies.
const awsManaged = "arn:aws:iam::aws:policy/"

// AWSManaged gives those of AWS's own policies that speak of what Sluice has.
// ("AWS managed policies for Amazon API Gateway".)
func AWSManaged(arn string) (*Policy, bool) {
	name, own := strings.CutPrefix(arn, awsManaged)
	if !own {
		return nil, false
	}
	documents := map[string]string{
		"AdministratorAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
		"AmazonAPIGatewayAdministrator": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["apigateway:*"],` +
			`"Resource":"arn:aws:apigateway:*::/*"}]}`,
		"AmazonAPIGatewayInvokeFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Action":["execute-api:Invoke","execute-api:ManageConnections"],"Resource":"arn:aws:execute-api:*:*:*"}]}`,
		"IAMFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*"],"Resource":"*"}]}`,
	}
	base, path := name[strings.LastIndexByte(name, '/')+1:], "/"
	if base != name {
		path = "/" + name[:len(name)-len(base)]
	}
	document, known := documents[base]
	if !known || path != "/" {
		return nil, false
	}
	made := &Policy{Name: base, Path: path, ID: "ANPA" + strings.ToUpper(base)}
	made.Versions, made.Default, made.Next = []PolicyVersion{{ID: "v1", Document: document}}, "v1", 1
	return made, true
}
