package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/smithy-go"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
	"github.com/sluice-gateway/sluice/internal/cloudformation"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// stackTag is the tag by which what a stack made is found again:
// "{stack}/{logical id}".
const stackTag = "sluice:resource"

// unknown stands for an id that only making the thing will tell.
const unknown = "(known after apply)"

// Options say whose stack it is.
type Options struct {
	StackName, Account, Region string
	// Parameters of the template.
	Parameters map[string]string
}

// Verdict is what happens to a resource.
type Verdict string

// The verdicts.
const (
	Create Verdict = "create"
	Update Verdict = "update"
	Keep   Verdict = "keep"
	Delete Verdict = "delete"
	// Skip is for what Sluice does not make; the reason says what follows.
	Skip Verdict = "skip"
)

// Step is one resource of a plan.
type Step struct {
	Verdict   Verdict
	Type      string
	LogicalID string
	// What names it to a person, such as "GET /pets".
	What string
	// Reason says why it is skipped; empty otherwise.
	Reason string
}

// String is a step in a line of a plan.
func (s Step) String() string {
	line := fmt.Sprintf("%-6s %s %s", s.Verdict, s.Type, s.LogicalID)
	if s.What != "" {
		line += " (" + s.What + ")"
	}
	if s.Reason != "" {
		line += ": " + s.Reason
	}
	return line
}

// Stack is a template with the gateway that it is to be applied to.
type Stack struct {
	client   *apigateway.Client
	template *cloudformation.Template
	options  Options
}

// New reads a template.
func New(client *apigateway.Client, template []byte, options Options) (*Stack, error) {
	parsed, err := cloudformation.Parse(template)
	if err != nil {
		return nil, err
	}
	if slices.Contains(parsed.Transforms, "AWS::Serverless-2016-10-31") {
		return nil, errors.New("the template is SAM's: transform it first (sam-translate, or `sam validate` and `sam package` with aws-sam-translator), Sluice applies what comes out")
	}
	return &Stack{client: client, template: parsed, options: options}, nil
}

// Plan tells what Apply would do, and changes nothing.
func (s *Stack) Plan(ctx context.Context) ([]Step, error) {
	run := s.run(true, nil)
	err := run.all(ctx)
	return run.steps, err
}

// Apply makes what the template describes and gives its outputs. Progress hears of
// each step when it is done.
func (s *Stack) Apply(ctx context.Context, progress func(Step)) ([]jsonvalue.Entry, error) {
	run := s.run(false, progress)
	if err := run.all(ctx); err != nil {
		return nil, err
	}
	return s.template.Outputs(run.env)
}

func (s *Stack) run(dry bool, progress func(Step)) *run {
	made := &run{
		Stack: s, dry: dry, progress: progress,
		ids: map[string]string{}, attributes: map[string]map[string]string{}, live: map[string]*liveAPI{}, touched: map[string]bool{}, wanted: map[string]map[string]bool{},
	}
	made.env = &cloudformation.Environment{
		Account: s.options.Account, Region: s.options.Region, StackName: s.options.StackName, Parameters: s.options.Parameters,
		Reference: func(id string) (string, bool) {
			found, known := made.ids[id]
			return found, known
		},
		Attribute: func(id, name string) (jsonvalue.Value, bool) {
			if found, known := made.attributes[id][name]; known {
				return jsonvalue.String(found), true
			}
			return jsonvalue.Value{}, false
		},
	}
	return made
}

// run is one pass over a template: a dry one for the plan, then the real one. Both
// decide by the same code.
type run struct {
	*Stack

	dry      bool
	progress func(Step)
	env      *cloudformation.Environment
	ids      map[string]string
	// attributes of resources, for Fn::GetAtt.
	attributes map[string]map[string]string
	live       map[string]*liveAPI
	// touched are APIs that were changed, so that they need a deployment.
	touched map[string]bool
	// wanted are the methods, by API and "VERB /path", that the template has.
	wanted map[string]map[string]bool
	steps  []Step
}

// item is one resource under way.
type item struct {
	*cloudformation.Resource

	properties jsonvalue.Value
}

// name is a property as text.
func (i *item) name(of string) string { return property.Scalar(i.properties.Get(of)) }

// outcome is what a handler says of its resource.
type outcome struct {
	verdict Verdict
	id      string
	what    string
	// attributes besides Ref.
	attributes map[string]string
	reason     string
}

// handlers make the resource types that Sluice has.
func (r *run) handlers() map[string]func(context.Context, *item) (outcome, error) {
	return map[string]func(context.Context, *item) (outcome, error){
		"AWS::ApiGateway::RestApi":              r.restAPI,
		"AWS::ApiGateway::Resource":             r.resource,
		"AWS::ApiGateway::Method":               r.method,
		"AWS::ApiGateway::Model":                r.model,
		"AWS::ApiGateway::RequestValidator":     r.requestValidator,
		"AWS::ApiGateway::Authorizer":           r.authorizer,
		"AWS::ApiGateway::GatewayResponse":      r.gatewayResponse,
		"AWS::ApiGateway::Deployment":           r.deployment,
		"AWS::ApiGateway::Stage":                r.stage,
		"AWS::ApiGateway::ApiKey":               r.apiKey,
		"AWS::ApiGateway::UsagePlan":            r.usagePlan,
		"AWS::ApiGateway::UsagePlanKey":         r.usagePlanKey,
		"AWS::ApiGateway::DomainName":           r.domainName,
		"AWS::ApiGateway::BasePathMapping":      r.basePathMapping,
		"AWS::ApiGateway::VpcLink":              r.vpcLink,
		"AWS::ApiGateway::ClientCertificate":    r.clientCertificate,
		"AWS::ApiGateway::Account":              r.account,
		"AWS::ApiGateway::DocumentationPart":    r.documentationPart,
		"AWS::ApiGateway::DocumentationVersion": r.documentationVersion,
	}
}

// all goes through the resources in order. Deployments come after everything else
// of their APIs, whatever the template says of dependencies: a deployment freezes.
func (r *run) all(ctx context.Context) error {
	ordered, err := r.template.Order()
	if err != nil {
		return err
	}
	first, late := split(ordered)
	for _, one := range first {
		if err := r.one(ctx, one); err != nil {
			return err
		}
	}
	if err := r.removeLeft(ctx); err != nil {
		return err
	}
	for _, one := range late {
		if err := r.one(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// split takes deployments, and all that needs them, out of the order, to the end.
func split(ordered []*cloudformation.Resource) (first, late []*cloudformation.Resource) {
	waits := map[string]bool{}
	for _, one := range ordered {
		if one.Type == "AWS::ApiGateway::Deployment" || slices.ContainsFunc(one.Needs(), func(id string) bool { return waits[id] }) {
			waits[one.LogicalID] = true
			late = append(late, one)
			continue
		}
		first = append(first, one)
	}
	return first, late
}

func (r *run) one(ctx context.Context, resource *cloudformation.Resource) error {
	enabled, err := r.template.Enabled(resource, r.env)
	if err != nil || !enabled {
		return err
	}
	handler, known := r.handlers()[resource.Type]
	if !known {
		r.foreign(resource)
		return nil
	}
	properties, err := r.template.Resolve(resource.Properties, r.env)
	if err != nil {
		return fmt.Errorf("%s: %w", resource.LogicalID, err)
	}
	done, err := handler(ctx, &item{resource, properties})
	if err != nil {
		return fmt.Errorf("%s (%s): %w", resource.LogicalID, resource.Type, plain(err))
	}
	r.ids[resource.LogicalID] = done.id
	if done.attributes != nil {
		r.attributes[resource.LogicalID] = done.attributes
	}
	r.step(Step{done.verdict, resource.Type, resource.LogicalID, done.what, done.reason})
	return nil
}

func (r *run) step(step Step) {
	r.steps = append(r.steps, step)
	if r.progress != nil {
		r.progress(step)
	}
}

// plain is the control API's own text of an error.
func plain(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("%s: %s", known.ErrorCode(), known.ErrorMessage())
	}
	return err
}

func missing(err error) bool {
	known, ok := errors.AsType[smithy.APIError](err)
	return ok && known.ErrorCode() == "NotFoundException"
}

// mark is the tag's value for a resource of this stack.
func (r *run) mark(logicalID string) string { return r.options.StackName + "/" + logicalID }

// marked adds the stack's tag to a resource's own.
func (r *run) marked(one *item) map[string]string {
	all := property.Tags(one.properties.Get("Tags"))
	all[stackTag] = r.mark(one.LogicalID)
	return all
}

// physical is the name of what a template gives none.
func (r *run) physical(one *item, property string) string {
	if given := one.name(property); given != "" {
		return given
	}
	return r.options.StackName + "-" + one.LogicalID
}

// known says whether an id is one of something that is there.
func known(id string) bool { return id != "" && !strings.Contains(id, unknown) }
