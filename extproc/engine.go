package extproc

import (
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sluice-gateway/sluice/extproc/integration"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// Config is what the service is made of.
type Config struct {
	Logger *slog.Logger
	// Plans is the table that operations are looked up in.
	Plans *plan.Table
	// Credentials sign calls to Lambda and AWS services.
	Credentials *awscredentials.Source
	// Decider decides whether requests may proceed; nil: none that needs a decision
	// may.
	Decider Decider
	// Stories keep why requests failed, of stages that explain; nil: nobody does.
	Stories *explain.Ring
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Random gives bits for trace ids; nil: math/rand/v2.
	Random func() uint64
}

// Engine makes exchanges. It is safe for use by many goroutines.
type Engine struct {
	config      Config
	environment integration.Environment
	exchanges   sync.Pool
}

// NewEngine makes an Engine.
func NewEngine(config Config) *Engine {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Random == nil {
		config.Random = rand.Uint64
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	engine := &Engine{config: config, environment: integration.Environment{Credentials: config.Credentials, Now: config.Now}}
	engine.exchanges.New = func() any { return &Exchange{engine: engine} }
	return engine
}

// Exchange begins a new exchange. Release ends it.
func (e *Engine) Exchange() *Exchange {
	exchange, _ := e.exchanges.Get().(*Exchange)
	return exchange
}

// MayBlock says whether the first step of an exchange on a route may wait for
// somebody: an authorizer, or credentials that are not at hand yet.
func (e *Engine) MayBlock(routeName string) bool {
	operation, found := e.config.Plans.Lookup(routeName)
	if !found {
		return false
	}
	definition := operation.Definition
	if operation.Rules.MayBlock() {
		return true
	}
	return definition.GetIntegration().GetSigning() != nil && !e.config.Credentials.Ready(operation.Target, e.config.Now())
}
